"""Every situation of `situations.py` at once through the whole pipeline: the verdicts, and that nothing counts as
removed while its material still answers anywhere."""

from collections.abc import Iterator

import pytest
from scenes import Scene, scene
from situations import PAGE, PICTURE, WORDS, Situation, Stage, situations

from hotline.states import Ground, Verdict

EVERY = list(situations())
GONE = frozenset({"removed_at_source", "soft_removed"})
OTHER_CONTENT = frozenset({"picture: a placeholder in its place", "page: shows others, the picture gone"})
"""Gone, and something else stands there that a person must look at first."""
LEAST_RIGHT = 0.97


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, str]]]:
    """By situation: the verdict of the first look after the change, and the state after four days of looks."""
    names = [f"{who}{number}.example" for number in range(len(EVERY)) for who in ("s", "o")]
    settings = ("fetch.deadline_s=2", "fetch.max_pictures=30", "recheck.agreeing_over_h=24", "run.workers=4")
    with scene(tmp_path_factory.mktemp("situations"), *settings, sites=names) as story:
        yield _played(story)


def _played(story: Scene) -> dict[str, tuple[str, str]]:
    stages = [_stage(story, number) for number in range(len(EVERY))]
    numbers = [_set_up(story, stage, one) for stage, one in zip(stages, EVERY, strict=True)]
    story.run()
    _decide(story, numbers)
    for stage, one in zip(stages, EVERY, strict=True):
        one.change(stage)
    before = [len(story.verdicts(number)) for number in numbers]
    story.later(2, hours=2)  # a page is judged by what its pictures said, so they are looked at in the first round
    first = [story.verdicts(number)[skip:] for number, skip in zip(numbers, before, strict=True)]
    story.later(10, hours=10)
    return {
        one.name: (verdicts[-1] if verdicts else "none", story.state(number))
        for one, verdicts, number in zip(EVERY, first, numbers, strict=True)
    }


def _stage(story: Scene, number: int) -> Stage:
    sites = story.lab.sites
    return Stage(number + 1, sites[f"s{number}.example"], sites[f"o{number}.example"])


def _set_up(story: Scene, stage: Stage, one: Situation) -> int:
    """What was reported, as it stood when it was decided; returns its item."""
    if one.kind == PICTURE:
        url = stage.site.put(stage.path, stage.picture())
    else:
        stage.path = "/album/one"
        if one.kind == PAGE:
            stage.site.put("/p.jpg", stage.picture())
            stage.site.put("/q.jpg", stage.another())
            url = stage.site.page(stage.path, ["/p.jpg"])
        else:
            stage.html(f"<p>They mock her. {stage.seed}</p>")
            url = stage.site.url(stage.path)
    category = "bullying" if one.kind == WORDS else "csam"
    return story.report(url, category=category).item_ids[0]


def _decide(story: Scene, numbers: list[int]) -> None:
    """Pictures, and those that pages show, are illegal; what says something is harmful."""
    kinds = {kind: [number for number, one in zip(numbers, EVERY, strict=True) if one.kind == kind] for kind in
             (PICTURE, PAGE, WORDS)}  # fmt: skip
    shown = [item.id for item in story.items() if item.url.endswith("/p.jpg")]
    story.assess(kinds[PICTURE] + shown, Verdict.BASELINE)
    story.assess(kinds[WORDS], Verdict.HARMFUL, ground=Ground.BULLYING)


def test_nearly_all_verdicts_are_those_of_a_careful_person(told: dict[str, tuple[str, str]]) -> None:
    wrong = [f"{one.name}: {told[one.name][0]}, not {one.verdict}" for one in EVERY if told[one.name][0] != one.verdict]

    assert len(EVERY) >= 120
    assert len(wrong) <= (1 - LEAST_RIGHT) * len(EVERY), wrong


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.name)
def test_removed_is_what_is_gone_and_nothing_else(one: Situation, told: dict[str, tuple[str, str]]) -> None:
    # A page is what its pictures are: on a name that was given up they may be gone.
    is_gone = one.verdict in GONE or (one.kind == PAGE and one.verdict == "parked")
    expected = "awaiting_assessment" if one.name in OTHER_CONTENT else "removed" if is_gone else None

    assert told[one.name][1] == expected if is_gone else told[one.name][1] not in ("removed", "closed")
