"""A person's word about whose an account is."""

from hotline.consequences import accounts
from hotline.decisions.desk import Desk
from hotline.states import Whose
from hotline.store.accounts import load_account


def say_whose(desk: Desk, account_id: int, whose: Whose) -> None:
    """Records it. What a child's own account holds leaves all notices, and a person is told to help."""
    with desk.writing("assess") as session:
        accounts.set_whose(session, load_account(session, account_id), whose, desk.now)
