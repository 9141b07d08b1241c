"""A packet that adds to an earlier one: which decisions it says were revised, on its first page, and how it knows."""

import io
import json
import tarfile
from dataclasses import replace
from typing import Any

import pytest
from notice_samples import BARE_ITEM, ITEM, PACKET, case_with

from notices import addendum, packet, report, tarball
from notices.bag import read_info
from notices.casedata import read_case
from notices.errors import PacketError, UnsafeTextError
from notices.facts import Decision, PacketFacts, Revised

BEFORE = Decision("baseline", None, "2026-11-20T10:00:00Z")
NOW = Decision("not_illegal", None, "2026-11-21T09:30:00Z")
BULLYING = Decision("harmful", "bullying", "2026-11-21T09:30:00Z")
ADDENDUM = replace(PACKET, number="P4", adds_to=("P2", "P3"), revised=(Revised("I31", BEFORE, NOW),))


def part(facts: PacketFacts, language: int) -> dict[str, Any]:
    parts: list[dict[str, Any]] = report.report_data(facts, read_case(facts))["parts"]
    return parts[language]


@pytest.mark.parametrize("junk", [b"", b"x", b"\0" * 10_240, bytes(range(256)) * 40])
def test_what_is_no_packet_says_nothing(junk: bytes) -> None:
    assert addendum.decisions_in(junk) == {}


@pytest.mark.parametrize(
    "graph",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b"[]",
        b'{"@graph": 7}',
        b'{"@graph": [7, null, {"@type": "uco-observable:URL"}]}',
        b"\xff\xfe",
    ],
)
def test_a_damaged_graph_says_nothing(graph: bytes) -> None:
    assert addendum.decisions_in(tarball.write_tar({"P1/data/teknike/case.jsonld": graph}, 0)) == {}


def test_a_packet_is_read_back_for_what_it_says_was_decided() -> None:
    items = [
        ITEM | {"id": "I100"},
        ITEM | {"id": "I9", "assessment": ITEM["assessment"] | {"ground": "hate"}},
        BARE_ITEM,
    ]
    found = addendum.decisions_in(packet.build(replace(PACKET, case=case_with(items=items))))

    assert list(found) == ["I9", "I100"]
    assert found["I100"] == BEFORE
    assert found["I9"].ground == "hate"


def test_what_was_revised_is_what_is_decided_otherwise_now() -> None:
    built = packet.build(PACKET)

    assert addendum.revised(built, {"I31": BEFORE, "I32": NOW}) == ()
    assert addendum.revised(built, {}) == ()
    assert addendum.revised(built, {"I31": NOW, "I32": NOW}) == (Revised("I31", BEFORE, NOW),)


def test_a_released_packet_says_the_same() -> None:
    from notices.facts import Release

    built = packet.build(PACKET)

    assert addendum.decisions_in(packet.release(built, Release("analisti-5", PACKET.built_at))) == {"I31": BEFORE}


@pytest.mark.parametrize(
    ("language", "adds_to", "line"),
    [
        (
            0,
            "Shtesë për",
            "I31: e paligjshme, sipas kriterit bazë ndërkombëtar (baseline) (20 nëntor 2026, 10:00 UTC (11:00 UTC+1)) "
            "→ jo e paligjshme (21 nëntor 2026, 09:30 UTC (10:30 UTC+1))",
        ),
        (
            1,
            "Addendum to",
            "I31: illegal, baseline (20 November 2026, 10:00 UTC (11:00 UTC+1)) → not illegal (21 November 2026, 09:30 "
            "UTC (10:30 UTC+1))",
        ),
    ],
)
def test_the_first_page_names_earlier_packets_and_what_was_revised(language: int, adds_to: str, line: str) -> None:
    said = part(ADDENDUM, language)

    assert (adds_to, ["P2, P3"]) in said["cover"]
    assert said["addendum"] == [line]


def test_a_ground_stands_with_the_verdict() -> None:
    said = part(replace(ADDENDUM, revised=(Revised("I31", BEFORE, BULLYING),)), 1)

    assert "→ harmful: bullying (" in said["addendum"][0]


def test_an_addendum_without_a_revision_says_so_and_a_first_packet_nothing() -> None:
    assert part(replace(ADDENDUM, revised=()), 1)["addendum"] == ["No decision was revised since then."]
    assert part(PACKET, 1)["addendum"] == []
    assert not any(label == "Addendum to" for label, _ in part(PACKET, 1)["cover"])


def test_machines_find_it_in_the_bag_and_the_packet_is_whole() -> None:
    built = packet.build(ADDENDUM)
    with tarfile.open(fileobj=io.BytesIO(built)) as tar:
        info = tar.extractfile("P4/bag-info.txt").read()  # type: ignore[union-attr]

    assert packet.verify(built).number == "P4"
    assert read_info(info)["Addendum-To"] == "P2, P3"


def test_no_text_of_an_addendum_breaks_or_steers_the_report() -> None:
    for text in ("#panic()", "$x$ *b* _i_", '"; #import "x"', "用户 😀", "a" * 900, ""):
        odd = Revised(text, Decision(text, text, BEFORE.at), Decision(text, None, NOW.at))
        assert packet.verify(packet.build(replace(ADDENDUM, revised=(odd,) * 3))).items == 2


def test_hostile_facts_of_an_addendum_are_refused() -> None:
    with pytest.raises(UnsafeTextError, match="adds_to"):
        packet.build(replace(ADDENDUM, adds_to=("P2\nRelease-Status: released",)))
    with pytest.raises(UnsafeTextError, match="revised"):
        packet.build(replace(ADDENDUM, revised=(Revised("I1\x00", BEFORE, NOW),)))
    with pytest.raises(PacketError, match="yesterday"):
        packet.build(replace(ADDENDUM, revised=(Revised("I1", BEFORE, replace(NOW, at="yesterday")),)))


def test_what_an_addendum_adds_is_json_as_all_else() -> None:
    assert json.loads(json.dumps(part(ADDENDUM, 0)))["addendum"] == part(ADDENDUM, 0)["addendum"]
