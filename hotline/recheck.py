"""Is it gone? Judges a look against what is remembered, and counts the looks that agree. Pure; fetches nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from hashsets.fingerprint import Fingerprint
from hashsets.variants import ORIENTATIONS, Variant
from hotline.records.seen import PERSON, Judged, PastLook, Remembered, Seen, Told
from hotline.settings import RecheckSettings
from hotline.states import GONE, TELLING, RecheckVerdict, Unreachable

COPY_DISTANCE = 31
"""PDQ bits within which other bytes are a re-encoded copy of the same picture (matching.md section E)."""

_NO_ANSWER = {
    Unreachable.NOT_FOUND: RecheckVerdict.REMOVED_AT_SOURCE,
    Unreachable.LOGIN_WALL: RecheckVerdict.ACCESS_RESTRICTED,
    Unreachable.FORBIDDEN: RecheckVerdict.ACCESS_RESTRICTED,
    Unreachable.GEO_BLOCKED: RecheckVerdict.GEO_BLOCKED,
    Unreachable.PRIVATE: RecheckVerdict.ACCESS_RESTRICTED,
    Unreachable.AGE_GATED: RecheckVerdict.ACCESS_RESTRICTED,
    Unreachable.INVITE: RecheckVerdict.ACCESS_RESTRICTED,
    Unreachable.REFUSED_ADDRESS: RecheckVerdict.INCONCLUSIVE,
    Unreachable.NO_MANDATE: RecheckVerdict.INCONCLUSIVE,
    Unreachable.ONION: RecheckVerdict.INCONCLUSIVE,
    Unreachable.TOO_LARGE: RecheckVerdict.INCONCLUSIVE,
    Unreachable.TOO_MANY_REDIRECTS: RecheckVerdict.INCONCLUSIVE,
    Unreachable.RATE_LIMITED: RecheckVerdict.INCONCLUSIVE,
}
"""Verdict for a look that got no content; whatever is not named here is `unreachable` and tells nothing."""

_UNREAD = frozenset({"empty", "too_many_pixels", "decode_timeout", "decoder_died"})
"""Problems after which the material may well be in the bytes: we could not tell."""


_PLATFORM = {
    Told.REMOVED: RecheckVerdict.REMOVED_AT_SOURCE,
    Told.EXISTS: RecheckVerdict.ONLINE,
}
"""What a platform answers to the question whether it still has something counts before what its page looks like."""

_WHERE = {
    Told.ONLY_CACHED: RecheckVerdict.CDN_CACHED,
    Told.OTHER_SITE: RecheckVerdict.MOVED,
    Told.OTHER_NETWORK: RecheckVerdict.MOVED,
}
"""What is up may be so from elsewhere than it was."""

_PARKED = (Told.PARKED_HOST, Told.PARKED_PAGE, Told.PARKED_NAMES)


def judge(seen: Seen, remembered: Remembered) -> Judged:
    """Gives a look its verdict with the signals that led to it."""
    judged = _judge_answer(seen, remembered)
    if judged.verdict is not RecheckVerdict.ONLINE:
        return judged
    for told, verdict in _WHERE.items():
        if told in seen.told:
            return replace(judged, verdict=verdict, signals={**judged.signals, "signal": told.value})
    return judged


def _judge_answer(seen: Seen, remembered: Remembered) -> Judged:
    if Told.AT_FORMER_ADDRESS in seen.told:
        return Judged(RecheckVerdict.ONLINE, {"signal": Told.AT_FORMER_ADDRESS.value})
    if Told.REMOVED in seen.told and seen.page is not None and seen.gone_signal is None:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": "platform_and_page_differ"})
    if Told.RESTRICTED in seen.told and not _plays(seen, remembered):
        return Judged(RecheckVerdict.ACCESS_RESTRICTED, {"signal": Told.RESTRICTED.value})
    for told, verdict in _PLATFORM.items():
        if told in seen.told:
            return Judged(verdict, {"signal": told.value})
    if seen.reason is not None:
        verdict = _NO_ANSWER.get(seen.reason, RecheckVerdict.UNREACHABLE)
        return Judged(verdict, {"signal": seen.reason.value})
    for told in (Told.SAME_ETAG, Told.SAME_DATE_AND_SIZE):
        if told in seen.told:
            return Judged(RecheckVerdict.ONLINE, {"signal": told.value})
    for told in _PARKED:
        if told in seen.told:
            return Judged(RecheckVerdict.PARKED, {"signal": told.value})
    if seen.gone_signal is not None:
        return Judged(RecheckVerdict.SOFT_REMOVED, {"signal": seen.gone_signal})
    if remembered.is_part:
        return _judge_part(seen, remembered)
    return _judge_media(seen, remembered) if seen.fingerprint is not None else _judge_page(seen, remembered)


def _plays(seen: Seen, remembered: Remembered) -> bool:
    """A platform refuses to embed what its own page may show to everyone."""
    alone = replace(seen, told=frozenset())
    return seen.page is not None and _judge_answer(alone, remembered).verdict is RecheckVerdict.ONLINE


def removal_agreed(history: Sequence[PastLook], policy: RecheckSettings, vantages: int = 1) -> bool:
    """Tells whether enough looks over enough time agree that the material is gone.

    `history` is in order of time. Looks that could not tell count neither way. Where the hotline has two `vantages` or
    more, two must agree; a person's look is one. Looks by persons never close alone where a machine can look; where
    none can, they do.
    """
    run = _apart(gone_run(history), policy)
    if len(run) < policy.agreeing_looks:
        return False
    if run[-1].at - run[0].at < timedelta(hours=policy.agreeing_over_h):
        return False
    by_machine = [look for look in history if look.vantage != PERSON]
    machine_can_look = bool(by_machine) and by_machine[-1].verdict in TELLING
    if not machine_can_look:
        return True
    seen_from = {look.vantage for look in run}
    return seen_from != {PERSON} and len(seen_from) >= min(vantages, 2)


def _apart(run: Sequence[PastLook], policy: RecheckSettings) -> list[PastLook]:
    """The looks of a run that count: two at almost the same moment are one."""
    pause = timedelta(hours=min(1.0, policy.agreeing_over_h / policy.agreeing_looks / 2))
    counted: list[PastLook] = []
    for look in run:
        if not counted or look.at - counted[-1].at >= pause:
            counted.append(look)
    return [*counted[:-1], run[-1]] if len(counted) > 1 else counted


def gone_run(history: Sequence[PastLook]) -> list[PastLook]:
    """The newest unbroken run of looks that said gone, those that could not tell left out.

    A page that is gone while a picture of it still answers is not gone.
    """
    run: list[PastLook] = []
    for look in reversed(history):
        if look.verdict not in TELLING:
            continue
        if look.verdict not in GONE:
            break
        run.insert(0, look)
    return run


def latest_telling(history: Sequence[PastLook]) -> PastLook | None:
    """The latest look, by machine or person, that could tell."""
    return next((look for look in reversed(history) if look.verdict in TELLING), None)


def next_look_at(decided_at: datetime, history: Sequence[PastLook], now: datetime, policy: RecheckSettings) -> datetime:
    """When to look again at material that should come down: the ladder, sooner while a removal waits to be agreed."""
    if gone_run(history):
        return now + timedelta(hours=policy.agreeing_over_h / max(1, policy.agreeing_looks - 1))
    for hours in policy.ladder_h:
        if decided_at + timedelta(hours=hours) > now:
            return decided_at + timedelta(hours=hours)
    is_new = now - decided_at < timedelta(days=policy.daily_days)
    return now + (timedelta(days=1) if is_new else timedelta(hours=policy.slow_h))


def watch_at(removed_at: datetime, now: datetime, policy: RecheckSettings) -> datetime:
    """When to look whether removed material has come back: weekly at first, later monthly."""
    is_new = now - removed_at < timedelta(days=policy.watch_days)
    return now + timedelta(hours=policy.watch_h if is_new else policy.later_h)


def _judge_media(seen: Seen, remembered: Remembered) -> Judged:
    found = seen.fingerprint
    if found is None:
        raise ValueError("a look without a fingerprint cannot be judged as media")
    if found.sha256 in remembered.sha256:
        return Judged(RecheckVerdict.ONLINE, {"signal": "same_bytes"})
    if remembered.is_page and not remembered.sha256:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": "no_longer_a_page"})
    copy = _as_copy(seen, found, remembered)
    if copy is not None:
        return copy
    if found.problem in _UNREAD or found.is_partial:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": found.problem or "cut_off"})
    if not remembered.sha256:
        return Judged(RecheckVerdict.ONLINE, {"signal": "still_answers"})
    return Judged(RecheckVerdict.SOFT_REMOVED, {"signal": "other_bytes"}, is_other_media=True)


def _as_copy(seen: Seen, found: Fingerprint, remembered: Remembered) -> Judged | None:
    near = _nearest(found, remembered.pdq)
    if near is not None and near[0] <= COPY_DISTANCE:
        signals = {"signal": "re_encoded_copy", "distance": near[0], "variant": near[1].value}
        return Judged(RecheckVerdict.ONLINE, signals, is_copy=True)
    if seen.alike is not None and seen.alike.media_id in remembered.media_ids:
        return Judged(RecheckVerdict.ONLINE, {"signal": "altered_copy", "by": seen.alike.by.value}, is_copy=True)
    return None


def _judge_part(seen: Seen, remembered: Remembered) -> Judged:
    """A file written into a page is there for as long as the page holds it, or a copy of it."""
    if seen.page is None:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": "no_longer_a_page"})
    for part in seen.parts:
        if part.fingerprint is None:
            continue
        if part.fingerprint.sha256 in remembered.sha256:
            return Judged(RecheckVerdict.ONLINE, {"signal": "same_bytes"})
        copy = _as_copy(part, part.fingerprint, remembered)
        if copy is not None:
            return replace(copy, is_copy=False)
    if seen.page.left_out:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": "not_all_pictures_read", "left_out": seen.page.left_out})
    return Judged(RecheckVerdict.REMOVED_AT_SOURCE, {"signal": "page_holds_it_no_more"})


def _judge_page(seen: Seen, remembered: Remembered) -> Judged:
    page = seen.page
    if page is None or page.is_login:
        return Judged(RecheckVerdict.ACCESS_RESTRICTED, {"signal": "login_page"})
    if not remembered.is_page and remembered.sha256:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": "page_instead_of_media"})
    if not remembered.is_by_pictures:
        return Judged(RecheckVerdict.ONLINE, {"signal": "page_answers"})
    if not remembered.picture_keys:
        return Judged(RecheckVerdict.REMOVED_AT_SOURCE, {"signal": "none_of_its_pictures_is_up"})
    shown = shown_again(seen, remembered)
    if shown:
        return Judged(RecheckVerdict.ONLINE, {"signal": "shows_pictures", "count": len(shown)})
    if page.left_out:
        return Judged(RecheckVerdict.INCONCLUSIVE, {"signal": "not_all_pictures_read", "left_out": page.left_out})
    return Judged(RecheckVerdict.REMOVED_AT_SOURCE, {"signal": "shows_none_of_its_pictures"})


def shown_again(seen: Seen, remembered: Remembered) -> frozenset[str]:
    """The keys of what is remembered of a page and still shown on it, also by a frame in it."""
    by_frames = (keys for frame, keys in remembered.frames if frame in seen.shown)
    return remembered.picture_keys & seen.shown.union(*by_frames)


def _nearest(found: Fingerprint, others: Sequence[str]) -> tuple[int, Variant] | None:
    """How near what was found is to any of these PDQs, and what was done to it then: turned, or taken from a border."""
    if found.is_blank or found.pdq is None or not others:
        return None
    ways = [
        *zip(found.orientations or (found.pdq,), ORIENTATIONS, strict=False),
        *((value, part.variant) for part in found.parts if part.variant is Variant.BOX for value in part.orientations),
    ]
    near = [(_bits_apart(value, other), variant) for value, variant in ways for other in others]
    return min(near, key=lambda one: one[0], default=None)


def _bits_apart(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()
