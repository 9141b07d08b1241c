"""What the field calls the types of hashes, whatever the source: those we look up, and those we only keep.
Names are compared without case, blanks, dashes and underscores.
"""

from collections.abc import Iterable
from functools import lru_cache

from hashsets.formats.rows import Hash, Other, Refusal, Rows, read_row
from hashsets.values import Algorithm

_FILE_HASHES = {known.value: known for known in (Algorithm.MD5, Algorithm.SHA1, Algorithm.SHA256)}
LOOKED_UP = {
    **_FILE_HASHES,
    **{before + name: known for name, known in _FILE_HASHES.items() for before in ("hash", "file", "image", "video")},
    **{name + after: known for name, known in _FILE_HASHES.items() for after in ("hash", "sum", "digest", "value")},
    "hashvideomd5": Algorithm.MD5,
    "photomd5": Algorithm.MD5,
    "pdq": Algorithm.PDQ,
    "pdqhash": Algorithm.PDQ,
    "pdqhex": Algorithm.PDQ,
    "hashpdq": Algorithm.PDQ,
    "imagepdq": Algorithm.PDQ,
    "phash": Algorithm.PHASH,
}
KEPT = {
    "photodna": "photodna",
    "photodnahash": "photodna",
    "hashphotodna": "photodna",
    "imagephotodna": "photodna",
    "pdna": "photodna",
    "pdnahash": "photodna",
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
    "tmksaferhash": "ssvh_safer_hash",  # as NCMEC's own page has it
    "vpdq": "vpdq",
    "sha512": "sha512",
    "hashsha512": "sha512",
    "tlsh": "tlsh",
    "ssdeep": "ssdeep",
}


@lru_cache(maxsize=4096)
def plain(name: str) -> str:
    """A name as it is compared."""
    return "".join(filter(str.isalnum, name.lower()))


def split_named(named: Iterable[tuple[str, str]]) -> tuple[list[Hash], list[Other]]:
    """Hashes by their types' names into those we look up and all others, which are kept under a short name."""
    hashes, others = [], []
    for name, value in named:
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
    if known not in LOOKED_UP and known not in KEPT and not _is_unknown_hash(known, value):
        yield Refusal(line, "a type we neither look up nor keep")
        return
    hashes, others = split_named([(kind, value)])
    yield from read_row(line, hashes, entry=entry, label=label, others=others, changed_at=changed_at)


def _is_unknown_hash(kind: str, value: str) -> bool:
    """Whether a type calls itself a hash and its value is one word: some carry the text that stood in a picture."""
    return kind.startswith("hash") and not any(map(str.isspace, value))
