"""Stories behind login walls: nobody has the bytes, and the platform's ids and people's words make the history."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import BOB, Scene, scene

from hotline.assess import Judgement
from hotline.consequences.accounts import note_account
from hotline.decisions import accounts, assessments, families, people, rechecks, reports
from hotline.errors import InputError, NotAllowedError
from hotline.intake import new_report
from hotline.models import Account, Item
from hotline.states import Basis, ContactRole, Ground, Verdict, Whose
from hotline.views.accounts import account_list, account_show
from hotline.views.cases import case_show
from hotline.views.families import family_list, family_show
from hotline.views.queue import queue
from scripts.pictures import draw, jpeg

PLATFORM = "x.com"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        found.contact(PLATFORM, ContactRole.PLATFORM)
        yield found


def post(number: int, account: str = "gossip") -> str:
    return f"https://{PLATFORM}/{account}/status/{1_800_000_000 + number}"


def reported(world: Scene, url: str, **more: object) -> int:
    (item,) = world.report(url, category="bullying", **more).item_ids
    world.run()
    return item


def first(world: Scene, account: str = "gossip") -> int:
    """A post that a person looked at and found to be bullying."""
    item = reported(world, post(1, account))
    world.assess([item], Verdict.HARMFUL, ground=Ground.BULLYING)
    world.run()
    return item


def confirm(world: Scene, item: int) -> None:
    assessments.assess(world.desk(), [item], Judgement(Verdict.HARMFUL, ground=Ground.BULLYING))
    world.run()


def leads(world: Scene, item: int) -> list[tuple[str, str]]:
    rows = [row for row in queue(world.home, world.home.now()) if row["item"] == f"I{item}"]
    return [(lead["label"], lead["facts"]) for row in rows for lead in row["leads"]]


def gone(world: Scene, item: int) -> None:
    """Three looks of a person over a day."""
    for _ in range(3):
        rechecks.seen(world.desk(), item, "gone")
        world.later(hours=13)


# Families


def test_a_login_wall_goes_to_a_person_at_once_who_can_assess_and_have_it_taken_down(world: Scene) -> None:
    item = first(world)

    assert world.state(item) == "harmful"
    world.approve()
    world.run()
    assert world.mails() == [f"platform@{PLATFORM}"]


def test_the_same_media_id_at_another_address_is_the_same_video(world: Scene) -> None:
    first(world)

    item = reported(world, f"https://{PLATFORM}/i/web/status/1800000001")

    assert leads(world, item) == [("harmful:bullying", "same as I1, its platform gives both the same id")]
    shown = family_show(world.home, 1)
    assert [(one["id"], one["by"], one["confirmed"]) for one in shown["items"]] == [
        ("I1", "exact", True),
        ("I2", "platform_media", True),
    ]
    assert (shown["reuploads"], shown["uploads"]) == (1, 1)


def test_what_is_reported_as_a_repeat_is_a_lead_until_a_person_confirms(world: Scene) -> None:
    first(world)

    item = reported(world, post(2, "other"), repeat_of=1)

    assert leads(world, item) == [("harmful:bullying", "same as I1, whoever reported it said so")]
    assert [one["confirmed"] for one in family_show(world.home, 1)["sightings"]] == [True, False]
    confirm(world, item)
    shown = family_show(world.home, 1)
    assert [one["confirmed"] for one in shown["sightings"]] == [True, True]
    assert shown["accounts"] == {"gossip": 1, "other": 1}


def test_a_repeat_of_a_case_about_two_things_asks_a_person_which(world: Scene) -> None:
    found = world.report(post(1), post(2), category="bullying").item_ids
    world.run()
    world.assess(list(found), Verdict.HARMFUL, ground=Ground.BULLYING)
    world.run()

    item = reported(world, post(3), repeat_of=1)

    (why,) = [row["why"] for row in queue(world.home, world.home.now()) if row["item"] == f"I{item}"]
    assert f"hotline family join I{item} --same-as ITEM" in why
    families.join(world.desk(), item, found[1])
    assert [one["id"] for one in family_show(world.home, 2)["items"]] == ["I2", f"I{item}"]


def test_a_word_about_a_repeat_yields_to_the_bytes_where_they_can_be_had(world: Scene) -> None:
    first(world)
    world.site.put("/copy.jpg", jpeg(draw(5, (320, 240))))

    item = reported(world, world.site.url("/copy.jpg"), repeat_of=1)

    assert leads(world, item) == [("harmful:bullying", "same as I1, whoever reported it said so")]
    shown = family_show(world.home, 1)
    assert [(one["id"], one["by"], one["confirmed"]) for one in shown["media"]] == [("M1", "report", False)]
    assert [one["media"] for one in shown["sightings"]] == [None, "M1"]


def test_gone_and_back_by_a_persons_eyes_are_sightings_and_the_next_round(world: Scene) -> None:
    item = first(world)
    world.approve()
    world.run()

    gone(world, item)
    assert world.state(item) == "removed"
    world.later(days=1)
    rechecks.seen(world.desk(), item, "online")
    world.run()

    assert world.state(item) == "noticed"
    assert [one["gone_at"] is None for one in family_show(world.home, 1)["sightings"]] == [False, True]
    assert world.item(item).returns == 1
    assert world.notices()[-1] == f"N2 harmful 2 sent platform@{PLATFORM} I1"
    assert "you were told in N1" in " ".join(world.mail.messages[-1].text.split())


def test_seventeen_re_uploads_by_two_accounts_are_counted_and_taken_down_on_the_platforms_rule(world: Scene) -> None:
    first(world)
    for number in range(2, 18):
        item = reported(world, post(number, ("gossip", "other")[number % 2]), repeat_of=1)
        confirm(world, item)
        world.approve()
        world.run()
        gone(world, item)

    shown = family_show(world.home, 1)
    assert (shown["reuploads"], shown["uploads"]) == (16, 17)
    assert shown["accounts"] == {"gossip": 9, "other": 8}
    assert ("packet", "F1") in world.queue()
    text = " ".join(world.mail.messages[-1].text.split())
    assert "The same content was put up again 16 times" in text
    assert "Please block it from being uploaded again, by your own means" in text
    assert all(word not in text.lower() for word in ("sha-256", "pdq", "child sexual abuse"))


# Accounts


def test_an_account_is_told_to_nobody_but_its_platform(world: Scene) -> None:
    for role in (ContactRole.HOST, ContactRole.CDN):
        world.contact(PLATFORM, role)
    item = reported(world, post(1, "someone"))

    world.assess([item], Verdict.BASELINE)
    world.run()
    world.approve()
    world.run()

    assert world.notices() == [f"N1 illegal 1 sent platform@{PLATFORM} I1"]
    (message,) = world.mail.messages
    assert "Account: someone" in message.text
    assert "someone" not in message.subject


def test_one_accounts_many_uploads_are_seen(world: Scene) -> None:
    first(world)
    reported(world, post(2))
    reported(world, post(3, "GOSSIP"))
    reported(world, f"https://{PLATFORM}/gossip")

    (row,) = account_list(world.home)

    assert (row["id"], row["handle"], row["items"], row["families"], row["whose"]) == ("A1", "gossip", 4, 1, "unknown")
    assert [one["id"] for one in account_show(world.home, 1)["items"]] == ["I1", "I2", "I3", "I4"]


def test_what_a_childs_own_account_holds_is_never_noticed_nor_counted(world: Scene) -> None:
    first(world, "child")
    item = reported(world, post(2, "child"), repeat_of=1, account_of="child")

    world.assess([item], Verdict.HARMFUL, ground=Ground.BULLYING)
    world.run()

    assert family_show(world.home, 1)["reuploads"] == 0
    assert world.notices() == [f"N1 harmful 1 superseded platform@{PLATFORM}"]
    assert "child's own account" in (world.item(item).needs_person or "")
    world.approve()
    world.later(days=4)
    assert world.mails() == []


def test_what_a_childs_own_account_holds_raises_no_priority(world: Scene) -> None:
    first(world)
    for number in range(2, 6):
        item = reported(world, post(number), repeat_of=1)
        confirm(world, item)
    assert case_show(world.home, 1)["rule"] == "harmful, put up again and again"

    accounts.say_whose(world.desk(), 1, Whose.CHILD)

    assert case_show(world.home, 1)["rule"] != "harmful, put up again and again"


def test_a_persons_word_that_it_is_not_the_childs_has_it_noticed_after_all(world: Scene) -> None:
    first(world, "child")
    accounts.say_whose(world.desk(), 1, Whose.CHILD)
    world.run()
    assert world.notices() == [f"N1 harmful 1 superseded platform@{PLATFORM}"]

    accounts.say_whose(world.desk(), 1, Whose.IMPERSONATOR)
    world.run()

    assert [line.split()[3] for line in world.notices()] == ["superseded", "draft"]


def test_whose_an_account_is_can_be_said_with_a_decision(world: Scene) -> None:
    item = reported(world, post(1, "real_name"))

    judgement = Judgement(Verdict.HARMFUL, ground=Ground.IMPERSONATION, basis=Basis.LOOKED)
    assessments.assess(world.desk(), [item], judgement, account_of=Whose.IMPERSONATOR)

    (found,) = case_show(world.home, 1)["items"]
    assert found["account"] == {
        "id": "A1",
        "platform": "X",
        "handle": "real_name",
        "number": None,
        "whose": "impersonator",
    }


def test_whose_account_is_refused_where_no_account_is_known(world: Scene) -> None:
    with pytest.raises(InputError, match="names no account"):
        world.report(world.site.url("/a.jpg"), account_of="child")
    assert world.states() == []


def test_many_reports_raise_the_priority_and_nothing_else(world: Scene) -> None:
    for _ in range(3):
        reported(world, post(1))

    assert world.state(1) == "unreachable"
    assert case_show(world.home, 1)["priority"] == "P3"


def test_a_number_and_a_handle_of_one_account_become_one(world: Scene) -> None:
    urls = ("https://www.facebook.com/profile.php?id=100012345", "https://www.facebook.com/some.name")
    for url in urls:
        reported(world, url)
    assert [row["id"] for row in account_list(world.home)] == ["A1", "A2"]

    with world.station.writing(world.home.now()) as session:
        note_account(session, session.get_one(Item, 2), "Facebook", "some.name", "100012345", world.home.now())

    (row,) = account_list(world.home)
    assert (row["handle"], row["number"], row["items"]) == ("some.name", "100012345", 2)
    with world.reading() as session:
        assert session.get(Account, 2) is None


def test_a_handle_that_another_account_took_over_is_not_the_old_one(world: Scene) -> None:
    urls = [f"https://www.facebook.com/profile.php?id=10001234{number}" for number in range(2)]
    for url in urls:
        reported(world, url)
    at = world.home.now()
    with world.station.writing(at) as session:
        first, second = session.get_one(Item, 1), session.get_one(Item, 2)
        note_account(session, first, "Facebook", "some.name", "100012340", at)
        note_account(session, second, "Facebook", "some.name", "100012341", at)
        note_account(session, first, "Facebook", "new.name", "100012340", at)

    found = [(row["handle"], row["number"], row["items"]) for row in account_list(world.home)]
    assert found == [("new.name", "100012340", 1), ("some.name", "100012341", 1)]


def test_a_page_that_could_be_fetched_tells_the_number_of_its_account(tmp_path: Path) -> None:
    with scene(tmp_path, sites=("youtube.com",)) as world:
        number = "UC0123456789abcdefghijkl"
        page = world.lab.sites["youtube.com"].page("/@some.channel", extra_html=f'"externalChannelId":"{number}"')

        reported(world, page)

        (row,) = account_list(world.home)
        assert (row["handle"], row["number"]) == ("some.channel", number)


def test_a_post_that_shows_a_picture_lends_it_its_account(tmp_path: Path) -> None:
    """The picture's own address names nobody; the history still says which account put it up."""
    with scene(tmp_path, sites=("tiktok.com",)) as world:
        site = world.lab.sites["tiktok.com"]
        site.put("/m.jpg", jpeg(draw(3, (320, 240))))
        found = world.report(site.page("/@nata.dita/photo/7000000001", ["/m.jpg"])).item_ids
        world.run()
        world.assess([found[0] + 1], Verdict.BASELINE)

        (one,) = family_show(world.home, 1)["sightings"]

        assert (one["item"], one["account"], one["platform_media"]) == ("I2", "nata.dita", None)


def test_a_report_can_name_whose_account_it_is(world: Scene) -> None:
    told = new_report([post(1)], account_of="uploader")

    assert told.account_of is Whose.UPLOADER
    with pytest.raises(InputError, match="account-of"):
        new_report([post(1)], account_of="offender")


def test_an_exact_second_persons_word_joins_the_own_list(world: Scene) -> None:
    world.site.put("/a.jpg", jpeg(draw(1, (320, 240))))
    (item,) = world.report(world.site.url("/a.jpg")).item_ids
    world.run()
    world.assess([item], Verdict.BASELINE)
    world.run()
    assert "own" not in world.station.library.stored()

    world.assess([item], Verdict.BASELINE, by=BOB)
    world.run()

    assert world.station.library.show_entry("own", "M1").withdrawn_at is None


# What strangers must not be able to do


def test_the_same_number_in_two_channels_is_not_the_same_post(world: Scene) -> None:
    for channel in ("alice", "bobby", "carol"):
        reported(world, f"https://t.me/{channel}/5")

    assert family_list(world.home) == []


def test_a_page_that_a_redirect_led_to_elsewhere_says_nothing_of_an_account(tmp_path: Path) -> None:
    with scene(tmp_path, sites=("youtube.com", "evil.example")) as world:
        here, evil = world.lab.sites["youtube.com"], world.lab.sites["evil.example"]
        told = '"vanityChannelUrl":"https://www.youtube.com/@kid","channelId":"UC0123456789abcdefghijkl"'
        reported(world, here.page("/@kid"), account_of="child")
        page = here.redirect("/shorts/AAAAAAAAAAA", evil.page("/x", extra_html=told))

        reported(world, page)

        assert [(row["handle"], row["number"], row["whose"]) for row in account_list(world.home)] == [
            ("kid", None, "child")
        ]


def test_no_page_takes_anything_from_an_account_that_a_person_spoke_about(world: Scene) -> None:
    for url in ("https://www.facebook.com/some.name", "https://www.facebook.com/profile.php?id=100012345"):
        reported(world, url)
    accounts.say_whose(world.desk(), 1, Whose.CHILD)
    at = world.home.now()

    with world.station.writing(at) as session:
        note_account(session, session.get_one(Item, 2), "Facebook", "some.name", "100012345", at)

    found = [(row["handle"], row["number"], row["whose"]) for row in account_list(world.home)]
    assert found == [("some.name", None, "child"), (None, "100012345", "unknown")]


def test_an_address_of_a_platform_goes_to_nobody_else_also_where_no_account_is_read_from_it(world: Scene) -> None:
    for role in (ContactRole.HOST, ContactRole.CDN):
        world.contact(PLATFORM, role)
    item = reported(world, f"https://{PLATFORM}/somebody/with_replies")

    world.assess([item], Verdict.BASELINE)
    world.run()

    assert world.notices() == [f"N1 illegal 1 draft platform@{PLATFORM} I1"]


def test_every_address_of_a_genuine_account_is_spared(world: Scene) -> None:
    genuine = f"https://{PLATFORM}/realkid"
    world.report(post(1, "fake"), category="impersonation", genuine=genuine)
    item = reported(world, f"{genuine}?lang=sq")

    with pytest.raises(NotAllowedError, match="genuine"):
        world.assess([item], Verdict.HARMFUL, ground=Ground.IMPERSONATION)


def test_saying_whose_an_account_is_needs_the_right_to_decide_also_with_a_report(world: Scene) -> None:
    people.add(world.desk(), "clerk", ["admin"])

    with pytest.raises(NotAllowedError):
        reports.add(world.desk("clerk"), new_report([post(1)], account_of="child"))

    assert world.states() == []
