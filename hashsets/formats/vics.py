"""Project VIC's VICS 1.2, 1.3 and 2.0: OData JSON of gigabytes, often with a byte order mark, media or whole cases.
MD5 and SHA1 are looked up, AlternativeHashes (PhotoDNA and others) are kept; descriptions of persons are left behind.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from hashsets.formats.json_stream import read_records, text_of
from hashsets.formats.names import split_named
from hashsets.formats.rows import ListRow, Rows, read_row
from hashsets.values import Algorithm

NAME = "vics"
IS_DELTA = False
CONTEXT = "http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media"
_CONTEXT_LOOK = re.compile(r'"@?odata\.(context|metadata)"\s*:\s*"[^"]*ProjectVic', re.IGNORECASE)
_CASES_LOOK = re.compile(rb'"@?odata\.(context|metadata)"\s*:\s*"[^"]*#Cases', re.IGNORECASE)
_SAMPLE_BYTES = 65_536
_HASHES = {"MD5": Algorithm.MD5, "SHA1": Algorithm.SHA1, "SHA256": Algorithm.SHA256}
_NAMES = {algorithm: name for name, algorithm in _HASHES.items()}


def recognises(lines: list[str]) -> bool:
    """Whether the file says that its model is Project VIC's."""
    text = "\n".join(lines)
    return text.lstrip().startswith("{") and bool(_CONTEXT_LOOK.search(text))


def read_rows(stream: BinaryIO) -> Rows:
    """Rows with MediaID and Category, with the number of the medium instead of a line. Raises BrokenListError."""
    is_cases = bool(_CASES_LOOK.search(stream.read(_SAMPLE_BYTES)))
    stream.seek(0)
    path = "value.item.Media.item" if is_cases else "value.item"
    for number, media in read_records(stream, path):
        given = [(algorithm, text) for name, algorithm in _HASHES.items() if (text := text_of(media.get(name)))]
        hashes, others = split_named(_alternative(media))
        yield from read_row(
            number,
            [*given, *hashes],
            entry=text_of(media.get("MediaID")),
            label=text_of(media.get("Category")),
            others=others,
        )


def _alternative(media: dict[str, Any]) -> dict[str, str]:
    listed = media.get("AlternativeHashes")
    records = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    return {text_of(one.get("HashName")): text_of(one.get("HashValue")) for one in records}


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
