"""A person's word that two items show the same picture, or that they do not."""

from hotline import custody
from hotline.consequences import families
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.models import Media
from hotline.store import items, media


def join(desk: Desk, item_id: int, other_id: int) -> int:
    """Puts the media of one item, with all its family, into the family of another item's. Returns the family."""
    with desk.writing("family") as session:
        shown = [items.load_item(session, number).media_id for number in (item_id, other_id)]
        if shown[0] is None or shown[1] is None:
            raise InputError("both items need a picture or video that was looked at; run `hotline run --once` first")
        moved, kept = media.load_media(session, shown[0]), media.load_media(session, shown[1])
        if moved.id == kept.id or (moved.family_id is not None and moved.family_id == kept.family_id):
            raise InputError(f"I{item_id} and I{other_id} are already of one family")
        family_id = families.ensure_family(session, kept, desk.now)
        members = media.family_members(session, moved.family_id) if moved.family_id is not None else [moved]
        for member in members:
            _place(member, family_id, is_confirmed=True)
            session.add(member)
        custody.record(session, "family.join", f"F{family_id}", reason="person", text=f"I{item_id} same as I{other_id}")
        return family_id


def split(desk: Desk, item_id: int) -> int:
    """Takes the media of an item out of its family, into one of its own; every sighting stays. Returns that family."""
    with desk.writing("family") as session:
        item = items.load_item(session, item_id)
        if item.media_id is None:
            raise InputError(f"I{item_id} shows no picture that was looked at")
        moved = media.load_media(session, item.media_id)
        if moved.family_id is None or len(media.family_members(session, moved.family_id)) < 2:
            raise InputError(f"I{item_id} shares its family with no other picture")
        before = moved.family_id
        moved.family_id = None
        family_id = families.ensure_family(session, moved, desk.now)
        moved.family_by, moved.family_variant = "person", None
        custody.record(session, "family.split", f"F{before}", reason=f"M{moved.id}", to_state=f"F{family_id}")
        return family_id


def _place(member: Media, family_id: int, *, is_confirmed: bool) -> None:
    member.family_id, member.family_by = family_id, "person"
    member.is_family_confirmed = is_confirmed
