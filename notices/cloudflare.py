"""A notice as reports to Cloudflare's abuse API, ``abuse_children``: field for field what its schema asks for, the same
facts the same bytes. Knows no account and no token; sends nothing.

Read 2026-11-21 in developers.cloudflare.com/api and the types of the package `cloudflare` 5.9.0. Unconfirmed: whether
the limits count characters (as here) or bytes, and whether what the schema says may go to the Lumen Database (name,
addresses) ever does for this kind of report.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from notices import guard, words
from notices.errors import NoticeError, UnsafeTextError, WrongRecipientError
from notices.facts import NoticeFacts, ReportedAddress

__all__ = ["LIMITS", "MAX_URLS", "CloudflareRequest", "requests_of"]

ACT = "abuse_children"
MAX_URLS = 250
LIMITS = {"company": 100, "comments": 2000, "email": 254, "justification": 5000, "name": 255, "tele": 20, "title": 255}
"""The most characters of a field; that of the e-mail is RFC 5321's, the schema names none."""
ILLEGAL_VERDICTS = (None, "baseline", "national")
ASSESSED = (
    "Every address was assessed by a trained person of this hotline, or serves exactly a file that such a person "
    "assessed before, or shows what such a person assessed. No notice rests on a machine alone."
)


@dataclass(frozen=True, slots=True)
class CloudflareRequest:
    """One report: addresses of one hostname. ``key`` is the same for the same content of the same round."""

    key: str
    items: tuple[str, ...]
    raw: bytes = field(repr=False)
    """The body, as it goes out."""

    @property
    def body(self) -> dict[str, str]:
        return cast(dict[str, str], json.loads(self.raw))


def requests_of(facts: NoticeFacts) -> tuple[CloudflareRequest, ...]:
    """The reports a notice needs: one for each hostname and each 250 addresses of it, in the order of the notice.

    Raises:
        WrongRecipientError: the notice is about anything but illegal material.
        AccountRecipientError, UnsafeTextError, NoticeError: a fact that must not go out or does not fit.
    """
    _require_sendable(facts)
    return tuple(_request(facts, urls, addresses) for urls, addresses in _groups(facts.addresses))


def _require_sendable(facts: NoticeFacts) -> None:
    guard.require_plain_facts(facts)
    if facts.kind != "illegal" or any(one.verdict not in ILLEGAL_VERDICTS for one in facts.addresses):
        raise WrongRecipientError(
            f"{facts.number} is not, or not only, about illegal material, and Cloudflare's report of this kind is for "
            "nothing else. Send it to another contact, a correction by mail; a retry does not help."
        )
    if facts.test_mode_to:
        raise NoticeError(
            f"{facts.number} is written in test mode and Cloudflare's API has no test: a report would be real. End the "
            "test mode or choose a contact by mail; a retry does not help."
        )
    guard.require_account_route(facts)
    if not facts.addresses:
        raise UnsafeTextError("A notice without an address asks for nothing. Give it at least one item.")


def _groups(addresses: Sequence[ReportedAddress]) -> Iterator[tuple[list[str], list[ReportedAddress]]]:
    """Addresses of one hostname, at most 250 and each once, with the items that stand at them."""
    of_host: dict[str, dict[str, list[ReportedAddress]]] = {}
    for one in addresses:
        url = one.href or one.url
        of_host.setdefault(_hostname(one.item, url), {}).setdefault(url, []).append(one)
    for found in of_host.values():
        urls = list(found)
        for start in range(0, len(urls), MAX_URLS):
            some = urls[start : start + MAX_URLS]
            yield some, [one for url in some for one in found[url]]


def _hostname(item: str, url: str) -> str:
    """Raises UnsafeTextError where the address is no line of its own or no web address."""
    import ada_url

    if len(url.split()) != 1:
        raise UnsafeTextError(f"The address of {item} has blanks; Cloudflare takes it without. Give it an href.")
    try:
        parsed = ada_url.URL(url)
    except ValueError:
        parsed = None
    if parsed is None or parsed.protocol not in ("http:", "https:") or not parsed.hostname:
        raise UnsafeTextError(f"The address of {item} is no web address. Leave the item out of this notice.")
    return str(parsed.hostname)


def _request(facts: NoticeFacts, urls: list[str], addresses: list[ReportedAddress]) -> CloudflareRequest:
    email = _email(facts)
    optional = {"comments": _comments(facts, addresses), "company": facts.sender.name, "title": _title(facts, urls)}
    if facts.sender.phone and len(facts.sender.phone) <= LIMITS["tele"]:
        optional["tele"] = facts.sender.phone
    body = {
        "act": ACT,
        "email": email,
        "email2": email,
        "host_notification": "send",
        "justification": _justification(facts, urls, addresses),
        "name": _required(facts.sender.name),
        "ncmec_notification": "send",
        "owner_notification": "none",  # the owner may be the offender
        "urls": "\n".join(urls),
    }
    body |= optional
    cut = {name: _cut(text, LIMITS[name]) if name in LIMITS else text for name, text in body.items()}
    items = tuple(dict.fromkeys(one.item for one in addresses))
    return CloudflareRequest(_key(facts, urls), items, _json(cut))


def _json(body: Any) -> bytes:
    return json.dumps(body, sort_keys=True, separators=(",", ":")).encode("ascii")


def _key(facts: NoticeFacts, urls: list[str]) -> str:
    told = _json(["cloudflare", facts.home, facts.number, facts.round, urls])
    return hashlib.sha256(told).hexdigest()


def _required(name: str) -> str:
    if not name.strip():
        raise UnsafeTextError("sender.name is empty and Cloudflare asks for it. Set hotline.name.")
    return name


def _email(facts: NoticeFacts) -> str:
    """Where Cloudflare answers to: our reply address, with the token that finds the notice."""
    local, _, domain = facts.sender.reply_to.rpartition("@")
    email = f"{local}+{facts.reply_token}@{domain}" if facts.reply_token else facts.sender.reply_to
    guard.require_mail_address(email, "sender.reply_to")
    return email


def _title(facts: NoticeFacts, urls: list[str]) -> str:
    again = f"Repeat (round {facts.round}): " if facts.round > 1 else ""
    urgent = "URGENT: " if facts.is_urgent else ""
    count = words.counted("en", len(urls), "address")
    return f"[{facts.reference}] {urgent}{again}Removal request: child sexual abuse material at {count}"


def _comments(facts: NoticeFacts, addresses: list[ReportedAddress]) -> str:
    sender = facts.sender
    ips = list(dict.fromkeys(one.ip for one in addresses if one.ip))
    parts = [
        f"Our reference: {facts.reference}, round {facts.round}.",
        f"Verify that this report is ours: {sender.verification_page}" if sender.verification_page else "",
        f"Mandate: {sender.mandate_reference}" if sender.mandate_reference else "",
        f"IP addresses when checked: {', '.join(ips)}" if ips else "",
        f"Items: {', '.join(dict.fromkeys(one.item for one in addresses))}",
    ]
    return "\n".join(filter(None, parts))


def _justification(facts: NoticeFacts, urls: list[str], addresses: list[ReportedAddress]) -> str:
    """What it is and what is asked, in words that describe no act. Raises NoticeError where it does not fit."""
    at = words.plural("en", len(urls), "this address", "these addresses")
    lines = [
        "A child may be in danger now. Please read this first." if facts.is_urgent else "",
        f"Child sexual abuse material at {at}: {words.counted('en', len(urls), 'address')}, reported by "
        f"{facts.sender.name}, a hotline for children.",
        f"Our reference: {facts.reference}, round {facts.round}.",
        *_classified(addresses),
        ASSESSED,
        f"We ask you as {words.word('en', 'role', facts.contact_role)}: "
        f"{words.word('en', 'role_ask', facts.contact_role)}",
        "Please preserve it, with logs and account data, for the police, as your law provides.",
        f"As far as your law allows, please do not warn the uploader{_until(facts)}.",
        *_told_before(facts),
        f"Please do this within {words.counted('en', facts.requested_h, 'hour')} of receiving this report. That time "
        "is a request, not a legal deadline. This report is a request, not an order of a court or an authority.",
        *(f"How to reach {one.item}: {one.access_steps}" for one in addresses if one.access_steps),
    ]
    text = "\n".join(filter(None, lines))
    if len(text) > LIMITS["justification"]:
        raise NoticeError(
            f"{facts.number} needs {len(text)} characters of Cloudflare's {LIMITS['justification']} to say how its "
            "items are reached; half a passphrase helps nobody. Shorten the access steps or split the notice."
        )
    return text


def _classified(addresses: Iterable[ReportedAddress]) -> Iterator[str]:
    counts = Counter(one.verdict for one in addresses if one.verdict)
    for verdict, count in sorted(counts.items()):
        meaning = words.word("en", "verdict_meaning", verdict)
        yield f"Classification of {words.counted('en', count, 'address')}: {meaning}."


def _until(facts: NoticeFacts) -> str:
    return f" until {facts.no_warning_until.isoformat()}" if facts.no_warning_until else ""


def _told_before(facts: NoticeFacts) -> Iterator[str]:
    if facts.earlier:
        yield f"We asked for this before: {', '.join(one.number for one in facts.earlier)}."
    if facts.police_informed_at:
        yield f"The police were informed on {words.utc_moment('en', facts.police_informed_at)}."


def _cut(text: str, limit: int) -> str:
    """The text, or as many whole words of it as fit."""
    if len(text) <= limit:
        return text
    head, blank, _ = text[:limit].rpartition(" ")
    return f"{head.rstrip(' ,')}…" if blank else f"{text[: limit - 1]}…"
