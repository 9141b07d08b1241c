"""From rows to the plain facts a notice is written from. Decides nothing about whether it goes."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlmodel import Session

from hotline import custody, people
from hotline.consequences.history import history_of_item
from hotline.home import Home
from hotline.law import Judged, LawBook
from hotline.models import Contact, Item, Notice
from hotline.notify import RUNS_THE_PLATFORM, asked_h
from hotline.pipeline.drafting import kind_and_ground
from hotline.pipeline.seeing import seen_online
from hotline.settings import Settings
from hotline.states import TO_TAKE_DOWN, Basis, Ground, NoticeKind, NoticeState, State
from hotline.store import accounts, assessments, contacts, items, law, media, notices, reports, texts
from hotline.trace import zone_of
from notices import signing
from notices.errors import SigningError
from notices.facts import Account, Citation, EarlierNotice, Kind, NoticeFacts, Repeat, ReportedAddress, Sender

PERSON = "person"
"""The origin of a contact that a person added."""
_KINDS: dict[NoticeKind, Kind] = {
    NoticeKind.ILLEGAL: "illegal",
    NoticeKind.HARMFUL: "harmful",
    NoticeKind.CORRECTION: "correction",
}


def facts_of(session: Session, home: Home, notice: Notice, contact: Contact, now: datetime) -> NoticeFacts:
    """Everything a notice says, from the rows as they stand."""
    shown = notices.items_of_notice(session, notice.id)
    batch = notices.load_batch(session, notice.batch_id)
    book = law.book_of(session, home.settings, now)
    platform, rule = _platform_rule(book, shown, batch.ground, contact.language)
    sequence, digest = custody.head(session)
    return NoticeFacts(
        number=f"N{notice.id}",
        reference=f"N{notices.notices_of_batch(session, notice.batch_id)[0].id}",
        home=home.home_id,
        round=notice.round,
        kind=_KINDS[NoticeKind(notice.kind)],
        contact_address=contact.address,
        contact_role=contact.role,
        language="sq" if contact.language == "sq" else "en",
        addresses=tuple(_address(session, home.settings, notice, contact, item) for item in shown),
        rendered_at=now,
        custody_head=f"{sequence} {digest}",
        sender=sender_of(home.settings),
        ground=batch.ground,
        platform=platform,
        platform_rule=rule,
        genuine=_genuine(session, shown) if batch.ground == Ground.IMPERSONATION else (),
        earlier=_earlier(session, notice),
        contact_origin=contact.origin if contact.origin != PERSON else None,
        no_warning_until=_no_warning_until(home.settings, notice.kind, now),
        police_informed_at=min((item.police_at for item in shown if item.police_at), default=None),
        corrects=_told_in(notices.corrected_by(session, notice.id)),
        citations=_usable_citations(session, book, notice.kind),
        requested_h=_requested_h(session, home.settings, notice),
        test_mode_to=home.settings.notices.test_to or None,
        is_urgent=any(items.is_at_risk(session, item.id) for item in shown),
        reply_token=notices.token_of(session, notice.id),
        for_whom=_first(one.for_whom for item in shown for one in reports.reports_of_item(session, item.id)),
        authorised_by=_first(_facts(session, item).get("authorised_by") for item in shown),
    )


def _first(said: Iterable[str | None]) -> str | None:
    """What a form asks for and only some items say; a sheet puts in roles only, never a person's words."""
    return next((one for one in said if one), None)


def _facts(session: Session, item: Item) -> dict[str, str]:
    decided = assessments.current_for(session, item)
    facts: dict[str, str] = json.loads(decided.facts) if decided is not None else {}
    return facts


def sender_of(settings: Settings) -> Sender:
    """Who speaks in notices and packets."""
    return Sender(
        name=settings.hotline.name,
        from_address=settings.mail.from_address,
        reply_to=settings.hotline.reply_to,
        phone=settings.hotline.phone or None,
        mandate_reference=settings.mandate.reference or None,
        verification_page=settings.hotline.verification_page or None,
        fingerprint=_fingerprint(settings.mail.signing_key_file),
    )


@lru_cache(maxsize=4)
def _fingerprint(key_file: str) -> str | None:
    """Of the key that mails are signed with; one that cannot be read stops the signing, which says so."""
    try:
        return signing.signing_fingerprint(Path(key_file).read_bytes()) if key_file else None
    except (OSError, SigningError):
        return None


def _requested_h(session: Session, settings: Settings, notice: Notice) -> int:
    """The time a notice asks for is the time after which it is repeated."""
    own_h = contacts.requested_h(session, notice.contact_id)
    return asked_h(NoticeKind(notice.kind), settings.notices, own_h)


def _no_warning_until(settings: Settings, kind: str, now: datetime) -> date | None:
    """Only who has to do with illegal material is asked to keep quiet about it."""
    return (now + timedelta(days=settings.notices.no_warning_days)).date() if kind == NoticeKind.ILLEGAL else None


def _usable_citations(session: Session, book: LawBook, kind: str) -> tuple[Citation, ...]:
    """The citations a named person has checked lately; only notices about illegal material cite statutes."""
    if kind != NoticeKind.ILLEGAL:
        return ()
    return tuple(_checked(session, one) for one in book.citations() if one.is_usable)


def _checked(session: Session, one: Judged) -> Citation:
    """A citation with who checked it: a colleague by pseudonym, since these are the facts that leave."""
    if one.entry.citation is None or one.check is None:
        raise AssertionError(f"{one.entry.id} is no citation that somebody checked")
    by = people.pseudonym(session, one.check.by)
    return replace(one.entry.citation, checked_by=by, checked_on=one.check.at.date())


def _address(session: Session, settings: Settings, notice: Notice, contact: Contact, item: Item) -> ReportedAddress:
    hosting = items.newest_hosting(session, item.id)
    shown = media.load_media(session, item.media_id) if item.media_id is not None else None
    decided = assessments.current_for(session, item)
    seen = seen_online(session, item)
    return ReportedAddress(
        item=f"I{item.id}",
        url=item.url,
        href=item.href,
        kind=item.kind,
        received_at=item.received_at,
        is_reported=item.is_reported,
        first_online=seen[0] if seen else None,
        last_online=seen[-1] if seen else None,
        shows=_judged_pictures(session, notice, item) if decided is None else (),
        verdict=decided.verdict if decided is not None else None,
        ip=hosting.ip if hosting else None,
        network=hosting.network if hosting else None,
        asn=hosting.asn if hosting else None,
        country=hosting.country if hosting else None,
        host_zone=zone_of(hosting.country) if hosting else None,
        access_steps=texts.access_steps(session, item.id),
        assessed_at=decided.at if decided is not None else None,
        classes=json.loads(decided.classes) if decided is not None else {},
        was_matched=decided is not None and decided.basis == Basis.MATCH,
        mime=shown.mime if shown else None,
        sha1=shown.sha1 if shown else None,
        sha256=shown.sha256 if shown else None,
        md5=shown.md5 if shown else None,
        pdq=shown.pdq if shown and not shown.is_blank else None,
        returns=item.returns,
        repeat=_repeat(session, settings, notice, contact, item),
        account=_account(session, item) if contact.role in RUNS_THE_PLATFORM else None,
        platform_media=item.platform_media,
    )


def _repeat(session: Session, settings: Settings, notice: Notice, contact: Contact, item: Item) -> Repeat | None:
    """How often the material was put up again, and what we told this receiver of it before."""
    known = history_of_item(session, item)
    if known is None:
        return None
    told = {
        one.id
        for sent in notices.sent_about(session, known.item_ids).values()
        for one in sent
        if one.id != notice.id and _receiver(session, one) == contact.address
    }
    return Repeat(
        times=known.times,
        first_seen_at=known.first_seen_at,
        hosts=known.hosts,
        told=tuple(f"N{number}" for number in sorted(told)),
        asks_block=known.times >= settings.families.block_from,
    )


def _receiver(session: Session, notice: Notice) -> str:
    """To whom a notice went; what was sent by hand went to its contact."""
    return notice.recipient or notices.load_contact(session, notice.contact_id).address


def _account(session: Session, item: Item) -> Account | None:
    found = accounts.account_of(session, item.id)
    return Account(found.handle, found.number) if found is not None else None


def _judged_pictures(session: Session, notice: Notice, page: Item) -> tuple[str, ...]:
    """The pictures to take down for which a page that nobody assessed itself stands in a notice: those of its kind, so
    that what only breaks rules is in no notice about illegal material."""
    shown = items.shown_on(session, page.id)
    judged = [one for link, one in shown if link.gone_at is None and State(one.state) in TO_TAKE_DOWN]
    return tuple(f"I{one.id}" for one in judged if kind_and_ground(session, one)[0] == notice.kind)


def _genuine(session: Session, shown: list[Item]) -> tuple[str, ...]:
    """The genuine profiles that were named to us in the cases of these items."""
    found = (one.url for item in shown for one in items.genuine_beside(session, item.id))
    return tuple(dict.fromkeys(found))


def _platform_rule(
    book: LawBook, shown: list[Item], ground: str | None, language: str
) -> tuple[str | None, str | None]:
    """The platform, and its own name for the rule that the ground breaks, where somebody checked that or confirmed its
    table."""
    platform, rule = book.rule((item.url for item in shown if item.platform), ground)
    return platform, rule.entry.text(language) if rule is not None and rule.is_usable else None


def _earlier(session: Session, notice: Notice) -> tuple[EarlierNotice, ...]:
    rounds = notices.notices_of_batch(session, notice.batch_id)
    return _told_in(one for one in rounds if one.round < notice.round)


def _told_in(rounds: Iterable[Notice]) -> tuple[EarlierNotice, ...]:
    """Of these notices, those that went out by mail."""
    return tuple(
        EarlierNotice(f"N{one.id}", one.message_id, one.sent_at)
        for one in rounds
        if one.state == NoticeState.SENT and one.message_id and one.sent_at
    )
