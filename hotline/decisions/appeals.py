"""Owners' objections to notices: taken in, and answered by somebody who did not decide what the notice is about. Sends
nothing; the letter is fixed here, and a person sends it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from hotline import custody, people
from hotline.consequences.appeals import decisions_behind, let_rounds_go, to_be_revised
from hotline.consequences.batches import stop_batch
from hotline.consequences.naming import names_somebody
from hotline.decisions.desk import Desk
from hotline.errors import InputError, MoveError, NotAllowedError
from hotline.models import Appeal, Message, Notice
from hotline.states import AppealOutcome, Language, NoticeKind, NoticeState
from hotline.store import appeals, messages, notices
from notices import guard
from notices.appealtext import appeal_answer
from notices.facts import AppealAnswer, EarlierNotice, Sender

MAX_OBJECTION = 20_000
OPEN = "open"


@dataclass(frozen=True)
class Objection:
    """What an owner says, and where an answer reaches them; `message_id` is a mail that holds both."""

    text: str | None = None
    mailbox: str | None = None
    message_id: int | None = None
    language: Language | None = None


@dataclass(frozen=True)
class Ruling:
    """What a person decides about an objection, and says to it."""

    outcome: AppealOutcome
    text: str = ""
    language: Language | None = None


def add(desk: Desk, notice_id: int, objection: Objection) -> int:
    """Takes an objection to a notice in; it is due some days after it came. Repeats of the notice wait meanwhile.

    Raises InputError for what is no mailbox or too long, MoveError where the notice never went out.
    """
    mailbox, said = _mailbox(objection.mailbox), _note(objection.text)
    with desk.writing("appeal") as session:
        notice = notices.load_notice(session, notice_id)
        _require_sent(notice)
        message = _take_message(session, desk, notice, objection.message_id)
        if message is not None:
            said = "\n\n".join(filter(None, (_cleaned(messages.text_of(session, message.id)), said)))
            mailbox = mailbox or _usable(message.sender)
        received_at = message.read_at if message is not None else desk.now
        appeal = Appeal(
            notice_id=notice_id,
            language=objection.language or notices.load_contact(session, notice.contact_id).language,
            received_at=received_at,
            due_at=received_at + timedelta(days=desk.settings.notices.appeal_days),
            added_by=desk.actor,
        )
        session.add(appeal)
        session.flush()
        subject = f"J{appeal.id}"
        if mailbox:
            custody.record(session, appeals.FROM, subject, text=mailbox)
        custody.record(session, appeals.ADD, subject, to_state=OPEN, reason=f"N{notice_id}", text=said)
        return appeal.id


def answer(desk: Desk, appeal_id: int, ruling: Ruling, sender: Sender) -> int:
    """Decides an objection and fixes the letter that answers it.

    Upheld, the notice is not repeated any more, and its items wait for a revision. Rejected, its rounds go on.
    Raises NotAllowedError for who decided about the items, NoticeError for a letter that must not go out.
    """
    with desk.writing("appeal") as session:
        appeal = appeals.load_appeal(session, appeal_id)
        if appeal.outcome is not None:
            raise MoveError(f"J{appeal_id} was {appeal.outcome} already; its letter: hotline appeal show J{appeal_id}")
        notice, outcome = notices.load_notice(session, appeal.notice_id), ruling.outcome
        _require_other(session, desk, notice)
        if outcome is AppealOutcome.REJECTED and not to_be_revised(session, notice):
            raise MoveError(f"what N{notice.id} says was revised already; answer it with --outcome upheld")
        _require_nobody_named(session, desk, notice, ruling.text)
        letter = appeal_answer(_facts(session, desk, appeal, ruling, sender))
        appeal.outcome, appeal.decided_by, appeal.decided_at = outcome, desk.actor, desk.now
        session.add(appeal)
        custody.record(session, appeals.ANSWER, f"J{appeal_id}", from_state=OPEN, to_state=outcome)
        custody.record(session, appeals.LETTER, f"J{appeal_id}", text=letter.raw.decode("ascii"))
        if outcome is AppealOutcome.UPHELD:
            stop_batch(session, notices.load_batch(session, notice.batch_id), desk.now)
        else:
            let_rounds_go(session, notice.batch_id, desk.now)
        return appeal_id


def _require_sent(notice: Notice) -> None:
    if notice.sent_at is None:
        raise MoveError(f"N{notice.id} never went out ({notice.state}), so nobody can object to it; name one that did")
    if notice.kind == NoticeKind.CORRECTION:
        raise MoveError(f"N{notice.id} only takes others back; name the notice that the owner objects to")


def _take_message(session: Session, desk: Desk, notice: Notice, message_id: int | None) -> Message | None:
    """The mail that an objection came by, dealt with by being taken for one."""
    if message_id is None:
        return None
    message = messages.load_message(session, message_id)
    if message.notice_id is None:
        message.notice_id, message.matched_by = notice.id, "person"
    elif notices.load_notice(session, message.notice_id).batch_id != notice.batch_id:
        raise InputError(f"E{message_id} is about N{message.notice_id}; name that notice, or leave --message out")
    if message.handled_at is None:
        message.handled_at, message.handled_by = desk.now, desk.actor
    session.add(message)
    custody.record(session, "message.settle", f"E{message_id}", reason=f"N{notice.id}")
    return message


def _require_other(session: Session, desk: Desk, notice: Notice) -> None:
    deciders = {name for one in decisions_behind(session, notice) for name in (one.decided.by, one.decided.second_by)}
    if desk.actor in deciders:
        raise NotAllowedError(
            f"an objection is answered by somebody who did not decide about what N{notice.id} names, and "
            f'"{desk.actor}" did; ask a colleague'
        )


def _require_nobody_named(session: Session, desk: Desk, notice: Notice, text: str) -> None:
    """No name of a colleague stands in the letter, nor a word of who reported."""
    said = {word.casefold() for word in re.findall(r"[\w.+-]+", text)}
    if said & {person.name.casefold() for person in people.list_people(session)}:
        raise InputError("the text holds the name of a colleague's account; leave it out: the hotline answers, nobody")
    if any(names_somebody(session, desk.home, one, text) for one in notices.items_of_notice(session, notice.id)):
        raise InputError("the text holds a word of who reported or was harmed; leave it out")


def _facts(session: Session, desk: Desk, appeal: Appeal, ruling: Ruling, sender: Sender) -> AppealAnswer:
    notice = notices.load_notice(session, appeal.notice_id)
    rounds = notices.notices_of_batch(session, notice.batch_id)
    plus = desk.settings.mail.plus_addresses
    return AppealAnswer(
        number=f"J{appeal.id}",
        reference=f"N{rounds[0].id}",
        home=desk.home.home_id,
        language="sq" if (ruling.language or appeal.language) == Language.SQ else "en",
        contact_address=appeals.text_of(session, appeal.id, appeals.FROM) or _told(session, notice),
        sender=sender,
        rendered_at=desk.now,
        is_upheld=ruling.outcome is AppealOutcome.UPHELD,
        text=ruling.text,
        earlier=tuple(
            EarlierNotice(f"N{one.id}", one.message_id, one.sent_at)
            for one in rounds
            if one.state == NoticeState.SENT and one.message_id and one.sent_at
        ),
        objected_at=appeal.received_at,
        kind="harmful" if notice.kind == NoticeKind.HARMFUL else "illegal",
        reply_token=notices.token_of(session, notice.id) if plus else None,
        test_mode_to=desk.settings.notices.test_to or None,
    )


def _told(session: Session, notice: Notice) -> str:
    return notices.load_contact(session, notice.contact_id).address


def _mailbox(text: str | None) -> str | None:
    if text and _usable(text.strip()) is None:
        raise InputError("what --from read is no mail address; give one, like owner@site.example, on its first line")
    return text.strip() if text else None


def _usable(mailbox: str | None) -> str | None:
    """A mailbox as it stands in a letter's head; None where it is none, so that the contact gets the answer."""
    is_one = mailbox is not None and len(mailbox) <= 254 and guard.MAIL_ADDRESS.fullmatch(mailbox)
    return mailbox if is_one else None


def _note(text: str | None) -> str | None:
    if text is not None and len(text) > MAX_OBJECTION:
        raise InputError(f"an objection has at most {MAX_OBJECTION} signs here; say the rest in your own words")
    return _cleaned(text)


def _cleaned(text: str | None) -> str | None:
    """The text with what is no sign and no line end replaced, so that it steers no screen."""
    lines = (text or "").replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").split("\n")
    return "\n".join("".join(_sign(sign) for sign in line) for line in lines).strip() or None


def _sign(sign: str) -> str:
    return "�" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") else sign
