"""Reading the mailbox of answers: what is new as its bytes, once, inside limits; every lie of a server told apart."""

import datetime
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.channels.imap import CUT_BYTES, Received, mark_read, read_new
from hotline.errors import MailboxError
from hotline.settings import ImapSettings, LabSettings, Settings
from scripts.lab import LabAuthority, LabImap

MAIL = b"From: abuse@host.example\r\nSubject: Re: [N%d]\r\n\r\nremoved\r\n"
LAB = Gate.from_settings(Settings(lab=LabSettings(allow=("127.0.0.0/8",))))
REAL = Gate.from_settings(Settings())
NAMES = Resolver(
    names={"imap.lab.example": "127.0.0.1", "localhost": "127.0.0.1", "out.example": "8.8.8.8"}, is_lab=True
)


@pytest.fixture
def imap() -> Iterator[LabImap]:
    server = LabImap()
    yield server
    server.stop()


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "password"
    path.write_text("lab-secret\n")
    return path


@pytest.fixture
def at(imap: LabImap, password: Path) -> ImapSettings:
    return settings_of(imap, password)


def settings_of(imap: LabImap, password: Path, **more: object) -> ImapSettings:
    known: dict[str, object] = {"host": imap.host, "port": imap.port, "security": "none", "username": imap.username}
    return ImapSettings(**(known | {"password_file": str(password), "timeout_s": 5} | more))  # type: ignore[arg-type]


def read(settings: ImapSettings, known: set[str] | None = None, **more: object) -> list[Received]:
    arguments: dict[str, object] = {"gate": LAB, "resolver": NAMES, "seen": (known or set()).__contains__} | more
    return list(read_new(settings, **arguments))  # type: ignore[arg-type]


def failed(settings: ImapSettings, **more: object) -> str:
    with pytest.raises(MailboxError) as failure:
        read(settings, **more)  # type: ignore[arg-type]
    said = str(failure.value)
    assert not [secret for secret in ("lab-secret", "answers", "host.example", settings.host) if secret in said]
    assert failure.value.may_retry
    return failure.value.reason


def keys(received: list[Received]) -> list[str]:
    return [one.uid_key for one in received]


# --- what lying, hanging and hostile servers get ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "command", "reason"),
    [
        # at every step: refused, cut off, no IMAP, a line or an answer that does not end
        ("refuse", "LOGIN", "login"),
        ("drop", "LOGIN", "connect"),
        ("garbage", "GREETING", "bad_response"),
        ("drop", "GREETING", "connect"),
        ("endless_line", "GREETING", "bad_response"),
        ("endless_answer", "LOGIN", "bad_response"),
        ("refuse", "EXAMINE", "bad_response"),
        ("refuse", "SEARCH", "bad_response"),
        ("endless_line", "SEARCH", "bad_response"),
        ("endless_answer", "SEARCH", "bad_response"),
        ("refuse", "FETCH", "bad_response"),
        ("drop", "FETCH", "connect"),
        # in the middle of a message's bytes
        ("drop", "BODY", "connect"),
        # a message that is said to have 10**15 bytes
        ("lie_long", "BODY", "bad_response"),
        # a message whose second half is read as the server's own words
        ("lie_short", "BODY", "bad_response"),
        ("garbage", "BODY", "bad_response"),
        ("endless_line", "BODY", "bad_response"),
        ("endless_answer", "BODY", "bad_response"),
        ("refuse", "BODY", "bad_response"),
    ],
)
def test_a_server_that_misbehaves_is_told_by_its_reason(
    imap: LabImap, at: ImapSettings, fault: str, command: str, reason: str
) -> None:
    imap.put(MAIL % 1)
    imap.fail(fault, command)
    started = time.perf_counter()

    assert failed(at) == reason
    assert time.perf_counter() - started < 4
    assert [one.raw for one in read(at)] == [MAIL % 1]


@pytest.mark.parametrize("command", ["GREETING", "LOGIN", "SEARCH", "BODY"])
def test_a_server_that_falls_silent_is_left_in_time(imap: LabImap, password: Path, command: str) -> None:
    imap.put(MAIL % 1)
    imap.fail("hang", command)
    started = time.perf_counter()

    assert failed(settings_of(imap, password, timeout_s=1)) == "connect"
    assert time.perf_counter() - started < 3.5


def test_a_message_that_comes_in_drips_is_left_in_time(imap: LabImap, password: Path) -> None:
    imap.put(MAIL % 1)
    imap.fail("drip")
    started = time.perf_counter()

    # Each byte comes in time, and all of them together do not.
    assert failed(settings_of(imap, password, timeout_s=1)) == "connect"
    assert time.perf_counter() - started < 3.5


def test_what_came_before_a_failure_was_given_already(imap: LabImap, at: ImapSettings) -> None:
    for number in (1, 2, 3):
        imap.put(MAIL % number)
    reading = read_new(at, gate=LAB, resolver=NAMES, seen=lambda _: False)
    first = next(reading)
    imap.fail("drop", "BODY")

    with pytest.raises(MailboxError) as failure:
        next(reading)

    assert first.raw == MAIL % 1
    assert failure.value.uid_key == "1:2"


def test_a_message_that_the_server_refuses_does_not_hide_the_others(imap: LabImap, at: ImapSettings) -> None:
    for number in (1, 2, 3):
        imap.put(MAIL % number)
    imap.fail("refuse", "BODY")
    given: list[bytes] = []

    with pytest.raises(MailboxError, match="would not give 1 of the messages"):
        given.extend(one.raw for one in read_new(at, gate=LAB, resolver=NAMES, seen=lambda _: False))

    assert given == [MAIL % 2, MAIL % 3]


def test_words_of_the_protocol_inside_a_message_are_its_bytes(imap: LabImap, at: ImapSettings) -> None:
    hostile = b"Subject: x\r\n\r\n)\r\nA001 OK done\r\n* BYE\r\n* 1 FETCH (UID 9 BODY[] {3}\r\nabc)\r\n+ go on\r\n"
    imap.put(hostile)
    imap.put(b"")

    assert [one.raw for one in read(at)] == [hostile, b""]


# --- limits -----------------------------------------------------------------------------------------------------------


def test_of_a_message_that_is_too_large_only_the_beginning_is_fetched(imap: LabImap, at: ImapSettings) -> None:
    large = MAIL % 1 + b"a" * 3_000_000
    imap.put(large)
    imap.put(MAIL % 2)

    received = read(at)

    assert [(one.is_cut, len(one.raw)) for one in received] == [(True, CUT_BYTES), (False, len(MAIL % 2))]
    assert received[0].raw == large[:CUT_BYTES]


def test_a_size_that_lies_does_not_let_more_through(imap: LabImap, at: ImapSettings) -> None:
    imap.put(MAIL % 1 + b"a" * 500)

    (received,) = read(at, max_bytes=100)

    assert received.is_cut
    assert len(received.raw) <= CUT_BYTES
    assert not any("BODY.PEEK[]<0.100>" in command for command in imap.commands)


def test_so_many_are_read_and_the_rest_the_next_time(imap: LabImap, at: ImapSettings) -> None:
    for number in range(1, 8):
        imap.put(MAIL % number)
    known: set[str] = set()
    rounds = []
    for _ in range(4):
        received = keys(read(at, known, max_messages=3))
        known.update(received)
        rounds.append(received)

    assert rounds == [["1:1", "1:2", "1:3"], ["1:4", "1:5", "1:6"], ["1:7"], []]


def test_what_was_read_is_not_fetched_again(imap: LabImap, at: ImapSettings) -> None:
    imap.put(MAIL % 1)
    imap.put(MAIL % 2)

    assert keys(read(at, {"1:1"})) == ["1:2"]
    assert keys(read(at, {"1:1", "1:2"})) == []
    assert sum("BODY" in command for command in imap.commands) == 1


def test_what_lies_behind_a_key_is_not_even_listed(imap: LabImap, at: ImapSettings) -> None:
    for number in (1, 2, 3):
        imap.put(MAIL % number)

    assert keys(read(at, after="1:2")) == ["1:3"]
    assert keys(read(at, after="1:3")) == []
    # of another mailbox, or no key at all
    assert keys(read(at, after="7:2")) == keys(read(at, after="nonsense")) == ["1:1", "1:2", "1:3"]


def test_a_mailbox_made_anew_is_read_anew(imap: LabImap, at: ImapSettings) -> None:
    imap.put(MAIL % 1)
    imap.remake()

    assert keys(read(at, {"1:1"})) == ["2:1"]


# --- marks ------------------------------------------------------------------------------------------------------------


def test_reading_marks_nothing_until_told_to(imap: LabImap, at: ImapSettings) -> None:
    first, second = imap.put(MAIL % 1), imap.put(MAIL % 2)
    read(at)
    assert imap.flags(first) == imap.flags(second) == set()

    mark_read(at, ["1:2", "9:1", "1:2,1", "nonsense"], gate=LAB, resolver=NAMES)

    assert (imap.flags(first), imap.flags(second)) == (set(), {r"\Seen"})
    assert not any(word in command for command in imap.commands for word in ("EXPUNGE", "Deleted", "COPY", "MOVE"))


def test_no_mark_needs_no_connection(at: ImapSettings, imap: LabImap) -> None:
    mark_read(at, [], gate=LAB, resolver=NAMES)

    assert imap.commands == []


def test_a_mark_that_is_refused_is_told(imap: LabImap, at: ImapSettings) -> None:
    imap.put(MAIL % 1)
    imap.fail("refuse", "STORE")

    with pytest.raises(MailboxError) as failure:
        mark_read(at, ["1:1"], gate=LAB, resolver=NAMES)
    assert failure.value.reason == "bad_response"


def test_another_folder_is_read_by_its_name_in_any_letters(imap: LabImap, password: Path) -> None:
    imap.put(MAIL % 1, 'P&AOs-rgjigje "x"')  # Përgjigje "x", as IMAP writes it

    assert failed(settings_of(imap, password, folder="Nowhere")) == "bad_response"
    assert failed(settings_of(imap, password, folder="INBOX\r\nA9 LOGOUT")) == "bad_response"
    imap.put(MAIL % 2, "P&AOs-rgjigje")
    assert [one.raw for one in read(settings_of(imap, password, folder="Përgjigje"))] == [MAIL % 2]


# --- where it may dial, and by what ----------------------------------------------------------------------------------


def test_a_lab_dials_nothing_outside_it(imap: LabImap, password: Path) -> None:
    imap.put(MAIL % 1)

    assert len(read(settings_of(imap, password, host="imap.lab.example"))) == 1
    assert failed(settings_of(imap, password, host="out.example")) == "connect"
    assert failed(settings_of(imap, password, host="10.0.0.1")) == "connect"
    assert failed(settings_of(imap, password, host="unknown.example")) == "connect"


def test_outside_a_lab_an_open_connection_is_for_this_machine_only(imap: LabImap, password: Path) -> None:
    imap.put(MAIL % 1)

    assert failed(settings_of(imap, password, host="192.0.2.1"), gate=REAL) == "tls"
    assert len(read(settings_of(imap, password, host="localhost"), gate=REAL, resolver=None)) == 1
    assert len(read(settings_of(imap, password), gate=None, resolver=None)) == 1


def test_a_server_that_is_not_there_is_tried_again(password: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    assert failed(ImapSettings(host="127.0.0.1", port=port, security="none")) == "connect"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_reading_by_tls_trusts_only_who_is_vouched_for(tmp_path: Path, password: Path, security: str) -> None:
    authority = LabAuthority()
    trusted = str(authority.written(tmp_path))
    context = authority.context("imap.lab.example")
    imap = LabImap(context=context) if security == "tls" else LabImap(starttls=context)
    imap.put(MAIL % 1)
    settings = settings_of(imap, password, security=security, host="imap.lab.example")
    try:
        assert [one.raw for one in read(settings, authorities=trusted)] == [MAIL % 1]
        assert failed(settings) == "tls"  # an authority nobody trusts
        assert failed(settings, authorities=str(tmp_path / "nowhere.pem")) == "tls"
        named = settings_of(imap, password, security=security, host="localhost")
        assert failed(named, authorities=trusted) == "tls"  # another name's certificate
        password.write_text("guessed")
        assert failed(settings, authorities=trusted) == "login"
    finally:
        imap.stop()


def test_a_certificate_that_has_expired_is_not_believed(tmp_path: Path, password: Path) -> None:
    authority = LabAuthority()
    imap = LabImap(context=authority.context("imap.lab.example", valid_for=-datetime.timedelta(hours=1)))
    try:
        settings = settings_of(imap, password, security="tls", host="imap.lab.example")
        assert failed(settings, authorities=str(authority.written(tmp_path))) == "tls"
    finally:
        imap.stop()


def test_a_server_without_starttls_never_hears_the_password(imap: LabImap, password: Path) -> None:
    assert failed(settings_of(imap, password, security="starttls")) == "tls"
    assert not any("LOGIN" in command or "AUTHENTICATE" in command for command in imap.commands)


@pytest.mark.parametrize("secret", ['with "quotes" and \\', "fjalëkalim", " blanks "])
def test_a_password_of_any_signs_is_sent_as_it_is(tmp_path: Path, secret: str) -> None:
    imap = LabImap(password=secret)
    path = tmp_path / "password"
    path.write_text(f"{secret}\n", encoding="utf-8")
    imap.put(MAIL % 1)
    try:
        assert len(read(settings_of(imap, path))) == 1
    finally:
        imap.stop()


def test_a_password_that_cannot_be_sent_is_a_matter_of_settings(imap: LabImap, tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("two\nlines")

    assert failed(settings_of(imap, path)) == "login"
    assert failed(settings_of(imap, tmp_path / "nowhere")) == "login"
