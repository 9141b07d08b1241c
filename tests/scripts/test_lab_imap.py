"""The lab's mailbox, spoken to by imaplib and by imap-tools, which know nothing of the hotline."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from imap_tools import BaseMailBox, MailBoxUnencrypted

from scripts.lab import Lab, LabAuthority, LabImap

MAIL = b"From: abuse@host.example\r\nSubject: Re: [N5]\r\nMessage-ID: <1@host.example>\r\n\r\nE hoqem.\r\n"


@contextmanager
def opened(imap: LabImap, folder: str = "INBOX", *, readonly: bool = False) -> Iterator[imaplib.IMAP4]:
    client = imaplib.IMAP4(imap.host, imap.port, timeout=5)
    try:
        client.login(imap.username, imap.password)
        assert client.select(folder, readonly)[0] == "OK"
        yield client
        client.logout()
    finally:
        client.sock.close()  # imaplib leaves it open when the server broke off
        client.file.close()


def test_what_is_put_in_is_listed_and_fetched_as_its_bytes(lab: Lab) -> None:
    lab.imap.put(MAIL)
    lab.imap.put(MAIL + b"{5}\r\n)\r\n* BYE\r\n")

    with opened(lab.imap) as client:
        assert client.uid("SEARCH", "ALL") == ("OK", [b"1 2"])
        (head, raw), _ = client.uid("FETCH", "2", "(UID RFC822.SIZE BODY.PEEK[])")[1]

    assert raw == MAIL + b"{5}\r\n)\r\n* BYE\r\n"
    assert head == b"2 (UID 2 RFC822.SIZE %d BODY[] {%d}" % (len(raw), len(raw))


def test_a_part_of_a_message_and_its_head_can_be_had(lab: Lab) -> None:
    lab.imap.put(MAIL)

    with opened(lab.imap) as client:
        (part, some), _ = client.uid("FETCH", "1", "(BODY.PEEK[]<5.7>)")[1]
        (_, head), _ = client.uid("FETCH", "1", "(BODY.PEEK[HEADER])")[1]

    assert part.endswith(b"BODY[]<5> {7}")
    assert some == MAIL[5:12]
    assert head == MAIL.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def test_peeking_leaves_a_message_unread_and_reading_it_does_not(lab: Lab) -> None:
    first, second = lab.imap.put(MAIL), lab.imap.put(MAIL)

    with opened(lab.imap) as client:
        client.uid("FETCH", str(first), "(BODY.PEEK[])")
        client.uid("FETCH", str(second), "(BODY[])")
        assert client.uid("SEARCH", "UNSEEN")[1] == [b"1"]

    assert lab.imap.flags(first) == set()
    assert lab.imap.flags(second) == {r"\Seen"}


def test_flags_are_set_only_where_the_folder_is_open_for_writing(lab: Lab) -> None:
    uid = lab.imap.put(MAIL)

    with opened(lab.imap, readonly=True) as client:
        assert client.uid("STORE", "1", "+FLAGS", r"(\Seen)")[0] == "NO"
    assert lab.imap.flags(uid) == set()
    with opened(lab.imap) as client:
        assert client.uid("STORE", "1", "+FLAGS", r"(\Seen)")[0] == "OK"
    assert lab.imap.flags(uid) == {r"\Seen"}


def test_numbers_from_one_on_name_the_last_even_below_it(lab: Lab) -> None:
    lab.imap.put(MAIL)
    lab.imap.put(MAIL)

    with opened(lab.imap) as client:
        assert client.uid("SEARCH", "UID", "2:*")[1] == [b"2"]
        assert client.uid("SEARCH", "UID", "9:*")[1] == [b"2"]


def test_a_wrong_password_and_an_unknown_folder_are_refused(lab: Lab) -> None:
    with imaplib.IMAP4(lab.imap.host, lab.imap.port, timeout=5) as client:
        with pytest.raises(imaplib.IMAP4.error, match="wrong name or password"):
            client.login(lab.imap.username, "guessed")
        client.login(lab.imap.username, lab.imap.password)
        assert client.select("Nowhere")[0] == "NO"
        assert client.list()[1] == [b'() "/" "INBOX"']
        assert client.noop()[0] == "OK"


def test_imap_tools_reads_it_by_login_and_by_plain(lab: Lab) -> None:
    lab.imap.put(MAIL)

    for name in ("login", "login_utf8"):
        box = MailBoxUnencrypted(lab.imap.host, lab.imap.port, timeout=5)
        entered: BaseMailBox = getattr(box, name)(lab.imap.username, lab.imap.password)
        with entered:
            (message,) = entered.fetch(mark_seen=False)
        assert (message.uid, message.subject, message.text) == ("1", "Re: [N5]", "E hoqem.\r\n")


@pytest.mark.parametrize("way", ["tls", "starttls"])
def test_it_speaks_tls(way: str) -> None:
    authority = LabAuthority()
    context = authority.context("127.0.0.1")
    imap = LabImap(context=context) if way == "tls" else LabImap(starttls=context)
    trusting = ssl.create_default_context(cadata=authority.pem.decode())
    try:
        if way == "tls":
            client = imaplib.IMAP4_SSL(imap.host, imap.port, ssl_context=trusting, timeout=5)
        else:
            client = imaplib.IMAP4(imap.host, imap.port, timeout=5)
            assert "STARTTLS" in client.capabilities
            client.starttls(trusting)
        with client:
            assert client.login(imap.username, imap.password)[0] == "OK"
    finally:
        imap.stop()


@pytest.mark.parametrize(("fault", "error"), [("drop", imaplib.IMAP4.abort), ("garbage", imaplib.IMAP4.abort)])
def test_a_fault_comes_its_number_of_times(lab: Lab, fault: str, error: type[Exception]) -> None:
    lab.imap.put(MAIL)
    lab.imap.fail(fault)

    with pytest.raises(error), opened(lab.imap) as client:
        client.uid("FETCH", "1", "(BODY.PEEK[])")
    with opened(lab.imap) as client:
        assert client.uid("FETCH", "1", "(BODY.PEEK[])")[1][0][1] == MAIL


def test_a_literal_can_be_said_to_be_longer_than_it_is(lab: Lab) -> None:
    lab.imap.put(MAIL)
    lab.imap.fail("lie_short")

    with pytest.raises(imaplib.IMAP4.abort, match="unexpected response"), opened(lab.imap) as client:
        client.uid("FETCH", "1", "(BODY.PEEK[])")


def test_a_mailbox_made_anew_numbers_its_messages_again(lab: Lab) -> None:
    first = lab.imap.put(MAIL)
    lab.imap.put(MAIL)
    lab.imap.drop(first)
    lab.imap.remake()

    with opened(lab.imap) as client:
        assert client.response("UIDVALIDITY") == ("UIDVALIDITY", [b"2"])
        assert client.uid("SEARCH", "ALL")[1] == [b"1"]


def test_a_fault_that_the_lab_has_not_is_refused(lab: Lab) -> None:
    with pytest.raises(ValueError, match="not 'sulk'"):
        lab.imap.fail("sulk")


def test_stopping_ends_a_client_that_hangs(lab: Lab) -> None:
    lab.imap.fail("hang", "GREETING")
    with pytest.raises(TimeoutError):
        imaplib.IMAP4(lab.imap.host, lab.imap.port, timeout=0.2)
    lab.imap.behave()

    with opened(lab.imap) as client:
        assert client.state == "SELECTED"
