"""How contacts act and how fast things go: counts, medians and shares over what the tables say. Selects nothing."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from statistics import median

from sqlmodel import Session

from hotline.states import Outcome
from hotline.store import contacts, measures
from hotline.store.measures import Clocks, Sent, Told
from hotline.views.shapes import Document, grouped

_HOUR = timedelta(hours=1)
_REFUSALS = (Outcome.DECLINED, Outcome.NOT_OURS)
DAYS = (1, 3, 7)


def contact_measures(session: Session, contact_ids: Collection[int] | None) -> dict[int, Document]:
    """What each of these contacts got and did, of all for None; those who got nothing yet are left out.

    notices: first notices; rounds: with their repeats. Hours are medians, from the first notice about the same to the
    first answer of a person and to the removal.
    """
    sent = grouped(measures.sent(session, contact_ids), lambda row: row.contact_id)
    told = grouped(measures.told(session, contact_ids), lambda row: row.contact_id)
    answered, bounces = measures.answered(session, contact_ids), contacts.bounces(session, contact_ids)
    return {
        number: {
            **_of_notices(sent[number], answered),
            "bounces": bounces.get(number, 0),
            **_of_items(told[number]),
        }
        for number in sorted({*sent, *bounces})
    }


def nothing_measured() -> Document:
    """The measures of a contact that got nothing yet."""
    return {**_of_notices([], {}), "bounces": 0, **_of_items([])}


def _of_notices(sent: list[Sent], answered: dict[int, datetime]) -> Document:
    batches = grouped(sent, lambda row: row.batch_id)
    spans = [(rounds[0].sent_at, _first_answer(rounds, answered.get(number))) for number, rounds in batches.items()]
    return {
        "notices": len(batches),
        "rounds": len(sent),
        "median_hours_to_answer": median_h(spans),
        "refusals": sum(1 for row in sent if row.outcome in _REFUSALS),
    }


def _first_answer(rounds: Iterable[Sent], by_mail: datetime | None) -> datetime | None:
    """By mail, or as a person recorded it; that nobody answered is no answer."""
    recorded = [one.outcome_at for one in rounds if one.outcome_at and one.outcome != Outcome.NO_ANSWER]
    return min([*recorded, *([by_mail] if by_mail else [])], default=None)


def _of_items(told: list[Told]) -> Document:
    return {
        "items": len(told),
        "removed": sum(1 for row in told if row.removed_at is not None),
        "median_hours_to_removal": median_h((row.told_at, row.removed_at) for row in told),
        "returns": sum(row.returns for row in told),
    }


def item_clocks(found: list[Clocks], now: datetime) -> Document:
    """Median hours of the three clocks, and the shares removed within some days of the first notice."""
    return {
        "hours_to_host": median_h((one.received_at, one.host_at) for one in found),
        "hours_to_police": median_h((one.received_at, one.police_at) for one in found),
        "hours_to_removed": median_h((one.host_at, one.removed_at) for one in found),
        **{f"removed_within_{days}_day{'s' if days > 1 else ''}": _share(found, days, now) for days in DAYS},
    }


def _share(found: Iterable[Clocks], days: int, now: datetime) -> float | None:
    """Of what was noticed, the part removed in so many days, 0 to 1. What is younger and still up does not count."""
    span = timedelta(days=days)
    fates = [
        one.removed_at is not None and one.removed_at - one.host_at <= span
        for one in found
        if one.host_at is not None and (one.removed_at is not None or now - one.host_at >= span)
    ]
    return round(sum(fates) / len(fates), 3) if fates else None


def median_h(spans: Iterable[tuple[datetime | None, datetime | None]]) -> float | None:
    """The median hours of the spans that have both ends."""
    hours = [(end - start) / _HOUR for start, end in spans if start and end]
    return round(median(hours), 1) if hours else None
