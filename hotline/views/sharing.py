"""What may be told of hashes: those of a person's own file, our own of what two people assessed illegal, and which
entries of lists are in quarantine.
"""

from types import ModuleType

from hashsets.fingerprint import Fingerprint, Part
from hashsets.formats import pdq_text, threatexchange_csv, vics, vpdq_json, vpdq_text
from hashsets.lists import Library
from hashsets.variants import Variant
from hotline import db
from hotline.consequences.ownlist import OWN_LIST, own_row
from hotline.home import Home
from hotline.store import assessments, quarantines
from hotline.views.shapes import Document

_TOLD = (
    *("md5", "sha1", "sha256", "size_bytes", "mime", "width", "height", "duration_s"),
    *("pdq", "pdq_quality", "phash", "is_blank", "is_partial", "problem", "hasher"),
)
_WRITERS: dict[str, ModuleType] = {module.NAME: module for module in (pdq_text, threatexchange_csv, vics)}


def quarantined_entries(home: Home) -> frozenset[tuple[str, str]]:
    """List and entry of everything in quarantine."""
    with db.reading(home.engine) as session:
        return quarantines.quarantined(session)


def exported(home: Home, library: Library, name: str, format: str) -> list[str]:
    """The hashes computed here of each media that two people assessed illegal, oldest first, as pieces of a file.

    Raises NoSuchListError, NotOwnListError.
    """
    if name != OWN_LIST or name in library.stored():
        library.require_own(name)
    with db.reading(home.engine) as session:
        rows = [own_row(found, decided) for found, decided in assessments.illegal_by_two(session)]
    return list(_WRITERS[format].write_rows(rows)) if rows else []


def fingerprint_row(found: Fingerprint) -> Document:
    """What one file is, as `hashset hash` prints it; `frames` are those of a video, without their turns."""
    plain = {name: getattr(found, name) for name in _TOLD}
    frames = [{"at_s": part.at_s, "quality": part.quality, "pdq": part.orientations[0]} for part in _frames(found)]
    return {**plain, "frames": frames}


def video_text(found: Fingerprint, format: str) -> str:
    """The frames of a video in a format of vPDQ, numbered in their order."""
    module = {one.NAME: one for one in (vpdq_text, vpdq_json)}[format]
    frames = [(at, part.quality, part.orientations[0], part.at_s) for at, part in enumerate(_frames(found))]
    return "".join(module.write_frames(frames))


def _frames(found: Fingerprint) -> list[Part]:
    return [part for part in found.parts if found.is_video and part.variant is Variant.FRAME]
