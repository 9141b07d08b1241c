"""The decision about an item: recorded once about its media, inherited by the same bytes, revised by another person."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline import custody, people, work
from hotline.assess import Judgement, derive_classes, state_for, with_basis
from hotline.consequences import families, kept
from hotline.consequences.accounts import say_whose, settle_account
from hotline.consequences.asking import ask_hold_or_send, asks_for_police
from hotline.consequences.corrections import correct_told
from hotline.consequences.inheriting import decision_beside, is_illegal, spread_decision, withdraw_inherited_leads
from hotline.consequences.takedown import begin_takedown, end_takedown
from hotline.decisions.desk import Desk
from hotline.errors import InputError, MoveError, NotAllowedError
from hotline.models import Assessment, Item, Media
from hotline.notify import kind_of
from hotline.recheck import watch_at
from hotline.states import BY_PERSON, BY_REVISION, DECIDED, TO_TAKE_DOWN, State, Verdict, Whose, WorkKind
from hotline.store import assessments, items, media
from hotline.store import families as families_of


@dataclass(frozen=True)
class _Deciding:
    """One decision under way: about which item, what it shows, and what was decided before."""

    item: Item
    shown: Media | None
    judgement: Judgement
    before: Assessment | None
    has_lead: bool


def assess(
    desk: Desk,
    item_ids: list[int],
    judgement: Judgement,
    *,
    is_revision: bool = False,
    account_of: Whose | None = None,
) -> list[int]:
    """Records the decision of the person at the desk about each item; all of them or none.

    `account_of` says whose the accounts are that the items are of.
    Raises InputError for what is missing, MoveError where the item is not to be decided, NotAllowedError.
    """
    with desk.writing("revise" if is_revision else "assess") as session:
        chosen = [items.load_item(session, item_id) for item_id in item_ids]
        before = [item.state for item in chosen]
        for item, state in zip(chosen, before, strict=True):
            has_inherited = item.state != state and item.state == state_for(judgement.verdict)
            if not has_inherited:
                decide = _revise if is_revision else _decide
                decide(session, desk, _deciding(session, item, judgement))
            if account_of is not None:
                say_whose(session, item, account_of, desk.now)
            elif families_of.is_childs(session, item.id):
                settle_account(session, item, desk.now)
    return item_ids


def _deciding(session: Session, item: Item, judgement: Judgement) -> _Deciding:
    shown = media.load_media(session, item.media_id) if item.media_id is not None else None
    has_lead = _has_lead(session, item, shown, judgement)
    if families_of.is_genuine(session, item) and judgement.verdict is not Verdict.NOT_ILLEGAL:
        raise NotAllowedError(f"I{item.id} is of an account that was reported as genuine and is never noticed")
    before = assessments.current_for(session, item)
    return _Deciding(item, shown, with_basis(judgement, has_lead), before, has_lead)


def _has_lead(session: Session, item: Item, shown: Media | None, judgement: Judgement) -> bool:
    if shown is not None and media.standing_leads(session, shown.id, to_illegal=judgement.is_illegal):
        return True
    beside = decision_beside(session, item)
    return beside is not None and (is_illegal(beside) or not judgement.is_illegal)


def _decide(session: Session, desk: Desk, deciding: _Deciding) -> None:
    item, judgement = deciding.item, deciding.judgement
    if _is_confirmed_by(desk.actor, deciding):
        _confirm(session, desk, deciding)
        return
    if item.state in DECIDED:
        raise MoveError(f"I{item.id} is already decided ({item.state}); to change it another person uses --revise")
    if state_for(judgement.verdict) not in BY_PERSON[State(item.state)]:
        raise MoveError(f"I{item.id} is {item.state} and nobody has looked yet; first: hotline run --once")
    if desk.settings.assess.second_reader and judgement.is_illegal:
        _decide_with_second(session, desk, deciding)
        return
    replaced = _replaced_by(deciding)
    _reopen_others(session, deciding, replaced, desk.now)
    _settle(session, desk, deciding, _add_assessment(session, desk, deciding, replaced), BY_PERSON)


def _is_confirmed_by(actor: str, deciding: _Deciding) -> bool:
    """Tells whether another person says of illegal material what a first one decided alone."""
    before = deciding.before
    if before is None or deciding.item.state not in TO_TAKE_DOWN | {State.REMOVED}:
        return False
    return _is_pending(before) and before.by != actor and before.verdict == deciding.judgement.verdict


def _confirm(session: Session, desk: Desk, deciding: _Deciding) -> None:
    if deciding.before is not None:
        deciding.before.second_by, deciding.before.second_at = desk.actor, desk.now
        session.add(deciding.before)
        custody.record(session, "item.second_reader", f"I{deciding.item.id}", reason=deciding.before.verdict)


def _replaced_by(deciding: _Deciding) -> Assessment | None:
    """The earlier word that a new decision replaces: a first reader's, or one about the same bytes seen elsewhere.

    The latter only when the new verdict is illegal; else context decides, and both stand, each for its own.
    """
    before = deciding.before
    if before is None or _is_pending(before) or deciding.judgement.is_illegal:
        return before
    return None


def _is_pending(decided: Assessment) -> bool:
    """Tells whether a decision that needs a second reader still waits for one."""
    return is_illegal(decided) and decided.second_by is None


def _reopen_others(session: Session, deciding: _Deciding, replaced: Assessment | None, now: datetime) -> None:
    if replaced is None or replaced.media_id is None or deciding.shown is None:
        return
    withdraw_inherited_leads(session, deciding.shown, now)
    for other in items.items_with_media(session, replaced.media_id):
        if (
            other.id != deciding.item.id
            and State(other.state) in DECIDED
            and assessments.own_of(session, other.id) is None
        ):
            _reopen(session, other, now)


def _decide_with_second(session: Session, desk: Desk, deciding: _Deciding) -> None:
    """The first reader's word waits; the same verdict by another person makes it count."""
    before = deciding.before
    if before is None or not _is_pending(before) or before.verdict != deciding.judgement.verdict:
        _add_assessment(session, desk, deciding, before)
        custody.record(session, "item.first_reader", f"I{deciding.item.id}", reason=deciding.judgement.verdict)
        return
    people.require_another(desk.actor, before.by, "an illegal verdict")
    before.second_by, before.second_at = desk.actor, desk.now
    session.add(before)
    custody.record(session, "item.second_reader", f"I{deciding.item.id}", reason=before.verdict)
    _settle(session, desk, deciding, before, BY_PERSON)


def _revise(session: Session, desk: Desk, deciding: _Deciding) -> None:
    before = deciding.before
    if before is None or deciding.item.state not in DECIDED:
        raise MoveError(f"I{deciding.item.id} is not decided yet; leave --revise out")
    people.require_another(desk.actor, before.by, "revising a decision")
    _reopen_others(session, deciding, before, desk.now)
    revised = _add_assessment(session, desk, deciding, before)
    if desk.settings.assess.second_reader and deciding.judgement.is_illegal:
        _reopen(session, deciding.item, desk.now)
        custody.record(session, "item.first_reader", f"I{deciding.item.id}", reason=revised.verdict)
        return
    _settle(session, desk, deciding, revised, BY_REVISION)


def _reopen(session: Session, item: Item, now: datetime) -> None:
    """Whoever stood on a revised decision is looked at by a person again."""
    item.is_queued, item.needs_person, item.removed_at = True, None, None
    custody.move(session, item, State.AWAITING_ASSESSMENT, action="item.reopened_by_revision")
    end_takedown(session, item, now)


def _settle(
    session: Session, desk: Desk, deciding: _Deciding, decided: Assessment, moves: dict[State, frozenset[State]]
) -> None:
    item, to = deciding.item, state_for(deciding.judgement.verdict)
    item.is_queued, item.needs_person = False, None
    item.reason = deciding.judgement.reason
    if item.state == to:
        custody.record(session, "item.assess", f"I{item.id}", from_state=to, to_state=to, reason=decided.verdict)
        session.add(item)
    else:
        custody.move(session, item, to, moves, action="item.assess", reason=decided.verdict)
    _settle_family(session, desk, deciding)
    end_takedown(session, item, desk.now)
    if to is State.ILLEGAL and asks_for_police(deciding.judgement.facts, is_known=deciding.has_lead):
        ask_hold_or_send(session, item, desk.now, desk.settings.notices.ask_police_h)
    if to in TO_TAKE_DOWN:
        item.removed_at = None
        begin_takedown(session, item, desk.now, desk.settings.recheck)
        kept.queue_look(session, desk.settings, item, desk.now)
    elif item.removed_at is not None:
        # What was taken down here may come back behind the harmless bytes that stand here now.
        due = watch_at(item.removed_at, desk.now, desk.settings.recheck)
        work.schedule(session, WorkKind.RECHECK, f"I{item.id}", due, host=item.host)
    if decided.media_id is not None and not is_illegal(decided):
        kept.forget(session, decided.media_id)
    spread_decision(session, decided, desk.now, desk.settings.recheck)
    correct_told(session, item, kind_of(to) if to in TO_TAKE_DOWN else None, desk.actor, desk.now)


def _settle_family(session: Session, desk: Desk, deciding: _Deciding) -> None:
    """What must come down has a family and a history, with bytes or known by the platform's id; else by a word only."""
    item = deciding.item
    if deciding.judgement.verdict is Verdict.NOT_ILLEGAL:
        return
    if deciding.shown is not None or item.platform_media is not None:
        families.ensure_family_of(session, item, desk.now)
    families.confirm(session, item)


def _add_assessment(session: Session, desk: Desk, deciding: _Deciding, replaces: Assessment | None) -> Assessment:
    judgement, shown = deciding.judgement, deciding.shown
    if judgement.basis is None:
        raise InputError("say what the decision rests on with --basis")
    if replaces is not None:
        replaces.replaced_at = desk.now
        session.add(replaces)
        session.flush()
    about_item = shown is None or (deciding.before is not None and replaces is None)
    classes, version = derive_classes(judgement)
    decided = Assessment(
        media_id=shown.id if shown and not about_item else None,
        item_id=deciding.item.id if about_item else None,
        verdict=judgement.verdict,
        ground=judgement.ground,
        reason=judgement.reason,
        basis=judgement.basis,
        facts=json.dumps(judgement.facts, sort_keys=True),
        classes=json.dumps(classes, sort_keys=True),
        classes_version=version,
        by=desk.actor,
        at=desk.now,
        revises_id=replaces.id if replaces else None,
    )
    session.add(decided)
    session.flush()
    return decided
