"""Families: what is the same picture or video, altered or not. A media belongs to one by its bytes; an item that nobody
has the bytes of, by its platform's id or a person's word. Every member says by what, and whether it is confirmed."""

from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.consequences.sightings import ensure_sighting
from hotline.models import Family, FamilyItem, Item, Likeness, Media
from hotline.records.alike import Alike, JoinedBy
from hotline.states import TO_TAKE_DOWN, State
from hotline.store import families, media

_HAVE_A_FAMILY = TO_TAKE_DOWN | {State.REMOVED}


def join_alike(session: Session, found: Media, alike: Alike, now: datetime) -> None:
    """Puts a media into the family of the one it shows, unconfirmed: a person's decision about it confirms."""
    of = media.load_media(session, alike.media_id)
    place(session, found, ensure_family(session, of, now), alike.by, is_confirmed=False)
    found.family_distance, found.family_variant = alike.distance, alike.variant
    if alike.shown is not None:
        session.add(Likeness(media_id=found.id, of_media_id=of.id, found_at=now, **vars(alike.shown)))
    custody.record(session, "family.join", f"F{found.family_id}", reason=alike.by)


def ensure_family(session: Session, member: Media, now: datetime) -> int:
    """The family of a media, made if it has none yet."""
    if member.family_id is not None:
        return member.family_id
    number = _make_family(session, now)
    place(session, member, number, JoinedBy.EXACT, is_confirmed=True)
    member.family_distance = 0
    custody.record(session, "family.add", f"F{number}")
    return number


def ensure_family_of(session: Session, item: Item, now: datetime) -> int:
    """The family of what an item shows, made if it has none yet, with bytes or without."""
    if item.media_id is not None:
        return ensure_family(session, media.load_media(session, item.media_id), now)
    link = families.link_of(session, item.id)
    if link is None:
        link = FamilyItem(
            item_id=item.id, family_id=_make_family(session, now), by=JoinedBy.EXACT, is_confirmed=True, joined_at=now
        )
        session.add(link)
        custody.record(session, "family.add", f"F{link.family_id}")
    ensure_sighting(session, item)
    return link.family_id


def join_item(session: Session, item: Item, family_id: int, by: JoinedBy, now: datetime, *, is_confirmed: bool) -> None:
    """Puts an item that nobody has the bytes of into a family; of bytes that are known nothing is said here."""
    if item.media_id is not None:
        return
    link = families.link_of(session, item.id) or FamilyItem(item_id=item.id, family_id=family_id, by=by, joined_at=now)
    link.family_id, link.by, link.is_confirmed = family_id, by, is_confirmed
    session.add(link)
    ensure_sighting(session, item)
    custody.record(session, "family.join", f"F{family_id}", reason=f"{by}:I{item.id}")


def join_by_platform(session: Session, item: Item, now: datetime) -> None:
    """Puts a new item into the family of the one that its platform calls by the same id."""
    if item.platform is None or item.platform_media is None:
        return
    same = families.items_with_ids(session, item.platform, item.platform_media)
    first = next((one for one in same if one.id != item.id), None)
    if first is not None:
        number = ensure_family_of(session, first, now)
        join_item(session, item, number, JoinedBy.PLATFORM_MEDIA, now, is_confirmed=True)


def join_told_before(session: Session, item: Item, earlier: list[Item], now: datetime) -> None:
    """Puts a new item into the family of what an earlier case is about, on the word of whoever reported it.

    Where the case is about more than one thing, the queue asks a person which.
    """
    telling = [one for one in earlier if not families.is_spared(session, one)]
    about = [one for one in telling if State(one.state) in _HAVE_A_FAMILY]
    about = about or [one for one in telling if one.is_reported]
    known = {families.family_of(session, one) or f"I{one.id}" for one in about}
    if len(known) == 1:
        by_word = ensure_family_of(session, about[0], now)
        if families.family_of(session, item) is None:
            join_item(session, item, by_word, JoinedBy.REPORT, now, is_confirmed=False)


def take_over_word(session: Session, item: Item, found: Media) -> None:
    """What was said of an item before its bytes were seen holds for them, where they say nothing themselves."""
    link = families.link_of(session, item.id)
    if link is None:
        return
    if found.family_id is None:
        place(session, found, link.family_id, JoinedBy(link.by), is_confirmed=link.is_confirmed)
        custody.record(session, "family.join", f"F{link.family_id}", reason=f"{link.by}:M{found.id}")
    elif link.is_confirmed and link.family_id != found.family_id:
        merge(session, link.family_id, found.family_id)
        custody.record(session, "family.join", f"F{link.family_id}", reason=f"F{found.family_id}:M{found.id}")
    else:
        custody.record(session, "family.leave", f"F{link.family_id}", reason=f"bytes_of:I{item.id}")
    session.delete(link)


def merge(session: Session, kept: int, moved: int) -> None:
    """Puts all members of a family into another, on a person's word."""
    for member in families.media_of(session, moved):
        place(session, member, kept, JoinedBy.PERSON, is_confirmed=True)
    for link in families.items_of(session, moved):
        link.family_id, link.by, link.is_confirmed = kept, JoinedBy.PERSON, True
        session.add(link)
    session.flush()


def leave(session: Session, item: Item, now: datetime) -> int:
    """Takes what an item shows out of its family, into one of its own; every sighting stays. Returns that family."""
    number = _make_family(session, now)
    if item.media_id is not None:
        place(session, media.load_media(session, item.media_id), number, JoinedBy.PERSON, is_confirmed=True)
    else:
        link = families.link_of(session, item.id)
        if link is not None:
            link.family_id, link.by, link.is_confirmed = number, JoinedBy.PERSON, True
            session.add(link)
    return number


def confirm(session: Session, item: Item) -> None:
    """A person's decision about an item also confirms that what it shows belongs to its family."""
    member = media.load_media(session, item.media_id) if item.media_id is not None else None
    if member is not None:
        member.is_family_confirmed = member.is_family_confirmed or member.family_id is not None
        session.add(member)
    link = families.link_of(session, item.id)
    if link is not None:
        link.is_confirmed = True
        session.add(link)


def place(session: Session, member: Media, family_id: int, by: JoinedBy, *, is_confirmed: bool) -> None:
    """Puts a media into a family; whatever was known of how it came to another is no longer true."""
    known = families.likeness_of(session, member.id)
    if known is not None:
        session.delete(known)
        session.flush()
    member.family_id, member.family_by, member.is_family_confirmed = family_id, by, is_confirmed
    member.family_distance = member.family_variant = None
    session.add(member)


def _make_family(session: Session, now: datetime) -> int:
    family = Family(made_at=now)
    session.add(family)
    session.flush()
    return family.id
