"""NCMEC's hash sharing v2: XML pages of images and videos, with tombstones, in no order of time.
Each page adds and withdraws; what it does not name stays. Members' names and feedback are left behind.
Source: report.cybertip.org/hashsharing/v2/documentation.pdf, and the client in facebook/ThreatExchange.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
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
_NEXT = f"{_TAG}next"
_RECORDS = _ADDED | _DELETED | {_NEXT}
_MEMBER = f"{_TAG}member"
_PRINTS = f"{_TAG}fingerprints"


@dataclass(slots=True)
class _Record:
    """One image, video, tombstone or link: the texts right inside it, the first of a name, and its fingerprints."""

    tag: str
    texts: dict[str, str] = field(default_factory=dict)
    prints: list[tuple[str, str]] = field(default_factory=list)
    owner: str = ""


def recognises(lines: list[str]) -> bool:
    """Whether the file is XML in NCMEC's namespace."""
    text = "\n".join(lines)
    return text.lstrip().startswith("<") and NAMESPACE in text


def read_rows(stream: BinaryIO) -> Rows:
    """Rows and withdrawals by `member-id`, with the number of the record instead of a line. Raises BrokenListError."""
    for number, record in enumerate(_records(stream), start=1):
        if record.tag == _NEXT:
            yield Doubt(number, MORE_PAGES)
        else:
            yield from _read(number, record)


def _read(number: int, record: _Record) -> Rows:
    entry = _entry(record)
    changed_at = read_time(record.texts.get(f"{_TAG}timestamp"))
    if entry is None:
        yield Refusal(number, "no id in this record")
    elif record.tag in _DELETED:
        yield Withdrawal(entry, changed_at)
    else:
        hashes, others = split_named(record.prints)
        label = record.texts.get(f"{_TAG}classification")
        yield from read_row(number, hashes, entry=entry, label=label, others=others, changed_at=changed_at)


def _entry(record: _Record) -> str | None:
    """A member's id and the id that this member gave: two members may give the same."""
    given = record.texts.get(f"{_TAG}id", "").strip()
    return clean_text(f"{record.owner}-{given}" if record.owner and given else given)


class _Collector:
    """Takes from the parser what begins and ends, and keeps the records that are whole; no tree is ever built."""

    def __init__(self) -> None:
        self.whole: list[_Record] = []
        self._record: _Record | None = None
        self._depth = 0
        self._around = ""
        self._text: list[str] = []

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if self._record is None:
            if tag in _RECORDS:
                self._record, self._depth = _Record(tag), 0
            return
        self._depth += 1
        self._text = []
        if self._depth == 1:
            self._around = tag
            if tag == _MEMBER and not self._record.owner:
                self._record.owner = attributes.get("id", "")

    def data(self, text: str) -> None:
        """Some text, perhaps not all of it."""
        if self._record is not None:
            self._text.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if self._record is None:
            return
        if self._depth == 0:
            self.whole.append(self._record)
            self._record = None
        elif self._depth == 1:
            self._record.texts.setdefault(tag, "".join(self._text))
        elif self._depth == 2 and self._around == _PRINTS:
            self._record.prints.append((tag.rpartition("}")[2], _value("".join(self._text))))
        self._depth -= 1


def _value(text: str) -> str:
    """The text of a fingerprint; line breaks around it are layout, a blank alone is part of it and so refused."""
    return text.strip() if "\n" in text else text


def _records(stream: BinaryIO) -> Iterator[_Record]:
    """Each record and the link to the next page, those of one piece at a time."""
    since_record = 0
    try:
        _refuse_document_type(stream)
        collector = _Collector()
        parser = ElementTree.XMLParser(target=collector)  # noqa: S314 - without a document type there are no entities
        while piece := stream.read(_PIECE_BYTES):
            parser.feed(piece)
            since_record = 0 if collector.whole else since_record + len(piece)
            if since_record > MAX_RECORD_BYTES:
                raise BrokenListError
            whole, collector.whole = collector.whole, []
            yield from whole
        parser.close()
    # An encoding that Python does not know is a LookupError.
    except (ElementTree.ParseError, expat.ExpatError, ValueError, LookupError):
        raise BrokenListError from None


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
