"""Is it gone? Labelled situations: what one look says, and whether the looks together close. Not knowing never does."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from hashsets.fingerprint import Fingerprint
from hotline.addresses import key_of
from hotline.recheck import (
    COPY_DISTANCE,
    gone_run,
    judge,
    latest_telling,
    next_look_at,
    removal_agreed,
    shown_again,
    watch_at,
)
from hotline.records.looks import PageFacts, PictureLink
from hotline.records.seen import Judged, PastLook, Remembered, Seen, Told
from hotline.settings import RecheckSettings
from hotline.states import GONE, TELLING, Kind, RecheckVerdict, Unreachable

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
POLICY = RecheckSettings()

PDQ = "f" * 32 + "0" * 32
LISTED = "https://img.example/a.jpg"


def pdq_at(distance: int) -> str:
    """A hash that many bits away from PDQ."""
    return f"{int(PDQ, 16) ^ ((1 << distance) - 1):064x}"


PICTURE = Fingerprint(
    md5="0" * 32,
    sha1="0" * 40,
    sha256="a" * 64,
    size_bytes=1000,
    mime="image/jpeg",
    width=640,
    height=480,
    pdq=PDQ,
    pdq_quality=100,
    orientations=(),
    phash="0123456789abcdef",
    is_blank=False,
    is_partial=False,
    problem=None,
    hasher="test",
)
OTHER = replace(PICTURE, sha256="b" * 64, pdq=pdq_at(128))
UNDECODED = replace(OTHER, pdq=None, pdq_quality=None, phash=None, width=None, height=None, mime=None)

MEDIA = Remembered(is_page=False, sha256=frozenset({"a" * 64}), pdq=(PDQ,))
PAGE = Remembered(True, is_by_pictures=True, picture_keys=frozenset({LISTED, "https://img.example/b.jpg"}))
FRAMED = Remembered(
    True, True, picture_keys=frozenset({LISTED}), frames=(("https://f.example/", frozenset({LISTED, "https://x/"})),)
)
PART = replace(MEDIA, is_part=True)


def page(*pictures: str, left_out: int = 0, is_login: bool = False) -> PageFacts:
    links = tuple(PictureLink(url, Kind.PICTURE) for url in pictures)
    return PageFacts(links, left_out, "some text", "a title", is_login)


def seen(
    reason: Unreachable | None = None,
    fingerprint: Fingerprint | None = None,
    page: PageFacts | None = None,
    gone_signal: str | None = None,
    told: tuple[Told, ...] = (),
    frames: tuple[str, ...] = (),
    parts: tuple[Fingerprint, ...] = (),
) -> Seen:
    return Seen(
        NOW,
        "direct",
        reason,
        page,
        fingerprint,
        parts=tuple(Seen(NOW, "direct", fingerprint=one) for one in parts),
        shown=frozenset(map(key_of, [one.url for one in page.pictures] if page else [])) | set(frames),
        gone_signal=gone_signal,
        told=frozenset(told),
    )


# One look


VERDICTS = [
    # -- the same bytes, or the same picture in other bytes
    ("the very bytes are there", seen(fingerprint=PICTURE), MEDIA, "online"),
    ("a copy with the same hash", seen(fingerprint=replace(PICTURE, sha256="c" * 64)), MEDIA, "online"),
    ("a copy at the limit", seen(fingerprint=replace(OTHER, pdq=pdq_at(COPY_DISTANCE))), MEDIA, "online"),
    ("one bit beyond it", seen(fingerprint=replace(OTHER, pdq=pdq_at(COPY_DISTANCE + 1))), MEDIA, "soft_removed"),
    ("near the second of two pictures", seen(fingerprint=OTHER), replace(MEDIA, pdq=(PDQ, pdq_at(120))), "online"),
    ("the bytes of the second of two", seen(fingerprint=OTHER), replace(MEDIA, sha256=frozenset({"a" * 64, "b" * 64})),
     "online"),
    # -- other bytes stand there
    ("another picture", seen(fingerprint=OTHER), MEDIA, "soft_removed"),
    ("a blank placeholder", seen(fingerprint=replace(OTHER, pdq=PDQ, is_blank=True)), MEDIA, "soft_removed"),
    ("another file", seen(fingerprint=replace(UNDECODED, problem="not_an_image")), MEDIA, "soft_removed"),
    ("another video, neither has a picture hash", seen(fingerprint=UNDECODED), replace(MEDIA, pdq=()), "soft_removed"),
    # -- nobody ever saw its bytes: a person decided by what was reported
    ("it answers, and nothing is remembered", seen(fingerprint=OTHER), Remembered(is_page=False), "online"),
    # -- no picture where one was
    ("a page where a picture was", seen(page=page()), MEDIA, "inconclusive"),
    ("a page where nobody ever saw bytes", seen(page=page()), Remembered(is_page=False), "online"),
    ("a page that asks to log in", seen(page=page(is_login=True)), MEDIA, "access_restricted"),
    ("nothing at all", seen(), MEDIA, "access_restricted"),
    # -- pages
    ("the page shows a picture of it", seen(page=page(LISTED)), PAGE, "online"),
    ("the page shows one of two", seen(page=page("https://img.example/b.jpg", "https://x.example/")), PAGE, "online"),
    ("the same picture with tracking", seen(page=page(f"{LISTED}?utm_source=x")), PAGE, "online"),
    ("the page shows others only", seen(page=page("https://img.example/c.jpg")), PAGE, "removed_at_source"),
    ("the page shows none", seen(page=page()), PAGE, "removed_at_source"),
    ("the page shows more than was read", seen(page=page("https://x.example/", left_out=1)), PAGE, "inconclusive"),
    ("more than was read, but one of it", seen(page=page(LISTED, left_out=9)), PAGE, "online"),
    ("the page asks to log in", seen(page=page(LISTED, is_login=True)), PAGE, "access_restricted"),
    ("none of its pictures is up anywhere", seen(page=page()), replace(PAGE, picture_keys=frozenset()),
     "removed_at_source"),
    ("a page decided by its text answers", seen(page=page()), Remembered(is_page=True), "online"),
    ("such a page without its pictures", seen(page=page()), replace(PAGE, is_by_pictures=False), "online"),
    ("a picture where a page was", seen(fingerprint=PICTURE), PAGE, "inconclusive"),
    ("a broken link on the page", seen(page=page("https://[bad/")), PAGE, "removed_at_source"),
    # -- a frame of the page shows it
    ("the page holds the frame that shows it", seen(page=page(), frames=("https://f.example/",)), FRAMED, "online"),
    ("the page holds another frame", seen(page=page(), frames=("https://g.example/",)), FRAMED, "removed_at_source"),
    ("the page shows it itself now", seen(page=page(LISTED)), FRAMED, "online"),
    # -- a file written into a page
    ("the page holds the file", seen(page=page(), parts=(OTHER, PICTURE)), PART, "online"),
    ("the page holds a copy of it", seen(page=page(), parts=(replace(OTHER, pdq=pdq_at(9)),)), PART, "online"),
    ("the page holds other files", seen(page=page(), parts=(OTHER,)), PART, "removed_at_source"),
    ("the page holds more than was read", seen(page=page(left_out=1), parts=(OTHER,)), PART, "inconclusive"),
    ("a file where the page was", seen(fingerprint=PICTURE), PART, "inconclusive"),
    ("the page with the file is gone", seen(Unreachable.NOT_FOUND), PART, "removed_at_source"),
    # -- the head of the answer was enough
    ("the ETag is the same", seen(told=(Told.SAME_ETAG,)), MEDIA, "online"),
    ("date and size are the same", seen(told=(Told.SAME_DATE_AND_SIZE,)), MEDIA, "online"),
    # -- up, but from elsewhere
    ("only a cache has it", seen(fingerprint=PICTURE, told=(Told.ONLY_CACHED,)), MEDIA, "cdn_cached"),
    ("another site has it", seen(fingerprint=PICTURE, told=(Told.OTHER_SITE,)), MEDIA, "moved"),
    ("another network has it", seen(told=(Told.SAME_ETAG, Told.OTHER_NETWORK)), MEDIA, "moved"),
    ("another site has something else", seen(fingerprint=OTHER, told=(Told.OTHER_SITE,)), MEDIA, "soft_removed"),
    # -- the name was given up
    ("a parked page", seen(page=page(), told=(Told.PARKED_PAGE,)), MEDIA, "parked"),
    ("parked names", seen(page=page(), told=(Told.PARKED_NAMES,)), PAGE, "parked"),
    ("parked, but its former host still has it", seen(page=page(), told=(Told.PARKED_PAGE, Told.AT_FORMER_ADDRESS)),
     MEDIA, "online"),
    ("no such name, but its former host still has it", seen(Unreachable.DNS, told=(Told.AT_FORMER_ADDRESS,)), MEDIA,
     "online"),
    # -- what the platform says
    ("it has it", seen(Unreachable.LOGIN_WALL, told=(Told.EXISTS,)), Remembered(is_page=False), "online"),
    ("it has it no more", seen(Unreachable.LOGIN_WALL, told=(Told.REMOVED,)), Remembered(False), "removed_at_source"),
    ("it shows it to some", seen(Unreachable.LOGIN_WALL, told=(Told.RESTRICTED,)), Remembered(False),
     "access_restricted"),
    ("it has it no more, and its page says so", seen(page=page(), gone_signal="platform_page", told=(Told.REMOVED,)),
     Remembered(False), "removed_at_source"),
    ("it has it no more, and its page shows it", seen(page=page(), told=(Told.REMOVED,)), Remembered(False),
     "inconclusive"),
    ("it has it, whatever its page says", seen(page=page(), gone_signal="platform_page", told=(Told.EXISTS,)),
     Remembered(False), "online"),
    # -- an answer that only looks like one
    ("a polite not found for a picture", seen(page=page(), gone_signal="same_as_sibling"), MEDIA, "soft_removed"),
    ("a polite not found for a page", seen(page=page(), gone_signal="words"), PAGE, "soft_removed"),
    # -- no answer
    ("404 or 410", seen(Unreachable.NOT_FOUND), MEDIA, "removed_at_source"),
    ("404 or 410 for a page", seen(Unreachable.NOT_FOUND), PAGE, "removed_at_source"),
    ("a login is asked for", seen(Unreachable.LOGIN_WALL), MEDIA, "access_restricted"),
    ("403", seen(Unreachable.FORBIDDEN), MEDIA, "access_restricted"),
    ("451", seen(Unreachable.GEO_BLOCKED), MEDIA, "geo_blocked"),
    ("the name is not known", seen(Unreachable.DNS), MEDIA, "unreachable"),
    ("no connection", seen(Unreachable.CONNECT), MEDIA, "unreachable"),
    ("a bad certificate", seen(Unreachable.TLS), MEDIA, "unreachable"),
    ("too slow", seen(Unreachable.TIMEOUT), MEDIA, "unreachable"),
    ("cut off", seen(Unreachable.RESET), MEDIA, "unreachable"),
    ("500", seen(Unreachable.SERVER_ERROR), MEDIA, "unreachable"),
    ("418", seen(Unreachable.BAD_RESPONSE), MEDIA, "unreachable"),
    ("the gate refused", seen(Unreachable.REFUSED_ADDRESS), MEDIA, "inconclusive"),
    ("longer than we read", seen(Unreachable.TOO_LARGE), MEDIA, "inconclusive"),
    ("round and round", seen(Unreachable.TOO_MANY_REDIRECTS), MEDIA, "inconclusive"),
    ("429", seen(Unreachable.RATE_LIMITED), MEDIA, "inconclusive"),
    ("an onion address", seen(Unreachable.ONION), MEDIA, "inconclusive"),
    ("no mandate", seen(Unreachable.NO_MANDATE), MEDIA, "inconclusive"),
    # -- a reason speaks before anything else that came with it
    ("too large, and not found", seen(Unreachable.TOO_LARGE, gone_signal="words"), MEDIA, "inconclusive"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("look", "remembered", "verdict"), [row[1:] for row in VERDICTS], ids=[row[0] for row in VERDICTS]
)
def test_one_look_has_one_verdict(look: Seen, remembered: Remembered, verdict: str) -> None:
    judged = judge(look, remembered)

    assert verdict == judged.verdict
    assert "signal" in judged.signals


@pytest.mark.parametrize("reason", Unreachable)
def test_of_all_reasons_for_no_answer_only_not_found_says_gone(reason: Unreachable) -> None:
    verdict = judge(seen(reason), MEDIA).verdict

    assert (verdict in GONE) == (reason is Unreachable.NOT_FOUND)
    assert (verdict in TELLING) == (reason is Unreachable.NOT_FOUND)


def test_other_bytes_are_told_apart_from_a_copy() -> None:
    other = judge(seen(fingerprint=OTHER), MEDIA)
    copy = judge(seen(fingerprint=replace(OTHER, pdq=pdq_at(8))), MEDIA)
    same = judge(seen(fingerprint=PICTURE), MEDIA)

    flags = [(judged.is_other_media, judged.is_copy) for judged in (other, copy, same)]
    assert flags == [(True, False), (False, True), (False, False)]
    assert copy.signals == {"signal": "re_encoded_copy", "distance": 8, "variant": "upright"}


@pytest.mark.parametrize("problem", ["empty", "too_many_pixels", "decode_timeout", "decoder_died"])
def test_bytes_our_own_decoder_could_not_read_tell_nothing(problem: str) -> None:
    """The picture may well be in them: that is no removal."""
    judged = judge(seen(fingerprint=replace(UNDECODED, problem=problem)), MEDIA)

    assert judged.verdict not in TELLING
    assert not judged.is_other_media


def test_a_picture_that_was_cut_off_tells_nothing_unless_it_is_like_the_one_remembered() -> None:
    half = replace(OTHER, is_partial=True)

    assert judge(seen(fingerprint=half), MEDIA).verdict not in TELLING
    assert judge(seen(fingerprint=replace(half, pdq=pdq_at(5))), MEDIA).verdict is RecheckVerdict.ONLINE


def test_the_very_bytes_are_online_even_where_they_cannot_be_decoded() -> None:
    broken = replace(UNDECODED, sha256="a" * 64, problem="decoder_died")

    assert judge(seen(fingerprint=broken), MEDIA) == Judged(RecheckVerdict.ONLINE, {"signal": "same_bytes"})


def test_pictures_of_a_page_are_known_by_their_keys() -> None:
    shown = page(f"{LISTED}#top", f"{LISTED}?utm_source=x", "https://b.example/?id=7")

    assert shown_again(seen(page=shown), PAGE) == {LISTED}


# Looks together

CODES = {
    "on": RecheckVerdict.ONLINE,
    "gone": RecheckVerdict.REMOVED_AT_SOURCE,
    "soft": RecheckVerdict.SOFT_REMOVED,
    "page": RecheckVerdict.PAGE_ONLY_REMOVED,
    "cdn": RecheckVerdict.CDN_CACHED,
    "wall": RecheckVerdict.ACCESS_RESTRICTED,
    "geo": RecheckVerdict.GEO_BLOCKED,
    "down": RecheckVerdict.UNREACHABLE,
    "huh": RecheckVerdict.INCONCLUSIVE,
    "moved": RecheckVerdict.MOVED,
    "parked": RecheckVerdict.PARKED,
}


def history(text: str) -> list[PastLook]:
    """`0 gone, 12 p:gone`: the hour and the verdict of each look; a person's begin with p:."""
    looks = []
    for part in text.split(", ") if text else []:
        hour, code = part.split()
        vantage = "person" if code.startswith("p:") else "direct"
        looks.append(PastLook(NOW + timedelta(hours=float(hour)), vantage, CODES[code.removeprefix("p:")]))
    return looks


CLOSES = [
    # -- three looks over a day
    ("three looks over a day agree", "0 gone, 12 gone, 24 gone", True),
    ("in whichever way it is gone", "0 gone, 12 soft, 24 gone", True),
    ("a polite not found three times", "0 soft, 12 soft, 24 soft", True),
    ("more than three", "0 gone, 6 gone, 12 gone, 18 gone, 24 gone", True),
    ("seen online before", "0 on, 1 on, 2 gone, 14 gone, 26 gone", True),
    # -- too few or too close together
    ("nobody looked", "", False),
    ("one look", "0 gone", False),
    ("two looks, however far apart", "0 gone, 1000 gone", False),
    ("three within an hour", "0 gone, 0.5 gone, 1 gone", False),
    ("three a minute short of a day", "0 gone, 12 gone, 23.98 gone", False),
    ("two at almost the same moment are one", "0 gone, 0.01 gone, 24 gone", False),
    ("a machine's and a person's are one too", "0 gone, 23.9 p:gone, 24.1 gone", False),
    ("an hour apart they are two", "0 gone, 1 gone, 24 gone", True),
    ("a hundred looks within an hour", ", ".join(f"{n / 100} gone" for n in range(100)), False),
    # -- something still there
    ("online", "0 on, 12 on, 24 on", False),
    ("online again at the end", "0 gone, 12 gone, 24 gone, 36 on", False),
    ("online in between begins the count anew", "0 gone, 12 gone, 13 on, 24 gone", False),
    ("and it can be counted through again", "0 gone, 12 gone, 13 on, 24 gone, 36 gone, 48 gone", True),
    ("not before a day has passed again", "0 gone, 12 on, 24 gone, 36 gone, 47 gone", False),
    ("gone at the source, still in a cache", "0 cdn, 12 cdn, 24 cdn", False),
    ("a cache in between", "0 gone, 12 cdn, 24 gone", False),
    # -- could not tell
    ("down for a month", ", ".join(f"{24 * n} down" for n in range(30)), False),
    ("a login wall for a month", ", ".join(f"{24 * n} wall" for n in range(30)), False),
    ("blocked here for a month", ", ".join(f"{24 * n} geo" for n in range(30)), False),
    ("parked for a month", ", ".join(f"{24 * n} parked" for n in range(30)), False),
    ("moved for a month", ", ".join(f"{24 * n} moved" for n in range(30)), False),
    ("nobody knows for a month", ", ".join(f"{24 * n} huh" for n in range(30)), False),
    ("two gone and one that could not tell", "0 gone, 12 gone, 24 down", False),
    ("one gone among many that could not tell", "0 down, 12 gone, 24 wall, 36 geo, 48 huh", False),
    ("could not tell in between takes nothing back", "0 gone, 6 down, 12 gone, 18 wall, 24 gone", True),
    ("could not tell at the end takes nothing back", "0 gone, 12 gone, 24 gone, 36 down, 48 huh", True),
    ("could not tell does not stretch the day", "0 down, 12 gone, 13 gone, 14 gone, 36 down", False),
    ("online, then only silence", "0 on, 24 down, 48 down, 72 down", False),
    # -- a person looks
    ("a person is one of three", "0 gone, 12 p:gone, 24 gone", True),
    ("persons are two of three", "0 p:gone, 12 p:gone, 24 gone", True),
    ("only persons, where no machine can look", "0 p:gone, 12 p:gone, 24 p:gone", True),
    ("only persons, where the machine meets a wall", "0 wall, 1 p:gone, 12 p:gone, 25 p:gone, 26 wall", True),
    ("only persons, where the machine saw it", "0 on, 1 p:gone, 12 p:gone, 25 p:gone", False),
    ("only persons, where the machine once saw a cache", "0 cdn, 1 p:gone, 12 p:gone, 25 p:gone", False),
    ("only persons, since the machine meets a wall", "0 on, 1 wall, 2 p:gone, 13 p:gone, 26 p:gone, 27 geo", True),
    ("only persons, once the machine can look again", "0 wall, 1 on, 2 p:gone, 13 p:gone, 26 p:gone", False),
    ("only persons, and then the machine", "0 on, 1 p:gone, 12 p:gone, 25 p:gone, 26 gone", True),
    ("a person saw it after all", "0 gone, 12 gone, 24 gone, 25 p:on", False),
    ("a person saw it first", "0 p:on, 1 gone, 13 gone, 25 gone", True),
    ("one person's word alone", "0 p:gone", False),
    ("a person in between saw it", "0 gone, 12 p:on, 24 gone", False),
    # -- pages
    ("a page gone while its pictures answer is not gone", ", ".join(f"{24 * n} page" for n in range(30)), False),
    ("once its pictures are gone it is counted", "0 page, 12 gone, 24 gone", False),
    ("from there on", "0 page, 12 gone, 24 soft, 36 gone", True),
    # -- the name leads elsewhere: a person's matter
    ("parked, as persons see it, too", "0 parked, 1 p:gone, 13 p:gone, 26 p:gone", True),
    ("moved, so it is up", "0 gone, 12 moved, 24 gone", False),
    # -- a return
    ("removed, back, removed again: counted anew", "0 gone, 12 gone, 24 gone, 190 on, 200 gone, 212 gone", False),
    ("and closed again in the end", "0 gone, 12 gone, 24 gone, 190 on, 200 gone, 212 gone, 224 gone", True),
]


@pytest.mark.parametrize(("text", "closes"), [row[1:] for row in CLOSES], ids=[row[0] for row in CLOSES])
def test_looks_close_only_when_enough_of_them_agree_for_long_enough(text: str, closes: bool) -> None:
    assert closes == removal_agreed(history(text), POLICY)


@pytest.mark.parametrize(
    ("text", "policy", "closes"),
    [
        # one look is enough for a home that says so, once the hours have passed
        ("0 gone", RecheckSettings(agreeing_looks=1, agreeing_over_h=1), False),
        ("0 gone, 1 gone", RecheckSettings(agreeing_looks=1, agreeing_over_h=1), True),
        # more looks, or more hours
        ("0 gone, 12 gone, 24 gone", RecheckSettings(agreeing_looks=4), False),
        ("0 gone, 8 gone, 16 gone, 24 gone", RecheckSettings(agreeing_looks=4), True),
        ("0 gone, 12 gone, 24 gone", RecheckSettings(agreeing_over_h=25), False),
        ("0 gone, 12 gone, 25 gone", RecheckSettings(agreeing_over_h=25), True),
    ],
)
def test_how_many_looks_over_how_long_is_a_setting(text: str, policy: RecheckSettings, closes: bool) -> None:
    assert closes == removal_agreed(history(text), policy)


def some_history(dice: random.Random, codes: list[str]) -> list[PastLook]:
    hour, parts = 0.0, []
    for _ in range(dice.randint(0, 12)):
        hour += dice.choice([0.1, 1, 6, 12, 24, 168])
        parts.append(f"{hour} {dice.choice(['', '', 'p:'])}{dice.choice(codes)}")
    return history(", ".join(parts))


CANNOT_TELL = ["wall", "geo", "down", "huh", "parked"]


@pytest.mark.parametrize("seed", range(200))
def test_unknown_outcome_never_closes_a_case(seed: int) -> None:
    assert not removal_agreed(some_history(random.Random(seed), CANNOT_TELL), POLICY)


@pytest.mark.parametrize("seed", range(200))
def test_a_look_that_could_not_tell_changes_nothing_wherever_it_falls(seed: int) -> None:
    dice = random.Random(seed)
    told = some_history(dice, ["on", "gone", "gone", "gone", "soft", "page", "cdn"])
    mixed = list(told)
    for look in some_history(dice, CANNOT_TELL):
        mixed.insert(dice.randint(0, len(mixed)), look)

    assert removal_agreed(told, POLICY) == removal_agreed(mixed, POLICY)
    assert gone_run(told) == gone_run(mixed)
    assert latest_telling(told) == latest_telling(mixed)


@pytest.mark.parametrize("seed", range(200))
def test_what_closes_was_seen_gone_three_times_over_a_day_since_it_was_last_seen(seed: int) -> None:
    """The rule of DESIGN said once more, over histories that nobody chose."""
    looks = some_history(random.Random(seed), ["on", "gone", "gone", "gone", "gone", "soft", "down", "cdn"])
    since = max(
        (n for n, look in enumerate(looks) if look.verdict in ("online", "cdn_cached", "moved", "page_only_removed")),
        default=-1,
    )
    gone = [look for look in looks[since + 1 :] if look.verdict in ("removed_at_source", "soft_removed")]

    if removal_agreed(looks, POLICY):
        assert len(gone) >= 3
        assert gone[-1].at - gone[0].at >= timedelta(days=1)
        machines = [look for look in looks if look.vantage != "person" and look.verdict != "unreachable"]
        assert not machines or any(look.vantage != "person" for look in gone)


@pytest.mark.parametrize(
    ("text", "run", "latest"),
    [
        ("", 0, None),
        ("0 on", 0, 0),
        ("0 gone", 1, 0),
        ("0 on, 1 gone, 2 down, 3 soft", 2, 3),
        ("0 gone, 1 on, 2 down", 0, 1),
        ("0 down, 1 huh", 0, None),
        ("0 gone, 1 cdn", 0, 1),
    ],
)
def test_the_run_of_gone_and_the_latest_telling_look(text: str, run: int, latest: int | None) -> None:
    looks = history(text)

    assert run == len(gone_run(looks))
    assert (None if latest is None else looks[latest]) == latest_telling(looks)


# When to look again

LADDER = [
    # -- from the decision: after 1, 6 and 24 hours, then daily
    ("just decided", 0, "", 1),
    ("half an hour later", 0.5, "", 1),
    ("on the first rung the second is next", 1, "0 on", 6),
    ("between two rungs", 3, "0 on", 6),
    ("on the second rung", 6, "0 on", 24),
    ("on the last rung, then daily", 24, "0 on", 48),
    ("between two days", 30, "0 on", 54),
    ("nearly a month later still daily", 700, "0 on", 724),
    ("a month later every third day", 720, "0 on", 792),
    ("a year later, too", 8760, "0 on", 8832),
    # -- a look that could not tell changes nothing
    ("unreachable at first", 1, "0 down", 6),
    ("unreachable for a week", 168, "0 down, 24 down", 192),
    # -- gone once: sooner, so that three looks span a day
    ("gone at the first look", 1, "1 gone", 13),
    ("gone twice", 13, "1 gone, 13 gone", 25),
    ("gone after a month", 720, "0 on, 720 gone", 732),
    ("gone, then unreachable", 13, "1 gone, 13 down", 25),
    # -- and not sooner any more when it is back
    ("gone and back", 24, "1 gone, 13 gone, 24 on", 48),
]


@pytest.mark.parametrize(("hour", "text", "due"), [row[1:] for row in LADDER], ids=[row[0] for row in LADDER])
def test_material_is_looked_at_by_the_ladder_and_sooner_for_a_removal(hour: float, text: str, due: float) -> None:
    now = NOW + timedelta(hours=hour)

    assert NOW + timedelta(hours=due) == next_look_at(NOW, history(text), now, POLICY)


@pytest.mark.parametrize("looks", [1, 2, 3, 4, 7])
@pytest.mark.parametrize("hours", [1, 24, 100])
def test_looks_as_they_fall_due_are_enough_to_agree(looks: int, hours: int) -> None:
    """Following the ladder, what is gone from the first look on is closed, by no more looks than are asked for."""
    policy = RecheckSettings(agreeing_looks=looks, agreeing_over_h=hours)
    past: list[PastLook] = []
    now = next_look_at(NOW, past, NOW, policy)
    while not removal_agreed(past, policy):
        past.append(PastLook(now, "direct", RecheckVerdict.REMOVED_AT_SOURCE))
        now = next_look_at(NOW, past, now, policy)

    assert len(past) == max(looks, 2)


@pytest.mark.parametrize("seed", range(50))
def test_the_next_look_is_always_ahead(seed: int) -> None:
    dice = random.Random(seed)
    now = NOW + timedelta(hours=dice.random() * 1000)

    assert next_look_at(NOW, some_history(dice, list(CODES)), now, POLICY) > now


@pytest.mark.parametrize(("days", "pause"), [(0, 7), (50, 7), (89, 7), (90, 30), (1000, 30)])
def test_removed_material_is_looked_at_weekly_for_its_return_and_later_monthly(days: int, pause: int) -> None:
    now = NOW + timedelta(days=days)

    assert watch_at(NOW, now, POLICY) == now + timedelta(days=pause)
    assert watch_at(NOW, now, RecheckSettings(watch_h=1, later_h=2)) == now + timedelta(hours=1 if days < 90 else 2)


@pytest.mark.parametrize(
    ("vantages", "by", "closes"),
    [
        (1, ("direct", "direct", "direct"), True),
        (2, ("direct", "direct", "direct"), False),  # two are configured: one alone may be lied to
        (2, ("direct", "vpn-de", "direct"), True),
        (3, ("direct", "vpn-de", "direct"), True),  # two of three are enough
        (2, ("direct", "person", "direct"), True),  # a person's look is one
        (2, ("person", "person", "person"), True),  # where no machine can look
        (1, ("person", "direct", "person"), True),
    ],
)
def test_where_two_ways_out_are_configured_two_must_agree(vantages: int, by: tuple[str, ...], closes: bool) -> None:
    looks = [
        PastLook(NOW + timedelta(hours=12 * number), vantage, RecheckVerdict.REMOVED_AT_SOURCE)
        for number, vantage in enumerate(by)
    ]

    assert closes == removal_agreed(looks, POLICY, vantages)
