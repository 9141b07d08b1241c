"""What a notice says of material that was put up again: once for all addresses it is the same for. Knows no wording."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from notices import words
from notices.facts import RUNS_THE_PLATFORM, NoticeFacts, Repeat, ReportedAddress

_HASHES = (("SHA-256", "sha256"), ("MD5", "md5"), ("PDQ", "pdq"))


@dataclass(frozen=True, slots=True)
class PutUpAgain:
    """One history, the places in the notice it is about (none where there is one address), and how to block it.

    ``means`` is ``hashes``, ``media`` or ``own``, and empty where no block is asked for. ``hashes`` names the kinds of
    hash that stand in the notice.
    """

    repeat: Repeat
    places: str
    is_one: bool
    means: str
    hashes: tuple[str, ...]


def put_up_again(facts: NoticeFacts) -> list[PutUpAgain]:
    """The histories of a notice in the order of its addresses."""
    places: dict[Repeat, list[int]] = {}
    for place, address in enumerate(facts.addresses, 1):
        if address.repeat:
            places.setdefault(address.repeat, []).append(place)
    return [_told_once(facts, repeat, found) for repeat, found in places.items()]


def _told_once(facts: NoticeFacts, repeat: Repeat, places: Sequence[int]) -> PutUpAgain:
    addresses = [facts.addresses[place - 1] for place in places]
    means, hashes = _means(facts, addresses) if repeat.asks_block else ("", ())
    shown = words.listed(facts.language, list(_runs(places))) if len(facts.addresses) > 1 else ""
    return PutUpAgain(repeat, shown, len(places) == 1, means, hashes)


def _means(facts: NoticeFacts, addresses: Sequence[ReportedAddress]) -> tuple[str, tuple[str, ...]]:
    """How the receiver can block it; a harmful notice never speaks of hashes."""
    given = _HASHES if facts.kind == "illegal" else ()
    hashes = tuple(name for name, field in given if any(getattr(address, field) for address in addresses))
    if hashes:
        return "hashes", hashes
    return "media" if any(names_media(facts, address) for address in addresses) else "own", ()


def names_media(facts: NoticeFacts, address: ReportedAddress) -> bool:
    """Whether the notice gives the platform's id of the picture or video: to the platform only."""
    return bool(address.platform_media) and facts.contact_role in RUNS_THE_PLATFORM


def _runs(places: Sequence[int]) -> Iterator[str]:
    """Rising numbers, three or more neighbours drawn together: ``1-5``, ``9``."""
    runs: list[list[int]] = []
    for place in places:
        if runs and place == runs[-1][-1] + 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    for run in runs:
        yield from [f"{run[0]}-{run[-1]}"] if len(run) > 2 else map(str, run)
