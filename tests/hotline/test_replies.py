"""Answers by mail, hostile ones first: any bytes are read in time and bounded; then bounces, receipts and people, in
both languages, read and matched as a person would."""

import base64
import binascii
import hashlib
import random
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hotline.records.replies import Match, MatchedBy, Reply, ReplyKind
from hotline.replies import Known, match, phrases, read_reply, suggested
from hotline.states import Outcome

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
OURS = "<n5.r1.home1@hotline.example>"
TOKEN = "k7q2m9x4c8v3b6n1"
PICTURE = bytes(random.Random(6).randbytes(3_000))
KNOWN = Known(
    by_token={TOKEN: 5}.get,
    by_message_id={OURS: 5, "<n9.r2.home1@hotline.example>": 9}.get,
    by_tag={"N5": 5, "N9": 9}.get,
    domains_of={5: ("host.example",), 9: ("cdn.example", "ops.cdn.example")}.__getitem__,
)


def mail(body: str, *, sender: str = "abuse@host.example", subject: str = "Re: [N5] notice", **heads: str) -> bytes:
    """A mail; `in_reply_to="…"` makes a header In-Reply-To, and content_type="" leaves that one out."""
    known = {"from": sender, "to": "replies@hotline.example", "subject": subject, "message-id": "<a1@host.example>"}
    known |= {"content-type": "text/plain; charset=utf-8"}
    known |= {name.replace("_", "-"): value for name, value in heads.items()}
    lines = [f"{name.title()}: {value}" for name, value in known.items() if value]
    return "\r\n".join([*lines, "", *body.split("\n")]).encode()


def multipart(*parts: str, kind: str = "mixed", **heads: str) -> bytes:
    body = "\n".join(f"--edge\n{part}" for part in parts)
    return mail(f"{body}\n--edge--\n", content_type=f'multipart/{kind}; boundary="edge"', **heads)


def read(raw: bytes) -> Reply:
    return read_reply(raw, NOW)


# --- hostile bytes ----------------------------------------------------------------------------------------------------


HEAD = b"From: a@host.example\nSubject: x\n"
DAEMON = b"Return-Path: <>\nFrom: MAILER-DAEMON@host.example\n"


def nested(levels: int) -> bytes:
    return b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(levels))


HOSTILE = {
    "nothing": b"",
    "no mail": b"\x00\xff\xfe" * 1_000,
    "only line ends": b"\r\n" * 100_000,
    "1,000 levels": HEAD + nested(1_000) + b"\n\nhi",
    "levels times lines": HEAD + nested(20) + b"Content-Type: text/plain\n\n" + b"a\n" * 900_000,
    "a head of 10 MB": HEAD + b"X: " + b"a" * 10_000_000 + b"\n\nhi",
    "a subject of 10 MB in encoded words": b"Subject: " + b"=?utf-8?q?a?=" * 800_000 + b"\n\nhi",
    "a million headers": b"a:b\n" * 1_000_000 + b"\n\nhi",
    "quotes without end in a type": HEAD + b'Content-Type: text/plain; a="' + b'\n ;";' * 300_000 + b"\n\nhi",
    "parts without number": HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 15_000,
    "digests in digests": HEAD + b"Content-Type: multipart/digest; boundary=b\n\n" + b"--b\n" * 30_000,
    "comments and at signs": b"From: " + b"(" * 100_000 + b"\nTo: " + b"a@" * 500_000 + b"\n\nhi",
    "two megabytes of doubt": HEAD + b"\n" + b"has been removed not. " * 90_000,
    "two megabytes of dashes": HEAD + b"\n" + b"-" * 2_000_000,
    "tags that never close": HEAD + b"Content-Type: text/html\n\n" + b"<div " * 400_000,
    "scripts that never close": HEAD + b"Content-Type: text/html\n\n" + b"<script>" * 200_000,
    "scripts that do": HEAD + b"Content-Type: text/html\n\n" + b"<script></script>" * 100_000,
    "references in HTML": HEAD + b"Content-Type: text/html\n\n" + b"&nGt;&#x110000;&#" * 100_000,
    "files without end": HEAD + b"\n" + b"begin 644 x.jpg\n" * 60_000,
    "attributions": HEAD + b"\n" + (b"On " + b"a" * 200 + b"\n") * 9_000,
    "a bounce of nothing but addresses": DAEMON + b"\n" + b"a@host.example " * 130_000,
    "a bounce of nothing but codes": DAEMON + b"\n" + b"<a@host.example>: 550 " * 90_000,
    "a report of 19,000 recipients": DAEMON
    + b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n"
    + b"Content-Type: message/delivery-status\n\n"
    + b"Action: failed\nFinal-Recipient: rfc822; a@host.example\n\n" * 19_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_read_in_time_and_bounded(name: str) -> None:
    started = time.perf_counter()
    reply = read(HOSTILE[name])

    assert time.perf_counter() - started < 6
    assert_bounded(reply)
    assert match(reply, KNOWN) is None


def assert_bounded(reply: Reply) -> None:
    assert len(reply.text) <= 20_000
    assert len(reply.subject) <= 300
    assert all(sign.isprintable() or sign == "\n" for sign in reply.text)
    assert reply.subject.isprintable()
    assert len(reply.attachments) <= 300
    for some in (reply.recipients, reply.references, reply.in_reply_to, reply.tokens, reply.returned):
        assert len(some) <= 50
        assert all(len(one) <= 330 and one.isprintable() for one in some)
    assert len(reply.sender or "") <= 330


def test_mutated_mails_never_raise() -> None:
    chance = random.Random(20260301)
    seeds = [EXIM, POSTFIX, OTRS, multipart("\npart", "Content-Type: image/png\n\nx"), mail("Përmbajtja u hoq.")]
    words = [b"\n", b"\r", b"\0", b'"', b"=?", b"?=", b"(", b"<", b"--edge", b":", b";", b"\xff", b"*0*=", b"charset="]
    for _ in range(400):
        raw = bytearray(chance.choice(seeds))
        for _ in range(chance.randrange(1, 30)):
            at = chance.randrange(len(raw))
            raw[at : at + chance.randrange(3)] = chance.choice(words)
        assert_bounded(read(bytes(raw)))


@pytest.mark.parametrize(
    "charset",
    [
        "x-unknown",
        "idna",
        "punycode",
        "unicode_escape",
        "undefined",
        "zlib_codec",
        "rot13",
        "utf-16",
        "a\0b",
        "../x",
        "hz",
    ],
)
def test_a_charset_that_is_none_stops_nothing(charset: str) -> None:
    reply = read(mail("E hoqëm, \\x41 xn--a.", content_type=f'text/plain; charset="{charset}"'))

    assert_bounded(reply)


@pytest.mark.parametrize("said", ["us-ascii", "utf-8", "iso-8859-1", "windows-1252", "koi8-r", "nonsense"])
def test_a_charset_that_lies_does_not_spoil_the_words(said: str) -> None:
    assert read(mail("Përmbajtja u hoq.", content_type=f"text/plain; charset={said}")).text == "Përmbajtja u hoq."


def test_a_charset_in_pieces_on_bytes_beyond_ascii_stops_nothing() -> None:
    raw = mail("X", content_type="text/plain; charset*0*=utf-8''x; charset*1=y").replace(
        b"\r\n\r\nX", b"\r\n\r\nu hoq \xeb"
    )

    assert read(raw).text == "u hoq ë"


def test_words_in_old_charsets_are_read() -> None:
    for charset in ("iso-8859-1", "windows-1252"):
        raw = mail("X", content_type=f"text/plain; charset={charset}").replace(
            b"X", "Përmbajtja u hoq.".encode(charset)
        )
        assert read(raw).text == "Përmbajtja u hoq."
        assert read(raw).suggests is Outcome.REMOVED
    raw = mail("X", content_type="text/plain; charset=utf-16").replace(b"X", "U hoq.".encode("utf-16"))
    assert read(raw).text == "U hoq."


def test_signs_that_hide_or_turn_words_are_left_out() -> None:
    reply = read(mail("re\u202emoved\x1b[31m\x07 \u200bnot\x00", subject="a\u202eb\x1b]0;x\x07"))

    assert reply.text == "removed[31m not"
    assert reply.subject == "ab]0;x"


def test_a_subject_that_smuggles_lines_is_one_line() -> None:
    smuggled = base64.b64encode(b"a\r\nBcc: x@y.example\r\n\r\nb").decode()

    assert read(mail("x", subject=f"=?utf-8?b?{smuggled}?=")).subject == "a Bcc: x@y.example b"


def test_what_was_too_much_is_said() -> None:
    assert read(HOSTILE["1,000 levels"]).is_cut
    assert read(HOSTILE["a head of 10 MB"]).is_cut
    assert read(mail("a" * 30_000 + " " + "b " * 15_000)).is_cut
    assert read_reply(mail("short"), NOW, is_cut=True).is_cut
    assert not read(mail("short")).is_cut


def test_a_long_head_does_not_hide_the_answer() -> None:
    reply = read(HEAD + b"X: " + b"a" * 10_000_000 + b"\n\nThe content has been removed.\n")

    assert (reply.text, reply.suggests) == ("The content has been removed.", Outcome.REMOVED)


def test_the_time_is_ours_and_never_the_mails() -> None:
    raw = mail("x", date="Mon, 1 Jan 1990 00:00:00 +0000")

    assert read_reply(raw, NOW.astimezone(timezone(timedelta(hours=1)))).received_at == NOW
    assert read_reply(raw, None).received_at is None


# --- content that must never rest here --------------------------------------------------------------------------------


def digest(content: bytes) -> tuple[str, int]:
    return hashlib.sha256(content).hexdigest(), len(content)


def held(reply: Reply) -> list[tuple[str, int]]:
    return [(one.sha256, one.size_bytes) for one in reply.attachments]


ENCODED = base64.encodebytes(PICTURE).decode()
UUENCODED = "".join(binascii.b2a_uu(PICTURE[at : at + 45]).decode() for at in range(0, len(PICTURE), 45))


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        ("Content-Type: image/jpeg", "image/jpeg"),
        ("Content-Type: image/jpeg; name=victim.jpg\nContent-Disposition: inline", "image/jpeg"),
        # a picture that says it is a page, a text, or nothing
        ("Content-Type: text/html\nContent-Disposition: attachment", "text/html"),
        ("Content-Type: text/html", "text/html"),
        ("Content-Type: text/plain\nContent-Disposition: attachment; filename=a.txt", "text/plain"),
        ("Content-Type: ../../etc/passwd", "text/plain"),
        ("Content-Type: " + "a" * 500 + "/b", "application/octet-stream"),
    ],
)
def test_a_part_that_is_not_the_text_is_hashed_and_dropped(head: str, mime: str) -> None:
    reply = read(multipart("\nDone.", f"{head}\nContent-Transfer-Encoding: base64\n\n{ENCODED}"))

    assert reply.text == "Done."
    assert held(reply) == [digest(PICTURE)]
    assert reply.attachments[0].mime == mime
    assert "victim" not in repr(reply)


@pytest.mark.parametrize(
    "block",
    [
        f"begin 644 a.jpg\n{UUENCODED}`\nend\n",
        ENCODED,
        # a picture whose borders were lost, so that it stands in the text
        f"--edge\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n{ENCODED}",
        "data:image/png;base64," + base64.b64encode(PICTURE).decode(),
        base64.b64encode(PICTURE).decode(),
        # hidden behind signs that nobody sees
        "\n".join(f"\u200b{line}" for line in ENCODED.split("\n")),
    ],
)
def test_content_inside_the_text_is_taken_out(block: str) -> None:
    reply = read(mail(f"See this:\n\n{block}\nRegards"))

    assert len(reply.attachments) == 1
    assert reply.text.startswith("See this:")
    assert reply.text.endswith("Regards")
    assert ENCODED[:40] not in reply.text
    assert UUENCODED[:40] not in reply.text
    assert len(reply.text) < 200


def test_a_uuencoded_file_has_the_digest_of_the_file() -> None:
    assert held(read(mail(f"x\n\nbegin 644 a.jpg\n{UUENCODED}`\nend\n"))) == [digest(PICTURE)]


def test_bytes_that_are_no_text_are_an_attachment_whatever_they_say() -> None:
    raw = mail("X").replace(b"\r\n\r\nX", b"\r\n\r\n" + PICTURE)

    reply = read(raw)
    assert reply.text == ""
    assert len(reply.attachments) == 1


def test_a_page_in_the_place_of_text_shows_its_words_only() -> None:
    page = (
        "<html><head><title>t</title><style>p{}</style></head><body><!-- hidden --><script>evil()</script>"
        '<p>The content &amp; page have been removed.</p><img src="http://img.example/x.gif">Bye'
        "<blockquote>If this was removed, tell us</blockquote></body></html>"
    )
    reply = read(mail(page, content_type="text/html"))

    assert reply.text == "The content & page have been removed.\nBye"
    assert reply.suggests is Outcome.REMOVED
    assert reply.attachments == ()


def test_the_words_below_a_quoted_page_are_read_where_nothing_stands_above() -> None:
    page = "<blockquote>please remove</blockquote><p>Done, we removed it.</p>"

    assert read(mail(page, content_type="text/html")).text == "Done, we removed it."


def test_the_twin_of_a_text_is_no_attachment_and_a_picture_beside_it_is() -> None:
    html = "Content-Type: text/html\n\n<p>Done</p>"
    logo = f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{ENCODED}"
    inner = f'Content-Type: multipart/related; boundary="in"\n\n--in\n{html}\n--in\n{logo}\n--in--\n'

    assert read(multipart("\nDone", html, kind="alternative")).attachments == ()
    assert held(read(multipart("\nDone", inner, kind="alternative"))) == [digest(PICTURE)]
    assert read(multipart("\n  \n", html, kind="alternative")).text == "Done"


def test_a_picture_in_a_message_that_is_given_back_is_hashed() -> None:
    returned = (
        f"Content-Type: message/rfc822\n\nContent-Type: image/jpeg\nContent-Transfer-Encoding: base64\n\n{ENCODED}"
    )

    assert held(read(multipart("\nSee the original", returned))) == [digest(PICTURE)]


def test_a_multipart_without_its_borders_is_read_as_its_text() -> None:
    reply = read(mail("We have removed the file.", content_type="multipart/mixed"))

    assert (reply.text, reply.suggests) == ("We have removed the file.", Outcome.REMOVED)


# --- bounces ----------------------------------------------------------------------------------------------------------


COPY = f"From: Hotline <notices+{TOKEN}@hotline.example>\nTo: abuse@host.example\nSubject: [N5] x\nMessage-ID: {OURS}\n"


def dsn(action: str, status: str, *, returned: str = COPY, to: str = "abuse@host.example", **heads: str) -> bytes:
    known: dict[str, str] = {
        "sender": "MAILER-DAEMON@mx.host.example",
        "subject": "Undelivered Mail",
        "return_path": "<>",
    }
    block = f"Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; {status[0]}50 x"
    return multipart(
        "\nThis is the mail system at host mx.host.example.",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.host.example\n\n{block}\n",
        f"Content-Type: message/rfc822\n\n{returned}\nThe content has been removed.",
        kind="report; report-type=delivery-status",
        **(known | heads),
    )


POSTFIX = dsn("failed", "5.1.1")
EXIM = mail(
    "This message was created automatically by mail delivery software.\n\n"
    "A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. "
    "The following address(es) failed:\n\n  abuse@host.example\n    host mx.host.example [192.0.2.5]\n"
    "    SMTP error from remote mail server after RCPT TO:<abuse@host.example>:\n    550 5.1.1 User unknown\n\n"
    f"------ This is a copy of the message, including all the headers. ------\n\nReturn-path: <notices+{TOKEN}@"
    f"hotline.example>\n{COPY}\nPlease remove\n",
    sender="Mail Delivery System <Mailer-Daemon@mx.other.example>",
    subject="Mail delivery failed: returning message to sender",
    return_path="<>",
    x_failed_recipients="abuse@host.example",
    auto_submitted="auto-replied",
)
QMAIL = mail(
    "Hi. This is the qmail-send program at mx.host.example.\nI'm afraid I wasn't able to deliver your message to the "
    "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
    "<abuse@host.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
    f"--- Below this line is a copy of the message.\n\nReturn-Path: <notices@hotline.example>\n{COPY}\nPlease remove\n",
    sender="MAILER-DAEMON@mx.host.example",
    subject="failure notice",
    return_path="<>",
)
EXIM_DELAYED = mail(
    "This message was created automatically by mail delivery software.\nA message that you sent has not yet been "
    "delivered to one or more of its\nrecipients after more than 24 hours on the queue on mx.other.example.\n\n"
    "The address to which the message has not yet been delivered is:\n\n  abuse@host.example\n    Delay reason: "
    "timeout\n\nNo action is required on your part. Delivery attempts will continue for\nsome time.\n\n" + COPY,
    sender="Mailer-Daemon@mx.other.example",
    subject="Warning: message 1abc delayed 24 hours",
    return_path="<>",
    auto_submitted="auto-replied",
)
EXCHANGE = dsn(
    "failed", "5.7.1", sender="postmaster@host.example", subject="Undeliverable: [N5] x", auto_submitted="auto-replied"
)
HEADS_ONLY = multipart(
    "\nDelivery failed.",
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\nFinal-Recipient: rfc822;abuse@host.example\n"
    "Action: failed\nStatus: 5.2.2\n",
    f"Content-Type: text/rfc822-headers\n\n{COPY}",
    kind="report; report-type=delivery-status",
    sender="MAILER-DAEMON@host.example",
)

BOUNCES = [
    # Postfix, RFC 3464
    (POSTFIX, True, "5.1.1"),
    # a full mailbox, too: for good until a person looks
    (dsn("failed", "5.2.2"), True, "5.2.2"),
    # Exchange refuses by its rules
    (EXCHANGE, True, "5.7.1"),
    # only the head comes back
    (HEADS_ONLY, True, "5.2.2"),
    # put off: it is still under way
    (dsn("delayed", "4.4.1"), False, "4.4.1"),
    # put off, whatever code stands there
    (dsn("delayed", "5.0.0"), False, "5.0.0"),
    # given up after days of trying: the mailbox may be right
    (dsn("failed", "4.4.7"), False, "4.4.7"),
    # OpenSMTPD's own word
    (dsn("error", "5.0.0"), True, "5.0.0"),
    (dsn("Failed (see below)", "5.1.10"), True, "5.1.10"),
    # Exim's words, without a report
    (EXIM, True, "5.1.1"),
    # qmail's words, without a report
    (QMAIL, True, "5.1.1"),
    (EXIM_DELAYED, False, ""),
    # without the empty sender
    (dsn("failed", "5.1.1", return_path=""), True, "5.1.1"),
]


@pytest.mark.parametrize(("raw", "is_permanent", "code"), BOUNCES)
def test_a_bounce_says_for_whom_it_is_final_and_finds_its_notice(raw: bytes, is_permanent: bool, code: str) -> None:
    reply = read(raw)

    assert reply.kind is ReplyKind.BOUNCE
    assert reply.bounce is not None
    assert (reply.bounce.is_permanent, reply.bounce.code) == (is_permanent, code)
    assert reply.bounce.recipients == ("abuse@host.example",)
    assert match(reply, KNOWN) == Match(5, MatchedBy.TOKEN)
    assert reply.suggests is None


def test_a_bounce_is_found_by_the_message_that_it_gives_back() -> None:
    plain = COPY.replace(f"+{TOKEN}", "")
    assert match(read(dsn("failed", "5.1.1", returned=plain)), KNOWN) == Match(5, MatchedBy.HEADERS)
    assert match(read(dsn("failed", "5.1.1", returned="Subject: [N5] x\n")), KNOWN) is None


def test_a_bounce_is_found_by_the_address_it_comes_to_alone() -> None:
    raw = dsn(
        "failed", "5.1.1", returned="Subject: x\n", to_="", delivered_to=f"notices+{TOKEN.upper()}@hotline.example"
    )

    assert match(read(raw), KNOWN) == Match(5, MatchedBy.TOKEN)


def test_a_bounce_of_a_bounce_is_of_the_notice_and_its_own_recipient() -> None:
    inner = dsn("failed", "5.1.1").decode().replace("edge", "inner").replace("\r\n", "\n")
    reply = read(dsn("failed", "5.4.6", returned=inner.rstrip() + "\n", to="second@mx.example"))

    assert reply.bounce is not None
    assert (reply.bounce.code, reply.bounce.recipients) == ("5.4.6", ("second@mx.example",))
    assert OURS in reply.returned
    assert match(reply, KNOWN) == Match(5, MatchedBy.TOKEN)


def test_a_report_that_all_arrived_is_no_bounce() -> None:
    for action in ("delivered", "relayed", "expanded"):
        reply = read(dsn(action, "2.0.0"))
        assert (reply.kind, reply.bounce) == (ReplyKind.AUTO, None)


def test_a_person_who_quotes_a_bounce_does_not_bounce() -> None:
    words = EXIM.partition(b"\r\n\r\n")[2].decode().replace("\r\n", "\n")

    assert read(mail(f"We got this, please send again:\n\n{words}")).kind is ReplyKind.ANSWER


def test_the_worst_of_several_recipients_counts() -> None:
    raw = dsn("delayed", "4.4.1").replace(
        b"Reporting-MTA: dns; mx.host.example\r\n\r\n",
        b"Reporting-MTA: dns; mx.host.example\r\n\r\nFinal-Recipient: rfc822; gone@host.example\r\nAction: failed\r\n"
        b"Status: 5.1.1\r\n\r\n",
    )
    bounce = read(raw).bounce

    assert bounce is not None
    assert (bounce.is_permanent, bounce.recipients) == (True, ("gone@host.example",))


# --- receipts and absences --------------------------------------------------------------------------------------------


OTRS = mail(
    "Dear sender,\n\nthank you for your message, which we have received. Your ticket number is 2026030112000012.\n"
    "If the content violates our rules, it will be removed.\n",
    subject="[Ticket#2026030112000012] RE: [N5] notice",
    auto_submitted="auto-replied",
    precedence="bulk",
)
RT = mail(
    "Greetings,\n\nThis message has been automatically generated in response to the creation of a ticket.\n"
    "There is no need to reply to this message right now. Your ticket has been assigned an ID of "
    "[host.example #48213].\n",
    subject="[host.example #48213] AutoReply: [N5] notice",
    auto_submitted="auto-generated",
    rt_ticket="host.example #48213",
)
ZENDESK = mail(
    "##- Please type your reply above this line -##\n\nYour request (#90125) has been received and is being reviewed "
    "by our team.\n\nTo add additional comments, reply to this email.\n",
    subject="[Request received] [N5] notice",
    auto_submitted="auto-generated",
    x_auto_response_suppress="All",
)

RECEIPTS = [
    # OTRS, RT, Zendesk, and a case number in the subject
    (OTRS, "2026030112000012"),
    (RT, "48213"),
    (ZENDESK, None),
    (mail("Received.", subject="Re: [N5] notice (Case 01234567)", auto_submitted="auto-replied"), "01234567"),
    (mail("Reference number: ABU-2026-77.", auto_submitted="auto-generated"), "ABU-2026-77"),
    # Albanian
    (mail("Faleminderit. Numri i kërkesës suaj: 2026-118.", auto_submitted="auto-replied"), "2026-118"),
    (mail("Jam me pushime.", subject="Përgjigje automatike: [N5]"), None),
    (mail("Kthehem të hënën.", subject="Jashtë zyrës: [N5] njoftim"), None),
    # by headers of other programs
    (mail("I am away.", x_autoreply="yes"), None),
    (mail("I am away.", x_autorespond="away"), None),
    (mail("I am away.", precedence="auto_reply"), None),
    (mail("I am away.", precedence="junk"), None),
    (mail("I am away.", return_path="<>"), None),
    # by the subject alone
    (mail("I am away.", subject="Automatic reply: [N5] notice"), None),
    (mail("I am away.", subject="Out of Office: [N5]"), None),
    (mail("I am away.", subject="=?utf-8?q?P=C3=ABrgjigje_automatike=3A_=5BN5=5D?="), None),
    # a receipt of reading
    (
        multipart(
            "\nYour message was read.",
            "Content-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; a@host.example\n",
            kind="report; report-type=disposition-notification",
        ),
        None,
    ),
]


@pytest.mark.parametrize(("raw", "reference"), RECEIPTS)
def test_a_machines_receipt_is_no_answer_and_its_number_is_kept(raw: bytes, reference: str | None) -> None:
    reply = read(raw)

    assert reply.kind is ReplyKind.AUTO
    assert reply.reference == reference
    assert reply.suggests is None
    assert match(reply, KNOWN) == Match(5, MatchedBy.TAG)


def test_our_own_number_is_never_their_reference() -> None:
    assert read(mail("x", subject="Re: [N5] notice, ref N5")).reference is None


@pytest.mark.parametrize("heads", [{"auto_submitted": "no"}, {"precedence": "list"}, {"x_autoreply": "no"}, {}])
def test_a_person_is_not_taken_for_a_machine(heads: dict[str, str]) -> None:
    assert read(mail("We are looking into it.", **heads)).kind is ReplyKind.ANSWER


# --- what people say --------------------------------------------------------------------------------------------------


ANSWERS = [
    # removed
    ("Hello,\n\nThe content has been removed.\n\nRegards", Outcome.REMOVED),
    ("Hi, we've removed the files and suspended the account.", Outcome.REMOVED),
    (
        "We would like to inform you that the material has been taken down. Let us know if you have questions.",
        "removed",
    ),
    ("After review, we have deleted\nthe page. It will not come back.", Outcome.REMOVED),
    ("The customer's account has been terminated.", Outcome.REMOVED),
    ("The URL is no longer available.", Outcome.REMOVED),
    ("Përshëndetje,\n\npërmbajtja u hoq.\n\nMe respekt", Outcome.REMOVED),
    ("E hoqëm sot në mëngjes. Faleminderit për njoftimin!", Outcome.REMOVED),
    ("Materiali është fshirë nga serverët tanë.", Outcome.REMOVED),
    ("Faqja nuk është më në dispozicion.", Outcome.REMOVED),
    ("E HOQEM.", Outcome.REMOVED),
    ("Removed.", Outcome.REMOVED),
    ("Hello,\n\nContent removed, thanks!", Outcome.REMOVED),
    ("We have disabled access to the file.", Outcome.REMOVED),
    # not removed, or not yet, or only said to be
    ("Removed?", None),
    ("Nothing has been removed yet.", None),
    ("We removed nothing.", None),
    ("We asked our customer to have the content removed.", None),
    ("We have forwarded your report and will make sure that it is removed.", None),
    ("Kemi kërkuar nga klienti që të sigurohet se përmbajtja është hequr.", None),
    ("The content has not been removed.", None),
    ("We cannot confirm that the content has been removed.", None),
    ("The content has been removed?", None),
    ("Once the content has been removed we will tell you.", None),
    ("If the content has been removed, ignore this.", None),
    ("You say that the content has been removed. We still see it.", None),
    ("The content will be removed within 24 hours.", None),
    ("An attachment was removed by our mail filter.", None),
    ("Nuk e hoqëm.", None),
    ("Përmbajtja nuk u hoq.", None),
    ("S'e hoqëm ende.", None),
    ("S’kemi hequr asgjë.", None),
    ("Ende nuk është hequr.", None),
    ("Do të hiqet nesër.", None),
    ("A është hequr?", None),
    # declined
    ("We reviewed the page. It does not violate our terms.", Outcome.DECLINED),
    ("We will not remove this content.", Outcome.DECLINED),
    ("We require a court order.", Outcome.DECLINED),
    ("The content has not been removed because it does not violate our policy.", Outcome.DECLINED),
    ("Kjo nuk shkel rregullat tona.", Outcome.DECLINED),
    ("Nuk do ta heqim.", Outcome.DECLINED),
    ("If it does not violate our policy, it stays up.", None),
    ("Your complaint was rejected.", Outcome.DECLINED),
    ("Kërkesa juaj u refuzua.", Outcome.DECLINED),
    # restricted
    ("Access has been restricted in your country.", Outcome.RESTRICTED),
    ("The video is now age-restricted.", Outcome.RESTRICTED),
    ("Përmbajtja është bllokuar në Shqipëri.", Outcome.RESTRICTED),
    ("Access has not been restricted.", None),
    # asks for more
    ("Which URL do you mean?", Outcome.ASKS_MORE),
    ("The passphrase does not work. Could you send it again?", Outcome.ASKS_MORE),
    ("We need more information before we can act.", Outcome.ASKS_MORE),
    ("Cilën adresë keni parasysh?", Outcome.ASKS_MORE),
    ("Fjalëkalimi nuk funksionon.", Outcome.ASKS_MORE),
    ("Na duhet më shumë informacion.", Outcome.ASKS_MORE),
    ("For more information visit our site.", None),
    ("Nëse keni më shumë informacion, na shkruani.", None),
    # not theirs
    ("This is not hosted by us.", Outcome.NOT_OURS),
    ("That IP is not on our network, please contact the hosting provider.", Outcome.NOT_OURS),
    ("Kjo faqe nuk strehohet tek ne.", Outcome.NOT_OURS),
    ("I përket një kompanie tjetër.", Outcome.NOT_OURS),
    # two things at once, or nothing
    ("We removed the first file. The second does not violate our terms.", None),
    ("We do not host it, but the owner told us that it has been removed.", None),
    ("Which URL? The first has been removed.", None),
    ("Thank you for your report.", None),
    ("Faleminderit.", None),
    ("", None),
]


@pytest.mark.parametrize(("said", "outcome"), ANSWERS)
def test_an_answer_suggests_what_a_person_would_read(said: str, outcome: Outcome | None) -> None:
    reply = read(mail(said))

    assert reply.kind is ReplyKind.ANSWER
    assert reply.suggests == outcome


QUOTES = [
    "> Has it been removed? It has been removed\n> before.",
    "On Sun, 1 Mar 2026 at 12:00, Hotline <notices@hotline.example> wrote:\n> It has been removed.",
    "On Sunday, 1 March 2026 at 12:00 the Hotline\n<notices@hotline.example> wrote:\n\nIt has been removed.",
    "Më 1 mars 2026 në 12:00, Hotline shkroi:\n> Përmbajtja u hoq.",
    "-----Original Message-----\nFrom: x\nIt has been removed.",
    "----- Mesazhi origjinal -----\nU hoq.",
    "________________________________\nFrom: Hotline\nIt has been removed.",
    "From: Hotline <notices@hotline.example>\nSent: Sunday\nTo: abuse\nSubject: x\n\nIt has been removed.",
    "Nga: Hotline\nDërguar: e diel\nPër: abuse\n\nU hoq.",
]


@pytest.mark.parametrize("quote", QUOTES)
def test_what_is_quoted_says_nothing(quote: str) -> None:
    reply = read(mail(f"We will look into it.\n\n{quote}\n"))

    assert reply.text == "We will look into it."
    assert reply.suggests is None


def test_an_answer_between_the_lines_and_below_is_read() -> None:
    reply = read(mail("On 1 March, Hotline wrote:\n> http://img.example/a\nThis one has been removed.\n> bye\nBye\n"))

    assert reply.text == "This one has been removed.\nBye"
    assert reply.suggests is Outcome.REMOVED


def test_our_own_lines_given_back_unmarked_say_nothing() -> None:
    ours = "Please confirm.\nThe copy at img.example has been removed already.\n"
    theirs = f"Received, thank you.\n\n{ours}"

    assert suggested(theirs) is Outcome.REMOVED
    assert suggested(theirs, ours) is None
    assert suggested(f"It does not violate our terms.\n\n{ours}", ours) is Outcome.DECLINED


def test_every_outcome_has_phrases_that_are_dated_and_unconfirmed() -> None:
    known = phrases()

    assert known.status == "unconfirmed"
    assert known.taken_at.year >= 2026
    assert {outcome.value for outcome in Outcome} - {"no_answer"} <= set(known.of)


# --- finding the notice -----------------------------------------------------------------------------------------------


WAYS = [
    # by the address it came to, whatever else it says
    ({"to": f"Hotline <replies+{TOKEN}@hotline.example>", "subject": "hello"}, Match(5, MatchedBy.TOKEN)),
    ({"cc": f"replies+{TOKEN}@hotline.example", "subject": "x"}, Match(5, MatchedBy.TOKEN)),
    ({"x_original_to": f"replies+{TOKEN.upper()}@hotline.example", "subject": "x"}, Match(5, MatchedBy.TOKEN)),
    (
        {"delivered_to": f"notices+{TOKEN}@hotline.example", "in_reply_to": "<n9.r2.home1@hotline.example>"},
        Match(5, "token"),
    ),
    # by what it answers to
    ({"in_reply_to": OURS, "subject": "x"}, Match(5, MatchedBy.HEADERS)),
    ({"references": f"<a@b.example>\r\n {OURS}\r\n <c@d.example>", "subject": "x"}, Match(5, MatchedBy.HEADERS)),
    ({"in_reply_to": OURS, "references": "<n9.r2.home1@hotline.example>", "subject": "x"}, Match(5, MatchedBy.HEADERS)),
    # by the number in the subject, from where the notice went
    ({"subject": "RE: [N5] njoftim"}, Match(5, MatchedBy.TAG)),
    ({"subject": "Re: [N5]", "sender": "Desk <desk@support.host.example>"}, Match(5, MatchedBy.TAG)),
    ({"subject": "Re: [N9]", "sender": "noc@ops.cdn.example"}, Match(9, MatchedBy.TAG)),
    # a number can be guessed
    ({"subject": "Re: [N5]", "sender": "abuse@elsewhere.example"}, None),
    ({"subject": "Re: [N5]", "sender": "abuse@nothost.example"}, None),
    ({"subject": "Re: [N5]", "sender": "abuse@example"}, None),
    ({"subject": "Re: [N5]", "sender": "host.example"}, None),
    ({"subject": "Re: [N5]", "sender": '"abuse@host.example" <x@elsewhere.example>'}, None),
    ({"subject": "Re: [N5] [N9]"}, None),
    ({"subject": "Re: [N404]"}, None),
    ({"subject": "Re: N5 (N5) [N05] [N5"}, None),
    # nothing of ours
    ({"subject": "hello", "to": "replies+guessed123@hotline.example", "in_reply_to": "<x@y.example>"}, None),
]


@pytest.mark.parametrize(("heads", "found"), WAYS)
def test_an_answer_finds_its_notice_by_what_cannot_be_guessed(heads: dict[str, str], found: Match | None) -> None:
    assert match(read(mail("x", **heads)), KNOWN) == found


def test_an_answer_is_read_whole() -> None:
    raw = mail(
        "E hoqëm.", to=f"Hotline <Replies+{TOKEN}@Hotline.Example>", in_reply_to=OURS, references=f"{OURS} {OURS}"
    )
    reply = read(raw)

    assert reply == Reply(
        digest=hashlib.sha256(raw).hexdigest(),
        received_at=NOW,
        sender="abuse@host.example",
        subject="Re: [N5] notice",
        message_id="<a1@host.example>",
        in_reply_to=(OURS,),
        references=(OURS,),
        returned=(),
        recipients=(f"Replies+{TOKEN}@hotline.example",),
        kind=ReplyKind.ANSWER,
        bounce=None,
        text="E hoqëm.",
        attachments=(),
        tokens=(TOKEN,),
        tags=("N5",),
        reference=None,
        suggests=Outcome.REMOVED,
        is_cut=False,
    )


def test_what_is_written_about_an_answer_shows_no_address_and_no_words() -> None:
    shown = repr(read(mail("E hoqëm.", to=f"replies+{TOKEN}@hotline.example")))

    assert not [secret for secret in ("abuse@", "hoqëm", TOKEN, "notice") if secret in shown]
