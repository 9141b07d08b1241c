"""Project VIC's VICS 1.2, 1.3 and 2.0: OData JSON of gigabytes, often with a byte order mark, media or whole cases.
MD5 and SHA1 are looked up, AlternativeHashes (PhotoDNA and others) are kept; descriptions of persons are left behind.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from hashsets.formats.json_shape import records_path
from hashsets.formats.json_stream import PagedStream, read_records, text_of
from hashsets.formats.names import plain, split_named
from hashsets.formats.rows import MORE_PAGES, Doubt, ListRow, Rows, read_row
from hashsets.values import Algorithm

NAME = "vics"
IS_DELTA = False
CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"
_CONTEXT_LOOK = re.compile(r'"@?odata\.(context|metadata)"\s*:\s*"[^"]*ProjectVic', re.IGNORECASE)
_HASHES = {"MD5": Algorithm.MD5, "SHA1": Algorithm.SHA1, "SHA256": Algorithm.SHA256}
_NAMES = {algorithm: name for name, algorithm in _HASHES.items()}
# Tools write fields of their own beside the model's.
_FIELDS = (*_HASHES, "PDQ", "PhotoDNA")
_MARKS = frozenset({"md5", "sha1", "sha256"})
_SPELLINGS = {plain(name): name for name in (*_FIELDS, "MediaID", "Category", "AlternativeHashes")}


def recognises(lines: list[str]) -> bool:
    """Whether the file says that its model is Project VIC's."""
    text = "\n".join(lines)
    return text.lstrip().startswith("{") and bool(_CONTEXT_LOOK.search(text))


def read_rows(stream: BinaryIO) -> Rows:
    """Rows with MediaID and Category, with the number of the medium instead of a line. Raises BrokenListError."""
    path = records_path(stream, lambda names: not _MARKS.isdisjoint(names))
    paged = PagedStream(stream)
    number = 0
    for number, media in read_records(paged, path or "value.item"):
        fields = media if "MD5" in media else {_SPELLINGS.get(plain(name), name): media[name] for name in media}
        hashes, others = split_named(_named_hashes(fields))
        entry, label = text_of(fields.get("MediaID")), text_of(fields.get("Category"))
        yield from read_row(number, hashes, entry=entry, label=label, others=others)
    if paged.has_more:
        yield Doubt(number, MORE_PAGES)


def _named_hashes(media: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _FIELDS:
        if text := text_of(media.get(name)):
            yield name, text
    listed = media.get("AlternativeHashes")
    for one in listed if isinstance(listed, list) else ():
        if isinstance(one, dict):
            yield text_of(one.get("HashName")), text_of(one.get("HashValue"))


def write_rows(rows: Iterable[ListRow]) -> Iterator[str]:
    """Rows as a VICS 2.0 document; what has no field of its own stands among the AlternativeHashes."""
    yield json.dumps({"@odata.context": CONTEXT})[:-1] + ', "value": ['
    for number, row in enumerate(rows):
        yield ("," if number else "") + "\n" + json.dumps(_media(row, number + 1))
    yield "\n]}\n"


def _media(row: ListRow, number: int) -> dict[str, Any]:
    fields = {_NAMES[algorithm]: value.upper() for algorithm, value in row.hashes if algorithm in _NAMES}
    alternative = [(algorithm.value.upper(), value) for algorithm, value in row.hashes if algorithm not in _NAMES]
    alternative += list(row.others)
    return {
        "MediaID": row.entry or str(number),
        "Category": row.label,
        **fields,
        "AlternativeHashes": [{"HashName": name, "HashValue": value} for name, value in alternative],
    }
