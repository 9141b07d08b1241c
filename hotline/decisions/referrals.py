"""Referrals: a person helped by somebody else, as a task with an outcome."""

from hotline import custody
from hotline.decisions.desk import Desk
from hotline.errors import MoveError
from hotline.models import Referral
from hotline.states import ReferralState, ReferralTo
from hotline.store import reports


def add(desk: Desk, case_id: int, to: ReferralTo) -> int:
    """Opens a referral for a case; the case stays open until it is done."""
    with desk.writing("referral") as session:
        reports.load_case(session, case_id)
        referral = Referral(case_id=case_id, to=to, state=ReferralState.OPEN, made_at=desk.now, made_by=desk.actor)
        session.add(referral)
        session.flush()
        custody.record(session, "referral.add", f"Q{referral.id}", to_state=ReferralState.OPEN, reason=to)
        return referral.id


def done(desk: Desk, referral_id: int, outcome: str | None) -> int:
    """Closes a referral with what came of it."""
    with desk.writing("referral") as session:
        referral = reports.load_referral(session, referral_id)
        if referral.state == ReferralState.DONE:
            raise MoveError(f"Q{referral_id} is already done")
        referral.state, referral.done_at = ReferralState.DONE, desk.now
        session.add(referral)
        custody.record(session, "referral.done", f"Q{referral_id}", to_state=ReferralState.DONE, text=outcome)
        return referral_id
