"""The contract of the command line (DESIGN section 6), held against the installed program by a script from outside.

One story goes the whole way, from a report to a confirmed removal, its return and a packet; every document that the
program printed on the way is kept and examined.
"""

import io
import json
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path
from types import NoneType
from typing import Any

import bagit
import pytest
from shapes import (
    ALGORITHMS,
    AT_RISK,
    BASES,
    CASE_ROW,
    CATEGORIES,
    CHECK,
    CONTACT,
    CUSTODY,
    GROUNDS,
    HIT,
    ID,
    ITEM,
    ITEM_STATES,
    LAW,
    NOTICE,
    NOTICE_STATES,
    OUTCOMES,
    QUEUE,
    REASONS,
    RECHECKS,
    REPORT,
    ROLES,
    SIGHTING,
    SOURCES,
    TEXT,
    TIME,
    VARIANTS,
    VERDICTS,
    Each,
    misfits,
    times_in,
)
from story import COLLEAGUE, Story, make_sites, tell
from worlds import Document, Ended, World, interrupted, sentences, together

from scripts.cli import Hotline, Result, installed_program
from scripts.lab import Lab

READING: dict[str, tuple[tuple[str, ...], Any]] = {
    "report list": (("report", "list"), [REPORT]),
    "report show": (("report", "show", "R1"), REPORT),
    "report status": (("report", "status", "{code}"), {"sq": str, "en": str}),
    "queue": (("queue",), [QUEUE]),
    "case list": (("case", "list"), [CASE_ROW]),
    "case show": (
        ("case", "show", "C1"),
        CASE_ROW | {"reports": [REPORT], "items": [ITEM], "custody": [CUSTODY]},
    ),
    "case show of a call": (
        ("case", "show", "{call}"),
        CASE_ROW | {"url": NoneType, "reports": [REPORT], "items": [ITEM], "custody": [CUSTODY]},
    ),
    "trace item": (("trace", "I1"), dict),
    "trace address": (("trace", "http://img.example/1.jpg"), dict),
    "contact list": (("contact", "list"), [CONTACT]),
    "contact show": (("contact", "show", "K1"), CONTACT),
    "notice list": (("notice", "list"), [NOTICE]),
    "notice show": (("notice", "show", "N1"), NOTICE),
    "appeal list": (("appeal", "list"), [{"id": ID("J"), "state": str}]),
    "family list": (("family", "list"), [{"id": ID("F"), "reuploads": int, "media": int, "hosts": int}]),
    "family show": (
        ("family", "show", "{family}"),
        {"id": ID("F"), "media": [dict], "sightings": [SIGHTING], "reuploads": int, "hosts": Each(int)},
    ),
    "packet verify": (("packet", "verify", "{packet}"), dict),
    "packet list": (("packet", "list"), [{"id": ID("P"), "state": str}]),
    "referral list": (("referral", "list"), [{"id": ID("Q"), "state": str}]),
    "hashset list": (("hashset", "list"), [{"id": str}]),
    "hashset show": (("hashset", "show", "partner"), {"id": str}),
    "hashset match": (("hashset", "match", "{picture}", "{md5}"), [HIT]),
    "hashset export": (("hashset", "export", "ours"), [str]),
    "hashset verify": (("hashset", "verify"), dict),
    "law list": (("law", "list"), [LAW]),
    "law show": (("law", "show", "al-cc-117-2"), LAW | {"text_en": TEXT, "text_sq": TEXT, "checks": [CHECK]}),
    "person list": (("person", "list"), [{"id": str, "name": str}]),
    "today": (("today",), dict),
    "stats": (("stats",), dict),
    "audit verify": (("audit", "verify"), {"head": str}),
    "doctor": (("doctor",), {"ok": bool}),
    "boundaries": (("doctor", "--boundaries"), [str]),
}
"""Every reading command: its arguments and the shape of its document."""

WITHOUT_HOME = {"packet verify", "boundaries"}
FRESH = (
    ("report", "list"),
    ("queue",),
    ("case", "list"),
    ("contact", "list"),
    ("notice", "list"),
    ("appeal", "list"),
    ("family", "list"),
    ("packet", "list"),
    ("referral", "list"),
    ("hashset", "list"),
    ("hashset", "match", "0" * 32),
)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with Lab() as lab:
        make_sites(lab)
        yield tell(World.begin(tmp_path_factory.mktemp("contract"), lab))


@pytest.fixture(scope="module")
def read(story: Story) -> dict[str, Result]:
    """What every reading command printed at the end of the story; exit codes are for the tests to judge."""
    site, hotline = story.world.lab.sites["img.example"], story.world.hotline
    heard, before = len(site.requests), hotline.json("audit", "verify")
    commands = {name: [word.format(**story.values) for word in args] for name, (args, _) in READING.items()}
    results = together(*(lambda words=words: hotline.run(*words, "--json", expect=None) for words in commands.values()))
    story.shown["proof before reading"], story.shown["proof after reading"] = before, hotline.json("audit", "verify")
    story.shown["requests by reading"] = site.requests[heard:]
    return dict(zip(commands, results, strict=True))


def require_one_sentence(result: Result | Ended) -> None:
    """Exit 2, nothing on stdout, and one sentence that says what to do."""
    assert (result.code, result.stdout, len(sentences(result))) == (2, "", 1), result
    assert sentences(result)[0].startswith("hotline: ")


# What is printed.


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_prints_one_document_of_its_shape(read, name):
    assert read[name].code == 0, read[name].stderr
    assert misfits(read[name].json(), READING[name][1]) == []


@pytest.mark.parametrize("name", READING)
def test_a_reading_command_says_on_stderr_that_this_is_a_lab_and_no_more(read, name):
    said = read[name].stderr.splitlines()

    assert sentences(read[name]) == []
    assert len(said) == (0 if name in WITHOUT_HOME else 1)


def test_reading_changes_nothing_and_asks_nobody(story, read):
    assert story.shown["proof after reading"] == story.shown["proof before reading"]
    assert story.shown["requests by reading"] == []


def test_a_changing_command_prints_its_ids_and_the_id_where_there_is_one(story):
    wrong = {}
    for name, result in story.changed.items():
        document = json.loads(result.stdout)
        ids = document.get("ids")
        is_list = isinstance(ids, list) and all(isinstance(one, str) and one for one in ids)
        if not is_list or ("id" in document) != (len(ids) == 1) or document.get("id", "") not in ["", *ids]:
            wrong[name] = document
    assert wrong == {}


def test_the_ids_of_changing_commands_are_those_of_what_was_changed(story):
    ids = {name: result.json()["ids"] for name, result in story.changed.items()}

    letters = {
        "report add": "R1", "report add a profile": "R2", "report add a call": "R3",
        "queue ack": "R3", "queue take": "I", "queue pass": "I", "assess not illegal": "I", "assess harmful": "I",
        "assess revise": "I", "hold add": "I", "hold release": "I", "contact add": "K1", "contact approve": "K1",
        "contact block": "K3", "notice approve": story.values["to host"],
        "notice approve all": story.values["to operator"], "notice sent": story.values["to host"],
        "notice outcome": story.values["to operator"], "notice cancel": story.values["to operator"],
        "recheck": "I", "recheck seen": "I", "family join": "I",
        "family split": "I", "packet build": "P1", "packet release": "P1", "packet receipt": "P1",
        "referral add": "Q1", "referral done": "Q1", "case close": "C4", "case reopen": "C4",
        "law check": "al-cc-117-2", "law withdraw": "al-cc-117-2",
    }  # fmt: skip
    assert {
        name: ids[name]
        for name, start in letters.items()
        if not (len(ids[name]) == 1 and ids[name][0].startswith(start))
    } == {}
    assert len(ids["assess"]) == 2
    assert ids["report import"] == ["R4", "R5"]
    assert sorted(ids["notice send"]) == ["N1", "N2"]


def test_a_report_gets_a_case_and_a_code_that_its_reporter_can_quote(story):
    added = story.changed["report add"].json()

    assert added["case"] == "C1"
    assert len(re.sub("[^A-Z0-9]", "", added["code"])) >= 12


def test_a_changing_command_says_no_more_than_whom_to_call(story):
    said = {name: sentences(result) for name, result in story.changed.items()}

    assert said.pop("report add a call") != []
    assert {name: lines for name, lines in said.items() if lines} == {}


def test_every_time_is_rfc_3339_in_utc(story, read):
    documents = {name: result.json() for name, result in {**read, **story.changed}.items()} | story.shown
    times = [found for name, document in documents.items() for found in times_in(document, name)]

    assert len(times) > 200
    assert [found for found in times if not TIME.fullmatch(found[1])] == []


@pytest.mark.parametrize("name", [name for name in READING if name.endswith(" list") or name == "hashset match"])
def test_people_get_a_table_that_fits_100_columns(story, name):
    words = [word.format(**story.values) for word in READING[name][0]]

    table = story.world.hotline.run(*words)

    assert table.stdout.strip()
    assert max(len(line) for line in table.stdout.splitlines()) <= 100
    with pytest.raises(ValueError, match="Expecting value"):
        table.json()


def test_every_family_listed_has_media_and_can_be_shown(story, read):
    rows = read["family list"].json()
    shown = story.world.tell(*(["family", "show", row["id"]] for row in rows), expect=None)

    assert {row["id"]: result.code for row, result in zip(rows, shown, strict=True) if result.code} == {}
    assert [row for row in rows if row["media"] == 0] == []


def test_a_lab_home_is_called_unfit_for_use(read):
    assert read["doctor"].json()["ok"] is False


# The story.


def state_of(case: Document, ending: str) -> str:
    return next(item["state"] for item in case["items"] if item["url"].endswith(ending))


def about_addresses(story: Story, name: str) -> list[Document]:
    """The rows of a queue without the call, whose case waits for a referral from the beginning."""
    return [row for row in story.shown[name] if row["case"] != story.values["call"]]


def test_a_report_without_an_address_waits_first_while_a_danger_to_life_was_told(story):
    first = story.shown["queue_after_look"][0]

    assert (first["kind"], first["case"], first["item"], first["priority"]) == (
        "person",
        story.values["call"],
        None,
        "P0",
    )


def test_the_look_finds_the_leads_and_the_queue_names_rule_and_reason(story):
    queue = about_addresses(story, "queue_after_look")
    case = story.shown["case_after_look"]

    assert [(row["kind"], row["priority"]) for row in queue] == [("assess", "P2")] * 3 + [("assess", "P4")] * 2
    leads = {item["url"]: item["leads"] for item in case["items"]}
    exact, looks = leads["http://img.example/1.jpg"], leads["http://img.example/2.jpg"]
    assert [(one["entry"], one["algorithm"], one["distance"], one["label"]) for one in exact] == [
        ("entry-1", "md5", 0, "B1")
    ]
    assert [(one["entry"], one["algorithm"], one["label"]) for one in looks] == [("entry-2", "phash", "A1")]
    assert leads["http://img.example/3.jpg"] == []
    assert state_of(case, "/gallery") == "awaiting_assessment"


def test_an_item_nobody_answers_for_waits_for_a_contact(story):
    queue = about_addresses(story, "queue_without_contacts")

    assert {row["kind"] for row in queue} == {"contact"}
    assert len(queue) == 5


def test_a_draft_waits_for_approval_and_names_the_citations_left_out(story):
    queue = about_addresses(story, "queue_with_drafts")

    assert [row["kind"] for row in queue] == ["notice", "notice"]
    assert "citations left out" in queue[0]["why"]
    assert {row["state"] for row in story.shown["drafts"]} == {"draft"}


def test_a_citation_is_quoted_from_the_day_on_that_a_person_compared_it_with_its_source(story):
    text = " ".join(story.world.mail.to("abuse@img.example")[0].text.split())

    assert "(Law 7895/1995), Art. 117(2): Producing, importing, offering" in text
    assert "Digital Services Act" not in text
    assert "al-cc-117-2 (" not in story.shown["queue_with_drafts"][0]["why"]


def test_an_approved_notice_goes_out_once_and_repeats_by_itself(story):
    first, second = story.shown["mail_of_round_1"], story.shown["mail_of_round_2"]

    assert sorted(to for to, _ in first) == [("abuse@img.example",), ("team@social.example",)]
    assert [to for to, _ in second[len(first) :]] == [("abuse@img.example",)]
    assert len({name for _, name in second}) == 3


def test_the_notice_begins_with_the_addresses_as_they_were_reported(story):
    text = story.world.mail.to("abuse@img.example")[0].text.splitlines()

    assert sorted(text[1:5]) == [story.url(f"img/{path}") for path in ("1.jpg", "2.jpg", "3.jpg", "gallery")]


def test_what_is_held_for_the_police_is_not_noticed(story):
    held = story.url("img/5.jpg")

    assert not any(held in message.text for message in story.world.mail.messages)


def test_a_notice_on_a_platforms_rules_never_speaks_of_a_crime(story):
    message = story.world.mail.to("team@social.example")[0]
    whole = f"{message.parsed.items()} {message.text}".lower()

    words = ("csam", "sexual abuse", "abuzim seksual", "illegal", "criminal code", "kodi penal")
    assert [word for word in words if word in whole] == []


def test_three_agreeing_looks_make_a_removal_and_stop_the_rounds(story):
    case = story.shown["case_when_removed"]

    assert [item["state"] for item in case["items"]] == ["removed"] * 4
    assert len([to for to, _ in story.shown["mail_when_removed"] if to == ("abuse@img.example",)]) == 2
    assert all(item["removed_at"] for item in case["items"] if item["state"] == "removed")


def test_what_comes_back_is_seen_counted_and_goes_out_as_the_next_round(story):
    case = story.shown["case_when_returned"]
    back = next(item for item in case["items"] if item["url"] == "http://img.example/1.jpg")

    assert (back["state"], back["returns"], back["removed_at"]) == ("noticed", 1, None)
    before, after = story.shown["mail_when_removed"], story.shown["mail_when_returned"]
    assert [to for to, _ in after[len(before) :]].count(("abuse@img.example",)) == 1
    assert len(back["notices"]) == 3
    assert {len(item["notices"]) for item in case["items"] if item["state"] == "removed"} == {2}


def test_a_mirrored_copy_elsewhere_counts_as_a_reupload_of_the_family(read):
    family = read["family show"].json()

    assert family["hosts"] == {"img.example": 2, "mirror.example": 1}
    assert family["reuploads"] == 2
    sightings = sorted((one["host"], one["confirmed"]) for one in family["sightings"])
    assert sightings == [("img.example", True), ("img.example", True), ("mirror.example", False)]


def test_what_needs_two_people_is_refused_to_one(story):
    for result in story.refused.values():
        require_one_sentence(result)
    assert len(story.refused) == 2


def test_a_packet_is_unreleased_until_another_person_releases_it_and_is_a_valid_bag(story, read, tmp_path):
    assert story.shown["packet_when_built"]["released"] is False
    assert read["packet verify"].json()["released"] is True
    with tarfile.open(fileobj=io.BytesIO(Path(story.values["packet"]).read_bytes())) as tar:
        tar.extractall(tmp_path, filter="data")
        names = tar.getnames()
    bag = bagit.Bag(str(tmp_path / names[0].split("/")[0]))
    assert bag.validate() is True
    assert {"data/raport.pdf", "data/teknike/case.jsonld", "data/teknike/items.csv"} <= set(bag.payload_entries())


def test_cancelling_a_notice_cancels_what_would_repeat_it(story):
    about = [row for row in story.world.hotline.json("notice", "list") if row["contact"] == "K2"]

    assert story.changed["notice cancel"].json()["ids"] == [story.values["to operator"]]
    assert [row["id"] for row in about if row["state"] in ("draft", "approved")] == []


def test_the_custody_of_the_whole_story_holds(read):
    proof = read["audit verify"].json()

    assert proof["behind"] == 0
    assert proof["entries"] > 100


# Exit codes.

UNKNOWN = (
    "report show R99", "report status AAAA-BBBB-CCCC-DDDD", "report add http://img.example/9.jpg --repeat-of C99",
    "queue take I99", "queue pass I99", "queue ack C99", "queue ack R99", "case show C99",
    "case close C99 --reason withdrawn", "case reopen C99", "assess I99 --verdict baseline --basis looked",
    "assess I1 I99 --verdict baseline --basis looked", "assess I99 --revise --verdict baseline --basis looked",
    "hold add I99 --reason x --until 2027-01-01", "hold release I99", "trace I99", "contact show K99",
    "contact approve K99", "contact block K99", "notice show N99", "notice approve N99",
    "notice sent N99 --reference x", "notice outcome N99 removed", "notice cancel N99", "recheck I99",
    "recheck I99 --seen gone", "family show F99",
    "family join I99 --same-as I5", "family join I5 --same-as I99", "family split I99", "packet build C99 --to police",
    "packet release P99", "packet receipt P99 --protocol x", "referral add C99 --to helpline", "referral done Q99",
    "law show nobody", "law check nobody", "law check eu-dsa-16 nobody", "law withdraw nobody",
    "law withdraw us-2258a-h",
    "hashset show nobody", "hashset withdraw nobody x", "hashset withdraw partner nobody", "hashset export nobody",
    "hashset import partner nowhere.csv", "report import nowhere.csv", "packet verify nowhere.tar",
)  # fmt: skip
WRONG = (
    "case show I1", "case show 1", "case show C0", "case show C-1", f"case show C{'9' * 30}", "notice show banana",
    "assess C1 --verdict baseline --basis looked", "family show ''", "contact approve N1", "queue take X1",
)  # fmt: skip
MISUSED = (
    "", "nonsense", "report", "report add", "report add http://img.example/9.jpg --category crime",
    "assess I1", "assess I1 --verdict illegal", "contact add a@b.example", "case close C1 --reason tired",
    "notice outcome N1 nothing", "recheck", "run --twice", "hashset match", "law check", "law withdraw",
)  # fmt: skip


def results_of(world: World, lines: tuple[str, ...]) -> dict[str, Result]:
    found = together(*(lambda line=line: world.hotline.run(*line.split(), expect=None) for line in lines))
    return dict(zip(lines, found, strict=True))


@pytest.fixture(scope="module")
def refusals(story: Story, read: dict[str, Result]) -> dict[str, Result]:
    return results_of(story.world, UNKNOWN + WRONG)


@pytest.mark.parametrize("line", UNKNOWN + WRONG)
def test_an_unknown_or_wrong_id_is_told_in_one_sentence(refusals, line):
    require_one_sentence(refusals[line])


def test_what_was_refused_changed_nothing(story, read, refusals):
    head = read["audit verify"].json()["head"]

    assert len(refusals) == len(UNKNOWN + WRONG)
    assert story.world.hotline.json("audit", "verify")["head"] == head


def test_a_command_used_wrongly_exits_2_without_a_trace(story):
    results = results_of(story.world, MISUSED)

    assert {line: result.code for line, result in results.items()} == dict.fromkeys(MISUSED, 2)
    assert not any("Traceback" in result.stderr for result in results.values())


# A home without anything in it.


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with Lab() as lab:
        yield World.begin(tmp_path_factory.mktemp("fresh"), lab)


def test_no_result_is_an_empty_list(fresh):
    assert fresh.ask(*FRESH) == [[] for _ in FRESH]


def test_a_fresh_home_has_counts_and_a_shift_and_one_person_and_nothing_due(fresh):
    today, stats, people, done, proof = fresh.ask(
        ("today",), ("stats",), ("person", "list"), ("run", "--once"), ("audit", "verify")
    )

    assert (today["waiting"], stats["reports"]["count"], len(people)) == ({}, 0, 1)
    assert done["ids"] == []
    assert proof["ok"] is True


def test_people_are_told_in_words_where_there_is_nothing(fresh):
    said = fresh.tell(*FRESH)

    assert all(result.stdout.strip() for result in said)


def test_the_calendar_is_the_labs_and_the_environment_goes_before_the_settings(tmp_path):
    home = Hotline(tmp_path / "home")
    home.run("init", "--set", "lab.clock='2027-03-04T05:06:07Z'")

    by_settings = home.json("today")["now"]
    by_environment = home.run("today", "--json", env={"HOTLINE_LAB_CLOCK": "2028-01-02T03:04:05+01:00"}).json()["now"]

    assert (by_settings, by_environment) == ("2027-03-04T05:06:07Z", "2028-01-02T02:04:05Z")


def test_the_home_is_named_by_option_or_variable_or_is_where_one_works(tmp_path):
    def run(*args: str, **env: str) -> int:
        words = [str(installed_program()), *args]
        kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
        return subprocess.run(words, cwd=tmp_path, env=kept | env, capture_output=True, check=False).returncode

    assert run("init", "--set", "lab.clock='2027-03-04T05:06:07Z'") == 0
    assert (tmp_path / "hotline-home" / "hotline.toml").is_file()
    (tmp_path / "hotline-home").rename(tmp_path / "elsewhere")
    assert run("case", "list") == 2
    assert run("case", "list", HOTLINE_HOME=str(tmp_path / "elsewhere")) == 0
    assert run("--home", "elsewhere", "case", "list", HOTLINE_HOME="nowhere") == 0


def test_every_key_that_outside_checks_set_is_taken(tmp_path):
    wanted = {
        "hotline.name": "'A'", "hotline.reply_to": "'a@b.example'", "mail.host": "'127.0.0.1'", "mail.port": "2525",
        "mail.security": "'starttls'", "mail.from_address": "'n@b.example'", "notices.repeat_h": "48",
        "assess.second_reader": "true", "families.local_features": "true", "mandate.reference": "'12/2026'",
        "mandate.signed_on": "'2026-01-31'", "mandate.valid_until": "'2027-01-31T00:00:00Z'",
        "lab.allow": "['127.0.0.0/8']", "lab.resolve": "{'a.example'='127.0.0.2'}", "lab.port": "{'a.example'=8081}",
        "lab.dns": "['127.0.0.1:5353']", "lab.rdap": "['http://127.0.0.1:8080/']", "lab.clock": "'2027-01-01'",
    }  # fmt: skip
    home = Hotline(tmp_path / "home")
    home.run("init", *(word for key, value in wanted.items() for word in ("--set", f"{key}={value}")))

    assert home.json("case", "list") == []
    text = (tmp_path / "home" / "hotline.toml").read_text()
    assert [key for key in wanted if f"\n{key.split('.')[1]} = " not in text] == []


# Outside a lab.


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Hotline:
    home = Hotline(tmp_path_factory.mktemp("outside") / "home")
    home.run("init", "--set", "hotline.name='Hotline'")
    return home


def test_outside_a_lab_nobody_is_told_of_a_lab(outside):
    assert outside.run("case", "list").stderr == ""


def test_nobody_stands_in_for_another_outside_a_lab(outside):
    require_one_sentence(outside.run("--as", COLLEAGUE, "case", "list", expect=2))


@pytest.mark.parametrize("variable", ["HOTLINE_LAB_CLOCK=2026-11-21T10:00:00Z", "HOTLINE_LAB_CRASH_AT=commit.before:1"])
def test_the_labs_variables_are_refused_outside_a_lab(outside, tmp_path, variable):
    name, _, value = variable.partition("=")
    new = Hotline(tmp_path / "home")

    results = together(
        lambda: outside.run("case", "list", env={name: value}, expect=None),
        lambda: outside.run("run", "--once", env={name: value}, expect=None),
        lambda: outside.run("report", "add", "--no-url", "call", env={name: value}, expect=None),
        lambda: new.run("init", "--set", "hotline.name='H'", env={name: value}, expect=None),
    )

    for result in results:
        require_one_sentence(result)
    assert outside.json("case", "list") == []
    assert not (tmp_path / "home" / "hotline.db").exists()


# Words and help.

LISTED = {
    "report add": (SOURCES, CATEGORIES, AT_RISK),
    "case list": (ITEM_STATES,),
    "assess": (VERDICTS, GROUNDS, REASONS, BASES),
    "contact add": (ROLES,),
    "notice list": (NOTICE_STATES,),
    "notice outcome": (OUTCOMES,),
    "recheck": (RECHECKS,),
    "hashset match": (ALGORITHMS, VARIANTS),
}


@pytest.mark.parametrize("command", LISTED)
def test_help_lists_the_words_a_command_takes_or_gives(fresh, command):
    text = fresh.hotline.run(*command.split(), "--help").stdout
    words = set(re.findall(r"[a-z0-9_]+", text))

    assert [word for listed in LISTED[command] for word in listed.split() if word not in words] == []


def help_of(hotline: Hotline, *words: str) -> dict[tuple[str, ...], str]:
    """The help of every command under these words, by what the help itself lists."""
    text = hotline.run(*words, "--help").stdout
    names = re.findall(r"^  ([a-z]+)  ", text.partition("\nCommands:\n")[2], re.MULTILINE)
    below = together(*(lambda name=name: help_of(hotline, *words, name) for name in names))
    return {words: text} | {key: value for found in below for key, value in found.items()}


def test_every_command_has_an_example_and_takes_json(fresh):
    texts = help_of(fresh.hotline)
    commands = {words: text for words, text in texts.items() if "\nCommands:\n" not in text or words == ("queue",)}

    assert len(commands) > 50
    assert [words for words, text in commands.items() if "--json" not in text] == []
    assert [words for words, text in commands.items() if "Example: hotline " not in text] == []


def test_a_personal_value_need_not_stand_in_the_arguments(fresh):
    hotline = fresh.hotline
    hotline.run("report", "add", "-", "--category", "csam", input="http://img.example/from-stdin.jpg")
    hotline.run("contact", "add", "-", "--answers-for", "img.example", "--role", "host", input="abuse@img.example\n")

    assert hotline.json("case", "list")[0]["url"] == "http://img.example/from-stdin.jpg"
    assert hotline.json("contact", "list")[0]["address"] == "abuse@img.example"


# The scheduler.


def test_run_works_until_it_is_interrupted_and_ends_well_also_when_it_has_just_begun(fresh):
    def interrupt_often(name: str) -> list[tuple[int, str, list[str]]]:
        with fresh.copy(name) as copy:
            locks = copy.hotline.home / "run"
            ends = [interrupted(copy.hotline, "run", until=lambda: any(locks.glob("*.lock"))) for _ in range(6)]
            return [(ended.code, ended.stdout, sentences(ended)) for ended in ends]

    ends = together(lambda: interrupt_often("one"), lambda: interrupt_often("other"))

    assert ends == [[(0, "", [])] * 6] * 2
