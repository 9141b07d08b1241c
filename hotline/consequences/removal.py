"""What a recheck means, by machine or person: removal when enough looks agree, a return, the next round."""

import json
from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.batches import leave_stopped_batches
from hotline.consequences.inheriting import decided_state
from hotline.consequences.moving import MOVED, settle_move
from hotline.consequences.sightings import end_sighting, see_again
from hotline.consequences.takedown import begin_takedown, end_takedown, queue_notify, queue_rounds
from hotline.models import Item, Recheck
from hotline.recheck import gone_run, next_look_at, removal_agreed, watch_at
from hotline.records.seen import PERSON, PastLook
from hotline.settings import RecheckSettings, Settings
from hotline.states import TELLING, TO_TAKE_DOWN, UP, ContactRole, RecheckVerdict, State, WorkKind
from hotline.store import assessments, media, notices, rechecks
from hotline.store.documents import COMPUTED_KINDS, shown_states

BLIND_LOOKS = 2
"""After so many looks in a row that could not tell, a person is asked to look before the next round."""
ASKS_PERSON = "looks cannot tell whether it is still there; look, then: hotline recheck I{} --seen online (or gone)"


def state_shown(session: Session, item: Item) -> State:
    """The item's state as people see it: a page's computed from its pictures."""
    return shown_states(session, [item.id])[item.id] if item.kind in COMPUTED_KINDS else State(item.state)


def history_of(session: Session, item: Item) -> list[PastLook]:
    """The item's rechecks as agreement counts them."""
    rows = rechecks.rechecks_of(session, item.id)
    return [PastLook(row.at, row.vantage, RecheckVerdict(row.verdict)) for row in rows]


def add_recheck(
    session: Session, item: Item, at: datetime, vantage: str, verdict: RecheckVerdict, evidence: dict[str, object]
) -> None:
    """Adds one recheck with its line of custody."""
    text = json.dumps(evidence, sort_keys=True, default=str)
    session.add(Recheck(item_id=item.id, at=at, vantage=vantage, verdict=verdict, evidence=text))
    custody.record(session, "item.recheck", f"I{item.id}", reason=f"{vantage}:{verdict}")
    session.flush()


def settle_recheck(
    session: Session, settings: Settings, item: Item, verdict: RecheckVerdict, now: datetime
) -> datetime | None:
    """Draws the consequences of the newest recheck: removal, return, the next round. Returns when to look again."""
    policy, vantages = settings.recheck, len(settings.egress.vantages)
    shown = state_shown(session, item)
    history = history_of(session, item)
    was_removed = item.state == State.REMOVED or item.removed_at is not None
    if verdict in UP and shown is State.REMOVED and was_removed:
        _come_back(session, policy, item, now)
    elif (shown in TO_TAKE_DOWN or (shown is State.REMOVED and not was_removed)) and removal_agreed(
        history, policy, vantages
    ):
        _remove(session, item, history, now)
    _ask_person_if_blind(session, item, history, now)
    if verdict in UP and state_shown(session, item) in TO_TAKE_DOWN:
        queue_notify(session, item, now)
    queue_rounds(session, item, now)
    return _look_again_at(session, policy, item, history, now)


def _ask_person_if_blind(session: Session, item: Item, history: list[PastLook], now: datetime) -> None:
    """Where looks no longer tell, a person is asked to look when a round is due, as no repeat goes without a word,
    and when a person said gone, as other looks must agree."""
    newest = [look for look in history if look.vantage != PERSON][-BLIND_LOOKS:]
    is_blind = len(newest) == BLIND_LOOKS and all(look.verdict not in TELLING for look in newest)
    if (item.needs_person or "").startswith(MOVED):
        return  # what a person was told about a move waits for them; looks that do not tell come after it
    is_answered = bool(history) and history[-1].vantage == PERSON
    waits = notices.due_batches_of_item(session, item.id, now) or gone_run(history)
    asks = is_blind and not is_answered and bool(waits) and state_shown(session, item) in TO_TAKE_DOWN
    wanted = ASKS_PERSON.format(item.id) if asks else None
    if wanted != item.needs_person and (wanted or (item.needs_person or "").startswith(ASKS_PERSON[:20])):
        item.needs_person = wanted
        session.add(item)
        custody.record(
            session, "item.ask_person", f"I{item.id}", reason="looks_do_not_tell" if wanted else "looks_tell"
        )


def _remove(session: Session, item: Item, history: list[PastLook], now: datetime) -> None:
    """Confirmed gone. A page that nobody assessed itself keeps its state; that it is gone is its date of removal."""
    run = gone_run(history)
    end_sighting(session, item, run[0].at if run else now)
    item.removed_at = now
    session.add(item)
    on_word = all(look.vantage == "person" for look in run)
    reason = "on_a_persons_word" if on_word else "agreeing_looks"
    if State(item.state) in TO_TAKE_DOWN:
        custody.move(session, item, State.REMOVED, action="item.removed", reason=reason)
    else:
        custody.record(session, "item.removed", f"I{item.id}", reason=reason)
    settle_move(session, item)
    end_takedown(session, item, now)
    if notices.has_approved_of(session, (ContactRole.SEARCH_ENGINE,)):
        queue_notify(session, item, now)


def _come_back(session: Session, policy: RecheckSettings, item: Item, now: datetime) -> None:
    """A return: a new sighting, one more return, and back to what was decided."""
    item.returns += 1
    item.removed_at = None
    session.add(item)
    if item.media_id is not None or media.was_seen(session, item.id):
        see_again(session, item, now)
    if item.state == State.REMOVED:
        decided = decided_state(session, item)
        back_to = decided if decided in (State.ILLEGAL, State.HARMFUL) else State.AWAITING_ASSESSMENT
        custody.move(session, item, back_to, action="item.returned")
    else:
        custody.record(session, "item.returned", f"I{item.id}")
    leave_stopped_batches(session, item)
    begin_takedown(session, item, now, policy)
    _bring_rounds_forward(session, item, now)


def _bring_rounds_forward(session: Session, item: Item, now: datetime) -> None:
    """A return goes out as the next round at once, under the approval that was given."""
    for batch in notices.batches_of_item(session, item.id):
        if batch.stopped_at is None and batch.next_round_at is not None:
            batch.next_round_at = min(batch.next_round_at, now)
            session.add(batch)


def _look_again_at(
    session: Session, policy: RecheckSettings, item: Item, history: list[PastLook], now: datetime
) -> datetime | None:
    shown = state_shown(session, item)
    if shown is State.REMOVED or item.removed_at is not None:
        return watch_at(item.removed_at or now, now, policy)
    if shown not in TO_TAKE_DOWN:
        work.cancel(session, WorkKind.RECHECK, f"I{item.id}")
        return None
    due = next_look_at(_began_at(session, item), history, now, policy)
    next_round = notices.next_round_of_item(session, item.id)
    return min(due, next_round) if next_round is not None and next_round > now else due


def _began_at(session: Session, item: Item) -> datetime:
    """When the takedown began: at the decision, or at the newest sighting where the material came back after it."""
    decided = assessments.current_for(session, item)
    running = media.open_sighting(session, item.id)
    began = [decided.at] if decided is not None else [item.received_at]
    return max(began + ([running.first_seen_at] if running is not None and item.returns else []))
