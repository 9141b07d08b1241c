"""Who comes first, a row for each rule and each rule that it beats."""

import itertools

import pytest

from hotline.priorities import CasePriorityFacts, Ranked, load_rules, rank_case, whom_to_call
from hotline.states import AtRisk, Category

Facts = CasePriorityFacts

ORDER = [
    # P0: danger to a child's life, and any danger nobody has a better word for
    (Facts(at_risk=frozenset({"suicide"})), 0, "danger to life"),
    (Facts(at_risk=frozenset({"threat_to_life"})), 0, "danger to life"),
    (Facts(at_risk=frozenset({"offender_knows_home"})), 0, "danger to life"),
    (Facts(at_risk=frozenset({"violence_at_home"})), 0, "danger to life"),
    (Facts(at_risk=frozenset({"other"})), 0, "danger to life"),
    # two dangers: the worse
    (Facts(at_risk=frozenset({"blackmail_running", "suicide"})), 0, "danger to life"),
    # danger beats everything that is known about material
    (Facts(at_risk=frozenset({"suicide"}), is_known=True, has_returned=True, is_illegal=True), 0, "danger to life"),
    # P1: blackmail running, contact arranged, new material with an Albanian child
    (Facts(at_risk=frozenset({"blackmail_running"})), 1, "blackmail running"),
    (Facts(at_risk=frozenset({"meeting_arranged"})), 1, "contact arranged"),
    (Facts(at_risk=frozenset({"blackmail_running", "meeting_arranged"})), 1, "blackmail running"),
    (Facts(is_new_albanian=True), 1, "new material, Albanian child"),
    (Facts(is_new_albanian=True, is_known=True, is_illegal=True), 1, "new material, Albanian child"),
    # P2: known material online or returned, and what is being taken down
    (Facts(has_returned=True), 2, "returned"),
    (Facts(has_returned=True, is_known=True), 2, "returned"),
    (Facts(is_known=True), 2, "known material online"),
    (Facts(is_illegal=True), 2, "illegal, being taken down"),
    (Facts(is_known=True, is_illegal=True), 2, "known material online"),
    # P3: harmful; spreading fast is one up
    (Facts(is_harmful=True), 3, "harmful to a child"),
    (Facts(is_harmful=True, is_viral=True), 2, "harmful and spreading fast"),
    (Facts(is_harmful=True, is_illegal=True), 2, "illegal, being taken down"),
    # P4: the rest; fast alone is nothing, and neither is what a reporter called it
    (Facts(), 4, "the rest, oldest first"),
    (Facts(is_viral=True), 4, "the rest, oldest first"),
    (Facts(categories=frozenset({"csam"})), 4, "the rest, oldest first"),
]


@pytest.mark.parametrize(("facts", "rank", "rule"), ORDER)
def test_a_case_comes_by_the_first_rule_that_fits(facts: Facts, rank: int, rule: str) -> None:
    assert Ranked(rank, rule) == rank_case(facts, load_rules())


@pytest.mark.parametrize("danger", AtRisk)
def test_every_danger_to_a_child_comes_before_all_that_has_none(danger: AtRisk) -> None:
    in_danger = rank_case(Facts(at_risk=frozenset({danger})), load_rules())
    without = [
        rank_case(Facts(frozenset(), frozenset(), *flags), load_rules())
        for flags in itertools.product([True, False], repeat=6)
        if not flags[4]  # new material with an Albanian child is itself a child in danger
    ]

    assert all(in_danger.rank < other.rank for other in without)


def test_the_more_is_known_against_a_case_the_sooner_it_comes() -> None:
    """No flag ever sends a case further back."""
    names = ["is_known", "has_returned", "is_harmful", "is_illegal", "is_new_albanian", "is_viral"]
    for flags in itertools.product([True, False], repeat=6):
        given = dict(zip(names, flags, strict=True))
        for name in names:
            less, more = Facts(**{**given, name: False}), Facts(**{**given, name: True})
            assert rank_case(more, load_rules()).rank <= rank_case(less, load_rules()).rank


def test_the_rules_go_from_the_most_urgent_down_and_end_with_one_that_always_fits() -> None:
    rules = load_rules()

    ranks = [rule.rank for rule in rules]
    assert ranks == sorted(ranks)
    assert set(ranks) == {0, 1, 2, 3, 4}
    assert rules[-1].conditions == ()


def test_without_rules_a_case_still_has_its_place() -> None:
    assert rank_case(Facts(at_risk=frozenset({"suicide"})), []) == Ranked(4, "no rule fits")


@pytest.mark.parametrize("danger", AtRisk)
def test_every_danger_has_a_number_to_call_now(danger: AtRisk) -> None:
    numbers = whom_to_call(danger)

    assert len(numbers) >= 2
    assert any("129" in number or "112" in number for number in numbers), "the police or an ambulance"
    assert any("116 111" in number for number in numbers), "the child helpline"


def test_a_child_who_may_harm_itself_needs_an_ambulance_first() -> None:
    assert "127" in whom_to_call("suicide")[0]


def test_the_words_in_the_rules_are_words_of_the_field() -> None:
    """A misspelt word in the file would make a rule that never fits."""
    known = {"at_risk": {risk.value for risk in AtRisk}, "categories": {category.value for category in Category}}
    for rule in load_rules():
        for name, wanted in rule.conditions:
            assert isinstance(wanted, bool) or set(wanted) <= known[name], rule.name
