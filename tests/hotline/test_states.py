"""The words and moves of the field against DESIGN, written out here a second time."""

import itertools
from collections.abc import Mapping
from enum import StrEnum

import pytest

from hotline import states
from hotline.states import BY_ITSELF, BY_PERSON, BY_REVISION, State, worst

STATES = "received unreachable awaiting_assessment not_illegal illegal harmful noticed removed closed"

# DESIGN section 2, "Moves by themselves", one arrow per row.
BY_ITSELF_IN_DESIGN = [
    # a look was taken, or could not be; the very bytes were assessed illegal before
    ("received", "unreachable awaiting_assessment illegal"),
    # tried again; reported again
    ("unreachable", "received awaiting_assessment illegal"),
    # exact carry-over of a decision made meanwhile
    ("awaiting_assessment", "illegal"),
    # a notice is out; gone before one was; other bytes there, or the inherited decision was revised
    ("illegal", "noticed removed awaiting_assessment"),
    ("harmful", "noticed removed awaiting_assessment"),
    # gone; other bytes there, or the inherited decision was revised
    ("noticed", "removed awaiting_assessment"),
    # a return; other bytes there
    ("removed", "illegal harmful awaiting_assessment"),
    # other bytes there
    ("not_illegal", "awaiting_assessment"),
    # nothing
    ("closed", ""),
]

# DESIGN section 2, "By a person".
BY_PERSON_IN_DESIGN = [
    # nobody looked yet, so nobody decides; it can be closed
    ("received", "closed"),
    # a person can decide where no machine could look
    ("unreachable", "illegal harmful not_illegal closed"),
    ("awaiting_assessment", "illegal harmful not_illegal closed"),
    # decided: only --revise changes it
    ("not_illegal", "closed"),
    ("illegal", "closed"),
    ("harmful", "closed"),
    # all its notices were cancelled
    ("noticed", "illegal harmful closed"),
    ("removed", "closed"),
    # back to the state before, whichever it was
    ("closed", "received unreachable awaiting_assessment not_illegal illegal harmful noticed removed"),
]

# DESIGN section 2, "by --revise".
BY_REVISION_IN_DESIGN = [
    # what nobody decided cannot be revised
    ("received", ""),
    ("unreachable", ""),
    ("awaiting_assessment", ""),
    # every decision, wherever it has led
    ("not_illegal", "illegal harmful not_illegal"),
    ("illegal", "illegal harmful not_illegal"),
    ("harmful", "illegal harmful not_illegal"),
    ("noticed", "illegal harmful not_illegal"),
    ("removed", "illegal harmful not_illegal"),
    # reopened first
    ("closed", ""),
]

# DESIGN section 6 and its lists of words.
WORDS: list[tuple[type[StrEnum], str]] = [
    (states.State, STATES),
    (states.Source, "web phone email police partner analyst"),
    (
        states.Category,
        "csam self_generated sextortion grooming impersonation bullying threats hate_speech harassment other",
    ),
    (
        states.AtRisk,
        "suicide threat_to_life blackmail_running meeting_arranged offender_knows_home violence_at_home other",
    ),
    (states.ContactRole, "operator host cdn registrar upstream platform partner search_engine"),
    (states.Ground, "impersonation bullying blackmail threats hate private_image identifying_publication"),
    (
        states.NotIllegalReason,
        "content_not_found removed_before_assessment adult nudity_not_sexualized below_threshold too_small virtual"
        " linking_only age_not_assessable age_over_threshold other",
    ),
    (states.NoticeState, "draft approved sending sent failed cancelled superseded"),
    (states.Outcome, "removed declined restricted asks_more not_ours no_answer"),
    (states.AppealOutcome, "upheld rejected"),
    (
        states.RecheckVerdict,
        "online removed_at_source page_only_removed soft_removed access_restricted geo_blocked cdn_cached moved parked"
        " unreachable inconclusive",
    ),
    (states.Verdict, "baseline national harmful not_illegal"),
    (states.Basis, "match looked partner police report_text"),
    (states.ContactState, "proposed approved blocked"),
    (states.PacketTo, "police partner blocking"),
    (states.QueueKind, "assess contact notice packet referral ack person"),
    (states.WorkKind, "look screen trace notify send recheck"),
    (states.ReferralTo, "helpline cpu barnahus psychologist legal_aid medical"),
]


def table_of(rows: list[tuple[str, str]]) -> dict[str, set[str]]:
    return {start: set(ends.split()) for start, ends in rows}


def plain(moves: Mapping[State, frozenset[State]]) -> dict[str, set[str]]:
    return {start.value: {end.value for end in ends} for start, ends in moves.items()}


def test_an_item_moves_by_itself_as_design_says() -> None:
    assert table_of(BY_ITSELF_IN_DESIGN) == plain(BY_ITSELF)


def test_a_person_moves_an_item_as_design_says() -> None:
    assert table_of(BY_PERSON_IN_DESIGN) == plain(BY_PERSON)


def test_a_revision_moves_an_item_as_design_says() -> None:
    assert table_of(BY_REVISION_IN_DESIGN) == plain(BY_REVISION)


@pytest.mark.parametrize(("kind", "words"), WORDS, ids=lambda value: getattr(value, "__name__", ""))
def test_the_words_are_those_of_the_contract(kind: type[StrEnum], words: str) -> None:
    assert set(words.split()) == {word.value for word in kind}


def test_nothing_the_machine_does_leads_to_harmful_but_a_return() -> None:
    sources = {start for start, ends in BY_ITSELF.items() if State.HARMFUL in ends}

    assert sources == {State.REMOVED}


def test_only_a_person_closes_and_only_a_person_reopens() -> None:
    assert not any(State.CLOSED in ends for ends in BY_ITSELF.values())
    assert not BY_ITSELF[State.CLOSED]


def test_only_a_person_says_not_illegal() -> None:
    assert not any(State.NOT_ILLEGAL in ends for ends in BY_ITSELF.values())


def test_a_case_shows_the_worst_of_its_items() -> None:
    worst_first = [
        "illegal",
        "harmful",
        "noticed",
        "awaiting_assessment",
        "unreachable",
        "received",
        "removed",
        "not_illegal",
        "closed",
    ]

    for better, worse in itertools.combinations(reversed(worst_first), 2):
        assert State(worse) == worst([State(better), State(worse), State(better)])


def test_a_case_without_items_shows_no_state_of_an_item() -> None:
    assert worst([]) is None


def test_every_state_is_decided_or_undecided_or_closed() -> None:
    assert not states.DECIDED & states.UNDECIDED
    assert set(State) - {State.CLOSED} == states.DECIDED | states.UNDECIDED


def test_a_look_that_could_not_tell_says_nothing_about_removal() -> None:
    could_not_tell = {"access_restricted", "geo_blocked", "parked", "unreachable", "inconclusive"}

    assert could_not_tell == {verdict.value for verdict in states.RecheckVerdict} - {v.value for v in states.TELLING}
    assert states.GONE < states.TELLING
    assert states.UP < states.TELLING
    assert not states.UP & states.GONE


def test_trying_again_is_useless_only_where_time_changes_nothing() -> None:
    useless = {"login_wall", "refused_address", "no_mandate", "onion", "geo_blocked", "invite", "private", "age_gated"}

    assert useless == {reason.value for reason in states.HOPELESS}
