"""What became of reports at abuse APIs: asked now and then until the API says its last word, which is taken in like an
answer by mail: a claim to be looked at, never a state."""

import hashlib
from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from hotline import custody, db
from hotline.channels.abusesignal import AbuseSignalStanding
from hotline.channels.cloudflare import CloudflareStanding
from hotline.errors import DeliveryError
from hotline.models import Message, Submission
from hotline.pipeline.answering import follow_answer
from hotline.pipeline.carrying import aws_api, cloudflare_api
from hotline.pipeline.station import Station
from hotline.records.replies import MatchedBy, ReplyKind
from hotline.states import Channel, Outcome
from hotline.store import messages, notices, submissions

ASK_EVERY = timedelta(hours=6)
ASK_FOR = timedelta(days=30)
"""A report that an API keeps silent about for so long is asked about no more."""
LAST_WORDS = ("accepted", "denied", "COMPLETED")
Standing = CloudflareStanding | AbuseSignalStanding
_ASKED: dict[Channel, Callable[[Station, str, str], Standing]] = {
    Channel.CLOUDFLARE: lambda station, address, number: cloudflare_api(station, address).status_of(number),
    Channel.AWS: lambda station, address, number: aws_api(station, address).status_of(number),
}


def ask_standings(station: Station) -> int:
    """Asks about every report that is due to be asked about; returns how many. An API that does not answer is asked
    again later."""
    now = station.now()
    with db.reading(station.home.engine) as session:
        due = [(row, *_where(session, row)) for row in submissions.unfinished(session, LAST_WORDS, now - ASK_FOR)]
    due = [one for one in due if (one[0].asked_at or one[0].taken_at or now) <= now - ASK_EVERY]
    for row, channel, address in due:
        try:
            standing = _ASKED[channel](station, address, row.reference or "")
        except DeliveryError:
            standing = None
        _save(station, row.id, standing)
    return len(due)


def _where(session: Session, row: Submission) -> tuple[Channel, str]:
    """The API that took a report, and its address."""
    notice = notices.load_notice(session, row.notice_id)
    contact = notices.load_contact(session, notice.contact_id)
    return Channel(contact.channel), notice.recipient or contact.address


def _save(station: Station, submission_id: int, standing: Standing | None) -> None:
    now = station.now()
    with station.writing(now) as session:
        row = submissions.load_submission(session, submission_id)
        is_news = standing is not None and standing.status != row.status
        row.asked_at, row.status = now, standing.status if standing is not None else row.status
        session.add(row)
        reason = " ".join(filter(None, (standing.status, standing.reason))) if standing is not None else "no_answer"
        custody.record(session, "report.status", f"S{row.id}", reason=reason)
        if standing is not None and is_news and standing.outcome is not None:
            _take_in(session, station, row, reason, standing.outcome)


def _take_in(session: Session, station: Station, row: Submission, said: str, outcome: Outcome) -> None:
    """The API's last word, as an answer that a person reads."""
    now, key = station.now(), f"{messages.BY_API}{row.id}:{row.status}"
    message = Message(
        uid_key=key, digest=hashlib.sha256(key.encode()).hexdigest(), read_at=now, sender=None, kind=ReplyKind.ANSWER,
        notice_id=row.notice_id, matched_by=MatchedBy.API, reference=row.reference, suggests=outcome,
    )  # fmt: skip
    session.add(message)
    session.flush()
    custody.record(session, messages.READ, f"E{message.id}", reason=ReplyKind.ANSWER.value, text=said)
    follow_answer(session, station, notices.load_notice(session, row.notice_id), message, now)
