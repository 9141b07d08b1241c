"""What the processes that fetch send back. One that talks to hostile hosts may have been taken over, so its answers are
checked on arrival as if they came from such a host: they cannot make the hotline crash, wait or grow."""

import hashlib
import ipaddress
import json
import re
from collections.abc import Container
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from hashsets.wire import BadAnswerError
from hotline.addresses.gate import REFUSALS
from hotline.channels.asking import Asking
from hotline.channels.exchange import MAX_IPS, Exchange
from hotline.channels.heads import MAX_CERTIFICATE_NAMES, MAX_HEADERS, MAX_NAME, MAX_VALUE
from hotline.channels.trip import fetch_error
from hotline.errors import FetchError
from hotline.records.looks import Capture, Headers, Hop, Tls
from hotline.states import Unreachable

STAGES = ("dns", "connect", "tls", "headers", "body")
REASONS = frozenset(
    {
        Unreachable.DNS,
        Unreachable.CONNECT,
        Unreachable.TLS,
        Unreachable.TIMEOUT,
        Unreachable.RESET,
        Unreachable.REFUSED_ADDRESS,
        Unreachable.TOO_LARGE,
        Unreachable.TOO_MANY_REDIRECTS,
        Unreachable.BAD_RESPONSE,
        Unreachable.ONION,
    }
)
MAX_URL = 100_000
MAX_TRIED = 1_000
MAX_HOP_BYTES, MAX_HEADS_BYTES = 500_000, 20_000_000
SO_FAR = b"+"
"""Begins a frame that tells how far a request has come; the answer to it begins otherwise."""
_SHA256 = re.compile("[0-9a-f]{64}")


def max_head_bytes(ask: Asking) -> int:
    """So long a frame may be that is no body."""
    return min(MAX_HOP_BYTES * (ask.limits.max_redirects + 2), MAX_HEADS_BYTES)


def encode_so_far(capture: Capture) -> bytes:
    return SO_FAR + _json(_told(capture))


def encode_answer(outcome: Exchange | FetchError) -> bytes:
    """The answer without the body, which follows where there is one."""
    told = _told(outcome.capture)
    if isinstance(outcome, FetchError):
        names = ("refused", "received_bytes", "elapsed_s")
        told |= {name: outcome.evidence.get(name) for name in names} | {"may_retry": outcome.may_retry}
    return _json(told)


def _json(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace")


def _told(capture: Capture) -> dict[str, Any]:
    hops = [asdict(hop) for hop in capture.hops]
    for hop in hops:
        hop |= {name: hop[name].isoformat() for name in ("began_at", "ended_at")}
    return {"hops": hops, "tried": capture.tried, "reason": capture.reason, "stage": capture.stage}


@dataclass(frozen=True)
class Heard:
    """How an answer is read: what was asked and when is ours to say. Each method raises BadAnswerError on anything
    that is not exactly what it reads."""

    ask: Asking
    began_at: datetime
    ended_at: datetime

    def so_far(self, frame: bytes) -> Capture:
        try:
            return self._capture(json.loads(frame.removeprefix(SO_FAR)))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BadAnswerError from None

    def answer(self, frame: bytes) -> Exchange | FetchError:
        """The body of an Exchange follows it, and is taken in by `with_body`."""
        try:
            told = json.loads(frame)
            capture = self._capture(told)
            return _failure(told, capture) if capture.reason is not None else _success(capture)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise BadAnswerError from None

    def _capture(self, told: dict[str, Any]) -> Capture:
        return Capture(
            asked=self.ask.href,
            purpose=self.ask.purpose,
            egress=self.ask.egress,
            began_at=self.began_at,
            ended_at=self.ended_at,
            hops=tuple(_hop(hop) for hop in _listed(told["hops"], self.ask.limits.max_redirects + 1)),
            tried=tuple(_ip(ip) for ip in _listed(told["tried"], MAX_TRIED)),
            reason=_one_of(REASONS, told["reason"]),
            stage=_one_of(STAGES, told["stage"]),
        )


def with_body(answer: Exchange, body: bytes) -> Exchange:
    """The answer with its body. Raises BadAnswerError where the body is not the one it told of."""
    last = answer.hops[-1]
    told = (last.body_sha256, last.body_bytes)
    if told != (hashlib.sha256(body).hexdigest(), len(body)) and (body or told != (None, None)):
        raise BadAnswerError
    return replace(answer, body=body)


def _success(capture: Capture) -> Exchange:
    _require(len(capture.hops) > 0 and capture.stage is None)
    last = capture.hops[-1]
    return Exchange(last.url, capture.hops, last.received, b"", capture)


def _failure(told: dict[str, Any], capture: Capture) -> FetchError:
    refused, may_retry = _one_of(REFUSALS, told["refused"]), told["may_retry"]
    received_bytes, elapsed_s = _count(told["received_bytes"]), float(told["elapsed_s"])
    _require(capture.stage is not None and type(may_retry) is bool and 0 <= elapsed_s < 1e6)
    _require((capture.reason == Unreachable.REFUSED_ADDRESS) == (refused is not None))
    return fetch_error(capture, received_bytes, elapsed_s, may_retry=may_retry, refused=refused)


def _hop(fields: dict[str, Any]) -> Hop:
    return Hop(
        url=_text(fields["url"], MAX_URL),
        status=_count(fields["status"], 999),
        ip=_ip(fields["ip"]) if fields["ip"] else "",
        method=_text(fields["method"], 20),
        sent=_headers(fields["sent"]),
        received=_headers(fields["received"]),
        ips=tuple(_ip(ip) for ip in _listed(fields["ips"], MAX_IPS)),
        tls=_tls(fields["tls"]) if fields["tls"] is not None else None,
        began_at=_moment(fields["began_at"]),
        ended_at=_moment(fields["ended_at"]),
        body_sha256=_sha256(fields["body_sha256"]) if fields["body_sha256"] is not None else None,
        body_bytes=_count(fields["body_bytes"]) if fields["body_bytes"] is not None else None,
    )


def _tls(fields: dict[str, Any]) -> Tls:
    return Tls(
        version=_text(fields["version"], 20),
        sha256=_sha256(fields["sha256"]),
        names=tuple(_text(name, MAX_NAME) for name in _listed(fields["names"], MAX_CERTIFICATE_NAMES)),
        issuer=_text(fields["issuer"], MAX_VALUE),
        not_before=_text(fields["not_before"], 40),
        not_after=_text(fields["not_after"], 40),
    )


def _headers(value: Any) -> Headers:
    return tuple((_text(name, MAX_NAME), _text(text, MAX_VALUE)) for name, text in _listed(value, MAX_HEADERS))


def _require(is_so: bool) -> None:
    if not is_so:
        raise ValueError


def _one_of(known: Container[str], value: Any) -> str | None:
    _require(value is None or (type(value) is str and value in known))
    return value if value is None else str(value)


def _listed(value: Any, most: int) -> list[Any]:
    _require(isinstance(value, list) and len(value) <= most)
    return list(value)


def _text(value: Any, most: int) -> str:
    _require(type(value) is str and len(value) <= most and value.isprintable())
    return str(value)


def _count(value: Any, most: int = 1 << 50) -> int:
    _require(type(value) is int and 0 <= value <= most)
    return int(value)


def _ip(value: Any) -> str:
    ipaddress.ip_address(_text(value, 60))
    return str(value)


def _sha256(value: Any) -> str:
    _require(_SHA256.fullmatch(_text(value, 64)) is not None)
    return str(value)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(_text(value, 40))
    _require(moment.tzinfo is not None)
    return moment
