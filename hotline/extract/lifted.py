"""Takes the long runs of base64 out of a page before it is read as markup, and puts them back into an address: a page
may carry megabytes of pictures in a few tags. Changes nothing that a tag, a style or a script begins or ends with."""

import hashlib
import re
from dataclasses import dataclass, field

MIN_RUN = 200

# Blanks only between words that can be no attribute with a value: what is taken out never holds one.
_RUN = re.compile(rb"(?<=;base64,)[A-Za-z0-9+/%]{60,}+(?:[ \t\r\n]{1,10}+[A-Za-z0-9+/%]{60,}+)*+")


@dataclass(frozen=True)
class Lifted:
    """A page with a mark in place of each long run; no page can write the marks itself, they come from its digest."""

    page: bytes = field(repr=False)
    mark: str
    runs: tuple[bytes, ...] = field(repr=False)

    def put_back(self, address: str) -> str:
        """Returns an address with what was taken out of it."""
        if not self.runs or self.mark not in address:
            return address
        return re.sub(rf"{self.mark}([0-9]{{1,9}})z", lambda found: self.runs[int(found[1])].decode("ascii"), address)


def lift(page: bytes) -> Lifted:
    """Takes out what follows `;base64,` for MIN_RUN signs or more. Linear in the page's size."""
    if b";base64," not in page:
        return Lifted(page, "", ())
    mark = hashlib.sha256(page).hexdigest()[:24]
    runs: list[bytes] = []

    def taken(run: re.Match[bytes]) -> bytes:
        if len(run[0]) < MIN_RUN:
            return run[0]
        runs.append(run[0])
        return f"{mark}{len(runs) - 1}z".encode("ascii")

    return Lifted(_RUN.sub(taken, page), mark, tuple(runs))
