"""Accounts of platforms, and the items that are of them."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from hotline.models import Account, ItemAccount, PageItem
from hotline.store.documents import within
from hotline.store.rows import load


def load_account(session: Session, account_id: int) -> Account:
    """Raises UnknownIdError."""
    return load(session, Account, account_id)


def by_number(session: Session, platform: str, number: str) -> Account | None:
    return session.exec(select(Account).where(Account.platform == platform, Account.number == number)).first()


def by_handle(session: Session, platform: str, handle: str) -> Account | None:
    return session.exec(select(Account).where(Account.platform == platform, Account.handle == handle)).first()


def account_of(session: Session, item_id: int) -> Account | None:
    """The account that an item is of."""
    link = session.get(ItemAccount, item_id)
    return session.get(Account, link.account_id) if link is not None else None


def links_of(session: Session, account_id: int) -> list[ItemAccount]:
    return list(session.exec(select(ItemAccount).where(ItemAccount.account_id == account_id)))


def accounts_of(session: Session, item_ids: Collection[int] | None) -> dict[int, Account]:
    """The account of each item that is of one; of every item in the home for None."""
    return {
        item_id: account
        for condition in within(ItemAccount.item_id, item_ids)
        for item_id, account in session.exec(
            select(ItemAccount.item_id, Account)
            .join(Account, col(Account.id) == col(ItemAccount.account_id))
            .where(condition)
        )
    }


def accounts_shown(session: Session, item_ids: Collection[int]) -> dict[int, Account]:
    """The account of each item; of a picture that is of none, that of the page which shows it."""
    own = accounts_of(session, item_ids)
    rest = [item_id for item_id in item_ids if item_id not in own]
    by_page = {
        item_id: account
        for condition in within(PageItem.item_id, rest)
        for item_id, account in session.exec(
            select(PageItem.item_id, Account)
            .join(ItemAccount, col(ItemAccount.item_id) == col(PageItem.page_id))
            .join(Account, col(Account.id) == col(ItemAccount.account_id))
            .where(condition)
            .order_by(col(PageItem.first_seen_at).desc())
        )
    }
    return by_page | own
