"""The AWS Abuse Signal API: hands in a finished report, signed with SigV4, and asks what became of it. Knows no notice.

Read 2026-11-21 in docs.aws.amazon.com/abuse-signal and the service model 2026-01-12 of `botocore` 1.44.8: 202 with a
reportId; 400 ValidationException with fieldList, 403, 409 (the client token was used with another body), 422 with
unmetRequirements, 429 and 500 with Retry-After. The same client token within 24 hours gives the same report, so until
then everything unclear is sent again, the same bytes. Unconfirmed: whether faulty signatures come as 400 or 403 (both
are read), and the endpoints of the regions that take reports (us-east-1, us-west-2, eu-west-2).
"""

import configparser
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from hotline.channels.abuseapi import SECRET, Api, Reply, Report, Submitted, ThrottledError, said
from hotline.errors import DeliveryError
from hotline.states import Outcome

__all__ = ["SAFE_RETRY_H", "AbuseSignalApi", "AbuseSignalStanding", "Credentials", "credentials_in"]

SAFE_RETRY_H = 24
"""For so long a retry makes no second report; after it a person has to look first."""
SERVICE = "abuse"
PATH = "/v1/abuse"
REGION = re.compile(r"[a-z0-9-]{1,32}")
REFERENCE = re.compile(r"[a-zA-Z0-9]{20,64}")
RULE = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,40}){1,5}")
POINTER = re.compile(r"(/[A-Za-z0-9_]{1,40}){1,6}")
THROTTLED = frozenset({"ThrottlingException", "Throttling", "TooManyRequestsException", "SlowDown"})
LOGIN = frozenset(
    {"AccessDenied", "AccessDeniedException", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature"}
    | {"IncompleteSignatureException", "InvalidAccessKeyId", "InvalidClientTokenId", "InvalidSignatureException"}
    | {"MissingAuthenticationToken", "MissingAuthenticationTokenException", "NotAuthorized", "OptInRequired"}
    | {"RequestExpired", "RequestTimeTooSkewed", "SignatureDoesNotMatch", "UnrecognizedClientException"}
)
OUTCOMES = {
    "ACTIONED": Outcome.REMOVED,
    "NOT_RESOLVABLE_TO_AWS": Outcome.NOT_OURS,
    "REVIEWED_NO_AWS_ACTION": Outcome.DECLINED,
    "CONTENT_DOWN_OR_INACCESSIBLE": Outcome.REMOVED,
    "NEED_MORE_INFORMATION": Outcome.ASKS_MORE,
}
NAMES = ("access_key_id", "secret_access_key", "session_token")
"""As AWS's own file of credentials names them, behind `aws_`."""


@dataclass(frozen=True)
class Credentials:
    """What requests are signed with."""

    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)
    session_token: str = field(default="", repr=False)


@dataclass(frozen=True)
class AbuseSignalStanding:
    """What the API says of a report: QUEUED, PROCESSING or COMPLETED and why; `outcome` is a claim for a recheck.

    A reason that is not known is kept as it is and has no outcome: AWS may add some.
    """

    status: str
    reason: str
    outcome: Outcome | None


@dataclass(frozen=True)
class AbuseSignalApi:
    """The API of one region as one identity."""

    api: Api
    region: str
    credentials: Credentials = field(repr=False)

    def submit(self, report: Report) -> Submitted:
        """Hands in one report; the same bytes again within SAFE_RETRY_H hours do no harm.

        Raises DeliveryError. Final, for a person: `login`, `refused` (400, 422, any other 4xx, a redirect),
        `unknown_outcome` (409: the key was used before with another body), `insecure`. To be tried again:
        ThrottledError (429), `temporary` (5xx), `unknown_outcome` (lost, or no readable answer), `connect`, `tls`.
        """
        reply = self.api.ask("POST", PATH, sign=self._signer(), raw=report.raw, is_safe=True)
        self._require_answer(reply, report)
        reference = reply.fields.get("reportId")
        if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
            raise self.api.unknown("the answer names no report", is_safe=True)
        return Submitted(reference, "QUEUED")

    def status_of(self, reference: str) -> AbuseSignalStanding:
        """Asks what became of a report. Raises DeliveryError; asking again does no harm."""
        if not REFERENCE.fullmatch(reference):
            self.api.fail("refused", "this is no reference of a report; correct it")
        reply = self.api.ask("GET", f"{PATH}/{reference}", sign=self._signer(), is_safe=True)
        self._require_answer(reply, None)
        found = reply.fields
        if reply.is_cut or not isinstance(found.get("status"), str):
            raise self.api.unknown("the answer names no status", is_safe=True)
        status, reason = said(found["status"]), said(found.get("reasonCode"))
        return AbuseSignalStanding(status, reason, OUTCOMES.get(reason) if status == "COMPLETED" else None)

    def _signer(self) -> Any:
        from requests_aws4auth import AWS4Auth

        keys = self.credentials
        if not REGION.fullmatch(self.region):
            self.api.fail("login", "the region is no name such as eu-west-2; correct it")
        given = [keys.access_key, keys.secret_key, *([keys.session_token] if keys.session_token else [])]
        if not all(SECRET.fullmatch(each) for each in given):
            self.api.fail("login", "the credentials are not printable ASCII; correct their file")
        session = {"session_token": keys.session_token} if keys.session_token else {}
        return AWS4Auth(keys.access_key, keys.secret_key, self.region, SERVICE, **session)

    def _require_answer(self, reply: Reply, report: Report | None) -> None:
        """Raises DeliveryError unless the status is one of success."""
        kind = _kind(reply)
        if reply.status in (401, 403) or (reply.status == 400 and kind in LOGIN):
            allowed = "abuse:CreateAbuseReport and abuse:GetAbuseReportStatus"
            cure = f"check the keys, that their identity is allowed {allowed}, the region and this machine's clock"
            self.api.fail("login", f"the login was refused ({reply.status}); {cure}")
        if reply.status == 429 or (reply.status == 400 and kind in THROTTLED):
            message = f"{self.api.name}: it takes no more for now; the rest is sent again later"
            raise ThrottledError(message, retry_after_s=reply.retry_after_s)
        if reply.status == 409:
            raise self.api.unknown("a report of this item and round, with another text, is there already", False)
        if 300 <= reply.status < 500:
            self._refuse(reply, report)
        if not 200 <= reply.status < 300:
            message = f"{self.api.name}: the API answered {reply.status}; the same bytes are sent again"
            raise DeliveryError(message, reason="temporary")

    def _refuse(self, reply: Reply, report: Report | None) -> NoReturn:
        found = reply.fields
        words = said(found.get("message") or found.get("Message"), self._hidden(report))
        told = "; ".join(filter(None, [words, *_points(found)]))[:300]
        cure = "the report has to change, a person has to look"
        message = f"{self.api.name}: the API answered {reply.status}{f' and says: {told}' if told else ''}; {cure}"
        raise DeliveryError(message, reason="refused", may_retry=False)

    def _hidden(self, report: Report | None) -> Iterator[str]:
        yield from (self.credentials.access_key, self.credentials.secret_key, self.credentials.session_token)
        if report is not None:
            xarf = Reply(0, {}, report.raw).fields.get("report", {}).get("xarf", {})
            yield from (str(xarf.get(name) or "") for name in ("url", "source_identifier"))


def _kind(reply: Reply) -> str:
    """The error's type as rest-json gives it, without namespace and address."""
    found = reply.fields
    text = reply.headers.get("x-amzn-errortype") or found.get("__type") or found.get("code") or ""
    return str(text).partition(":")[0].rpartition("#")[2]


def _points(found: dict[str, Any]) -> Iterator[str]:
    """Where the report is wrong, by place and rule only: the messages beside them may repeat what was sent."""
    for name in ("fieldList", "unmetRequirements"):
        listed = found.get(name)
        for each in listed[:5] if isinstance(listed, list) else []:
            if isinstance(each, dict):
                path, rule = str(each.get("path") or ""), str(each.get("code") or "")
                yield " ".join(text for text, form in ((path, POINTER), (rule, RULE)) if form.fullmatch(text))


def credentials_in(path: str, setting: str) -> Credentials:
    """The credentials in a file of AWS's own form (profile `default`). Raises DeliveryError (`login`)."""
    found = configparser.RawConfigParser()
    with contextlib.suppress(OSError, UnicodeDecodeError, ValueError, configparser.Error):
        found.read_string(Path(path).read_text(encoding="utf-8"))
        keys = {name: found.get("default", f"aws_{name}", fallback="").strip() for name in NAMES}
        if all(SECRET.fullmatch(keys[name]) for name in NAMES[:2]):
            return Credentials(*keys.values())
    message = f"{setting} names no file with [default], aws_access_key_id and aws_secret_access_key; correct it"
    raise DeliveryError(message, reason="login")
