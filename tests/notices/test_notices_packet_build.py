"""What a packet holds, in every kind, and what it never holds."""

import csv
import hashlib
import io
import json
import subprocess
import tarfile
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import bagit
import pytest
import typst
from notice_samples import CASE, ITEM, LONG_URL, NOW, PACKET, REPORT, case_with, custody
from PIL import Image

from notices import packet, report
from notices.annex import MAX_LINES, annex
from notices.bag import read_info
from notices.casedata import read_case
from notices.errors import MissingTextError, PacketError, UnsafeTextError
from notices.facts import Release
from notices.pdf import LAYOUT, drawable
from notices.receipt import receipt_data

RELEASE = Release("analisti-5", NOW)
NOTICE_LINE = "N5 · 20 November 2026, 12:00 UTC (13:00 UTC+1) · host abuse@host.example · round 1"


def members(data: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return {entry.name.partition("/")[2]: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def built() -> bytes:
    return packet.build(PACKET)


def test_unpacked_packet_is_a_valid_bag(built: bytes, tmp_path: Path) -> None:
    with tarfile.open(fileobj=io.BytesIO(built)) as tar:
        tar.extractall(tmp_path, filter="data")

    assert bagit.Bag(str(tmp_path / "P2")).validate()
    for manifest in ("tagmanifest-sha256.txt", "manifest-sha256.txt"):
        assert subprocess.run(["sha256sum", "--quiet", "-c", manifest], cwd=tmp_path / "P2").returncode == 0


def test_packet_verifies_and_says_what_it_is(built: bytes) -> None:
    found = packet.verify(built)

    assert (found.number, found.kind, found.released, found.items, found.files) == ("P2", "police", False, 2, 7)


def test_same_facts_give_the_same_bytes(built: bytes) -> None:
    assert packet.build(deepcopy(PACKET)) == built


def test_release_changes_nothing_but_its_word(built: bytes) -> None:
    released = packet.release(built, RELEASE)
    before, after = members(built), members(released)

    assert released == packet.build(replace(PACKET, release=RELEASE))
    assert {path for path in before if before[path] != after[path]} == {
        *("bag-info.txt", "vertetim.pdf", "tagmanifest-sha256.txt", "tagmanifest-sha512.txt")
    }
    assert packet.verify(released).released
    assert packet.verify(released).payload_sha256 == packet.verify(built).payload_sha256
    assert b"Release-Status: released\nReleased-By: analisti-5\n" in after["bag-info.txt"]


def test_packet_is_released_once(built: bytes) -> None:
    with pytest.raises(PacketError, match="released already"):
        packet.release(packet.release(built, RELEASE), RELEASE)


def test_items_csv_has_one_row_per_item_with_the_verbatim_address(built: bytes) -> None:
    rows = list(csv.DictReader(io.StringIO(members(built)["data/teknike/items.csv"].decode(), newline="")))

    assert [row["url"] for row in rows] == [item["url"] for item in CASE["items"]]
    assert rows[0]["sha256"] == ITEM["media"]["sha256"]
    assert rows[0]["item"] == "I31"
    assert rows[0]["last_recheck_verdict"] == "inconclusive"
    assert rows[1]["sha256"] == ""


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1"])
def test_no_cell_of_items_csv_can_run_in_a_spreadsheet(text: str) -> None:
    item = ITEM | {"reason": text, "url": text, "hosting": ITEM["hosting"] | {"network": text}}
    rows = members(packet.build(replace(PACKET, case=case_with(items=[item]))))["data/teknike/items.csv"].decode()
    cells = [cell for row in csv.reader(io.StringIO(rows, newline="")) for cell in row]

    assert cells.count(f"'{text}") == 3
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


def test_case_jsonld_carries_addresses_and_hashes_and_its_own_context(built: bytes) -> None:
    graph = json.loads(members(built)["data/teknike/case.jsonld"])
    nodes = {node["@type"]: node for node in graph["@graph"]}
    hashes = nodes["uco-observable:File"]["uco-core:hasFacet"]["uco-observable:hash"]
    urls = [n["uco-core:hasFacet"]["uco-observable:fullValue"] for n in graph["@graph"] if n["@type"].endswith(":URL")]

    assert isinstance(graph["@context"], dict)
    assert sorted(urls) == sorted(item["url"] for item in CASE["items"])
    assert {h["uco-types:hashMethod"]: h["uco-types:hashValue"]["@value"].lower() for h in hashes} == {
        "MD5": ITEM["media"]["md5"],
        "SHA1": ITEM["media"]["sha1"],
        "SHA256": ITEM["media"]["sha256"],
    }
    assert nodes["case-investigation:Investigation"]["case-investigation:investigationForm"] == "case"
    assert len({node["@id"] for node in graph["@graph"]}) == len(graph["@graph"])


def test_custody_lines_name_the_line_before(built: bytes) -> None:
    lines = members(built)["data/teknike/custody.jsonl"].splitlines()

    assert [json.loads(line)["seq"] for line in lines] == [entry["seq"] for entry in CASE["custody"]]
    assert json.loads(lines[1])["previous_line_sha256"] == hashlib.sha256(lines[0]).hexdigest()


def test_reporter_never_leaves() -> None:
    marker = "K4N4RINA"
    leaky = REPORT | {"contact": marker, "note": marker, "reporter": {"phone": marker}, "code": marker}
    case = case_with(reports=[leaky])

    for kind in ("police", "partner", "blocking"):
        facts = replace(PACKET, kind=kind, case=case)
        texts = json.dumps([report.report_data(facts, read_case(facts)), read_case(facts)])
        assert marker not in texts
        assert marker.encode() not in packet.build(facts)


@pytest.mark.parametrize(("kind", "has_city"), [("police", True), ("partner", False), ("blocking", False)])
def test_city_goes_to_the_police_only(kind: Any, has_city: bool) -> None:
    facts = replace(PACKET, kind=kind)

    assert ("Shkodër" in json.dumps(report.report_data(facts, read_case(facts)), ensure_ascii=False)) is has_city


def test_report_speaks_albanian_first_then_english() -> None:
    data = report.report_data(PACKET, read_case(PACKET))

    assert [part["lang"] for part in data["parts"]] == ["sq", "en"]
    assert data["parts"][0]["urgency"].endswith("shantazh në vazhdim")
    assert data["parts"][1]["is_urgent"]
    assert data["parts"][0]["items"][0]["url"] == LONG_URL
    assert [len(part["items"]) for part in data["parts"]] == [2, 2]


def test_report_names_what_was_not_checked() -> None:
    lines = report.report_data(PACKET, read_case(PACKET))["parts"][1]["not_checked"]

    assert "Not assessed by a person: I32" in lines
    assert "Hosting not traced: I32" in lines


def test_report_shows_removal_classes_and_the_stop_gap_of_blocking() -> None:
    decided = ITEM["assessment"] | {"classes": {"iwf": "C"}, "verdict": "harmful", "ground": "hate"}
    item = ITEM | {"removed_at": "2026-11-21T12:30:00Z", "assessment": decided, "notices": ["N5", "N8"]}
    facts = replace(PACKET, kind="blocking", case=case_with(items=[item], priority=None))
    part = report.report_data(facts, read_case(facts))["parts"][1]
    rows = part["items"][0]["rows"]

    assert ("Classes (codes of the schemes)", ["IWF: C"]) in rows
    assert ("Confirmed removed", ["21 November 2026, 12:30 UTC (13:30 UTC+1)"]) in rows
    assert ("Notices", [NOTICE_LINE, "N8"]) in rows
    assert part["state"][-1].startswith("Blocking is a stop-gap")


def rows_of(part: int = 1, **changes: Any) -> dict[str, list[str]]:
    """The rows of the first item, in English unless told."""
    facts = replace(PACKET, case=case_with(**changes))
    return dict(report.report_data(facts, read_case(facts))["parts"][part]["items"][0]["rows"])


def test_report_says_to_whom_when_and_in_which_round_a_notice_went() -> None:
    assert rows_of()["Notices"] == [NOTICE_LINE]


def test_first_look_stands_among_the_checks() -> None:
    lines = rows_of()["Checks"]

    assert lines[0] == "20 November 2026, 13:00 UTC (14:00 UTC+1) · first look: seen"
    assert lines[1].endswith(" · online · lab")
    assert lines[2].endswith(" · could not tell · by a person")


def test_report_shows_where_else_the_family_was_seen_and_how_often_it_was_put_up_again() -> None:
    rows = rows_of()

    assert rows["Family"] == ["F3 · 2 re-uploads"]
    assert rows["Same picture or video elsewhere"] == [
        "I12 · old.example · 2 November 2026, 09:05 UTC (10:05 UTC+1) · "
        "First found gone: 4 November 2026, 10:00 UTC (11:00 UTC+1) · not confirmed by a person"
    ]


def test_first_found_gone_and_confirmed_removed_are_told_apart() -> None:
    item = ITEM | {"gone_at": "2026-11-21T12:30:00Z", "removed_at": "2026-11-22T12:30:00Z"}
    rows = rows_of(items=[item])

    assert rows["First found gone"] == ["21 November 2026, 12:30 UTC (13:30 UTC+1)"]
    assert rows["Confirmed removed"] == ["22 November 2026, 12:30 UTC (13:30 UTC+1)"]


def test_page_names_the_items_it_shows() -> None:
    assert rows_of(items=[ITEM | {"shows": ["I32", "I33"]}])["Shows"] == ["I32, I33"]
    assert "Shows" not in rows_of()


def test_network_has_its_number_as_networks_write_it() -> None:
    assert rows_of()["Hosting"] == ["192.0.2.7 · AS64500 · Example Hosting · NL"]


def test_albanian_half_holds_no_code_that_has_a_word() -> None:
    decided = ITEM["assessment"] | {"facts": {"age_band": "prepubescent", "viral": "no"}}
    rows = rows_of(0, items=[ITEM | {"assessment": decided}])

    assert rows["Fakte të regjistruara"] == ["grupmosha: para pubertetit; përhapet me shpejtësi: jo"]
    assert rows["Kontrollet"][2].endswith("nuk mundi të përcaktohej · nga një person")
    assert "strehuesi abuse@host.example · hera 1" in rows["Njoftimet"][0]


@pytest.mark.parametrize(
    ("state", "priority", "shown"),
    [
        ("removed", "P4", "removed, watched"),
        ("closed", "P4", "closed"),
        ("awaiting_assessment", "P4", "P4: No special urgency"),
        ("removed", "P0", "P0: Danger to a child's life"),
    ],
)
def test_case_whose_material_is_gone_says_so_instead_of_a_low_rank(state: str, priority: str, shown: str) -> None:
    facts = replace(PACKET, case=case_with(state=state, priority=priority, reports=[]))

    assert report.report_data(facts, read_case(facts))["parts"][1]["urgency"] == shown


def test_chain_of_custody_is_printed_once_in_both_languages() -> None:
    facts = replace(PACKET, case=case_with(custody=custody(301)))
    data = report.report_data(facts, read_case(facts))

    assert data["annex"]["rows"][0][3:] == [
        "I31",
        "shikim / look",
        "marrë, ende e pashqyrtuar → në pritje të vlerësimit / received, not looked at → awaiting assessment",
    ]
    assert len(data["annex"]["rows"]) == MAX_LINES
    assert data["annex"]["more"].startswith("1 veprim: ")
    assert not any("timeline" in part for part in data["parts"])


@pytest.mark.parametrize(
    ("why", "shown"),
    [
        ("direct:online", "(by the hotline: online)"),
        ("baseline", "(illegal, baseline)"),
        ("round 2", "(round 2)"),
        ("leads_changed:1", "(leads changed: 1)"),
        ("same_sha256", "(same file)"),
        ("new_code", "(new_code)"),
        (None, ""),
    ],
)
def test_reason_of_a_change_is_put_into_words_without_a_blank_before_it(why: str | None, shown: str) -> None:
    entry = custody(1)[0] | {"from": None, "to": None, "why": why}

    assert annex(("en",), [entry])["rows"][0][5] == shown


def test_whose_account_it_is_is_put_into_words() -> None:
    entry = custody(1)[0] | {"action": "account.whose", "subject": "A2", "from": "unknown", "to": "child"}

    assert annex(("en",), [entry])["rows"][0][3:] == ["A2", "whose account it is", "not known → the child's"]


def test_receipt_names_sender_return_address_packet_hash_and_release(built: bytes) -> None:
    info = read_info(members(built)["bag-info.txt"])
    digest = packet.verify(built).payload_sha256
    before = receipt_data(info, digest)
    after = receipt_data(
        info | {"Release-Status": "released", "Released-By": "x", "Released-At": "2026-11-21T13:05:00Z"}, ""
    )

    assert [value for _, value in before["rows"]] == [
        "P2",
        PACKET.receiver,
        "1",
        PACKET.sender.name,
        PACKET.sender.reply_to,
        PACKET.sender.phone,
        digest,
    ]
    assert not before["is_released"]
    assert [value for _, value in after["rows"]][-3:-1] == ["2026-11-21 13:05 UTC", "x"]


def test_case_jsonld_holds_decisions_leads_hosting_and_notices_as_plain_properties(built: bytes) -> None:
    text = members(built)["data/teknike/case.jsonld"].decode()
    nodes = [node for node in json.loads(text)["@graph"] if node.get("uco-core:name") == "I31"]

    assert nodes[0]["hotline:verdict"] == "baseline"
    assert nodes[0]["hotline:lead"] == ["list sample; entry A-17; algorithm pdq; distance 4; label x"]
    assert nodes[0]["hotline:hosting_asn"] == 64500
    assert nodes[0]["hotline:notice"][0].startswith("id N5; state sent; role host; address abuse@host.example; round 1")
    assert "example.org" not in text


def test_letter_no_font_draws_is_printed_as_its_code() -> None:
    assert drawable({"a": ["ë用", ("e\u0308",)], "n": 1}) == {"a": ["ë\\u7528", ["e\\u0308"]], "n": 1}
    assert drawable("\x00\x1b\t\x7f\u202e") == "\\x00\\x1b\\t\\x7f\\u202e"


@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        "$x$ *b* _i_ @ref <l> // c /* d",
        '"; #import "x"',
        "\\ \\u{41}",
        "用户 \u202e\u00ad\u200b😀 ع",
        "a" * 900,
        "",
    ],
)
def test_no_text_of_a_case_breaks_or_steers_the_report(text: str) -> None:
    item = ITEM | {"url": text, "reason": text, "kind": text or "page"}
    item |= {
        "leads": [ITEM["leads"][0] | {"list": text, "label": text}],
        "hosting": ITEM["hosting"] | {"network": text},
    }
    entry = custody(1)[0] | {"actor": text, "action": text, "subject": text, "why": text}

    assert packet.verify(packet.build(replace(PACKET, case=case_with(items=[item], custody=[entry])))).items == 1


def test_no_text_however_long_runs_over_the_edge_of_a_page() -> None:
    long = "a" * 150
    item = ITEM | {"url": f"https://a.example/{long}{long}", "family": long, "notices": [long]}
    item |= {"leads": [ITEM["leads"][0] | {"list": long}], "hosting": ITEM["hosting"] | {"network": long}}
    entry = custody(1)[0] | {"actor": long, "action": long, "subject": long, "why": long, "seq": 10**15}
    sender = replace(PACKET.sender, name=long, reply_to=f"{long}@hotline.example")
    case = case_with(items=[item], custody=[entry], reports=[REPORT | {"city": long}])
    facts = replace(PACKET, receiver=long, built_by=long, sender=sender, case=case)
    data = json.dumps(drawable(report.report_data(facts, read_case(facts))))
    fonts = typst.Fonts(include_system_fonts=False)
    pages = typst.Compiler(font_paths=fonts).compile(
        LAYOUT.read_bytes(), format="png", ppi=36, sys_inputs={"data": data}
    )

    assert len(pages) >= 5
    for page in pages:
        picture = Image.open(io.BytesIO(page)).convert("L")
        right_margin = picture.crop((picture.width * 195 // 210, 0, picture.width, picture.height))
        assert right_margin.getextrema() == (255, 255)


def test_case_without_items_still_makes_a_packet() -> None:
    facts = replace(PACKET, case=case_with(url=None, items=[], custody=[], reports=[]))

    assert packet.verify(packet.build(facts)).items == 0


def test_hotline_without_a_mailbox_yet_still_makes_a_packet() -> None:
    sender = replace(PACKET.sender, reply_to="", phone=None)

    assert b"Contact-" not in members(packet.build(replace(PACKET, sender=sender)))["bag-info.txt"]


@pytest.mark.parametrize("kind", ["partner", "blocking"])
def test_other_kinds_verify_too(kind: Any) -> None:
    assert packet.verify(packet.build(replace(PACKET, kind=kind))).kind == kind


@pytest.mark.parametrize(
    ("case", "named"),
    [
        (case_with(items=[ITEM | {"url": None}]), r"items\[0\]\.url"),
        (case_with(items=["I31"]), r"items\[0\]"),
        (case_with(items=[ITEM | {"leads": [{"list": "x"}]}]), r"items\[0\]\.leads\[0\]"),
        (case_with(items=[ITEM | {"media": {"sha256": "x"}}]), r"items\[0\]\.media"),
        (case_with(items=[ITEM | {"received_at": "yesterday"}]), "yesterday"),
        (case_with(custody=[{"seq": "1"}]), r"custody\[0\]"),
        (case_with(items=None), r"case\.items"),
        (case_with(at=NOW), "JSON"),
        (case_with(state="\ud800"), "JSON"),
        ([], "object"),
    ],
)
def test_case_that_lacks_something_is_refused_by_name(case: Any, named: str) -> None:
    with pytest.raises(PacketError, match=named):
        packet.build(replace(PACKET, case=case))


def test_frame_that_cannot_stand_in_a_packet_is_refused() -> None:
    with pytest.raises(UnsafeTextError, match="receiver"):
        packet.build(replace(PACKET, receiver="a\nRelease-Status: released"))
    with pytest.raises(PacketError):
        packet.build(replace(PACKET, number="../P2"))
    with pytest.raises(PacketError):
        packet.build(replace(PACKET, receiver=" "))
    with pytest.raises(MissingTextError):
        packet.build(replace(PACKET, kind="press"))  # type: ignore[arg-type]
    with pytest.raises(UnsafeTextError, match="built_at"):
        packet.build(replace(PACKET, built_at=NOW.replace(tzinfo=None)))
