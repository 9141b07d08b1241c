"""Cloudflare's abuse API: hands in a finished report of abuse_children and asks what became of it. Knows no notice.

Read 2026-11-21 in developers.cloudflare.com/api and in clients made from its OpenAPI description: 401 where the account
lacks the entitlement, {abuse_rand, request, result: "success"} for what was taken, {error_code, msg, request, result:
"error"} with 400 and 500. It has no idempotency, so nothing is sent twice that may have been taken; it refuses an
address it was told of within 7 days, so a repeat by this API makes no sense earlier. Unconfirmed: the shape of 401, 403
and 429 (taken as the usual envelope), Retry-After, whether a report of this kind shows among the submitted ones at all
(their `type` has no word for it).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NoReturn

import requests

from hotline.channels.abuseapi import SECRET, Api, Reply, Report, Submitted, ThrottledError, said
from hotline.errors import DeliveryError
from hotline.states import Outcome

__all__ = ["CloudflareApi", "CloudflareStanding"]

PATH = "/accounts/{account}/abuse-reports/{what}"
ACCOUNT = re.compile(r"[A-Za-z0-9]{1,32}")
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
ENTITLEMENT = (
    "the login was refused; the account needs the abuse-reports entitlement (ask Cloudflare unless it is an Enterprise "
    "account) and the token the permission Trust and Safety Write (Abuse Reports: Edit)"
)
# What a denial means for the notice; `accepted` says that abuse was found, never that anything is gone.
DENIALS = {
    "content_removed": Outcome.REMOVED,
    "content_unavailable": Outcome.REMOVED,
    "not_on_cloudflare": Outcome.NOT_OURS,
    "incomplete_report": Outcome.ASKS_MORE,
    "report_details_mismatch": Outcome.ASKS_MORE,
    "direct_url_required": Outcome.ASKS_MORE,
    "unable_to_confirm": Outcome.DECLINED,
    "no_abuse_found": Outcome.DECLINED,
    "wrong_report_category": Outcome.DECLINED,
    "law_enforcement_referral_required": Outcome.DECLINED,
    "domain_dispute_process_required": Outcome.DECLINED,
}


@dataclass(frozen=True)
class CloudflareStanding:
    """What the API says of a report: submitted, accepted or denied and why; `outcome` is a claim for a recheck."""

    status: str
    reason: str
    outcome: Outcome | None


@dataclass(frozen=True)
class CloudflareApi:
    """The API as one account. Raises DeliveryError (`login`) at the first use for what is no account or token."""

    api: Api
    account: str = field(repr=False)
    token: str = field(repr=False)

    def submit(self, report: Report) -> Submitted:
        """Hands in one report, once.

        Raises DeliveryError. Final, for a person: `login` (401, 403), `refused` (any other 4xx, a redirect),
        `unknown_outcome` (5xx, no readable answer, or lost on the way), `insecure`. To be tried again: ThrottledError
        (429), `connect` and `tls`, where nothing was sent.
        """
        reply = self.api.ask("POST", self._path("abuse_children"), sign=self._sign, raw=report.raw)
        self._require_taken(reply, report)
        found = reply.fields
        if found.get("result") == "error" or found.get("success") is False:
            self._refuse(reply, report)
        reference = found.get("abuse_rand")
        if not isinstance(reference, str) or not REFERENCE.fullmatch(reference):
            raise self.api.unknown("the answer names no report", is_safe=False)
        return Submitted(reference, "submitted")

    def status_of(self, reference: str) -> CloudflareStanding:
        """Asks what became of a report. Raises DeliveryError; asking again does no harm."""
        if not REFERENCE.fullmatch(reference):
            self.api.fail("refused", "this is no reference of a report; correct it")
        reply = self.api.ask("GET", self._path(f"submitted/{reference}"), sign=self._sign, is_safe=True)
        self._require_answer(reply)
        if reply.status >= 500 or reply.is_cut:
            raise self.api.unknown("the API gave no answer", is_safe=True)
        result = reply.fields.get("result")
        if reply.status != 200 or not isinstance(result, dict):
            self._refuse(reply, None)
        reason = said(result.get("denial_reason"))
        outcome = DENIALS.get(reason) if result.get("status") == "denied" else None
        return CloudflareStanding(said(result.get("status")), reason, outcome)

    def _path(self, what: str) -> str:
        if not ACCOUNT.fullmatch(self.account):
            self.api.fail("login", "the account id is not 1 to 32 letters and digits; correct it")
        if not SECRET.fullmatch(self.token):
            self.api.fail("login", "the token is not printable ASCII; correct its file")
        return PATH.format(account=self.account, what=what)

    def _sign(self, prepared: requests.PreparedRequest) -> None:
        prepared.headers["Authorization"] = f"Bearer {self.token}"

    def _require_answer(self, reply: Reply) -> None:
        if reply.status in (401, 403):
            self.api.fail("login", f"{ENTITLEMENT} ({reply.status})")
        if reply.status == 429:
            message = f"{self.api.name}: it takes no more for now; the rest is sent again later"
            raise ThrottledError(message, retry_after_s=reply.retry_after_s)

    def _require_taken(self, reply: Reply, report: Report) -> None:
        """Raises DeliveryError unless the status says that the report was taken."""
        self._require_answer(reply)
        if 300 <= reply.status < 500:
            self._refuse(reply, report)
        if not 200 <= reply.status < 300:
            raise self.api.unknown(f"the API answered {reply.status}", is_safe=False)

    def _refuse(self, reply: Reply, report: Report | None) -> NoReturn:
        found = reply.fields
        words = said(found.get("msg"), self._hidden(report)) or said(_first_message(found), self._hidden(report))
        told = f" and says: {words}" if words else ""
        cure = "a person has to look at the report, and at the contact's address and account"
        message = f"{self.api.name}: the API answered {reply.status}{told}; {cure}"
        raise DeliveryError(message, reason="refused", may_retry=False)

    def _hidden(self, report: Report | None) -> Iterator[str]:
        yield self.token
        yield self.account
        if report is not None:
            yield from str(Reply(0, {}, report.raw).fields.get("urls", "")).split("\n")


def _first_message(found: dict[str, object]) -> object:
    errors = found.get("errors")
    first = errors[0] if isinstance(errors, list) and errors else None
    return first.get("message") if isinstance(first, dict) else None
