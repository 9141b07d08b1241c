"""Stories about what notices say of an address: how it was seen, why it stands there, and what must be left alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import Scene, picture, scene

from hotline.states import ContactRole, Ground, Verdict


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        yield found


def lines(world: Scene, number: int = 0) -> list[str]:
    return world.mail.messages[number].text.replace("\r\n", "\n").split("\n")


def send(world: Scene) -> None:
    world.run()
    world.approve()
    world.run()


def test_a_page_stands_in_the_notice_for_the_pictures_it_shows(world: Scene) -> None:
    world.contact("img.example")
    world.site.page("/1.html", [world.site.put("/a.jpg", picture(1)), world.site.put("/b.jpg", picture(2))])
    world.report(world.site.url("/1.html"))
    world.run()
    world.assess([2, 3], Verdict.BASELINE)
    send(world)
    assert "1. I1, page that shows 2 and 3" in lines(world)
    assert "2. I2, picture" in lines(world)


def test_seen_online_begins_with_the_look_and_not_with_the_report(world: Scene) -> None:
    world.contact("img.example")
    world.report(world.site.put("/a.jpg", picture(1)))
    world.clock.advance(minutes=30)
    world.run()
    world.assess([1], Verdict.BASELINE)
    send(world)
    told = [line.strip() for line in lines(world) if "eported" in line or "seen online" in line]
    assert [line[-9:] for line in told] == ["10:00 UTC", "10:30 UTC", "10:30 UTC"]
    assert [line.partition(":")[0] for line in told] == ["Reported", "First seen online", "Last seen online"]


def test_what_only_a_person_could_see_is_said_to_be_seen_by_a_person(world: Scene) -> None:
    world.contact("img.example")
    world.site.remove("/a.jpg", 403)
    world.report(world.site.url("/a.jpg"))
    world.run()
    world.assess([1], Verdict.NATIONAL)
    send(world)
    told = [line.strip() for line in lines(world) if "seen online" in line]
    assert len(told) == 2
    assert all(line.endswith("(by a person)") for line in told)


def test_the_genuine_profile_is_told_to_the_platform_and_only_for_impersonation(world: Scene) -> None:
    genuine = "http://two.example/@ana?x=ë"
    world.contact("img.example", ContactRole.OPERATOR)
    world.site.page("/@ana1", [], title="Ana")
    world.report(world.site.url("/@ana1"), category="impersonation", genuine=genuine)
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.IMPERSONATION)
    send(world)
    assert f"The genuine profile: {genuine} (please do not act against it)" in lines(world)


def test_a_genuine_profile_has_no_place_in_a_notice_on_another_ground(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    world.site.page("/@ana1", [], title="Ana")
    world.report(world.site.url("/@ana1"), category="impersonation", genuine="http://two.example/@ana")
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    send(world)
    assert "two.example" not in world.mail.messages[0].text


def test_an_address_stays_verbatim_with_its_encoded_form_below(world: Scene) -> None:
    world.contact("img.example")
    url = world.site.put("/a.jpg", picture(1)) + "?q=ç"
    world.report(url)
    world.run()
    world.assess([1], Verdict.BASELINE)
    send(world)
    assert url == lines(world)[1]
    assert f"   As a browser sends it: {url.replace('ç', '%C3%A7')}" in lines(world)


def test_a_later_round_quotes_the_reference_of_the_first(world: Scene) -> None:
    world.noticed("/a.jpg")
    world.report(world.site.put("/b.jpg", picture(2)))
    world.run()
    world.assess([2], Verdict.BASELINE)
    send(world)
    world.later(days=1)
    [again] = [mail for mail in world.mail.messages if mail.subject.startswith("[N1] Repeat (round 2)")]
    number = again.parsed["X-Hotline-Notice"].removesuffix(" round 2")
    assert number in ("N3", "N4")
    assert f"Our reference: N1; this is round 2 ({number})" in again.text
