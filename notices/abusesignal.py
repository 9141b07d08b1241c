"""A notice as reports to the AWS Abuse Signal API: a finished XARF document of one item in the envelope that
CreateAbuseReport takes. Knows no account and no key; sends nothing.

Read 2026-11-21 in docs.aws.amazon.com/abuse-signal and the service model 2026-01-12 of `botocore` 1.44.8. The service
also refuses a XARF whose `timestamp` is older than 90 days or an hour ahead; how far is its own setting, so that is
left to its answer.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from notices import guard
from notices.errors import NoticeError, UnsafeTextError, WrongRecipientError
from notices.facts import NoticeFacts, ReportedAddress

__all__ = ["AbuseSignalRequest", "request_of"]

MAX_BYTES = 5_000_000
MAX_SOURCE = 253
FORBIDDEN_IN_SOURCE = frozenset("{}*`")
CORRELATION = re.compile(r"[a-zA-Z0-9-_]{1,256}")
ILLEGAL_VERDICTS = (None, "baseline", "national")
TYPES = (("content", "csam"), ("content", "csem"))
TEST_TAG = "lifecycle:test"


@dataclass(frozen=True, slots=True)
class AbuseSignalRequest:
    """One report of one item. ``key`` is its clientToken: within 24 hours the same key never makes a second report."""

    key: str
    item: str
    raw: bytes = field(repr=False)
    """The body, as it goes out; a retry has to send the same bytes, for another body under the key is a conflict."""

    @property
    def body(self) -> dict[str, Any]:
        return cast(dict[str, Any], json.loads(self.raw))


def request_of(facts: NoticeFacts, item: str, xarf: Mapping[str, Any]) -> AbuseSignalRequest:
    """The report about one item of a notice; ``xarf`` is its finished and validated XARF v4 document.

    Raises:
        WrongRecipientError: the notice, or the XARF, is about anything but illegal material.
        AccountRecipientError, UnsafeTextError, NoticeError: a fact that must not go out.
    """
    address = _address(facts, item)
    _require_sendable(facts, address)
    _require_xarf(address, xarf)
    correlation = f"{facts.number}-r{facts.round}-{item}"
    if not CORRELATION.fullmatch(correlation):
        raise UnsafeTextError("number or item holds more than letters and digits. Correct that notice.")
    key = _client_token(facts, item)
    raw = _json({"clientToken": key, "correlationId": correlation, "report": {"xarf": dict(xarf)}})
    if len(raw) > MAX_BYTES:
        raise NoticeError(f"The report about {item} is over 5 MB, more than AWS takes. Shorten its texts.")
    return AbuseSignalRequest(key, item, raw)


def _address(facts: NoticeFacts, item: str) -> ReportedAddress:
    found = [one for one in facts.addresses if one.item == item]
    if len(found) != 1:
        raise NoticeError(f"{facts.number} has {len(found)} addresses of {item}, not one. Render it anew.")
    return found[0]


def _require_sendable(facts: NoticeFacts, address: ReportedAddress) -> None:
    guard.require_plain_facts(facts)
    if facts.kind != "illegal" or address.verdict not in ILLEGAL_VERDICTS:
        raise WrongRecipientError(
            f"{facts.number} is not about illegal material, and a report of this kind to AWS is for nothing else. Send "
            "it to another contact, a correction by mail; a retry does not help."
        )
    if facts.test_mode_to:
        raise NoticeError(
            f"{facts.number} is written in test mode and AWS takes a test only with invented addresses. End the test "
            "mode or choose a contact by mail; a retry does not help."
        )
    guard.require_account_route(facts)


def _require_xarf(address: ReportedAddress, xarf: Mapping[str, Any]) -> None:
    item = address.item
    if (xarf.get("category"), xarf.get("type")) not in TYPES:
        raise WrongRecipientError(f"The XARF of {item} is neither content/csam nor content/csem. Render it anew.")
    if xarf.get("url") not in (address.url, address.href or address.url):
        raise NoticeError(f"The XARF given for {item} is about another address. Render it anew.")
    if xarf.get("evidence"):
        raise NoticeError(f"The XARF of {item} carries evidence, and nothing is ever attached. Render it without.")
    if TEST_TAG in (xarf.get("tags") or ()):
        raise NoticeError(f"The XARF of {item} is tagged {TEST_TAG}: AWS would delete it. Render it without the tag.")
    source = xarf.get("source_identifier")
    if not isinstance(source, str) or not 1 <= len(source) <= MAX_SOURCE or FORBIDDEN_IN_SOURCE & set(source):
        raise UnsafeTextError(
            f"The XARF of {item} has a source_identifier AWS refuses (1 to {MAX_SOURCE} characters, none of {{}}*`). "
            "Use the IP address or the hostname."
        )


def _client_token(facts: NoticeFacts, item: str) -> str:
    return hashlib.sha256(_json(["abuse-signal", facts.home, facts.number, facts.round, item])).hexdigest()


def _json(body: Any) -> bytes:
    """Raises NoticeError for what JSON has not."""
    try:
        return json.dumps(body, sort_keys=True, separators=(",", ":"), allow_nan=False).encode("ascii")
    except (TypeError, ValueError):
        raise NoticeError("The XARF holds a value that JSON has not. Render it anew.") from None
