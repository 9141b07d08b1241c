"""Accounts of platforms: which one an item is of, and whose a person says it is. An account may be the uploader's, the
child's or that of someone impersonated: it is never called anything but an account."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody, work
from hotline.consequences.batches import withdraw_from_notices
from hotline.errors import InputError
from hotline.models import Account, Item, ItemAccount
from hotline.states import TO_TAKE_DOWN, State, Whose, WorkKind
from hotline.store import accounts, families, items

CHILDS = "on a child's own account: no notice goes out; help the child to take it down: hotline referral add"


def note_account(
    session: Session, item: Item, platform: str, handle: str | None, number: str | None, now: datetime
) -> None:
    """Links an item to the account that its address or page names, by handle, number or both."""
    if not handle and not number:
        return
    handle = handle.lower() if handle else None  # as all platforms that we know take them
    account = _known(session, platform, handle, number)
    if account is None:
        account = Account(platform=platform, handle=handle, number=number, made_at=now)
        session.add(account)
        session.flush()
        custody.record(session, "account.add", f"A{account.id}")
    elif (handle or account.handle, number or account.number) != (account.handle, account.number):
        if handle and accounts.by_handle(session, platform, handle) in (None, account):
            account.handle = handle
        account.number = account.number or number
        session.add(account)
        custody.record(session, "account.note", f"A{account.id}")
    _link(session, item, account)


def note_account_on_page(
    session: Session, item: Item, platform: str, handle: str | None, number: str | None, now: datetime
) -> None:
    """What a page says of the account it is of completes what its address says, and never changes it."""
    known = accounts.account_of(session, item.id)
    if known is None:
        note_account(session, item, platform, handle, number, now)
    elif known.number in (None, number) and (not handle or handle.lower() == known.handle):
        note_account(session, item, platform, known.handle, number, now)


def say_whose(session: Session, item: Item, whose: Whose, now: datetime) -> None:
    """Records whose account an item is of. Raises InputError where no account is known."""
    account = accounts.account_of(session, item.id)
    if account is None:
        raise InputError(f"I{item.id} names no account that we know; leave --account-of out")
    set_whose(session, account, whose, now)


def set_whose(session: Session, account: Account, whose: Whose, now: datetime) -> None:
    """Records whose an account is, on a person's word. What a child's own account holds leaves all notices."""
    if account.whose == whose:
        return
    before, account.whose = account.whose, whose.value
    session.add(account)
    custody.record(session, "account.whose", f"A{account.id}", from_state=before, to_state=whose)
    session.flush()
    for link in accounts.links_of(session, account.id):
        pictures = [one for _, one in items.shown_on(session, link.item_id)]
        for item in (items.load_item(session, link.item_id), *pictures):
            settle_account(session, item, now)


def settle_account(session: Session, item: Item, now: datetime) -> None:
    """What follows for an item from whose account it is: a child's leaves notices, and a person is told to help."""
    if State(item.state) not in TO_TAKE_DOWN:
        return
    if families.is_childs(session, item.id):
        withdraw_from_notices(session, item, now)
        item.needs_person = CHILDS
        session.add(item)
        custody.record(session, "item.ask_person", f"I{item.id}", reason="account_of_child")
        return
    if item.needs_person == CHILDS:
        item.needs_person = None
        session.add(item)
        custody.record(session, "item.ask_person", f"I{item.id}", reason="account_not_of_child")
    work.schedule(session, WorkKind.NOTIFY, f"I{item.id}", now)


def _known(session: Session, platform: str, handle: str | None, number: str | None) -> Account | None:
    """By its number, which never changes; else by its handle. An account known by both apart becomes one.

    A handle that now belongs to another number was given up by the account that had it. Where a person said whose an
    account is, no page and no address takes anything from it.
    """
    by_number = accounts.by_number(session, platform, number) if number else None
    by_handle = accounts.by_handle(session, platform, handle) if handle else None
    if by_handle is None or by_handle is by_number or not number:
        return by_number or by_handle
    if by_handle.number is None and by_number is None:
        return by_handle
    if by_handle.whose != Whose.UNKNOWN:
        return by_number or by_handle
    if by_handle.number is None and by_number is not None:
        _merge(session, by_number, by_handle)
        return by_number
    by_handle.handle = None
    session.add(by_handle)
    custody.record(session, "account.note", f"A{by_handle.id}", reason="handle_given_up")
    session.flush()
    return by_number


def _merge(session: Session, kept: Account, moved: Account) -> None:
    """Only where nobody said whose the moved one is: the kept one's word then holds for both."""
    for link in accounts.links_of(session, moved.id):
        link.account_id = kept.id
        session.add(link)
    handle = moved.handle
    session.flush()
    session.delete(moved)
    session.flush()
    kept.handle = handle
    session.add(kept)
    custody.record(session, "account.merge", f"A{kept.id}", reason=f"A{moved.id}")


def _link(session: Session, item: Item, account: Account) -> None:
    link = session.get(ItemAccount, item.id)
    if link is not None and link.account_id == account.id:
        return
    link = link or ItemAccount(item_id=item.id, account_id=account.id)
    link.account_id = account.id
    session.add(link)
    custody.record(session, "account.item", f"A{account.id}", reason=f"I{item.id}")
