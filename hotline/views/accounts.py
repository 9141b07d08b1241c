"""Accounts of platforms: what was reported of each. One account may have many uploads, and more than one victim."""

from collections.abc import Collection

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Account, FamilyItem, Item, ItemAccount, Media, Sighting
from hotline.store import documents
from hotline.store.accounts import load_account
from hotline.views.shapes import Document, at, grouped, named


def account_list(home: Home) -> list[Document]:
    """All accounts, those with most items first."""
    with db.reading(home.engine) as session:
        found = documents.load_by(session, Account, Account.id, None)
        items = _items(session, [account.id for account in found])
    rows = [_row(account, items.get(account.id, [])) for account in found]
    return sorted(rows, key=lambda row: -row["items"])


def account_show(home: Home, account_id: int) -> Document:
    """One account with its items, the first seen first. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        account = load_account(session, account_id)
        items = _items(session, [account_id]).get(account_id, [])
    return {**_row(account, items), "items": items}


def account_document(account: Account) -> Document:
    """An account as every document shows it."""
    return {
        "id": named("A", account.id),
        "platform": account.platform,
        "handle": account.handle,
        "number": account.number,
        "whose": account.whose,
    }


def _items(session: Session, account_ids: Collection[int]) -> dict[int, list[Document]]:
    links = documents.load_by(session, ItemAccount, ItemAccount.account_id, account_ids)
    account_of = {link.item_id: link.account_id for link in links}
    items = documents.load_by(session, Item, Item.id, account_of.keys())
    families = _families(session, items)
    states = documents.shown_states(session, account_of.keys())
    cases = documents.first_cases(session, account_of.keys())
    sightings = documents.load_by(session, Sighting, Sighting.item_id, account_of.keys())
    seen = grouped(sightings, lambda row: row.item_id)
    rows = [
        _item(item, states[item.id].value, cases.get(item.id), families.get(item.id), seen.get(item.id, []))
        for item in items
    ]
    return grouped(rows, lambda row: account_of[int(row["id"][1:])])


def _families(session: Session, items: Collection[Item]) -> dict[int, int | None]:
    """The family of what each item shows, with bytes or without."""
    media = documents.load_by(session, Media, Media.id, {item.media_id for item in items if item.media_id})
    by_media = {row.id: row.family_id for row in media}
    links = documents.load_by(session, FamilyItem, FamilyItem.item_id, {item.id for item in items})
    by_link = {link.item_id: link.family_id for link in links}
    return {item.id: by_media.get(item.media_id) if item.media_id else by_link.get(item.id) for item in items}


def _item(item: Item, state: str, case: int | None, family: int | None, seen: list[Sighting]) -> Document:
    newest = seen[-1] if seen else None
    return {
        "id": named("I", item.id),
        "case": named("C", case),
        "kind": item.kind,
        "state": state,
        "family": named("F", family),
        "platform_media": item.platform_media,
        "first_seen_at": at(seen[0].first_seen_at if seen else None),
        "last_seen_at": at(newest.last_seen_at if newest else None),
        "gone_at": at(newest.gone_at if newest else None),
        "returns": item.returns,
        "url": item.url,
    }


def _row(account: Account, items: list[Document]) -> Document:
    last: list[str] = [item["last_seen_at"] for item in items if item["last_seen_at"]]
    return {
        **account_document(account),
        "items": len(items),
        "families": len({item["family"] for item in items if item["family"]}),
        "up": sum(1 for item in items if item["first_seen_at"] and not item["gone_at"]),
        "last_seen_at": max(last, default=None),
    }
