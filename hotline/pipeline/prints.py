"""Fingerprints as rows, and rows as fingerprints: what was hashed once is looked up again whenever a list changes."""

import json
from collections.abc import Iterator
from datetime import datetime

from hashsets.fingerprint import Fingerprint, Part
from hashsets.variants import Variant
from hotline.models import Media, MediaParts


def media_from(fingerprint: Fingerprint, now: datetime) -> Media:
    """A media row from a fingerprint."""
    return Media(
        sha256=fingerprint.sha256,
        sha1=fingerprint.sha1,
        md5=fingerprint.md5,
        size_bytes=fingerprint.size_bytes,
        mime=fingerprint.mime,
        width=fingerprint.width,
        height=fingerprint.height,
        pdq=fingerprint.pdq,
        pdq_quality=fingerprint.pdq_quality,
        phash=fingerprint.phash,
        orientations=" ".join(fingerprint.orientations),
        is_blank=fingerprint.is_blank,
        is_partial=fingerprint.is_partial,
        problem=fingerprint.problem,
        hasher=fingerprint.hasher,
        first_seen_at=now,
    )


def parts_from(fingerprint: Fingerprint, found: Media) -> MediaParts | None:
    """The row of what else is looked up of a media; None where there is nothing."""
    if not fingerprint.parts and fingerprint.duration_s is None:
        return None
    parts = [[part.variant.value, part.quality, part.at_s, " ".join(part.orientations)] for part in fingerprint.parts]
    text = json.dumps(parts, separators=(",", ":"))
    duration_ms = None if fingerprint.duration_s is None else round(fingerprint.duration_s * 1000)
    return MediaParts(media_id=found.id, duration_ms=duration_ms, parts=text)


def fingerprint_of(found: Media, parts: MediaParts | None) -> Fingerprint:
    """The fingerprint the rows of a media were made from."""
    return Fingerprint(
        md5=found.md5,
        sha1=found.sha1,
        sha256=found.sha256,
        size_bytes=found.size_bytes,
        mime=found.mime,
        width=found.width,
        height=found.height,
        pdq=found.pdq,
        pdq_quality=found.pdq_quality,
        orientations=tuple(found.orientations.split()),
        phash=found.phash,
        is_blank=found.is_blank,
        is_partial=found.is_partial,
        problem=found.problem,
        hasher=found.hasher,
        duration_s=parts.duration_ms / 1000 if parts and parts.duration_ms is not None else None,
        parts=tuple(_read_parts(parts.parts)) if parts else (),
    )


def _read_parts(text: str) -> Iterator[Part]:
    for variant, quality, at_s, orientations in json.loads(text):
        yield Part(Variant(variant), quality, tuple(orientations.split()), at_s)
