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
from hashsets.formats.rows import Doubt, Refusal, Rows, Withdrawal, clean_text, read_row, read_time

NAME = "ncmec-xml"
IS_DELTA = True
NAMESPACE = "https://hashsharing.ncmec.org/hashsharing/v2"
MAX_RECORD_BYTES = 1_000_000
_PIECE_BYTES = 65_536
_TAG = f"{{{NAMESPACE}}}"
_ADDED = frozenset({f"{_TAG}image", f"{_TAG}video"})
_DELETED = frozenset({f"{_TAG}deletedImage", f"{_TAG}deletedVideo"})
_RECORDS = _ADDED | _DELETED
_HOLDERS = frozenset({f"{_TAG}images", f"{_TAG}videos"})
_NEXT = f"{_TAG}next"


def recognises(lines: list[str]) -> bool:
    """Whether the file is XML in NCMEC's namespace."""
    text = "\n".join(lines)
    return text.lstrip().startswith("<") and NAMESPACE in text


def read_rows(stream: BinaryIO) -> Rows:
    """Rows and withdrawals by `member-id`, with the number of the record instead of a line. Raises BrokenListError."""
    number = 0
    for number, element in enumerate(_elements(stream), start=1):
        if element.tag == _NEXT:
            yield Doubt(number, "more pages follow this one: import them all")
        else:
            yield from _read(number, element)


def _read(number: int, element: ElementTree.Element) -> Rows:
    entry = _entry(element)
    changed_at = read_time(_text(element, "timestamp"))
    if entry is None:
        yield Refusal(number, "no id in this record")
    elif element.tag in _DELETED:
        yield Withdrawal(entry, changed_at)
    else:
        named = {_plain_tag(one): (one.text or "").strip() for one in element.iterfind(f"{_TAG}fingerprints/*")}
        hashes, others = split_named(named)
        label = _text(element, "classification")
        yield from read_row(number, hashes, entry=entry, label=label, others=others, changed_at=changed_at)


def _entry(element: ElementTree.Element) -> str | None:
    """A member's id and the id that this member gave: two members may give the same."""
    member = element.find(f"{_TAG}member")
    given = _text(element, "id")
    owner = member.get("id", "") if member is not None else ""
    return clean_text(f"{owner}-{given}" if owner and given else given)


def _text(element: ElementTree.Element, name: str) -> str:
    return (element.findtext(f"{_TAG}{name}") or "").strip()


def _plain_tag(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _elements(stream: BinaryIO) -> Iterator[ElementTree.Element]:
    """Each record and the link to the next page, one at a time in memory."""
    holder: ElementTree.Element | None = None
    try:
        guarded = _GuardedXml(stream)
        for event, element in ElementTree.iterparse(guarded, events=("start", "end")):  # noqa: S314 - guarded
            if event == "start":
                holder = element if element.tag in _HOLDERS else holder
            elif element.tag in _RECORDS or element.tag == _NEXT:
                guarded.record_ended()
                yield element
                if holder is not None:
                    holder.clear()
    except (ElementTree.ParseError, expat.ExpatError, ValueError):
        raise BrokenListError from None


class _GuardedXml:
    """Hands a file to the parser piece by piece; refuses document types, so entities too, and endless records."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._since_record = 0
        _refuse_document_type(stream)

    def read(self, _: int = -1) -> bytes:
        """The next piece. Raises BrokenListError."""
        piece = self._stream.read(_PIECE_BYTES)
        self._since_record += len(piece)
        if self._since_record > MAX_RECORD_BYTES:
            raise BrokenListError
        return piece

    def record_ended(self) -> None:
        """Tell that what was read so far led to a record."""
        self._since_record = 0


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
