"""What the field calls the types of hashes, whatever the source: those we look up, and those we only keep.
Names are compared without case, blanks, dashes and underscores.
"""

from functools import lru_cache

from hashsets.formats.rows import Hash, Other, Refusal, Rows, read_row
from hashsets.values import Algorithm

LOOKED_UP = {
    "md5": Algorithm.MD5,
    "hashmd5": Algorithm.MD5,
    "videomd5": Algorithm.MD5,
    "hashvideomd5": Algorithm.MD5,
    "sha1": Algorithm.SHA1,
    "hashsha1": Algorithm.SHA1,
    "sha256": Algorithm.SHA256,
    "hashsha256": Algorithm.SHA256,
    "pdq": Algorithm.PDQ,
    "pdqhash": Algorithm.PDQ,
    "hashpdq": Algorithm.PDQ,
    "imagepdq": Algorithm.PDQ,
    "phash": Algorithm.PHASH,
}
KEPT = {
    "photodna": "photodna",
    "pdna": "photodna",
    "hashphotodna": "photodna",
    "tmk": "tmk",
    "tmkpdqf": "tmk",
    "hashtmk": "tmk",
    "videotmk": "tmk",
    "videotmkpdqf": "tmk",
    "netclean": "netclean",
    "videntifier": "videntifier",
    "ssvh": "ssvh",
    "ssvhpdna": "ssvh_pdna",
    "ssvhsaferhash": "ssvh_safer_hash",
}


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name as it is compared."""
    return "".join(filter(str.isalnum, name.lower()))


def split_named(named: dict[str, str]) -> tuple[list[Hash], list[Other]]:
    """Hashes by their types' names into those we look up and all others, which are kept under a short name."""
    hashes, others = [], []
    for name, value in named.items():
        known = plain(name)
        if not value:
            continue
        if known in LOOKED_UP:
            hashes.append((LOOKED_UP[known], value))
        elif known:
            others.append((KEPT.get(known, known[:40]), value))
    return hashes, others


def read_typed(
    line: int, kind: str, value: str, *, entry: str | None = None, label: str | None = None, changed_at: int = 0
) -> Rows:
    """The row of one value of a named type; what is no hash, such as an address or a text, is refused."""
    known = plain(kind)
    if known not in LOOKED_UP and known not in KEPT and not known.startswith("hash"):
        yield Refusal(line, "a type we neither look up nor keep")
        return
    hashes, others = split_named({kind: value})
    yield from read_row(line, hashes, entry=entry, label=label, others=others, changed_at=changed_at)
