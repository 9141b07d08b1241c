"""What a notice is written as by its channel: the bytes that leave, and what a person is shown of them. Sends nothing;
a new channel is a line in WRITERS and one in carrying.CARRIERS."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from sqlmodel import Session

from hotline.home import Home
from hotline.models import Contact, Item, Notice
from hotline.pipeline import wording
from hotline.platforms import Platform
from hotline.settings import MailSettings
from hotline.states import Channel, NoticeKind
from hotline.store import notices, publickeys
from notices import (
    abusesignal,
    cloudflare,
    partner,
    partnermail,
    quoting,
    render,
    sealing,
    sheets,
    signing,
    xarfreports,
)
from notices.errors import NoticeError, SigningError
from notices.facts import NoticeFacts
from notices.render import Mail


@dataclass(frozen=True)
class Report:
    """One report to an abuse API: its own name for all time, its items and its bytes."""

    key: str
    items: tuple[str, ...]
    raw: bytes


@dataclass(frozen=True)
class Written:
    """A notice as it leaves and as a person reads it. `missing` is what its form asks for and nobody recorded."""

    recipient: str
    subject: str
    body: str
    raw: bytes
    message_id: str | None = None
    attachments: tuple[str, ...] = ()
    reports: tuple[Report, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Desk:
    """What a writer has at hand beside the facts. A draft that is only shown is neither signed nor sealed."""

    session: Session
    home: Home
    contact: Contact
    items: list[Item]
    now: datetime
    is_final: bool


def write(session: Session, home: Home, notice: Notice, now: datetime, *, is_final: bool) -> Written:
    """Writes a notice as it leaves (`is_final`), or to be shown. Raises NoticeError for a fact that must not go out."""
    contact = notices.load_contact(session, notice.contact_id)
    facts = wording.facts_of(session, home, notice, contact, now)
    shown = notices.items_of_notice(session, notice.id)
    return write_facts(facts, Desk(session, home, contact, shown, now, is_final))


def write_facts(facts: NoticeFacts, desk: Desk) -> Written:
    """The same from facts at hand."""
    return WRITERS[Channel(desk.contact.channel)](facts, desk)


def read_back(notice: Notice, contact: Contact) -> Written:
    """A notice whose bytes are fixed, as a person reads it."""
    raw, channel = notice.raw or b"", Channel(contact.channel)
    recipient = notice.recipient or contact.address
    if channel in (Channel.EMAIL, Channel.PARTNER):
        return _of_mail(render.mail_from_raw(raw))
    if channel is Channel.SHEET:
        return Written(recipient, _subject(notice), raw.decode(), raw)
    return Written(recipient, _subject(notice), _readable(raw.splitlines()), raw)


def may_still_be_quoted(session: Session, home: Home, notice: Notice, now: datetime) -> bool:
    """Tells whether what a mail with fixed bytes quotes is checked as it stands there. No other channel quotes."""
    contact = notices.load_contact(session, notice.contact_id)
    if contact.channel != Channel.EMAIL or notice.kind == NoticeKind.CORRECTION:
        return True
    facts = wording.facts_of(session, home, notice, contact, now)
    return quoting.quotes_only(render.mail_from_raw(notice.raw or b"").body, facts)


def _subject(notice: Notice) -> str:
    return f"N{notice.id}, round {notice.round}"


def _of_mail(mail: Mail) -> Written:
    return Written(mail.recipient, mail.subject, mail.body, mail.raw, mail.message_id, mail.attachments)


def _by_mail(facts: NoticeFacts, desk: Desk) -> Written:
    return _signed(_of_mail(render.mail(facts)), desk)


def _signed(written: Written, desk: Desk) -> Written:
    mail = desk.home.settings.mail
    if not (mail.signing_key_file and desk.is_final):
        return written
    return replace(written, raw=signing.signed(written.raw, signing_key(mail), _password(mail)))


def signing_key(mail: MailSettings) -> bytes:
    """The secret key that mails are signed with. Raises SigningError."""
    return _read(mail.signing_key_file, "mail.signing_key_file")


def _password(mail: MailSettings) -> str | None:
    if not mail.signing_password_file:
        return None
    return _read(mail.signing_password_file, "mail.signing_password_file").decode("utf-8", "replace").rstrip("\r\n")


def _read(path: str, setting: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SigningError(f"{setting} cannot be read ({error.strerror}). Correct it, then approve it again.") from None


def _by_sealed_mail(facts: NoticeFacts, desk: Desk) -> Written:
    """A partner hotline's: the export, or the words of a correction, sealed."""
    content = render.mail(facts).body.encode() if facts.kind == "correction" else partner.export(facts, _done(desk))
    if not desk.is_final:
        shown = f"To be sealed to {desk.contact.address} and sent in a mail that says nothing of it:\n\n"
        return Written(facts.test_mode_to or desk.contact.address, "", shown + content.decode(), b"")
    keys = publickeys.confirmed_of(desk.session, f"K{desk.contact.id}", desk.now)
    if not keys:
        raise NoticeError(
            f"{facts.number} is sealed and K{desk.contact.id} has no key that somebody confirmed: hotline key import "
            f"FILE --for K{desk.contact.id}, compare its fingerprint with the partner, hotline key confirm; then "
            "approve the notice again."
        )
    of_one_kind = [key.material or b"" for key in keys if key.kind == keys[-1].kind]
    sealed = sealing.seal(content, of_one_kind, desk.now)
    return _signed(_of_mail(partnermail.partner_mail(facts, sealed)), desk)


def _done(desk: Desk) -> dict[str, partner.Beside]:
    """What was done about each item besides, in ICCAM's words: that its provider was told."""
    told = {f"I{item.id}": item.host_at for item in desk.items}
    return {name: partner.Beside(actions=(("provider", at),)) for name, at in told.items() if at is not None}


def _by_sheet(facts: NoticeFacts, desk: Desk) -> Written:
    found = sheets.sheets(facts, _form(desk, facts.platform))
    text = "\n".join(one.text for one in found)
    missing = tuple(dict.fromkeys(lack for one in found for lack in one.missing))
    return Written(desk.contact.address, f"form of {found[0].platform}", text, text.encode(), missing=missing)


def _form(desk: Desk, platform: str | None) -> sheets.Form:
    """The platform's form as its table has it, or what every form asks for."""
    address = desk.contact.address
    name = platform or next((item.platform for item in desk.items if item.platform), None)
    table = next((one for one in desk.home.platforms if one.name == name), None)
    if table is None or not table.form_fields or table.form != address:
        return sheets.plain_form(name or urlsplit(address).hostname or address, address)
    return sheets.Form(table.name, address, tuple(_fields(table)))


def _fields(table: Platform) -> Iterable[sheets.FormField]:
    for one in table.form_fields:
        yield sheets.FormField(one.label, one.value, one.max_chars, one.is_required, one.grounds, one.kinds)


def _by_cloudflare(facts: NoticeFacts, desk: Desk) -> Written:
    return _by_api(desk, [Report(one.key, one.items, one.raw) for one in cloudflare.requests_of(facts)])


def _by_aws(facts: NoticeFacts, desk: Desk) -> Written:
    made = (abusesignal.request_of(facts, one.item, xarfreports.xarf_report(facts, one)) for one in facts.addresses)
    return _by_api(desk, [Report(one.key, (one.item,), one.raw) for one in made])


def _by_api(desk: Desk, reports: list[Report]) -> Written:
    raw = b"\n".join(report.raw for report in reports)
    subject = f"{len(reports)} report{'s' if len(reports) > 1 else ''} to the API"
    body = _readable(report.raw for report in reports)
    return Written(desk.contact.address, subject, body, raw, reports=tuple(reports))


def _readable(reports: Iterable[bytes]) -> str:
    return "\n".join(json.dumps(json.loads(raw), indent=2, ensure_ascii=False) for raw in reports) + "\n"


WRITERS: dict[Channel, Callable[[NoticeFacts, Desk], Written]] = {
    Channel.EMAIL: _by_mail,
    Channel.SHEET: _by_sheet,
    Channel.PARTNER: _by_sealed_mail,
    Channel.CLOUDFLARE: _by_cloudflare,
    Channel.AWS: _by_aws,
}
