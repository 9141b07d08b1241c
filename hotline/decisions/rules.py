"""Rules of approval: drafts of a kind to a contact go out without a person looking at each, because two people said so.
And sites that a person found to be wholly given to such material."""

from sqlmodel import Session

from hotline import custody, people, work
from hotline.decisions.desk import Desk
from hotline.errors import InputError, MoveError
from hotline.models import ApprovalRule, WhollyGiven
from hotline.states import NoticeKind, NoticeState, WorkKind
from hotline.store import items, notices, rules
from hotline.trace import registrable_domain


def propose(desk: Desk, contact_id: int, kind: NoticeKind) -> int:
    """Proposes that drafts of a kind to a contact are approved by a rule; another person approves it."""
    if kind is NoticeKind.CORRECTION:
        raise InputError("corrections go out by the decision they follow from; a rule is for illegal or harmful")
    with desk.writing("rule") as session:
        notices.load_contact(session, contact_id)
        if rules.standing(session, contact_id, kind) is not None:
            raise InputError(f"there is such a rule for K{contact_id} already; hotline rule list shows it")
        rule = ApprovalRule(contact_id=contact_id, kind=kind, proposed_by=desk.actor, proposed_at=desk.now)
        session.add(rule)
        session.flush()
        custody.record(session, "rule.propose", f"G{rule.id}", reason=f"K{contact_id} {kind}")
        return rule.id


def approve(desk: Desk, rule_id: int) -> int:
    """A second person makes the rule stand; drafts that wait go. Raises NotAllowedError for the first."""
    with desk.writing("rule") as session:
        rule = rules.load_rule(session, rule_id)
        if rule.approved_at is not None or rule.ended_at is not None:
            raise MoveError(f"G{rule_id} is {'over' if rule.ended_at else 'approved already'}")
        people.require_another(desk.actor, rule.proposed_by, "approving a rule")
        rule.approved_by, rule.approved_at = desk.actor, desk.now
        session.add(rule)
        custody.record(session, "rule.approve", f"G{rule_id}")
        _wake_drafts(session, desk, rule)
        return rule_id


def end(desk: Desk, rule_id: int) -> int:
    """Ends a rule; drafts wait for a person again."""
    with desk.writing("rule") as session:
        rule = rules.load_rule(session, rule_id)
        if rule.ended_at is not None:
            raise MoveError(f"G{rule_id} is over already")
        rule.ended_by, rule.ended_at = desk.actor, desk.now
        session.add(rule)
        custody.record(session, "rule.end", f"G{rule_id}")
        return rule_id


def mark_wholly_given(desk: Desk, site: str) -> str:
    """Records that a whole site is given to such material: its registrar may be told when its turn comes."""
    domain = registrable_domain(site)
    if domain is None:
        raise InputError("name the site by its domain, like site.example")
    with desk.writing("rule") as session:
        if notices.is_wholly_given(session, domain):
            raise InputError(f"{domain} is recorded already")
        session.add(WhollyGiven(domain=domain, by=desk.actor, at=desk.now))
        session.flush()
        custody.record(session, "site.wholly_given", domain)
        for item in items.to_take_down_under(session, domain):
            work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", desk.now)
    return domain


def _wake_drafts(session: Session, desk: Desk, rule: ApprovalRule) -> None:
    for notice in notices.in_state(session, NoticeState.DRAFT):
        if notice.contact_id == rule.contact_id and notice.kind == rule.kind:
            work.schedule(session, WorkKind.SEND, f"N{notice.id}", desk.now)
