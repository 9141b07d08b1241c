"""Stories about re-uploads: altered ones are told in facts, the history goes into notices, and a third brings more."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scenes import BOB, Scene, scene

from hotline.assess import Judgement
from hotline.consequences.ownlist import OwnList
from hotline.decisions import assessments, families, hashsets, notices, packets, people
from hotline.errors import InputError
from hotline.pipeline import run_once
from hotline.pipeline.wording import sender_of
from hotline.states import Ground, NotIllegalReason, PacketTo, Verdict
from hotline.store.families import has_features
from hotline.views.cases import packet_document
from hotline.views.families import family_list, family_show
from hotline.views.queue import queue
from hotline.views.stats import stats
from scripts.alterations import ALTERATIONS, filler
from scripts.pictures import Picture, jpeg
from tests.hashsets.filming import film, scenes

CAROL = "carol"
WITH_FEATURES = ("families.local_features=true", 'mandate.reference="MoU 12"')
ORIGINAL, OTHER = filler(1, (640, 480)), filler(2, (640, 480))
ALTERED = ("crop 20 %", "mirror and crop 20 %", "rotate 15 degrees", "2 x 2 collage", "text, logo, quality 30")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, *WITH_FEATURES) as found:
        yield found


@pytest.fixture
def plain(tmp_path: Path) -> Iterator[Scene]:
    """A home without local features."""
    with scene(tmp_path) as found:
        yield found


def altered(name: str, original: Picture = ORIGINAL) -> bytes:
    return jpeg(ALTERATIONS[name](original, 1), 80)


def known(world: Scene, original: Picture = ORIGINAL) -> None:
    """The original, reported at the site and assessed illegal, and looked at once more."""
    world.site.put("/first.jpg", jpeg(original))
    world.report(world.site.url("/first.jpg"))
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.run()


def reported(world: Scene, body: bytes, path: str = "/again.jpg") -> int:
    """Put up at the other host, reported by its address only, and looked at."""
    world.other.put(path, body)
    (item,) = world.report(world.other.url(path)).item_ids
    world.run()
    return item


def facts(world: Scene, item: int) -> list[str]:
    rows = [row for row in queue(world.home, world.home.now()) if row["item"] == f"I{item}"]
    return [lead["facts"] for row in rows for lead in row["leads"] if "facts" in lead]


def confirm(world: Scene, item: int, verdict: Verdict = Verdict.BASELINE, **more: Ground) -> None:
    """A decision that rests on the lead alone: nobody looked."""
    assessments.assess(world.desk(), [item], Judgement(verdict, **more))


def by(world: Scene, family: int = 1) -> list[str | None]:
    return [media["by"] for media in family_show(world.home, family)["media"]]


# Altered


@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_re_upload_is_a_lead_in_facts_and_is_confirmed_without_looking(world: Scene, name: str) -> None:
    known(world)

    item = reported(world, altered(name))

    assert world.state(item) == "awaiting_assessment"
    assert [fact.startswith("same as I1, ") for fact in facts(world, item)] == [True]
    confirm(world, item)
    assert world.state(item) == "illegal"
    assert family_show(world.home, 1)["reuploads"] == 1


def test_the_facts_say_what_was_done_to_it(world: Scene) -> None:
    known(world)

    told = {name: facts(world, reported(world, altered(name), f"/{n}.jpg")) for n, name in enumerate(ALTERED[:3])}

    assert told == {
        "crop 20 %": ["same as I1, cropped about 20 %"],
        "mirror and crop 20 %": ["same as I1, cropped about 20 %, mirrored"],
        "rotate 15 degrees": told["rotate 15 degrees"],
    }
    assert "turned by 15°" in told["rotate 15 degrees"][0]


def test_the_very_file_carries_over_in_silence(world: Scene) -> None:
    known(world)

    item = reported(world, jpeg(ORIGINAL))

    assert world.state(item) == "illegal"
    assert facts(world, item) == []


def test_a_picture_that_is_looked_at_again_is_not_taken_for_a_copy_of_itself(plain: Scene) -> None:
    plain.site.put("/a.jpg", jpeg(ORIGINAL))
    plain.report(plain.site.url("/a.jpg"))
    plain.run()
    reported(plain, jpeg(OTHER))

    plain.report(plain.site.url("/a.jpg"))
    plain.run()

    assert family_list(plain.home) == []


def test_another_picture_is_of_no_family(world: Scene) -> None:
    known(world)

    item = reported(world, jpeg(OTHER))

    assert facts(world, item) == []
    assert family_show(world.home, 1)["reuploads"] == 0


def test_without_local_features_a_crop_is_not_known_again_and_all_else_works(plain: Scene) -> None:
    known(plain)

    cropped, mirrored = (reported(plain, altered(name), f"/{name[:4]}.jpg") for name in ("crop 20 %", "mirror"))

    assert facts(plain, cropped) == []
    assert facts(plain, mirrored) == ["same as I1, mirrored"]
    assert not plain.home.features_key.exists()


def test_a_picture_taken_out_of_a_border_is_known_again_by_its_hash_alone(plain: Scene) -> None:
    known(plain)

    item = reported(plain, altered("black border 15 %"))

    assert facts(plain, item) == ["same as I1, inside a border or a screen"]
    assert by(plain) == ["exact", "pdq"]


def test_altered_where_it_stood_it_is_still_online(world: Scene) -> None:
    known(world)
    world.site.put("/first.jpg", altered("crop 20 %"))

    world.later(hours=2)

    assert world.verdicts(1)[-1] == "online"
    assert by(world) == ["exact", "features"]
    assert family_show(world.home, 1)["reuploads"] == 0


def test_an_altered_copy_that_is_confirmed_finds_the_next_one(world: Scene) -> None:
    known(world)
    half = altered("crop 30 %")
    confirm(world, reported(world, half))
    world.run()

    with world.reading() as session:
        assert [has_features(session, number) for number in (1, 2)] == [True, True]


# What is kept


def test_features_are_kept_of_illegal_material_only(world: Scene) -> None:
    for number, verdict in enumerate((Verdict.BASELINE, Verdict.HARMFUL, Verdict.NOT_ILLEGAL), 1):
        world.site.put(f"/{number}.jpg", jpeg(filler(number, (640, 480))))
        (item,) = world.report(world.site.url(f"/{number}.jpg")).item_ids
        world.run()
        ground = Ground.BULLYING if verdict is Verdict.HARMFUL else None
        reason = NotIllegalReason.ADULT if verdict is Verdict.NOT_ILLEGAL else None
        world.assess([item], verdict, ground=ground, reason=reason)
        world.run()

    with world.reading() as session:
        assert [has_features(session, number) for number in (1, 2, 3)] == [True, False, False]


def test_a_decision_has_one_more_look_taken_at_once(world: Scene) -> None:
    world.site.put("/first.jpg", jpeg(ORIGINAL))
    world.report(world.site.url("/first.jpg"))
    world.run()

    world.assess([1], Verdict.BASELINE)
    before = len(world.site.requested("/first.jpg"))
    world.run()

    assert len(world.site.requested("/first.jpg")) == before + 1


def test_what_is_gone_by_then_is_kept_at_the_next_sighting(world: Scene) -> None:
    world.site.put("/first.jpg", jpeg(ORIGINAL))
    world.report(world.site.url("/first.jpg"))
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.site.remove("/first.jpg")
    world.run()
    with world.reading() as session:
        assert not has_features(session, 1)

    reported(world, jpeg(ORIGINAL))

    with world.reading() as session:
        assert has_features(session, 1)


def test_a_revision_forgets_the_features(world: Scene) -> None:
    known(world)

    world.revise([1], Verdict.NOT_ILLEGAL, BOB, reason=NotIllegalReason.ADULT)
    world.run()

    with world.reading() as session:
        assert not has_features(session, 1)
    assert facts(world, reported(world, altered("crop 20 %"))) == []


# What follows


def test_from_the_third_re_upload_on_a_block_is_asked_for_and_a_packet_proposed(world: Scene) -> None:
    world.contact(world.other.name)
    known(world)
    for number, name in enumerate(("crop 10 %", "crop 20 %", "mirror"), 1):
        world.later(hours=1)
        confirm(world, reported(world, altered(name), f"/{number}.jpg"))
        world.run()
        world.approve()
        world.run()
        text = " ".join(world.mail.messages[-1].text.split())
        assert ("block it from being uploaded again" in text) == (number == 3)
        assert (("packet", "F1") in world.queue()) == (number == 3)

    assert "The same material was put up again 3 times" in text
    assert "you were told in N1" in text
    assert [row["why"].partition(":")[0] for row in queue(world.home, world.home.now()) if row["kind"] == "packet"] == [
        "repeated re-upload (3 times)"
    ]


def test_stats_say_how_often_material_came_back_at_a_host_and_how_soon(plain: Scene) -> None:
    known(plain)
    plain.site.remove("/first.jpg")
    plain.later(5, hours=13)
    assert plain.state(1) == "removed"
    plain.site.put("/first.jpg", jpeg(ORIGINAL))
    plain.later(days=8)
    assert plain.state(1) == "illegal"

    (host,) = stats(plain.home)["hosts"]

    assert (host["host"], host["items"], host["returns"], host["up"]) == ("img.example", 1, 1, 1)
    assert host["median_hours_to_return"] > 24 * 7


def test_what_nobody_found_illegal_or_harmful_was_never_put_up_again(plain: Scene) -> None:
    for number in range(5):
        reported(plain, jpeg(ORIGINAL), f"/{number}.jpg")
    assert not [row for row in plain.queue() if row[0] == "packet"]

    for item in range(1, 6):
        plain.assess([item], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    plain.run()

    assert not [row for row in plain.queue() if row[0] == "packet"]


def test_one_page_with_one_picture_in_several_sizes_is_one_upload(plain: Scene) -> None:
    sizes = {"/a.jpg": ORIGINAL, "/b.jpg": ORIGINAL.resize((320, 240)), "/c.jpg": ORIGINAL.resize((480, 360))}
    for path, picture in sizes.items():
        plain.site.put(path, jpeg(picture))
    plain.report(plain.site.page("/gallery", sizes))
    plain.run()
    plain.assess([2, 3, 4], Verdict.BASELINE)
    plain.run()

    shown = family_show(plain.home, 1)

    assert (shown["reuploads"], shown["uploads"]) == (2, 1)
    assert not [row for row in plain.queue() if row[0] == "packet"]


def test_a_page_reported_as_a_repeat_counts_once_with_its_picture(world: Scene) -> None:
    known(world)
    world.other.put("/again.jpg", altered("crop 20 %"))

    world.report(world.other.page("/thread", ["/again.jpg"]), repeat_of=1)
    world.run()

    shown = family_show(world.home, 1)
    assert (shown["reuploads"], shown["uploads"]) == (1, 2)


def test_a_packet_built_early_does_not_keep_the_third_re_upload_from_being_proposed(plain: Scene) -> None:
    known(plain)
    with plain.reading() as session:
        document = packet_document(session, 1)
    packets.build(plain.desk(), 1, document, PacketTo.POLICE, sender_of(plain.station.settings))
    for number in range(3):
        plain.clock.advance(hours=1)
        assert ("packet", "F1") not in plain.queue()
        reported(plain, jpeg(ORIGINAL), f"/{number}.jpg")

    assert ("packet", "F1") in plain.queue()


def test_told_before_is_said_to_whom_it_was_told_only(plain: Scene) -> None:
    for site in (plain.site, plain.other):
        plain.contact(site.name)
    known(plain)
    plain.approve()
    notices.mark_sent(plain.desk(), 1, "by phone")
    reported(plain, jpeg(ORIGINAL))
    plain.approve()
    plain.run()

    (message,) = plain.mail.messages
    assert "The same material was put up again 1 time" in " ".join(message.text.split())
    assert "you were told" not in message.text


# A person's word


def test_what_was_taken_out_of_a_family_keeps_no_lead_from_it(world: Scene) -> None:
    known(world)
    item = reported(world, altered("crop 20 %"))

    families.split(world.desk(), item)

    assert facts(world, item) == []
    with pytest.raises(InputError, match="no lead"):
        confirm(world, item)


def test_a_confirmed_word_holds_when_the_bytes_turn_up(plain: Scene) -> None:
    known(plain)
    late = plain.other.url("/late.jpg")
    (item,) = plain.report(late).item_ids
    plain.run()
    families.join(plain.desk(), item, 1)
    reported(plain, jpeg(OTHER), "/same.jpg")
    plain.other.put("/late.jpg", jpeg(OTHER))

    plain.later(hours=2)

    assert facts(plain, item) == ["same as I1, a person said so"]
    assert family_show(plain.home, 1)["reuploads"] == 2


def test_where_two_readers_are_needed_nothing_is_kept_at_the_word_of_one(tmp_path: Path) -> None:
    with scene(tmp_path, *WITH_FEATURES, "assess.second_reader=true") as world:
        world.site.put("/first.jpg", jpeg(ORIGINAL))
        world.report(world.site.url("/first.jpg"))
        world.run()
        for reader, is_kept in ((None, False), (BOB, True)):
            world.assess([1], Verdict.BASELINE, by=reader)
            world.report(world.site.url("/first.jpg"))
            world.run()
            with world.reading() as session:
                assert has_features(session, 1) is is_kept


def test_an_entry_that_a_person_withdrew_from_the_own_list_stays_withdrawn(plain: Scene) -> None:
    known(plain)
    plain.assess([1], Verdict.BASELINE, by=BOB)
    plain.run()
    plain.clock.advance(hours=1)

    hashsets.withdraw(plain.desk(), plain.station.library, "own", "M1")
    anew = replace(plain.station, own_list=OwnList())  # as a program that begins
    run_once(anew)

    assert plain.station.library.show_entry("own", "M1").withdrawn_by == "person"


def test_split_and_join_keep_every_sighting(world: Scene) -> None:
    known(world)
    item = reported(world, altered("crop 20 %"))
    before = [one["item"] for one in family_show(world.home, 1)["sightings"]]

    families.split(world.desk(), item)
    assert [row["reuploads"] for row in family_list(world.home)] == [0, 0]
    families.join(world.desk(), item, 1)

    assert [one["item"] for one in family_show(world.home, 1)["sightings"]] == before == ["I1", f"I{item}"]
    assert by(world) == ["exact", "person"]
    with pytest.raises(InputError, match="already of one family"):
        families.join(world.desk(), item, 1)


# The own list


def test_what_two_people_found_illegal_is_matched_on_arrival_and_a_revision_withdraws_it(plain: Scene) -> None:
    known(plain)
    plain.assess([1], Verdict.BASELINE, by=BOB)
    plain.run()

    item = reported(plain, altered("mirror"))

    assert ("own", "baseline") in plain.leads(item)
    people.add(plain.desk(), CAROL, ["second"])
    plain.revise([1], Verdict.NOT_ILLEGAL, CAROL, reason=NotIllegalReason.ADULT)
    plain.run()
    assert [name for name, _ in plain.leads(item) if name == "own"] == []
    assert plain.station.library.show_entry("own", "M1").withdrawn_by == "person"


def test_one_persons_word_puts_nothing_on_the_own_list(plain: Scene) -> None:
    known(plain)
    plain.run()

    assert "own" not in plain.station.library.stored()


# Videos


def test_a_cut_video_is_of_the_family_of_the_whole_one(plain: Scene) -> None:
    pictures = scenes(1, 6)
    plain.site.put("/whole.mp4", film(pictures), content_type="video/mp4")
    plain.report(plain.site.url("/whole.mp4"))
    plain.run()
    plain.assess([1], Verdict.BASELINE)
    plain.run()

    item = reported(plain, film(pictures[1:4]), "/cut.mp4")

    assert [fact.startswith("same as I1, ") for fact in facts(plain, item)] == [True]
    assert by(plain) == ["exact", "pdq"]


def test_a_video_that_shares_one_scene_of_many_is_another_one(plain: Scene) -> None:
    pictures = scenes(1, 5)
    plain.site.put("/one.mp4", film(pictures), content_type="video/mp4")
    plain.report(plain.site.url("/one.mp4"))
    plain.run()
    plain.assess([1], Verdict.BASELINE)
    plain.run()

    item = reported(plain, film([*scenes(11, 4), pictures[0]]), "/other.mp4")

    assert facts(plain, item) == []


def test_a_still_of_a_video_is_told_to_be_one(plain: Scene) -> None:
    pictures = scenes(1, 4)
    plain.site.put("/whole.mp4", film(pictures), content_type="video/mp4")
    plain.report(plain.site.url("/whole.mp4"))
    plain.run()
    plain.assess([1], Verdict.BASELINE)
    plain.run()

    item = reported(plain, jpeg(pictures[2]))

    assert facts(plain, item) == ["same as I1, as a frame of a video"]


def test_a_cropped_video_is_found_by_the_features_of_its_frames(world: Scene) -> None:
    pictures = [filler(number, (480, 360)) for number in range(3)]
    world.site.put("/whole.mp4", film(pictures), content_type="video/mp4")
    world.report(world.site.url("/whole.mp4"))
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.run()

    item = reported(world, film([picture.crop((48, 36, 480, 360)) for picture in pictures]), "/cropped.mp4")

    assert [fact.startswith("same as I1, cropped about 10 %") for fact in facts(world, item)] == [True]
