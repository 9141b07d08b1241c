"""Every situation of `platform_situations.py` through the whole pipeline, by TLS, with the shipped platforms."""

from collections.abc import Iterator

import pytest
from platform_situations import PlatformSituation, before, open_platforms, platform_situations, spot
from scenes import Scene, scene

from hotline.states import Ground, Verdict
from scripts.lab.tls import LabAuthority

EVERY = list(platform_situations())
GONE = frozenset({"removed_at_source", "soft_removed"})


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[str, str]]]:
    """By situation: the verdict of the first look after the change, and the state after four days of looks."""
    folder, authority = tmp_path_factory.mktemp("platforms"), LabAuthority()
    settings = (f'lab.authority="{authority.written(folder)}"', "fetch.deadline_s=5", "run.workers=4")
    with scene(folder, *settings, furnish=lambda lab: open_platforms(lab, authority)) as story:
        yield _played(story)


def _played(story: Scene) -> dict[str, tuple[str, str]]:
    spots = [spot(story.lab, one.platform, number) for number, one in enumerate(EVERY)]
    for there, one in zip(spots, EVERY, strict=True):
        there.answer(before(one.platform))
    items = [story.report(there.url, category="bullying").item_ids[0] for there in spots]
    story.run()
    story.assess(items, Verdict.HARMFUL, ground=Ground.BULLYING)
    for there, one in zip(spots, EVERY, strict=True):
        there.answer(one.later)
    story.later(hours=1.5)
    first = [story.verdicts(item)[-1] for item in items]
    story.later(10, hours=10)
    return {one.label: (verdict, story.state(item)) for one, verdict, item in zip(EVERY, first, items, strict=True)}


def test_no_two_have_one_name() -> None:
    assert len({one.label for one in EVERY}) == len(EVERY) > 40


@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.label)
def test_the_verdict_is_that_of_a_careful_person(one: PlatformSituation, told: dict[str, tuple[str, str]]) -> None:
    verdict, state = told[one.label]

    assert verdict == one.verdict
    assert (state == "removed") == (verdict in GONE)
