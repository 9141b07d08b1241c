"""Families: which media are the same picture, altered or not. Keeps an index of the home's own media in memory."""

import threading
from datetime import datetime

from sqlmodel import Session

from hashsets.index import NearIndex
from hotline import custody
from hotline.models import Family, Media
from hotline.store import media

MAX_DISTANCE = 31
MIN_QUALITY = 50


class FamilyIndex:
    """The PDQs of all media of a home, brought up to date before each search; shared by the workers of a program."""

    def __init__(self) -> None:
        self._near = NearIndex()
        self._newest = 0
        self._lock = threading.Lock()

    def nearest(self, session: Session, found: Media) -> tuple[int, int, str] | None:
        """The nearest other media within 31 bits in any orientation: its id, distance and variant."""
        if not is_evidence(found):
            return None
        with self._lock:
            self._catch_up(session, found.id)
            near = self._near.search(found.orientations.split(), MAX_DISTANCE)
        return next(((number, bits, variant.value) for number, bits, variant in near if number != found.id), None)

    def _catch_up(self, session: Session, newest: int) -> None:
        for number, pdq in media.pdqs_after(session, self._newest):
            # A media of a transaction that may still roll back must not stay in the index.
            if number < newest:
                self._near.add(number, pdq)
                self._newest = number


def is_evidence(found: Media) -> bool:
    """Tells whether a media's perceptual hash may speak: not blank, detailed enough."""
    return bool(found.pdq) and not found.is_blank and (found.pdq_quality or 0) >= MIN_QUALITY


def join_by_hash(session: Session, index: FamilyIndex, found: Media, now: datetime) -> Media | None:
    """Puts a new media into the family of its nearest likeness, unconfirmed. Returns that likeness."""
    near = index.nearest(session, found)
    if near is None:
        return None
    other = media.load_media(session, near[0])
    found.family_id = ensure_family(session, other, now)
    found.family_by, found.family_distance, found.family_variant = "pdq", near[1], near[2]
    found.is_family_confirmed = False
    session.add(found)
    custody.record(session, "family.join", f"F{found.family_id}", reason="pdq")
    return other


def ensure_family(session: Session, member: Media, now: datetime) -> int:
    """The family of a media, made if it has none yet."""
    if member.family_id is not None:
        return member.family_id
    family = Family(made_at=now)
    session.add(family)
    session.flush()
    member.family_id, member.family_by, member.family_distance = family.id, "exact", 0
    member.is_family_confirmed = True
    session.add(member)
    custody.record(session, "family.add", f"F{family.id}")
    return family.id


def confirm(session: Session, member: Media) -> None:
    """A person's decision about a media also confirms that it belongs to its family."""
    if member.family_id is not None and not member.is_family_confirmed:
        member.is_family_confirmed = True
        session.add(member)
