"""hotline.toml: every key wrongly typed, misspelt or out of range stops with its cure; what is written reads back."""

import dataclasses
import random
import typing
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotline.errors import HomeError, SettingsError
from hotline.settings import (
    LabSettings,
    Settings,
    load_settings,
    parse_settings,
    read_time,
    render_settings,
    settings_from_assignments,
)

SECTIONS: dict[str, Any] = {
    name: hint if dataclasses.is_dataclass(hint) else LabSettings
    for name, hint in typing.get_type_hints(Settings).items()
}
KEYS = [
    (f"{section}.{key.name}", hint)
    for section, kind in SECTIONS.items()
    for key, hint in zip(dataclasses.fields(kind), typing.get_type_hints(kind).values(), strict=True)
]
SINGLE_TEXT_WILL_DO = {"lab.dns", "lab.rdap"}
AsNobody = Callable[[], AbstractContextManager[None]]

# Type of a key → values of TOML that are not of it.
WRONG: dict[Any, list[str]] = {
    str: ["7", "true", "1.5", "[]", '["a"]', "{}", "2026-01-31", "10:00:00"],
    int: ['"7"', "true", "1.0", "[1]", "{}", "nan"],
    bool: ["1", "0", '"true"', "[true]"],
    float: ['"1.0"', "true", "[1.0]", "{}"],
    tuple[int, ...]: ["80", '"80"', '["80"]', "[true]", "[1.0]", "[[80]]", "{}"],
    tuple[str, ...]: ['"10.0.0.0/8"', "[1]", "[true]", '[["10.0.0.0/8"]]', "{}", "7"],
    dict[str, str]: ['"a"', "[]", "{a = 1}", "{a = {b = 'c'}}", "7"],
    dict[str, int]: ['"a"', "[]", "{a = '1'}", "{a = true}", "{a = {b = 1}}", "7"],
}

NASTY = [
    "",
    " ",
    "plain",
    "with \"quotes\" and 'quotes'",
    "back\\slash\\",
    "two\nlines\r\nand a tab\t",
    "[lab]\nallow = ['0.0.0.0/0']",
    "# no comment",
    "= } ] '''",
    '"""',
    "\x00\x01\x1f\x7f",
    "\x80\x9f\u2028\ufeff\ufffe",
    "Çështje në Shqipëri ë",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🛟",
    "ends with \\",
    "\\u0041",
]


def refusal(content: str) -> str:
    with pytest.raises(SettingsError) as refused:
        parse_settings(content.encode())
    return str(refused.value)


def assigned(name: str, value: str) -> str:
    section, _, key = name.partition(".")
    return f"[{section}]\n{key} = {value}\n"


# Wrong types and unknown names


@pytest.mark.parametrize(("name", "hint"), KEYS, ids=[name for name, _ in KEYS])
def test_a_wrongly_typed_value_is_refused_by_its_name_and_the_right_type(name: str, hint: Any) -> None:
    for value in WRONG[hint]:
        if name in SINGLE_TEXT_WILL_DO and value.startswith('"'):
            continue
        said = refusal(assigned(name, value))

        assert said.startswith(f'hotline.toml: "{name}" must be ')
        assert "\n" not in said


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("value", ["7", '"text"', "[]", "true"])
def test_a_section_that_is_none_is_told_how_to_write_it(section: str, value: str) -> None:
    expected = f'hotline.toml: "{section}" is a section; write [{section}] above its keys'

    assert expected == refusal(f"{section} = {value}")


def test_a_section_written_twice_as_a_list_is_refused() -> None:
    assert "is a section" in refusal("[[mail]]\nport = 25\n")


@pytest.mark.parametrize(("name", "hint"), KEYS, ids=[name for name, _ in KEYS])
def test_a_misspelt_key_is_answered_with_the_one_that_was_meant(name: str, hint: Any) -> None:
    section, _, key = name.partition(".")
    misspelt = key[:1] + key[2:]

    expected = f'hotline.toml: unknown key "{section}.{misspelt}"; did you mean "{key}"?'
    assert expected == refusal(assigned(f"{section}.{misspelt}", "1"))


@pytest.mark.parametrize(
    ("content", "cure"),
    [
        # a misspelt section
        ("[mial]\nport = 25", 'unknown key "mial"; did you mean "mail"?'),
        # a key outside its section
        ("port = 25", 'unknown key "port"; '),
        # nothing near: all that is known is named
        ("[assess]\nzzzz = 1", 'unknown key "assess.zzzz"; known here: second_reader'),
        # an empty section that does not exist
        ("[cases]", 'unknown key "cases"; '),
    ],
)
def test_an_unknown_name_is_told_what_is_known(content: str, cure: str) -> None:
    assert cure in refusal(content)


@pytest.mark.parametrize(
    "content",
    [
        b"[mail\nport = 25",  # a bracket is open
        b"[mail]\nport = ",  # no value
        b"[mail]\nport = 25\nport = 26",  # twice
        b"[mail]\n[mail]",  # twice
        b"\xff\xfe[mail]",  # no UTF-8
        b"[mail]\nhost = 'a\x00b'",  # NUL
        b"a = " + b"[" * 100_000,  # deeper than any reader goes
    ],
)
def test_what_is_no_toml_says_so(content: bytes) -> None:
    with pytest.raises(SettingsError, match=r"^hotline\.toml is not TOML"):
        parse_settings(content)


# Values of the right type that cannot be used


FROM_ZERO = ("match.video_query_percent", "match.video_listed_percent", "notices.per_hour", "notices.group_h")
NUMBERS = [name for name, hint in KEYS if hint is int]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, "0") for name in NUMBERS if name not in FROM_ZERO),
        *((name, value) for name in NUMBERS for value in ("-1", "9223372036854775807")),
    ],
)
def test_a_number_that_counts_nothing_or_no_end_is_refused(name: str, value: str) -> None:
    assert refusal(assigned(name, value)).startswith(f'hotline.toml: "{name}" must be ')


@pytest.mark.parametrize("name", FROM_ZERO)
def test_a_share_may_be_nothing(name: str) -> None:
    section, _, key = name.partition(".")
    assert getattr(getattr(parse_settings(assigned(name, "0").encode()), section), key) == 0


@pytest.mark.parametrize("name", [name for name, hint in KEYS if hint == tuple[int, ...]])
@pytest.mark.parametrize("value", ["[1, 0]", "[-1]", "[9223372036854775807]"])
def test_a_list_of_numbers_is_looked_at_one_by_one(name: str, value: str) -> None:
    assert refusal(assigned(name, value)).startswith(f'hotline.toml: "{name}" must be ')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # a pause has a sign and an end; above an hour the queue takes it for a clock that was put back
        ("fetch.between_s", "-0.1"),
        ("fetch.between_s", "nan"),
        ("fetch.between_s", "inf"),
        ("fetch.between_s", "3601"),
        # ports end at 65535
        ("mail.port", "65536"),
        ("fetch.ports", "[443, 70000]"),
        ("lab.port", "{'img.example' = 65536}"),
        ("lab.port", "{'img.example' = 0}"),
        # a ladder has a first rung
        ("look.retry_h", "[]"),
        ("recheck.ladder_h", "[]"),
        # one of three words
        ("mail.security", '"ssl"'),
        ("mail.security", '"TLS"'),
        ("imap.security", '"ssl"'),
        # zones
        ("hotline.time_zone", '"Tirana"'),
        ("hotline.time_zone", '""'),
        ("hotline.time_zone", '"../../etc/passwd"'),
        ("hotline.time_zone", '"/etc/passwd"'),
        # networks
        ("fetch.deny", '["10.0.0.1/8"]'),
        ("fetch.deny", '["example.org"]'),
        ("lab.allow", '["127.0.0.0/33"]'),
        ("lab.allow", '[""]'),
        # times
        ("mandate.signed_on", '"31.1.2026"'),
        ("mandate.valid_until", '"2026-02-30"'),
        ("mandate.valid_until", '"soon"'),
        ("lab.clock", '"now"'),
        # a time that is in no calendar once it is UTC
        ("mandate.signed_on", '"0001-01-01T00:00:00+14:00"'),
        ("lab.clock", '"9999-12-31T23:59:59-14:00"'),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_in_one_sentence(name: str, value: str) -> None:
    assert "\n" not in refusal(assigned(name, value))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        # a whole number will do for a pause, and no pause is one
        ("fetch.between_s", "2", 2.0),
        ("fetch.between_s", "0", 0.0),
        ("fetch.between_s", "0.25", 0.25),
        # one name server as a plain text
        ("lab.dns", '"127.0.0.1:5353"', ("127.0.0.1:5353",)),
        ("lab.dns", '["127.0.0.1:5353", "127.0.0.2:5353"]', ("127.0.0.1:5353", "127.0.0.2:5353")),
        ("lab.dns", '""', ()),
        ("lab.rdap", '"http://127.0.0.1:8081/"', ("http://127.0.0.1:8081/",)),
        # tables of a lab
        ("lab.resolve", "{'img.example' = '127.0.0.2'}", {"img.example": "127.0.0.2"}),
        ("lab.port", "{'img.example' = 8081}", {"img.example": 8081}),
        # IPv6 networks too
        ("fetch.deny", '["10.0.0.0/8", "2001:db8::/32"]', ("10.0.0.0/8", "2001:db8::/32")),
        # the last port
        ("mail.port", "65535", 65535),
    ],
)
def test_a_value_that_can_be_used_is_taken(name: str, value: str, expected: Any) -> None:
    section, _, key = name.partition(".")

    read = getattr(getattr(parse_settings(assigned(name, value).encode()), section), key)

    assert expected == read
    assert type(expected) is type(read)


# What is written reads back


def test_a_home_that_sets_nothing_has_the_defaults() -> None:
    assert parse_settings(b"") == Settings()
    assert Settings().lab is None


def test_an_empty_lab_is_a_lab() -> None:
    assert parse_settings(b"[lab]").is_lab


def test_every_key_stands_in_the_file_under_its_meaning() -> None:
    lines = render_settings(Settings(lab=LabSettings())).splitlines()

    for section, kind in SECTIONS.items():
        start = lines.index(f"[{section}]")
        for key in dataclasses.fields(kind):
            place = next(n for n, line in enumerate(lines) if n > start and line.startswith(f"{key.name} = "))
            assert lines[place - 1] == f"# {key.metadata['meaning']}"


def some_value(hint: Any, default: Any, dice: random.Random) -> Any:
    """A value of this type that a home could have, texts as nasty as they come."""
    if hint is bool:
        return not default
    if hint is int:
        return dice.randint(1, 10_000)
    if hint is float:
        return dice.random() * 100
    if typing.get_origin(hint) is tuple:
        return tuple(some_value(typing.get_args(hint)[0], None, dice) for _ in range(3))
    if typing.get_origin(hint) is dict:
        return {dice.choice(NASTY): some_value(typing.get_args(hint)[1], None, dice) for _ in range(3)}
    return dice.choice(NASTY)


# Texts that are checked, and so cannot be just any text.
CHECKED = {
    "hotline.time_zone": "Europe/Rome",
    "mandate.reference": "MoU 12",  # local features need one
    "mandate.signed_on": "2026-01-31",
    "mandate.valid_until": "2026-12-31T23:59:59+01:00",
    "mail.security": "none",
    "imap.security": "none",
    "fetch.deny": ("10.0.0.0/8", "2001:db8::/32"),
    "egress.profiles": {"vpn-de": "socks5h://[::1]:9050", "no": "http://proxy.example:3128"},
    "egress.vantages": ("no", "direct"),
    "lab.allow": ("127.0.0.0/8",),
    "lab.clock": "2026-11-21T10:00:00Z",
    "notices.quiet_days": ("sat", "sun"),
    "notices.quiet_hours": "20:00-07:00",
    "notices.per_hour": 500,
    "notices.group_h": 6,
    "match.review_bits": 40,
    "match.video_query_percent": 100,
    "match.video_listed_percent": 1,
}


@pytest.mark.parametrize(
    ("profiles", "vantages"),
    [
        ('{direct = "http://127.0.0.1:3128"}', '["direct"]'),  # direct is no proxy
        ('{person = "http://127.0.0.1:3128"}', '["person"]'),  # what a person saw is no way out
        ('{de = "socks5://127.0.0.1:9050"}', '["de"]'),  # names would be resolved here
        ('{de = "https://127.0.0.1:9050"}', '["de"]'),
        ('{de = "socks5h://user:word@127.0.0.1:9050"}', '["de"]'),  # a password does not stand in the config
        ('{de = "127.0.0.1:9050"}', '["de"]'),
        ('{"De!" = "http://127.0.0.1:9050"}', '["De!"]'),
        ("{}", '["de"]'),  # no such profile
        ("{}", "[]"),
        ("{}", '["direct", "direct"]'),  # one way is one vantage
    ],
)
def test_a_way_out_that_is_none_is_refused(profiles: str, vantages: str) -> None:
    with pytest.raises(SettingsError, match=r"egress\."):
        parse_settings(f"[egress]\nprofiles = {profiles}\nvantages = {vantages}".encode())


@pytest.mark.parametrize(
    "line",
    [
        'quiet_days = ["saturday"]',
        'quiet_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]',  # nothing would ever go
        'quiet_hours = "8pm-7am"',
        'quiet_hours = "20:00-24:00"',
        'quiet_hours = "20:00"',
    ],
)
def test_quiet_times_that_are_none_are_refused(line: str) -> None:
    with pytest.raises(SettingsError, match=r"notices\.quiet_"):
        parse_settings(f"[notices]\n{line}".encode())


@pytest.mark.parametrize("seed", range(20))
def test_what_is_written_reads_back_the_same(seed: int) -> None:
    dice = random.Random(seed)
    sections = {}
    for section, kind in SECTIONS.items():
        hints = typing.get_type_hints(kind)
        values = {
            key.name: CHECKED.get(f"{section}.{key.name}") or some_value(hints[key.name], key.default, dice)
            for key in dataclasses.fields(kind)
        }
        sections[section] = kind(**values)
    settings = Settings(**sections)

    assert settings == parse_settings(render_settings(settings).encode())


@pytest.mark.parametrize("text", NASTY)
def test_no_text_breaks_out_of_its_quotes(text: str) -> None:
    settings = Settings(hotline=dataclasses.replace(Settings().hotline, name=text))

    assert settings == parse_settings(render_settings(settings).encode())


# `init --set`


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        # TOML as it is
        ("mail.port=2525", 2525),
        (" mail.port = 2525 ", 2525),
        ('mail.host="mail.example"', "mail.example"),
        ('lab.allow=["127.0.0.0/8"]', ("127.0.0.0/8",)),
        ("lab.resolve={'img.example' = '127.0.0.2'}", {"img.example": "127.0.0.2"}),
        ("assess.second_reader=true", True),
        # no TOML: the text it is, so that nobody quotes twice
        ("mail.host=mail.example", "mail.example"),
        ("hotline.name=ISIGURT Shqipëri", "ISIGURT Shqipëri"),
        ("hotline.name=a=b=c", "a=b=c"),
        ("hotline.name=", ""),
        ('hotline.name=say "hello"', 'say "hello"'),
        ("hotline.name='''", "'''"),
    ],
)
def test_an_assignment_of_init_is_toml_or_plain_text(assignment: str, expected: Any) -> None:
    section, _, rest = assignment.strip().partition(".")
    key = rest.partition("=")[0].strip()
    assert expected == getattr(getattr(settings_from_assignments([assignment]), section), key)


def test_assignments_of_several_sections_go_together() -> None:
    settings = settings_from_assignments(["mail.port=25", "hotline.name=ISIGURT", "mail.host=mail.example"])

    assert (settings.mail.port, settings.mail.host, settings.hotline.name) == (25, "mail.example", "ISIGURT")


@pytest.mark.parametrize(
    "assignment",
    [
        "mail.port",  # no value
        "port=25",  # no section
        "=25",  # no name
        "",
        "mail.port=25=26",  # not a number
        "mail.prot=25",  # unknown
        "hotline.name=\udcff",  # bytes that are no text, as a shell hands them on
        "mail port.x=1",  # no name of TOML
        "lab.clock=2026-11-21T10:00:00 and a bit",  # text, and no time
    ],
)
def test_an_assignment_that_cannot_be_used_is_refused(assignment: str) -> None:
    with pytest.raises(SettingsError) as refused:
        settings_from_assignments([assignment])

    assert str(refused.value).encode(), "the sentence can be printed"


# Times and the mandate


@pytest.mark.parametrize(
    ("text", "end_of_day", "expected"),
    [
        # a date is its beginning, or its end where it is the last day of something
        ("2026-11-21", False, datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-21", True, datetime(2026, 11, 21, 23, 59, 59, tzinfo=UTC)),
        # a time is that time in either case
        ("2026-11-21T10:00:00Z", True, datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21T10:00:00Z", False, datetime(2026, 11, 21, 10, tzinfo=UTC)),
        # another zone is turned into UTC
        ("2026-11-21T10:00:00+01:00", False, datetime(2026, 11, 21, 9, tzinfo=UTC)),
        # no zone is UTC
        ("2026-11-21T10:00:00", False, datetime(2026, 11, 21, 10, tzinfo=UTC)),
        ("2026-11-21 10:00:00.5", False, datetime(2026, 11, 21, 10, 0, 0, 500_000, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_as_utc(text: str, end_of_day: bool, expected: datetime) -> None:
    assert expected == read_time(text, end_of_day=end_of_day)


def mandate(reference: str, signed_on: str, valid_until: str) -> Settings:
    values = {"reference": reference, "signed_on": signed_on, "valid_until": valid_until}
    return parse_settings("".join(f"mandate.{name} = '{value}'\n" for name, value in values.items()).encode())


@pytest.mark.parametrize(
    ("settings", "now", "covers"),
    [
        # inside
        (mandate("12/2026", "2026-01-31", "2026-12-31"), datetime(2026, 6, 1, tzinfo=UTC), True),
        # its first and its last moment
        (mandate("12/2026", "2026-01-31", "2026-12-31"), datetime(2026, 1, 31, tzinfo=UTC), True),
        (mandate("12/2026", "2026-01-31", "2026-12-31"), datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC), True),
        # just outside
        (mandate("12/2026", "2026-01-31", "2026-12-31"), datetime(2026, 1, 30, 23, 59, 59, tzinfo=UTC), False),
        (mandate("12/2026", "2026-01-31", "2026-12-31"), datetime(2027, 1, 1, tzinfo=UTC), False),
        # by the hour, in a zone
        (mandate("1", "2026-01-31", "2026-06-01T12:00:00+02:00"), datetime(2026, 6, 1, 10, tzinfo=UTC), True),
        (mandate("1", "2026-01-31", "2026-06-01T12:00:00+02:00"), datetime(2026, 6, 1, 10, 0, 1, tzinfo=UTC), False),
        # ends before it begins
        (mandate("1", "2026-12-31", "2026-01-31"), datetime(2026, 6, 1, tzinfo=UTC), False),
        # any part missing: no mandate
        (mandate("", "2026-01-31", "2026-12-31"), datetime(2026, 6, 1, tzinfo=UTC), False),
        (mandate("12/2026", "", "2026-12-31"), datetime(2026, 6, 1, tzinfo=UTC), False),
        (mandate("12/2026", "2026-01-31", ""), datetime(2026, 6, 1, tzinfo=UTC), False),
        (Settings(), datetime(2026, 6, 1, tzinfo=UTC), False),
    ],
)
def test_nothing_is_fetched_outside_the_mandate(settings: Settings, now: datetime, covers: bool) -> None:
    assert covers == settings.mandate_covers(now)
    assert covers == settings.may_fetch(now)


def test_a_lab_needs_no_mandate() -> None:
    assert Settings(lab=LabSettings()).may_fetch(datetime(2026, 6, 1, tzinfo=UTC) + timedelta(days=9999))


# The lab's variables


@pytest.mark.parametrize("variable", ["HOTLINE_LAB_CLOCK", "HOTLINE_LAB_CRASH_AT"])
def test_a_variable_of_the_lab_stops_a_home_for_real_work(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "2026-11-21T10:00:00Z")

    expected = f"{variable} is set outside a lab; unset it: this home is for real work"
    assert expected == refusal("[mail]\nport = 25")


@pytest.mark.parametrize("variable", ["HOTLINE_LAB_CLOCK", "HOTLINE_LAB_CRASH_AT"])
def test_an_empty_variable_is_none(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, "")

    assert parse_settings(b"") == Settings()


def test_the_labs_clock_can_be_set_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_LAB_CLOCK", "2026-11-22T10:00:00Z")
    settings = parse_settings(b"[lab]\nclock = '2026-11-21T10:00:00Z'")

    assert settings.lab is not None
    assert settings.lab.clock == "2026-11-22T10:00:00Z"


def test_a_clock_from_outside_that_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTLINE_LAB_CLOCK", "noon")

    assert refusal("[lab]") == '"noon" is not a time; write it like 2026-11-21T10:00:00Z'


# The file itself


def test_a_folder_without_settings_is_told_how_to_make_a_home(tmp_path: Path) -> None:
    with pytest.raises(HomeError) as refused:
        load_settings(tmp_path / "hotline.toml")

    expected = f"{tmp_path} is no hotline home; make one with: hotline --home {tmp_path} init"
    assert expected == str(refused.value)


@pytest.mark.parametrize("content", [None, b"[mail]\nport = 25"])
def test_settings_that_cannot_be_read_are_told(tmp_path: Path, content: bytes | None, as_nobody: AsNobody) -> None:
    """A folder in their place, and a file without the right to read it."""
    path = tmp_path / "hotline.toml"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
        path.chmod(0)

    with pytest.raises(HomeError, match=r"cannot be read .* ask for the right to read this home"), as_nobody():
        load_settings(path)
