"""From which sizes on a list is kept in another way: with an index, or with its latest changes in a layer of their own.
Plain numbers; what is done with them is their readers' business.
"""

from dataclasses import dataclass

from hashsets import layouts


@dataclass(frozen=True)
class Limits:
    """The least hashes that get an index; the least entries that changes are laid over, and how many changes at most.

    Below 20,000 entries writing all anew takes under a second. A layer is written anew with each change: with 100,000
    entries that takes a second, and a look-up goes to both layers, the smaller of which is then searched in a tenth of
    the time. 5 % bounds what is looked at in vain, because it was replaced.
    """

    indexed_from: int = layouts.SMALL
    layered_from: int = 20_000
    most_changes: int = 100_000
    most_share: float = 0.05

    def allow_layer(self, entries: int, changes: int) -> bool:
        """Whether so many changes may lie over so many entries."""
        return entries >= self.layered_from and changes <= min(self.most_changes, self.most_share * entries)
