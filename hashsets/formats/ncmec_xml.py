"""NCMEC's hash sharing v2: XML pages of images and videos, with tombstones, in no order of time.
Each page adds and withdraws; what it does not name stays. Members' names and feedback are left behind.
Source: report.cybertip.org/hashsharing/v2/documentation.pdf, and the client in facebook/ThreatExchange.
"""

from collections.abc import Iterator
from typing import BinaryIO
from xml.etree import ElementTree
from xml.parsers import expat

from hashsets.errors import BrokenListError
from hashsets.formats.names import split_named
from hashsets.formats.rows import MORE_PAGES, Doubt, Refusal, Rows, Withdrawal, clean_text, read_row, read_time

NAME = "ncmec-xml"
IS_DELTA = True
NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
MAX_RECORD_BYTES = 1_000_000
_PIECE_BYTES = 65_536
_TAG = f"{{{NAMESPACE}}}"
_ADDED = frozenset({f"{_TAG}image", f"{_TAG}video"})
_DELETED = frozenset({f"{_TAG}deletedImage", f"{_TAG}deletedVideo"})
_HOLDERS = frozenset({f"{_TAG}images", f"{_TAG}videos"})
_NEXT = f"{_TAG}next"
_ENDS = _ADDED | _DELETED | {_NEXT}
Fields = dict[str, ElementTree.Element]


def recognises(lines: list[str]) -> bool:
    """Whether the file is XML in NCMEC's namespace."""
    text = "\n".join(lines)
    return text.lstrip().startswith("<") and NAMESPACE in text


def read_rows(stream: BinaryIO) -> Rows:
    """Rows and withdrawals by `member-id`, with the number of the record instead of a line. Raises BrokenListError."""
    number = 0
    for number, element in enumerate(_elements(stream), start=1):
        if element.tag == _NEXT:
            yield Doubt(number, MORE_PAGES)
        else:
            yield from _read(number, element)


def _read(number: int, element: ElementTree.Element) -> Rows:
    # Of two of one name the first counts.
    fields = {str(child.tag): child for child in reversed(element)}
    entry = _entry(fields)
    changed_at = read_time(_text(fields, "timestamp"))
    if entry is None:
        yield Refusal(number, "no id in this record")
    elif element.tag in _DELETED:
        yield Withdrawal(entry, changed_at)
    else:
        prints = fields.get(f"{_TAG}fingerprints", ())
        hashes, others = split_named((str(one.tag).rpartition("}")[2], _value(one)) for one in prints)
        label = _text(fields, "classification")
        yield from read_row(number, hashes, entry=entry, label=label, others=others, changed_at=changed_at)


def _entry(fields: Fields) -> str | None:
    """A member's id and the id that this member gave: two members may give the same."""
    member = fields.get(f"{_TAG}member")
    given = _text(fields, "id")
    owner = member.get("id", "") if member is not None else ""
    return clean_text(f"{owner}-{given}" if owner and given else given)


def _text(fields: Fields, name: str) -> str:
    found = fields.get(_TAG + name)
    return (found.text or "").strip() if found is not None else ""


def _value(element: ElementTree.Element) -> str:
    """The text of a fingerprint; line breaks around it are layout, a blank alone is part of it and so refused."""
    text = element.text or ""
    return text.strip() if "\n" in text else text


def _elements(stream: BinaryIO) -> Iterator[ElementTree.Element]:
    """Each record and the link to the next page, one at a time in memory."""
    holder: ElementTree.Element | None = None
    since_record = 0
    try:
        for piece, events in _events(stream):
            since_record += piece
            if since_record > MAX_RECORD_BYTES:
                raise BrokenListError
            for event, element in events:
                tag = element.tag
                if event == "start":
                    holder = element if tag in _HOLDERS else holder
                elif tag in _ENDS:
                    since_record = 0
                    yield element
                    (element if holder is None else holder).clear()
    # An encoding that Python does not know is a LookupError.
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError):
        raise BrokenListError from None


def _events(stream: BinaryIO) -> Iterator[tuple[int, Iterator[tuple[str, ElementTree.Element]]]]:
    """What begins and ends in each piece of a file, and how long the piece is; no document type, so no entities."""
    _refuse_document_type(stream)
    parser: ElementTree.XMLPullParser[ElementTree.Element] = ElementTree.XMLPullParser(("start", "end"))
    while piece := stream.read(_PIECE_BYTES):
        parser.feed(piece)
        yield len(piece), parser.read_events()  # type: ignore[misc]
    parser.close()
    yield 0, parser.read_events()  # type: ignore[misc]


def _refuse_document_type(stream: BinaryIO) -> None:
    """Read up to the first element, before which alone a document type may stand; leaves the stream at its beginning.

    Raises BrokenListError.
    """
    started: list[str] = []
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, _: started.append(name)
    parser.Parse(stream.read(_PIECE_BYTES), False)
    stream.seek(0)
    if not started:
        raise BrokenListError


def _refuse(*_: object) -> None:
    raise BrokenListError
