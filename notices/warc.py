"""How looks were taken as a WARC file (ISO 28500): the heads of requests and answers, never a body. Values in, bytes
out; knows no database and no network."""

import io
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import BufferWARCWriter

_SPACE = uuid.UUID("5f6a3c0e-6b1d-5c3e-9d0a-2f1f6f1b7a11")
_ABOUT = "heads only: each body was hashed in memory and dropped; its SHA-256 and size stand in the metadata record"


class _InMemory(BufferWARCWriter):  # type: ignore[misc]
    """The library's writer keeps what it measures in a temporary file; nothing of ours shall rest in one."""

    @staticmethod
    def _create_temp_file() -> io.BytesIO:
        return io.BytesIO()


@dataclass(frozen=True)
class Look:
    """One look: its number, its item's, and its document as it was captured."""

    number: str
    item: str
    at: datetime
    vantage: str
    document: Mapping[str, Any]


def warc_of(looks: Iterable[Look], made_at: datetime) -> bytes:
    """The WARC file of these looks, gzipped record by record; the same looks give the same bytes."""
    looks = list(looks)
    writer = _InMemory(gzip=True, warc_version="1.1")
    writer.write_record(_about(writer, looks, made_at))
    for look in looks:
        for number, exchange in enumerate(look.document["exchanges"]):
            for record in _records(writer, look, f"{look.number}/{number}", exchange):
                writer.write_record(record)
    return bytes(writer.get_contents())


def _records(writer: BufferWARCWriter, look: Look, number: str, exchange: Mapping[str, Any]) -> Iterator[ArcWarcRecord]:
    for place, hop in enumerate(exchange["hops"]):
        yield from _hop(writer, look, f"{number}/{place}", exchange, hop)
    if exchange["reason"]:
        why = {"look": look.number, "purpose": exchange["purpose"], "vantage": exchange["egress"]}
        why |= {"ended-early": f"{exchange['reason']} at {exchange['stage']}", "tried": " ".join(exchange["tried"])}
        heads = {"WARC-Date": _time(exchange["ended_at"])}
        ids = {"metadata": _id(number, "ended")}
        yield _record(writer, exchange["asked"], "metadata", ids, heads, payload=_fields(why.items()))


def _about(writer: BufferWARCWriter, looks: list[Look], made_at: datetime) -> ArcWarcRecord:
    tools = looks[-1].document["tool"] if looks else {}
    software = ", ".join(f"{name} {version}" for name, version in sorted(tools.items()))
    fields = {"software": software, "format": "WARC File Format 1.1", "description": _ABOUT}
    record = writer.create_warcinfo_record(None, fields)
    record.rec_headers.replace_header("WARC-Record-ID", _id("about", *(look.number for look in looks)))
    record.rec_headers.replace_header("WARC-Date", _time(made_at.isoformat()))
    return record


def _hop(
    writer: BufferWARCWriter, look: Look, number: str, exchange: Mapping[str, Any], hop: Mapping[str, Any]
) -> Iterator[ArcWarcRecord]:
    ids = {name: _id(number, name) for name in ("response", "request", "metadata")}
    both = {"WARC-Date": _time(hop["began_at"] or look.at.isoformat())}
    if hop["ip"]:
        both["WARC-IP-Address"] = hop["ip"]
    yield _record(writer, hop["url"], "response", ids, both | {"WARC-Truncated": "unspecified"}, http=_answer(hop))
    beside = both | {"WARC-Concurrent-To": ids["response"]}
    yield _record(writer, hop["url"], "request", ids, beside, http=_request(hop))
    yield _record(writer, hop["url"], "metadata", ids, beside, payload=_fields(_facts(look, exchange, hop)))


def _fields(facts: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in facts)


def _record(
    writer: BufferWARCWriter,
    url: str,
    kind: str,
    ids: Mapping[str, str],
    heads: Mapping[str, str],
    *,
    http: StatusAndHeaders | None = None,
    payload: str = "",
) -> ArcWarcRecord:
    return writer.create_warc_record(
        url,
        kind,
        payload=io.BytesIO(payload.encode()),
        warc_content_type="" if http is not None else "application/warc-fields",
        http_headers=http,
        warc_headers_dict={"WARC-Record-ID": ids[kind], **heads},
    )


def _answer(hop: Mapping[str, Any]) -> StatusAndHeaders:
    status = int(hop["status"])
    phrase = HTTPStatus(status).phrase if status in {one.value for one in HTTPStatus} else ""
    return StatusAndHeaders(f"{status} {phrase}".strip(), _lines(hop["received"]), protocol="HTTP/1.1")


def _request(hop: Mapping[str, Any]) -> StatusAndHeaders:
    rest = "/" + hop["url"].partition("://")[2].partition("/")[2].partition("#")[0]
    return StatusAndHeaders(f"{hop['method']} {rest} HTTP/1.1", _lines(hop["sent"]), is_http_request=True)


def _lines(heads: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Header lines of a hostile host may hold what would break a line of the file."""
    return [(_clean(name), _clean(value)) for name, value in heads]


def _clean(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).encode("ascii", "backslashreplace").decode()


def _facts(look: Look, exchange: Mapping[str, Any], hop: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    yield "look", look.number
    yield "item", look.item
    yield "purpose", exchange["purpose"]
    yield "vantage", exchange["egress"]
    yield "addresses", " ".join(hop["ips"])
    if hop["body_sha256"]:
        yield "body-sha256", hop["body_sha256"]
        yield "body-bytes", str(hop["body_bytes"])
    for name, value in (hop["tls"] or {}).items():
        yield f"tls-{name.replace('_', '-')}", _clean(" ".join(value) if isinstance(value, list) else str(value))
    yield "ended", _time(hop["ended_at"] or look.at.isoformat())


def _id(*parts: str) -> str:
    return f"<urn:uuid:{uuid.uuid5(_SPACE, '/'.join(parts))}>"


def _time(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(timespec="microseconds").replace("+00:00", "Z")
