"""Who is told, in which round, and when: every role, every verdict of the latest look, every rung of the ladder."""

from datetime import UTC, datetime, timedelta

import pytest

from hotline.notify import (
    Standing,
    due_at,
    has_round,
    is_told,
    kind_of,
    may_send,
    needs_person,
    next_round_at,
    quiet_until,
    rate_until,
    retry_at,
)
from hotline.records.seen import PastLook
from hotline.settings import NoticeSettings
from hotline.states import ContactRole, NoticeKind, RecheckVerdict, State

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ILLEGAL, HARMFUL = NoticeKind.ILLEGAL, NoticeKind.HARMFUL


def looks(*verdicts: str) -> list[PastLook]:
    """A history, an hour apart; a person's looks begin with p:."""
    return [
        PastLook(
            NOW + timedelta(hours=number),
            "person" if verdict.startswith("p:") else "direct",
            RecheckVerdict(verdict.removeprefix("p:")),
        )
        for number, verdict in enumerate(verdicts)
    ]


@pytest.mark.parametrize(
    ("role", "illegal", "harmful"),
    [
        # can remove it, and has rules of its own
        (ContactRole.OPERATOR, True, True),
        (ContactRole.PLATFORM, True, True),
        # can remove it, but judges no rules of a platform
        (ContactRole.HOST, True, False),
        (ContactRole.CDN, True, False),
        # later in the ladder, and never about what only breaks a platform's rules
        (ContactRole.REGISTRAR, True, False),
        (ContactRole.UPSTREAM, True, False),
        (ContactRole.SEARCH_ENGINE, True, False),
        # the hotline of the hosting country
        (ContactRole.PARTNER, True, False),
    ],
)
def test_who_is_told_of_what(role: ContactRole, illegal: bool, harmful: bool) -> None:
    assert [illegal, harmful] == [is_told(role, ILLEGAL), is_told(role, HARMFUL)]


def test_harmful_content_gets_a_notice_of_its_own_kind() -> None:
    assert kind_of(State.ILLEGAL) is ILLEGAL
    assert kind_of(State.HARMFUL) is HARMFUL


@pytest.mark.parametrize("state", sorted(set(State) - {State.ILLEGAL, State.HARMFUL}))
def test_nothing_else_gets_a_notice(state: State) -> None:
    with pytest.raises(KeyError):
        kind_of(state)


# The latest look that could tell → does the first notice go, does a repeat?
ROUNDS = [
    # nobody looked since the decision: the assessment was the look, but it is none for a repeat
    ([], True, False),
    # it is there
    (["online"], True, True),
    # gone, in whichever way: nothing to ask for
    (["removed_at_source"], False, False),
    (["soft_removed"], False, False),
    (["page_only_removed"], False, False),
    # the source is gone, a cache still has it: told once, not repeated as online
    (["cdn_cached"], True, False),
    # looks that could not tell say nothing
    (["unreachable"], True, False),
    (["inconclusive"], True, False),
    (["access_restricted"], True, False),
    (["geo_blocked"], True, False),
    (["moved"], True, False),
    (["parked"], True, False),
    # and take nothing back
    (["online", "unreachable"], True, True),
    (["online", "access_restricted", "inconclusive", "geo_blocked"], True, True),
    (["removed_at_source", "unreachable"], False, False),
    # the latest counts, not the first
    (["online", "removed_at_source"], False, False),
    (["removed_at_source", "online"], True, True),
    (["removed_at_source", "removed_at_source", "online", "inconclusive"], True, True),
    # a person's look counts as one
    (["p:online"], True, True),
    (["p:removed_at_source"], False, False),
    (["removed_at_source", "p:online"], True, True),
    (["online", "p:removed_at_source"], False, False),
]


@pytest.mark.parametrize(("verdicts", "first", "repeat"), ROUNDS)
def test_a_round_goes_by_the_latest_look_that_could_tell(verdicts: list[str], first: bool, repeat: bool) -> None:
    history = looks(*verdicts)

    assert [first, repeat, repeat, repeat] == [may_send(history, round_) for round_ in (1, 2, 3, 17)]


@pytest.mark.parametrize("verdict", [verdict for verdict in RecheckVerdict if verdict is not RecheckVerdict.ONLINE])
def test_no_repeat_ever_goes_unless_it_was_seen_online(verdict: RecheckVerdict) -> None:
    assert not any(may_send(looks(verdict), round_) for round_ in range(2, 30))


@pytest.mark.parametrize(
    ("kind", "round_", "person"),
    [
        # a first notice is approved as a draft; its repeats by that approval
        (ILLEGAL, 1, False),
        (ILLEGAL, 2, False),
        (ILLEGAL, 3, False),
        (ILLEGAL, 4, False),
        (ILLEGAL, 100, False),
        # on a platform's rules a person decides after round 3
        (HARMFUL, 1, False),
        (HARMFUL, 2, False),
        (HARMFUL, 3, False),
        (HARMFUL, 4, True),
        (HARMFUL, 5, True),
    ],
)
def test_after_three_rounds_on_a_platforms_rules_a_person_decides(kind: NoticeKind, round_: int, person: bool) -> None:
    assert person == needs_person(kind, round_, NoticeSettings())


@pytest.mark.parametrize(
    ("kind", "policy", "hours"),
    [
        # as shipped
        (ILLEGAL, NoticeSettings(), 24),
        (HARMFUL, NoticeSettings(), 72),
        # as a home sets it
        (ILLEGAL, NoticeSettings(repeat_h=1), 1),
        (HARMFUL, NoticeSettings(repeat_h=1), 72),
        (HARMFUL, NoticeSettings(harmful_repeat_h=5), 5),
    ],
)
def test_a_round_follows_the_one_before_by_the_hours_of_its_kind(
    kind: NoticeKind, policy: NoticeSettings, hours: int
) -> None:
    assert NOW + timedelta(hours=hours) == next_round_at(kind, NOW, policy)


def test_how_many_rounds_go_by_themselves_is_a_setting() -> None:
    policy = NoticeSettings(harmful_rounds=1)

    assert [needs_person(HARMFUL, round_, policy) for round_ in (1, 2)] == [False, True]


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [
        # a temporary failure is tried again, slower each time
        (1, 5),
        (2, 15),
        (3, 60),
        (4, 180),
        (5, 360),
        (6, 720),
        # and then a person is told
        (7, None),
        (8, None),
        (1000, None),
    ],
)
def test_a_delivery_is_tried_again_slower_and_then_given_to_a_person(failures: int, minutes: int | None) -> None:
    expected = None if minutes is None else NOW + timedelta(minutes=minutes)

    assert expected == retry_at(failures, NOW)


OPERATOR, HOST, CDN = ContactRole.OPERATOR, ContactRole.HOST, ContactRole.CDN
UPSTREAM, REGISTRAR, SEARCH = ContactRole.UPSTREAM, ContactRole.REGISTRAR, ContactRole.SEARCH_ENGINE
FIRST_TOLD = NOW - timedelta(hours=10)
NOBODY, TOLD = Standing(None), Standing(FIRST_TOLD)
GIVEN, GONE = Standing(FIRST_TOLD, is_wholly_given=True), Standing(FIRST_TOLD, is_removed=True)
# Role, what stands of the item, who else answers for it → hours from now at which it is told; None: not (yet).
LADDER = [
    # at once, whoever else is there
    (HOST, NOBODY, (HOST,), 0),
    (OPERATOR, NOBODY, (HOST, OPERATOR), 0),
    (ContactRole.PARTNER, NOBODY, (HOST,), 0),
    # the network in front: alone at once, beside a host a day after it
    (CDN, NOBODY, (CDN,), 0),
    (CDN, NOBODY, (CDN, UPSTREAM, SEARCH), 0),
    (CDN, NOBODY, (CDN, HOST), None),
    (CDN, TOLD, (CDN, HOST), 14),
    # then whoever carries the host; never first
    (UPSTREAM, NOBODY, (UPSTREAM,), None),
    (UPSTREAM, TOLD, (UPSTREAM, HOST), 62),
    # the registrar only of a site that is wholly given to it
    (REGISTRAR, TOLD, (REGISTRAR, HOST), None),
    (REGISTRAR, GIVEN, (REGISTRAR, HOST), 62),
    (REGISTRAR, Standing(None, is_wholly_given=True), (REGISTRAR,), None),
    # search engines: later, and at once when it is gone at the source, unlike everybody else
    (SEARCH, TOLD, (SEARCH, HOST), 62),
    (SEARCH, GONE, (SEARCH, HOST), 0),
    (HOST, GONE, (HOST,), None),
    (UPSTREAM, GONE, (UPSTREAM,), None),
]


@pytest.mark.parametrize(("role", "standing", "beside", "hours"), LADDER)
def test_the_ladder_says_whose_turn_it_is(
    role: ContactRole, standing: Standing, beside: tuple[ContactRole, ...], hours: int | None
) -> None:
    expected = NOW + timedelta(hours=hours) if hours is not None else None

    assert expected == due_at(role, ILLEGAL, standing, beside, NOW)


@pytest.mark.parametrize("role", sorted(set(ContactRole) - {OPERATOR, ContactRole.PLATFORM}))
def test_what_breaks_a_platforms_rules_is_never_told_to_others(role: ContactRole) -> None:
    for standing in (NOBODY, TOLD, GIVEN, GONE):
        assert due_at(role, HARMFUL, standing, (role,), NOW) is None


def test_search_engines_are_asked_once_also_when_the_source_is_gone() -> None:
    gone = looks("removed_at_source")

    assert [has_round(SEARCH, ILLEGAL, 1), has_round(SEARCH, ILLEGAL, 2), has_round(HOST, ILLEGAL, 99)] == [
        True, False, True,
    ]  # fmt: skip
    assert (may_send(gone, 1, SEARCH), may_send(gone, 2, SEARCH), may_send(gone, 1, HOST)) == (True, False, False)


def test_a_repeat_rests_on_a_look_since_the_round_before() -> None:
    history = looks("online", "access_restricted", "access_restricted")

    assert may_send(history, 2, told_at=NOW)
    assert not may_send(history, 2, told_at=NOW + timedelta(minutes=1))
    assert may_send(looks("online", "access_restricted", "p:online"), 3, told_at=NOW + timedelta(minutes=1))


# Moment → until when nothing is sent, with quiet weekends and nights; Tirana is an hour ahead of UTC.
QUIET = [
    ("2026-11-27T18:59:00Z", None),
    ("2026-11-27T19:00:00Z", "2026-11-30T06:00:00Z"),  # Friday night runs into the weekend
    ("2026-11-28T11:00:00Z", "2026-11-30T06:00:00Z"),
    ("2026-11-30T05:59:00Z", "2026-11-30T06:00:00Z"),
    ("2026-11-30T06:00:00Z", None),
    ("2026-12-01T23:30:00Z", "2026-12-02T06:00:00Z"),
]


@pytest.mark.parametrize(("now", "until"), QUIET)
def test_quiet_times_end_by_themselves(now: str, until: str | None) -> None:
    policy = NoticeSettings(quiet_days=("sat", "sun"), quiet_hours="20:00-07:00")
    expected = datetime.fromisoformat(until) if until else None

    assert expected == quiet_until(datetime.fromisoformat(now), policy, "Europe/Tirane")


def test_by_default_no_time_is_quiet_and_no_rate_is_kept() -> None:
    hours = [NOW + timedelta(hours=hour) for hour in range(168)]

    assert [quiet_until(hour, NoticeSettings(), "Europe/Tirane") for hour in hours] == [None] * 168
    assert rate_until([NOW] * 10_000, NOW, NoticeSettings()) is None


def test_above_the_rate_a_notice_waits_until_the_hour_of_an_earlier_one_is_over() -> None:
    sent = [NOW - timedelta(minutes=minutes) for minutes in (50, 30, 10)]

    assert rate_until(sent, NOW, NoticeSettings(per_hour=4)) is None
    assert rate_until(sent, NOW, NoticeSettings(per_hour=3)) == NOW + timedelta(minutes=10)
    assert rate_until(sent, NOW, NoticeSettings(per_hour=1)) == NOW + timedelta(minutes=50)
