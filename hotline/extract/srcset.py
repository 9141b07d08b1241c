"""The largest picture of a srcset, the only one worth looking at. Linear in the text's length."""

import re
from collections.abc import Iterator
from itertools import islice

MAX_CANDIDATES = 10_000

_ADDRESS = re.compile(r"[ \t\n\f\r,]*+([^ \t\n\f\r]++)")
_DESCRIPTORS = re.compile(r"[^,(]*+(?:\([^)]*+\)?+[^,(]*+)*+")
_SIZE = re.compile(r"(?<![^ \t\n\f\r])([0-9]{1,9}(?:\.[0-9]{1,9})?|\.[0-9]{1,9})[wx](?![^ \t\n\f\r])")


def largest(srcset: str | None) -> str | None:
    """Returns the address with the greatest width or density among the first MAX_CANDIDATES, None where there is none.

    An address without either counts as 1x (HTML, 4.8.4.2.2).
    """
    candidates = list(islice(_candidates(srcset or ""), MAX_CANDIDATES))
    return max(candidates, key=lambda candidate: candidate[1])[0] if candidates else None


def _candidates(srcset: str) -> Iterator[tuple[str, float]]:
    at = 0
    while found := _ADDRESS.match(srcset, at):
        address, at = found[1], found.end()
        # A comma ends a candidate only behind a blank or the address itself: addresses may hold commas.
        if address.endswith(","):
            yield address.rstrip(","), 1.0
            continue
        described = _DESCRIPTORS.match(srcset, at)
        at = described.end() if described else len(srcset)
        size = _SIZE.search(described[0]) if described else None
        yield address, float(size[1]) if size else 1.0
