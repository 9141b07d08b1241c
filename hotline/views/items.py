"""Items as `case show` prints them, each with its media, leads, assessment, hosting, notices and rechecks."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline import db
from hotline.home import Home
from hotline.models import Account, Assessment, FamilyItem, Hosting, Item, Media, NoticeItem, PageItem, Recheck
from hotline.recheck import gone_run
from hotline.records.seen import PastLook
from hotline.states import RecheckVerdict, State
from hotline.store import accounts, documents, hostings, queues
from hotline.store.items import load_item
from hotline.views.accounts import account_document
from hotline.views.book import Book
from hotline.views.hosting import hosting_document
from hotline.views.leads import beside_documents, lead_documents
from hotline.views.shapes import Document, at, grouped, named


@dataclass(frozen=True)
class _Loaded:
    """Everything the items of one document need, by number."""

    states: dict[int, State]
    media: dict[int, Media]
    leads: dict[int, list[Document]]
    beside: dict[int, list[Document]]
    families: dict[int, int]
    accounts: dict[int, Account]
    own_assessments: dict[int, Assessment]
    media_assessments: dict[int, Assessment]
    hostings: dict[int, Hosting]
    details: dict[int, Document]
    book: Book
    notices: dict[int, list[int]]
    shows: dict[int, list[int]]
    rechecks: dict[int, list[Recheck]]


def item_documents(session: Session, item_ids: Collection[int]) -> list[Document]:
    """The items in the order of `item_ids`, each in the shape of the contract."""
    items = {item.id: item for item in documents.load_by(session, Item, Item.id, item_ids)}
    media_ids = {item.media_id for item in items.values() if item.media_id is not None}
    loaded = _load(session, item_ids, media_ids)
    return [_document(items[item_id], loaded) for item_id in item_ids if item_id in items]


def item_address(home: Home, item_id: int) -> str:
    """The verbatim address of an item. Raises UnknownIdError."""
    with db.reading(home.engine) as session:
        return load_item(session, item_id).url


def newest_verdicts(home: Home, item_ids: Collection[int]) -> list[str]:
    """The verdict of the newest look at each item, in their order."""
    with db.reading(home.engine) as session:
        newest = {row.item_id: row.verdict for row in documents.load_by(session, Recheck, Recheck.item_id, item_ids)}
    return [newest.get(item_id, "no look yet") for item_id in item_ids]


def _load(session: Session, item_ids: Collection[int], media_ids: Collection[int]) -> _Loaded:
    found = documents.newest_hostings(session, item_ids)
    own, of_media = documents.current_assessments(session, item_ids, media_ids)
    links = documents.load_by(session, NoticeItem, NoticeItem.item_id, item_ids)
    return _Loaded(
        states=documents.shown_states(session, item_ids),
        media={row.id: row for row in documents.load_by(session, Media, Media.id, media_ids)},
        leads=lead_documents(session, media_ids),
        beside=beside_documents(session, item_ids),
        families={
            row.item_id: row.family_id for row in documents.load_by(session, FamilyItem, FamilyItem.item_id, item_ids)
        },
        accounts=accounts.accounts_of(session, item_ids),
        own_assessments=own,
        media_assessments=of_media,
        hostings=found,
        details=hostings.load_details(session, [row.id for row in found.values()]),
        book=Book(queues.load_standing_contacts(session)),
        notices={
            item_id: sorted(row.notice_id for row in rows)
            for item_id, rows in grouped(links, lambda link: link.item_id).items()
        },
        shows={
            page_id: sorted(row.item_id for row in rows)
            for page_id, rows in grouped(_links_of(session, item_ids), lambda link: link.page_id).items()
        },
        rechecks=grouped(documents.load_by(session, Recheck, Recheck.item_id, item_ids), lambda row: row.item_id),
    )


def _links_of(session: Session, page_ids: Collection[int]) -> list[PageItem]:
    """Which pictures the pages show, or showed last."""
    return documents.load_by(session, PageItem, PageItem.page_id, page_ids)


def _document(item: Item, loaded: _Loaded) -> Document:
    number = item.id
    media = loaded.media.get(item.media_id or 0)
    assessment = loaded.own_assessments.get(number) or loaded.media_assessments.get(item.media_id or 0)
    hosting, account = loaded.hostings.get(number), loaded.accounts.get(number)
    return {
        "id": named("I", number),
        "url": item.url,
        "kind": item.kind,
        "state": loaded.states[number].value,
        "reason": item.reason,
        "media": _media(media) if media else None,
        "family": named("F", media.family_id if media else loaded.families.get(number)),
        "leads": loaded.leads.get(item.media_id or 0, []) + loaded.beside.get(number, []),
        "assessment": _assessment(assessment) if assessment else None,
        "hosting": _hosting(hosting, item, loaded) if hosting else None,
        "notices": [named("N", notice_id) for notice_id in loaded.notices.get(number, ())],
        "rechecks": [_recheck(row) for row in loaded.rechecks.get(number, ())],
        "received_at": at(item.received_at),
        "police_at": at(item.police_at),
        "host_at": at(item.host_at),
        "removed_at": at(item.removed_at),
        "gone_at": at(_gone_at(item, loaded.rechecks.get(number, ()))),
        "returns": item.returns,
        "is_reported": item.is_reported,
        "shows": [named("I", picture) for picture in loaded.shows.get(number, ())],
        "needs_person": item.needs_person,
        "platform": item.platform,
        "platform_media": item.platform_media,
        "account": account_document(account) if account else None,
    }


def _gone_at(item: Item, rows: Sequence[Recheck]) -> datetime | None:
    """When a confirmed removal was first seen: the first of the looks that agreed on it."""
    run = gone_run([PastLook(row.at, row.vantage, RecheckVerdict(row.verdict)) for row in rows])
    return run[0].at if run and item.removed_at is not None else None


def _media(media: Media) -> Document:
    return {
        "id": named("M", media.id),
        "sha256": media.sha256,
        "sha1": media.sha1,
        "md5": media.md5,
        "size_bytes": media.size_bytes,
        "mime": media.mime,
        "width": media.width,
        "height": media.height,
        "pdq": media.pdq,
        "pdq_quality": media.pdq_quality,
        "phash": media.phash,
        "problem": media.problem,
        "is_partial": media.is_partial,
        "hasher": media.hasher,
    }


def _assessment(row: Assessment) -> Document:
    return {
        "verdict": row.verdict,
        "ground": row.ground,
        "reason": row.reason,
        "basis": row.basis,
        "by": row.by,
        "at": at(row.at),
        "facts": json.loads(row.facts),
        "classes": json.loads(row.classes),
        "second_by": row.second_by,
    }


def _hosting(row: Hosting, item: Item, loaded: _Loaded) -> Document:
    answering = loaded.book.contacts_for(item.host, row.ip, row.country, row.asn)
    return hosting_document(row, loaded.details.get(row.id, {}), answering)


def _recheck(row: Recheck) -> Document:
    return {"at": at(row.at), "vantage": row.vantage, "verdict": row.verdict, "evidence": json.loads(row.evidence)}
