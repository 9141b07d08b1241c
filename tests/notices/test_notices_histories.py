"""The pictures of re-uploads in a packet: which there are, for whom, and that the report prints them."""

import io
import json
import tarfile
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest
import typst
from notice_samples import CASE, NOW, PACKET, case_with
from PIL import Image

from notices import packet, report
from notices.casedata import read_case
from notices.errors import PacketError
from notices.facts import PacketFacts
from notices.histories import MAX_PRINTED, seen_again
from notices.pdf import LAYOUT, drawable
from notices.timeline import timeline_svg

SEEN = CASE["families"]["F3"]["sightings"]


def family(count: int, reuploads: int | None = None, **changes: Any) -> dict[str, Any]:
    sightings = [SEEN[0] | {"item": f"I{n}"} | changes for n in range(count)]
    return {"reuploads": count - 1 if reuploads is None else reuploads, "sightings": sightings}


def packet_of(families: dict[str, Any], **changes: Any) -> PacketFacts:
    return replace(PACKET, case=case_with(families=families), **changes)


def files_of(facts: PacketFacts) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(packet.build(facts))) as tar:
        return {entry.name.partition("/")[2]: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def timelines(facts: PacketFacts) -> list[str]:
    return [path for path in files_of(facts) if "timeline" in path]


def parts(facts: PacketFacts) -> list[dict[str, Any]]:
    return report.report_data(facts, read_case(facts))["parts"]


@pytest.mark.parametrize("name", ["../../x", "F3/../x", "f3", "F", "F3.svg", "M3", "F٣", "", "F" + "1" * 200])
def test_family_cannot_name_a_file_outside_its_place(name: str) -> None:
    with pytest.raises(PacketError, match=r"case\.families"):
        packet.build(packet_of({name: family(2)}))


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"first_seen_at": None}, r"F3\.sightings\[0\]\.first_seen_at"),
        ({"host": 5}, r"F3\.sightings\[0\]\.host"),
        ({"item": None}, r"F3\.sightings\[0\]\.item"),
        ({"first_seen_at": "yesterday"}, "time in the case"),
        ({"first_seen_at": "2026-11-20T09:05:00"}, "no zone"),
        ({"noticed_at": [5]}, "not a text"),
    ],
)
def test_sighting_that_cannot_be_drawn_is_refused_by_name(row: dict[str, Any], named: str) -> None:
    with pytest.raises(PacketError, match=named):
        packet.build(packet_of({"F3": family(2, **row)}))


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\"><&'", "\x00\u202e\n用", "#panic()", "a" * 400])
def test_hostile_host_and_account_make_a_sound_packet(hostile: str) -> None:
    facts = packet_of({"F3": family(2, host=hostile, account=hostile)})
    files = files_of(facts)
    picture = ElementTree.fromstring(files["data/teknike/timeline-F3.svg"])

    assert packet.verify(packet.build(facts)).files == 7
    assert not any("script" in element.tag for element in picture.iter())


def test_every_family_seen_more_than_once_has_a_file_and_no_other_has_one() -> None:
    facts = packet_of({"F3": family(2), "F12": family(17), "F4": family(1), "F5": family(0, reuploads=0)})

    assert timelines(facts) == ["data/teknike/timeline-F12.svg", "data/teknike/timeline-F3.svg"]
    assert b"Timeline-Count: 2\n" in files_of(facts)["bag-info.txt"]
    assert packet.verify(packet.build(facts)).files == 8


@pytest.mark.parametrize("families", [{}, None, {"F4": family(1)}])
def test_packet_without_a_history_is_as_it_was(families: Any) -> None:
    facts = packet_of(families)

    assert timelines(facts) == []
    assert b"Timeline-Count" not in files_of(facts)["bag-info.txt"]
    assert packet.verify(packet.build(facts)).files == 6
    assert [part["histories"] for part in parts(facts)] == [[], []]


def test_file_has_its_labels_in_both_languages_and_the_report_in_its_own() -> None:
    sq, en = parts(PACKET)
    file = files_of(PACKET)["data/teknike/timeline-F3.svg"].decode()

    assert sq["histories"] == [{"heading": "F3 · 2 ringarkime", "svg": timeline_svg(SEEN, NOW, "sq")}]
    assert en["histories"] == [{"heading": "F3 · 2 re-uploads", "svg": timeline_svg(SEEN, NOW, "en")}]
    assert "njoftim i dërguar / notice sent" in file


def test_most_often_put_up_again_stands_first_and_the_rest_is_counted() -> None:
    families = {f"F{n}": family(2, reuploads=n % 5) for n in range(1, MAX_PRINTED + 3)}
    facts = packet_of(families)
    sq, en = parts(facts)

    assert [id_ for id_, _ in seen_again(read_case(facts))][:5] == ["F4", "F9", "F14", "F19", "F3"]
    assert len(en["histories"]) == MAX_PRINTED
    assert en["histories_more"] == "2 families: their pictures stand in data/teknike/timeline-F….svg"
    assert sq["histories_more"].startswith("2 familje: ")
    assert len(timelines(facts)) == MAX_PRINTED + 2
    assert parts(PACKET)[0]["histories_more"] == ""


@pytest.mark.parametrize(("kind", "has_account"), [("police", True), ("partner", False), ("blocking", False)])
def test_account_at_another_address_is_for_the_police_only(kind: Any, has_account: bool) -> None:
    facts = packet_of({"F3": family(2, account="@ana.17")}, kind=kind)
    rows = dict(parts(facts)[1]["items"][0]["rows"])

    assert ("@ana.17" in files_of(facts)["data/teknike/timeline-F3.svg"].decode()) is has_account
    assert ("@ana.17" in str(rows["Same picture or video elsewhere"])) is has_account
    assert ("@ana.17" in str(parts(facts))) is has_account


@pytest.mark.parametrize(("kind", "is_told"), [("police", True), ("partner", False), ("blocking", False)])
def test_the_account_of_an_item_with_its_number_is_for_the_police_only(kind: Any, is_told: bool) -> None:
    account = {"id": "A1", "platform": "X", "handle": "ana.17", "number": "998877665", "whose": "impersonator"}
    item = CASE["items"][0] | {"account": account, "platform_media": "1800000001"}
    facts = replace(PACKET, case=case_with(items=[item]), kind=kind)
    sq, en = (dict(part["items"][0]["rows"]) for part in parts(facts))

    told = {"Account": ["X · ana.17 · number 998877665 · an impersonator's"]} if is_told else {}
    assert {name: en[name] for name in ("Account", "Media id at the platform") if name in en} == told | {
        "Media id at the platform": ["1800000001"]
    }
    assert ("Llogaria" in sq) is is_told
    assert is_told or not any(b"998877665" in content for content in files_of(facts).values())


def pages_of(facts: PacketFacts) -> list[Image.Image]:
    data = json.dumps(drawable(report.report_data(facts, read_case(facts))))
    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
    made = compiler.compile(LAYOUT.read_bytes(), format="png", ppi=36, sys_inputs={"data": data})
    return [Image.open(io.BytesIO(page)).convert("L") for page in made]


def test_report_prints_one_picture_per_language_within_the_page() -> None:
    sightings = [SEEN[0] | {"item": f"I{n}", "host": "h" * 90, "account": "w" * 90} for n in range(200)]
    without = pages_of(replace(PACKET, case=case_with(items=[], families={})))
    pages = pages_of(
        replace(PACKET, case=case_with(items=[], families={"F3": {"reuploads": 199, "sightings": sightings}}))
    )

    assert len(pages) == len(without) + 2
    for page in pages:
        assert page.crop((page.width * 195 // 210, 0, page.width, page.height)).getextrema() == (255, 255)
