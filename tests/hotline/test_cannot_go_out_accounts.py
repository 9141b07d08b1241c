"""Nothing goes out against a child's or a genuine account, whoever says so when. Judged by what the lab's servers
really got."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import BOB, Scene, picture, scene
from trying import BUSY, LATER, Act, insist, out

from hotline.decisions import accounts, reports, rules
from hotline.intake import new_report
from hotline.states import (
    ContactRole,
    Ground,
    NoticeKind,
    Verdict,
    Whose,
)

X = "x.com"
POST = f"https://{X}/ana_test/status/1800000001"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "notices.repeat_h=24") as found:
        yield found


def on_platform(world: Scene) -> None:
    world.contact(X, ContactRole.PLATFORM)
    world.report(POST, category="bullying")
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    world.run()


def on_platform_approved(world: Scene) -> None:
    on_platform(world)
    world.approve()


def on_platform_pending(world: Scene) -> None:
    on_platform_approved(world)
    world.mail.answer(BUSY, LATER)
    world.run()


def on_platform_by_rule(world: Scene) -> None:
    on_platform(world)
    rules.approve(world.desk(BOB), rules.propose(world.desk(), 1, NoticeKind.HARMFUL))


def on_platform_failed(world: Scene) -> None:
    on_platform_approved(world)
    world.mail.answer("DATA", "554 no")
    world.run()


def childs(world: Scene) -> None:
    accounts.say_whose(world.desk(), 1, Whose.CHILD)


def genuine(world: Scene) -> None:
    reports.add(
        world.desk(), new_report([f"https://{X}/fake_ana"], category="impersonation", genuine=f"https://{X}/ana_test")
    )


def same_address_genuine(world: Scene) -> None:
    reports.add(world.desk(), new_report([f"https://{X}/fake_ana"], category="impersonation", genuine=POST))


@pytest.mark.parametrize("say", [childs, genuine, same_address_genuine])
@pytest.mark.parametrize(
    "reach", [on_platform, on_platform_approved, on_platform_by_rule, on_platform_pending, on_platform_failed]
)
def test_nothing_goes_out_against_a_childs_or_a_genuine_account(world: Scene, reach: Act, say: Act) -> None:
    reach(world)
    say(world)
    insist(world)
    assert "ana_test" not in out(world)


@pytest.fixture
def album(tmp_path: Path) -> Iterator[Scene]:
    """A post that shows a picture, whose own address names no account, with a contact that is told of both."""
    with scene(tmp_path, sites=("tiktok.com",)) as world:
        site = world.lab.sites["tiktok.com"]
        world.contact("tiktok.com", ContactRole.PLATFORM)
        site.put("/m.jpg", picture(3))
        world.report(site.page("/@nata.dita/photo/7000000001", ["/m.jpg"]))
        world.run()
        yield world


@pytest.mark.parametrize("stage", ["looked", "assessed", "approved", "pending"])
def test_a_picture_that_only_a_childs_own_page_shows_is_in_no_notice_and_a_person_is_told_to_help(
    album: Scene, stage: str
) -> None:
    if stage == "looked":
        childs(album)
    album.assess([2], Verdict.BASELINE)
    album.run()
    if stage in ("approved", "pending"):
        album.approve()
    if stage == "pending":
        album.mail.answer(BUSY, LATER)
        album.run()
    if stage != "looked":
        childs(album)
    insist(album)
    assert album.mails() == []
    assert "child's own account" in (album.item(2).needs_person or "")


def test_a_picture_that_another_page_shows_too_is_told_without_the_childs_page(album: Scene) -> None:
    site = album.lab.sites["tiktok.com"]
    album.report(site.page("/@other.one/photo/7000000002", ["/m.jpg"]))
    album.run()
    album.assess([2], Verdict.BASELINE)
    childs(album)
    insist(album)
    assert "/m.jpg" in out(album)
    assert "nata.dita" not in out(album)
