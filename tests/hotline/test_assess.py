"""What a person may decide, every combination of it, and the classes of other schemes that follow from the facts."""

import itertools

import pytest

from hotline.assess import Judgement, derive_classes, state_for, with_basis
from hotline.errors import InputError
from hotline.states import Basis, Ground, NotIllegalReason, State, Verdict

NEEDS_GROUND, NEEDS_REASON = "harmful", "not_illegal"


@pytest.mark.parametrize(
    ("verdict", "state"),
    [
        # both levels of illegal are one state: it comes down
        (Verdict.BASELINE, State.ILLEGAL),
        (Verdict.NATIONAL, State.ILLEGAL),
        (Verdict.HARMFUL, State.HARMFUL),
        (Verdict.NOT_ILLEGAL, State.NOT_ILLEGAL),
    ],
)
def test_a_verdict_gives_its_state(verdict: Verdict, state: State) -> None:
    assert state == state_for(verdict)
    assert Judgement(verdict).is_illegal == (state is State.ILLEGAL)


@pytest.mark.parametrize("has_lead", [True, False])
@pytest.mark.parametrize("basis", [None, *Basis])
@pytest.mark.parametrize("verdict", Verdict)
def test_a_decision_is_whole_or_says_what_is_missing(verdict: Verdict, basis: Basis | None, has_lead: bool) -> None:
    """Every verdict with every ground, reason and basis, with and without a lead."""
    for ground, reason in itertools.product([None, *Ground], [None, *NotIllegalReason]):
        judgement = Judgement(verdict, ground, reason, basis)
        if missing(judgement, has_lead):
            with pytest.raises(InputError):
                with_basis(judgement, has_lead)
        else:
            expected = Judgement(verdict, ground, reason, basis or Basis.MATCH)
            assert expected == with_basis(judgement, has_lead)


def missing(judgement: Judgement, has_lead: bool) -> bool:
    """The rules of issue A, said once more."""
    return any(
        [
            # it rests on something, and a match on a lead
            judgement.basis is None and not has_lead,
            judgement.basis == "match" and not has_lead,
            # what somebody told is no look at material
            judgement.basis == "report_text" and judgement.verdict in ("baseline", "national"),
            # harmful has a ground, nothing else has
            (judgement.ground is None) == (judgement.verdict == NEEDS_GROUND),
            # not illegal has a reason, nothing else has
            (judgement.reason is None) == (judgement.verdict == NEEDS_REASON),
        ]
    )


@pytest.mark.parametrize(
    ("judgement", "has_lead", "said"),
    [
        (Judgement(Verdict.BASELINE), False, "there is no lead here, so say what the decision rests on"),
        (Judgement(Verdict.BASELINE, basis=Basis.MATCH), False, "--basis match needs a lead on a list"),
        (Judgement(Verdict.BASELINE, basis=Basis.REPORT_TEXT), True, "a report's text alone never makes material"),
        (Judgement(Verdict.NATIONAL, basis=Basis.REPORT_TEXT), True, "a report's text alone never makes material"),
        (Judgement(Verdict.HARMFUL, basis=Basis.LOOKED), True, "harmful needs its ground: --ground impersonation|"),
        (Judgement(Verdict.BASELINE, Ground.HATE, basis=Basis.LOOKED), True, "--ground belongs to harmful only"),
        (Judgement(Verdict.NOT_ILLEGAL, basis=Basis.LOOKED), True, "not_illegal needs its reason: --reason content_"),
        (
            Judgement(Verdict.BASELINE, reason=NotIllegalReason.ADULT, basis=Basis.LOOKED),
            True,
            "--reason belongs to not_illegal only",
        ),
        (
            Judgement(Verdict.BASELINE, facts={"hair": "red"}),
            True,
            '"hair" is no fact of the mapping; the facts are age_',
        ),
        (Judgement(Verdict.BASELINE, facts={"age_band": "12"}), True, 'the fact "age_band" is one of: infant, '),
        (Judgement(Verdict.BASELINE, facts={"viral": ""}), True, 'the fact "viral" is one of: yes, no, unknown'),
    ],
)
def test_a_refusal_says_what_to_add(judgement: Judgement, has_lead: bool, said: str) -> None:
    with pytest.raises(InputError) as error:
        with_basis(judgement, has_lead)

    assert str(error.value).startswith(said)


def test_a_report_alone_can_make_something_harmful_or_not_illegal() -> None:
    """A threat that was read to us over the phone is known by its text."""
    harmful = Judgement(Verdict.HARMFUL, Ground.THREATS, basis=Basis.REPORT_TEXT)
    not_illegal = Judgement(Verdict.NOT_ILLEGAL, reason=NotIllegalReason.LINKING_ONLY, basis=Basis.REPORT_TEXT)

    assert harmful == with_basis(harmful, has_lead=False)
    assert not_illegal == with_basis(not_illegal, has_lead=False)


def test_facts_are_kept_as_they_were_recorded() -> None:
    facts = {"age_band": "prepubescent", "act": "nudity", "severity": "c", "media": "photo_or_video"}

    assert facts == with_basis(Judgement(Verdict.BASELINE, basis=Basis.LOOKED, facts=facts), has_lead=False).facts


# Classes


def facts(**given: str) -> dict[str, str]:
    return given


CLASSES = [
    # no facts: only what the verdict itself says
    (
        Judgement(Verdict.BASELINE),
        {"iccam": "baseline", "xarf": "csam/baseline", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    (
        Judgement(Verdict.NATIONAL),
        {"iccam": "national", "xarf": "csem", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    # NCMEC: A before puberty, B in it; 1 activity, 2 posing or nudity
    (
        Judgement(Verdict.BASELINE, facts=facts(age_band="infant", act="sexual_activity")),
        {"iccam": "baseline", "ncmec": "A1", "xarf": "csam/A1", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    (
        Judgement(Verdict.BASELINE, facts=facts(age_band="prepubescent", act="nudity")),
        {"iccam": "baseline", "ncmec": "A2", "xarf": "csam/A2", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    (
        Judgement(Verdict.BASELINE, facts=facts(age_band="pubescent", act="sexual_activity")),
        {"iccam": "baseline", "ncmec": "B1", "xarf": "csam/baseline", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    (
        Judgement(Verdict.NATIONAL, facts=facts(age_band="pubescent", act="sexual_posing")),
        {"iccam": "national", "ncmec": "B2", "xarf": "csem", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    # an age or act that nobody could tell gives no class of it
    (
        Judgement(Verdict.BASELINE, facts=facts(age_band="unknown", act="sexual_activity")),
        {"iccam": "baseline", "xarf": "csam/baseline", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    (
        Judgement(Verdict.BASELINE, facts=facts(age_band="infant", act="unknown")),
        {"iccam": "baseline", "xarf": "csam/baseline", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    # the national level is not baseline, whatever the facts
    (
        Judgement(Verdict.NATIONAL, facts=facts(age_band="infant", act="sexual_activity")),
        {"iccam": "national", "xarf": "csem", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    # IWF by severity
    *(
        (
            Judgement(Verdict.BASELINE, facts=facts(severity=letter)),
            {
                "iccam": "baseline",
                "iwf": letter.upper(),
                "xarf": "csam/baseline",
                "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL",
            },
        )
        for letter in "abc"
    ),
    (
        Judgement(Verdict.BASELINE, facts=facts(severity="unknown")),
        {"iccam": "baseline", "xarf": "csam/baseline", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL"},
    ),
    # generated material has its own keyword
    (
        Judgement(Verdict.BASELINE, facts=facts(media="generated")),
        {"iccam": "baseline", "xarf": "csam/baseline", "dsa": "KEYWORD_CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE"},
    ),
    # harmful is in no scheme for abuse material, whatever was recorded
    (
        Judgement(Verdict.HARMFUL, Ground.BULLYING, facts=facts(age_band="infant", act="nudity", severity="a")),
        {"dsa": "KEYWORD_CYBER_BULLYING_INTIMIDATION"},
    ),
    (Judgement(Verdict.HARMFUL, Ground.THREATS), {"dsa": "KEYWORD_CYBER_BULLYING_INTIMIDATION"}),
    (Judgement(Verdict.HARMFUL, Ground.BLACKMAIL), {"dsa": "KEYWORD_CYBER_BULLYING_INTIMIDATION"}),
    (Judgement(Verdict.HARMFUL, Ground.HATE), {"dsa": "KEYWORD_CYBER_HARASSMENT"}),
    (Judgement(Verdict.HARMFUL, Ground.IMPERSONATION), {"dsa": "KEYWORD_CYBER_HARASSMENT"}),
    (Judgement(Verdict.HARMFUL, Ground.PRIVATE_IMAGE), {"dsa": "KEYWORD_CYBER_HARASSMENT"}),
    (Judgement(Verdict.HARMFUL, Ground.IDENTIFYING_PUBLICATION), {"dsa": "KEYWORD_CYBER_HARASSMENT"}),
    # what is not illegal has no class at all
    (Judgement(Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT, facts=facts(severity="a", media="generated")), {}),
]


@pytest.mark.parametrize(("judgement", "classes"), CLASSES)
def test_facts_recorded_once_give_the_class_of_each_scheme(judgement: Judgement, classes: dict[str, str]) -> None:
    assert classes == derive_classes(judgement)[0]


def test_classes_name_the_version_of_the_mapping_they_come_from() -> None:
    assert derive_classes(Judgement(Verdict.BASELINE))[1] == "2026-11-21"


def test_every_ground_has_a_keyword() -> None:
    derived = [derive_classes(Judgement(Verdict.HARMFUL, ground))[0] for ground in Ground]

    assert [["dsa"]] * len(Ground) == [list(classes) for classes in derived]
