"""Every text exists in both languages, with right plurals and dates."""

import ast
import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from hotline.records.seen import PERSON
from hotline.states import (
    AppealOutcome,
    Basis,
    CloseReason,
    ContactRole,
    ContactState,
    NoticeState,
    Outcome,
    PacketState,
    RecheckVerdict,
    ReferralState,
    State,
    Unreachable,
    Verdict,
    Whose,
)
from notices import words
from notices.errors import MissingTextError
from notices.facts import GROUNDS, LANGUAGES, Kind
from notices.render import TEMPLATES

FAMILIES = sorted({path.name for path in TEMPLATES.iterdir()} - {"packet"})
HOTLINE = Path(__file__).parents[2] / "hotline"
MAPPING = tomllib.loads((HOTLINE / "classes.toml").read_text("utf-8"))


def test_both_languages_have_the_same_words() -> None:
    codes = {
        language: {(group, code) for group, rows in words.load_words()[language].items() for code in rows}
        for language in LANGUAGES
    }

    assert codes["en"] == codes["sq"]
    assert set(words.load_words()) == set(LANGUAGES)


def test_no_word_is_empty() -> None:
    assert all(
        text.strip() for groups in words.load_words().values() for rows in groups.values() for text in rows.values()
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_both_languages_have_the_same_templates(family: str) -> None:
    files = {
        language: {
            path.relative_to(TEMPLATES / family / language) for path in (TEMPLATES / family / language).rglob("*.txt")
        }
        for language in LANGUAGES
    }

    assert files["en"] == files["sq"]
    assert files["en"]


def test_every_kind_of_mail_has_its_templates() -> None:
    assert sorted(["appeal", "partner", "shared", *get_args(Kind)]) == FAMILIES


def test_every_role_a_contact_can_have_is_named_and_asked_something() -> None:
    for language in LANGUAGES:
        known = words.load_words()[language]
        assert set(known["role"]) == set(known["role_ask"]) == {str(role) for role in ContactRole}


def test_every_ground_has_a_template_and_a_word() -> None:
    for language in LANGUAGES:
        assert {path.stem for path in (TEMPLATES / "harmful" / language / "ground").iterdir()} == set(GROUNDS)
        assert set(words.load_words()[language]["ground"]) == set(GROUNDS)


def test_packet_readme_exists_in_both_languages() -> None:
    assert {path.stem for path in (TEMPLATES / "packet").glob("README-*.txt")} == {"README-en", "README-sq"}


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [
        ("sq", 1, "1 adresë"),
        ("sq", 2, "2 adresa"),
        ("sq", 0, "0 adresa"),
        ("sq", 21, "21 adresa"),
        ("sq", 101, "101 adresa"),
        ("en", 1, "1 address"),
        ("en", 2, "2 addresses"),
    ],
)
def test_numbers_agree_with_their_nouns(language: words.Language, count: int, expected: str) -> None:
    assert words.counted(language, count, "address") == expected


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [("sq", 1, "1 ore"), ("sq", 24, "24 orëve"), ("sq", 48, "48 orëve"), ("en", 1, "1 hour"), ("en", 24, "24 hours")],
)
def test_hours_stand_as_they_do_behind_within(language: words.Language, count: int, expected: str) -> None:
    assert words.counted(language, count, "hour") == expected


@pytest.mark.parametrize(("language", "expected"), [("sq", "21 nëntor 2026"), ("en", "21 November 2026")])
def test_a_day_is_that_of_a_time_in_utc(language: words.Language, expected: str) -> None:
    half_past_midnight_there = datetime(2026, 11, 22, 0, 30, tzinfo=ZoneInfo("Europe/Tirane"))

    assert words.long_day(language, half_past_midnight_there) == expected
    assert words.long_day(language, date(2026, 11, 21)) == expected


def test_the_hosts_clock_stands_behind_utc_and_its_day_where_it_is_another() -> None:
    at = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)

    assert words.moment_there("en", at, "Europe/Tirane") == "21 November 2026, 13:05 UTC (14:05 Europe/Tirane)"
    assert words.moment_there("sq", at, None) == "21 nëntor 2026, 13:05 UTC"
    assert words.moment_there("sq", at, "Asia/Tokyo") == "21 nëntor 2026, 13:05 UTC (22:05 Asia/Tokyo)"
    assert words.moment_there("sq", at.replace(hour=20), "Asia/Tokyo").endswith("(22 nëntor 2026, 05:05 Asia/Tokyo)")


def test_albanian_date_is_written_with_24_hours() -> None:
    at = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)

    assert words.local_time("sq", at, "Europe/Tirane") == "21 nëntor 2026, 14:05"
    assert words.local_time("en", at, "Europe/Tirane") == "21 November 2026, 14:05"
    assert words.local_time("sq", at.replace(month=7), "Europe/Tirane") == "21 korrik 2026, 15:05"


@pytest.mark.parametrize(
    ("zone", "hour", "expected"),
    [
        ("Europe/Tirane", 13, "21 November 2026, 13:05 UTC (14:05 UTC+1)"),
        ("Europe/Tirane", 23, "21 November 2026, 23:05 UTC (22 November 2026, 00:05 UTC+1)"),
        ("Asia/Kolkata", 13, "21 November 2026, 13:05 UTC (18:35 UTC+5:30)"),
        ("America/St_Johns", 13, "21 November 2026, 13:05 UTC (09:35 UTC-3:30)"),
    ],
)
def test_local_time_stands_in_brackets_with_its_distance_to_utc(zone: str, hour: int, expected: str) -> None:
    assert words.moment("en", datetime(2026, 11, 21, hour, 5, tzinfo=UTC), zone) == expected


def test_unknown_code_names_the_file_to_add_it_to() -> None:
    with pytest.raises(MissingTextError, match=r"words\.toml"):
        words.word("sq", "kind", "hologram")


def test_import_loads_nothing_heavy() -> None:
    code = (
        "import sys, notices, notices.facts, notices.errors, notices.render, notices.law, notices.packet;"
        "print(sorted({'jinja2', 'babel', 'typst', 'hotline', 'hashsets'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def custody_actions() -> set[str]:
    """Every action code that the program writes into the chain, read from its source."""
    calls = [node for path in HOTLINE.rglob("*.py") for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    found = set()
    for call in (node for node in calls if isinstance(node, ast.Call)):
        if getattr(call.func, "attr", "") in ("record", "move"):
            given = [*call.args[1:2], *(word.value for word in call.keywords if word.arg == "action")]
            found |= {one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    return found | {f"notice.{state}" for state in NoticeState} | {f"contact.{state}" for state in ContactState}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_a_packet_can_show_has_a_word(language: words.Language) -> None:
    wanted = {
        "action": custody_actions(),
        "state": set(State),
        "notice_state": set(NoticeState),
        "packet_state": set(PacketState),
        "appeal_state": {"open", *AppealOutcome},
        "referral_state": set(ReferralState),
        "verdict": set(Verdict),
        "whose": set(Whose),
        "recheck": set(RecheckVerdict),
        "outcome": set(Outcome),
        "basis": set(Basis),
        "vantage": {"direct", PERSON},
        "reason": {*Unreachable, *CloseReason},
        "fact": set(MAPPING["facts"]),
        "fact_value": {value for values in MAPPING["facts"].values() for value in values},
    }
    known = words.load_words()[language]

    assert {group: codes - known[group].keys() for group, codes in wanted.items() if codes - known[group].keys()} == {}
    assert len(wanted["action"]) > 50


def test_every_label_is_used_somewhere() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES.parent.glob("*.py"))

    unused = [code for code in words.load_words()["en"]["label"] if f'"{code}"' not in sources.replace("'", '"')]

    assert unused == []
