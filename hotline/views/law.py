"""Citations and platforms' rules, for people: which of them notices may quote, and who checked them."""

from datetime import date, datetime

from sqlmodel import Session

from hotline import db
from hotline.errors import SettingsError, UnknownIdError
from hotline.home import Home
from hotline.law import Judged, LawKind
from hotline.models import LawCheck
from hotline.store import law
from hotline.views.checks import Check
from hotline.views.shapes import Document, at
from notices.errors import LawFileError

_WHAT = {LawKind.CITATION: "citations", LawKind.PLATFORM_RULE: "platforms' rules"}


def law_list(home: Home, now: datetime) -> list[Document]:
    """Every entry: citations first, then platforms' rules in the order of their tables."""
    with db.reading(home.engine) as session:
        return [_row(one) for one in law.book_of(session, home.settings, now).everything()]


def law_show(home: Home, name: str, now: datetime) -> Document:
    """One entry with its texts and everybody who checked it. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        found = {one.entry.id: one for one in law.book_of(session, home.settings, now).everything()}
        if name not in found:
            raise UnknownIdError(f'there is no entry "{name}"; `hotline law list` shows what exists')
        entry = found[name].entry
        return (
            {"id": name, "title": entry.title}
            | _row(found[name])
            | {
                "text_en": entry.text_en,
                "text_sq": entry.text_sq,
                "checks": [_check(one, entry.digest) for one in law.checks_of(session, name)],
            }
        )


def _row(one: Judged) -> Document:
    return {
        "id": one.entry.id,
        "state": one.state.value,
        "kind": one.entry.kind.value,
        "checked_by": one.check.by if one.check else None,
        "checked_at": at(one.check.at) if one.check else None,
        "valid_from": _day(one.entry.valid_from),
        "valid_to": _day(one.entry.valid_to),
        "source": one.entry.source,
        "why": one.why or ("its platform's table is confirmed" if one.entry.is_confirmed else None),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _check(row: LawCheck, digest: str) -> Document:
    return {
        "by": row.by,
        "at": at(row.at),
        "is_of_this_text": row.text_digest == digest,
        "withdrawn_by": row.withdrawn_by,
        "withdrawn_at": at(row.withdrawn_at),
    }


def law_check(home: Home, session: Session, now: datetime) -> Check:
    """A note only: a notice goes out without what nobody checked, and the queue says so."""
    try:
        found = law.book_of(session, home.settings, now).everything()
    except (LawFileError, SettingsError) as error:
        return Check("law", False, "cannot be read", str(error))
    told = " and ".join(_counted(found, kind, what) for kind, what in _WHAT.items())
    is_whole = all(one.is_usable for one in found)
    return Check("law", True, told if is_whole else f"note: {told} may be quoted; hotline law list names the rest")


def _counted(found: list[Judged], kind: LawKind, what: str) -> str:
    of_kind = [one for one in found if one.entry.kind is kind]
    return f"{sum(one.is_usable for one in of_kind)} of {len(of_kind)} {what}"
