"""Police first, asked before anybody is told: where the child may be Albanian and the material is new, notices wait a
day for a person's word. No word sends them."""

from datetime import datetime, timedelta

from sqlmodel import Session

from hotline import custody
from hotline.models import Hold, HoldQuestion, Item
from hotline.store import holds, items, notices

LOCAL, NEW = "albanian_child", "new_material"
ASKED_BY = "hotline"


def asks_for_police(facts: dict[str, str], *, is_known: bool) -> bool:
    """Tells whether recorded facts ask whether the police hear first. What was not recorded asks nothing; material that
    a list knows is not new, unless a person said so."""
    return facts.get(LOCAL) == "yes" and (facts.get(NEW) == "yes" or (facts.get(NEW) != "no" and not is_known))


def ask_hold_or_send(session: Session, item: Item, now: datetime, hours: int) -> None:
    """Holds an item's notices for so many hours, unless a person holds it, somebody was told or the police know."""
    is_late = item.police_at is not None or bool(notices.sent_about(session, [item.id]))
    if is_late or items.own_hold(session, item.id, now) is not None or holds.was_asked(session, item.id):
        return
    hold = Hold(item_id=item.id, until=now + timedelta(hours=hours), made_at=now, made_by=ASKED_BY)
    session.add(hold)
    session.flush()
    session.add(HoldQuestion(hold_id=hold.id))
    custody.record(session, "item.hold", f"I{item.id}", reason="asked_hold_or_send")
    session.flush()
