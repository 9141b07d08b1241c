"""Stories about lists: parts of pictures, late deliveries, entries that hit too much, hashes of our own for others."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps
from scenes import BOB, Scene, picture, scene

from hashsets.pdq import hash_pixels
from hotline.decisions import hashsets
from hotline.errors import InputError, NotAllowedError
from hotline.states import Verdict
from hotline.store import media
from hotline.views.queue import queue
from hotline.views.sharing import exported, quarantined_entries
from scripts.pictures import draw, jpeg, resized

LISTED = 99


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, "match.hits_a_day=3") as found:
        yield found


def pdq_of(drawn: Image.Image) -> str:
    found = hash_pixels(np.asarray(drawn))
    assert found is not None
    return found.orientations[0]


def bring(world: Scene, folder: Path, *rows: str, name: str = "partner", **more: str) -> None:
    path = folder / f"{name}.csv"
    path.write_text("id,pdq\n" + "".join(f"{row}\n" for row in rows))
    hashsets.import_list(world.desk(), world.opened.library, name, path, **more)


def collage(seed: int) -> bytes:
    """Four pictures, of which one is always the same."""
    whole = Image.new("RGB", (800, 600))
    for number, one in enumerate((LISTED, seed, seed + 1, seed + 2)):
        whole.paste(draw(one, (400, 300)), (number % 2 * 400, number // 2 * 300))
    return jpeg(whole)


def show(world: Scene, name: str, body: bytes) -> int:
    """Puts a picture on the site, reports it, and has it looked at; returns the item's number."""
    world.site.put(name, body)
    (number,) = world.report(world.site.url(name)).item_ids
    world.run()
    return number


def export(world: Scene, format: str) -> list[str]:
    return exported(world.home, world.opened.library, "own", format)


def row_of(world: Scene, number: int) -> dict[str, Any]:
    """What the queue says of an item."""
    [row] = [row for row in queue(world.home, world.home.now()) if row["item"] == f"I{number}"]
    return row


def variants(world: Scene, number: int) -> list[str]:
    return [lead["variant"] for lead in row_of(world, number)["leads"]]


def test_a_framed_copy_is_a_lead_that_says_how_it_was_found(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(LISTED, (800, 600)))}")
    number = show(world, "/framed.jpg", jpeg(ImageOps.expand(draw(LISTED, (800, 600)), 60, "white")))

    assert variants(world, number) == ["box"]


def test_a_list_that_comes_late_finds_what_was_looked_at_before(world: Scene, tmp_path: Path) -> None:
    number = show(world, "/collage.jpg", collage(1))
    assert world.leads(number) == []
    bring(world, tmp_path, f"A1,{pdq_of(draw(LISTED, (800, 600)))}")
    world.run()

    assert variants(world, number) == ["quadrant"]


def test_what_is_for_review_makes_nothing_known(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(LISTED, (800, 600)))}")
    framed = show(world, "/framed.jpg", jpeg(ImageOps.expand(draw(LISTED, (800, 600)), 60, "white")))
    doubtful = show(world, "/collage.jpg", collage(1))
    rules = {number: row_of(world, number)["rule"] for number in (framed, doubtful)}

    assert rules == {framed: "known material online", doubtful: "the rest, oldest first"}


def test_an_entry_that_hits_what_is_unrelated_is_quarantined_until_a_person_lets_it_again(
    world: Scene, tmp_path: Path
) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(LISTED, (800, 600)))}")
    numbers = [show(world, f"/{seed}.jpg", collage(seed)) for seed in (10, 20, 30)]
    assert [world.leads(number) for number in numbers] == [[("partner", None)]] * 3

    numbers += [show(world, f"/{seed}.jpg", collage(seed)) for seed in (40, 50)]
    assert [world.leads(number) for number in numbers] == [[]] * 5
    assert quarantined_entries(world.home) == {("partner", "A1")}
    [row] = [row for row in queue(world.home, world.home.now()) if row["kind"] == "person"]
    assert (row["subject"], row["item"], row["entry"]) == ("list:partner", None, "A1")
    assert "partner A1 hit 4 unrelated pictures in a day" in row["why"]

    hashsets.reinstate(world.desk(), world.opened.library, "partner", "A1")
    world.run()
    assert [world.leads(number) for number in numbers] == [[("partner", None)]] * 5
    assert quarantined_entries(world.home) == frozenset()
    with pytest.raises(InputError, match="matches already"):
        hashsets.reinstate(world.desk(), world.opened.library, "partner", "A1")


def test_copies_of_one_picture_are_one_however_many(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(LISTED, (320, 240)))}")
    numbers = [show(world, f"/{quality}.jpg", jpeg(draw(LISTED, (320, 240)), quality)) for quality in range(80, 90)]

    assert [world.leads(number)[:1] for number in numbers] == [[("partner", None)]] * 10
    assert quarantined_entries(world.home) == frozenset()


def test_withdrawing_an_entry_ends_its_quarantine(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(LISTED, (800, 600)))}")
    for seed in (10, 20, 30, 40):
        show(world, f"/{seed}.jpg", collage(seed))
    hashsets.withdraw(world.desk(), world.opened.library, "partner", "A1")

    assert quarantined_entries(world.home) == frozenset()
    assert [row for row in queue(world.home, world.home.now()) if row["kind"] == "person"] == []


def test_what_a_stricter_threshold_excludes_is_for_review(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(1, (320, 240)))}")
    number = show(world, "/half.jpg", jpeg(resized(draw(1, (320, 240)), 0.4), 60))
    assert [lead["strength"] for lead in row_of(world, number)["leads"]] == ["strong"]

    terms = hashsets.ListTerms(thresholds={"pdq": 0})
    hashsets.set_terms(world.desk(), world.opened.library, "partner", terms)
    world.run()
    assert [lead["strength"] for lead in row_of(world, number)["leads"]] == ["review"]


def test_what_cannot_be_decoded_goes_to_a_person_with_its_reason(world: Scene) -> None:
    number = show(world, "/archive.zip", b"PK\3\4" + bytes(400))
    row = row_of(world, number)

    assert row["kind"] == "assess"
    assert "cannot be shown (not an image), so looked up by its bytes only" in row["why"]


def test_a_file_known_to_be_good_silences_other_leads_and_says_so(world: Scene, tmp_path: Path) -> None:
    body = picture(1)
    path = tmp_path / "good.csv"
    path.write_text(f"sha256\n{hashlib.sha256(body).hexdigest()}\n")
    hashsets.import_list(world.desk(), world.opened.library, "good", path, role="known-good")
    bring(world, tmp_path, f"A1,{pdq_of(draw(1, (320, 240)))}")

    assert world.leads(show(world, "/a.jpg", body)) == [("good", None)]


def test_likeness_to_something_good_silences_no_list(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"G1,{pdq_of(draw(1, (320, 240)))}", name="good", role="known-good")
    bring(world, tmp_path, f"A1,{pdq_of(draw(1, (320, 240)))}")
    found = world.leads(show(world, "/a.jpg", picture(1)))

    assert sorted(name for name, _ in found) == ["good", "partner"]


def test_only_hashes_computed_here_of_what_two_people_assessed_are_exported(world: Scene, tmp_path: Path) -> None:
    bring(world, tmp_path, f"A1,{pdq_of(draw(7, (320, 240)))}", name="ours", role="own")
    first, second = (show(world, f"/{seed}.jpg", picture(seed)) for seed in (1, 2))
    world.assess([first, second], Verdict.BASELINE)
    assert export(world, "pdq-text") == []

    with pytest.raises(NotAllowedError, match="two different people"):
        hashsets.share(world.desk(), [first])
    hashsets.share(world.desk(BOB), [first])
    shared = world.item(first)
    with world.reading() as session:
        found = media.load_media(session, shared.media_id or 0)
    assert export(world, "pdq-text") == [f"{found.pdq}\n"]
    table = "".join(export(world, "threatexchange-csv"))
    assert {"HASH_SHA256", "HASH_SHA1", "HASH_MD5", "HASH_PDQ"} <= set(table.replace("\n", ",").split(","))
    document = json.loads("".join(export(world, "vics")))
    assert [one["MD5"] for one in document["value"]] == [found.md5.upper()]


def test_a_revised_decision_is_exported_no_more(world: Scene) -> None:
    number = show(world, "/1.jpg", picture(1))
    world.assess([number], Verdict.NATIONAL)
    hashsets.share(world.desk(BOB), [number])
    assert len(export(world, "pdq-text")) == 1

    world.revise([number], Verdict.HARMFUL, ground="bullying")
    assert export(world, "pdq-text") == []
    with pytest.raises(InputError, match="nothing to share"):
        hashsets.share(world.desk(BOB), [number])
