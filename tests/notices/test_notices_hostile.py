"""Whatever a stranger or a slip of a pen puts into a fact: it is read by people as it stands, or the notice stays."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_samples import ACCOUNT, HARMFUL, ILLEGAL, NOW, PAGE, PICTURE, PROFILE, SENDER
from write_golden import FIRST_ROUND, golden_facts, whole

from notices import words
from notices.attachments import require_outgoing
from notices.errors import (
    AttachmentError,
    ForbiddenWordError,
    InvalidXarfError,
    UncheckedCitationError,
    UnsafeTextError,
    WrongRecipientError,
)
from notices.facts import LANGUAGES, Account, EarlierNotice, NoticeFacts
from notices.render import mail
from notices.xarfreports import require_valid, xarf_report

CORRECTION = golden_facts()["correction-en"]
TEMPLATES = [
    "{{ 7*7 }}",
    "{% include 'shared/en/footer.txt' %}",
    "{{ facts.sender.__class__ }}",
    "{%- raw %}",
    "{# hidden #}",
    "{{ url_for.__globals__ }}",
    "%(name)s {0} ${HOME} `id`",
]


def everywhere(text: str) -> dict[str, NoticeFacts]:
    """A notice for each place where a stranger's or a person's words can stand."""
    on_platform = replace(ILLEGAL, contact_role="platform")
    return {
        "url": replace(ILLEGAL, addresses=(replace(PICTURE, url=text, href="https://img.example/1"),)),
        "handle": replace(on_platform, addresses=(replace(PICTURE, account=Account(text, None)),)),
        "number": replace(on_platform, addresses=(replace(PICTURE, account=Account(None, text)),)),
        "platform_media": replace(on_platform, addresses=(replace(PICTURE, platform_media=text),)),
        "access_steps": replace(ILLEGAL, addresses=(replace(PICTURE, access_steps=text),)),
        "network": replace(ILLEGAL, addresses=(replace(PICTURE, network=text),)),
        "ip": replace(ILLEGAL, addresses=(replace(PICTURE, ip=text),)),
        "contact_origin": replace(ILLEGAL, contact_origin=text),
        "name": replace(ILLEGAL, sender=replace(SENDER, name=text)),
        "phone": replace(ILLEGAL, sender=replace(SENDER, phone=text)),
        "mandate_reference": replace(ILLEGAL, sender=replace(SENDER, mandate_reference=text)),
        "genuine": replace(HARMFUL, genuine=(text,)),
        "platform_rule": replace(HARMFUL, platform_rule=text),
        "correction": replace(CORRECTION, addresses=(replace(PICTURE, url=text),)),
    }


PLACES = sorted(everywhere(""))


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("text", TEMPLATES)
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_looks_like_a_template_stands_as_it_is_and_is_never_run(place: str, text: str, language: Any) -> None:
    facts = replace(everywhere(text)[place], language=language)
    plain = replace(everywhere("PLACE" * 3)[place], language=language)

    assert " ".join(mail(facts).body.split()) == " ".join(mail(plain).body.split()).replace("PLACE" * 3, text)


@pytest.mark.parametrize("control", ["\r\nBcc: x@evil.example", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\ud800"])
@pytest.mark.parametrize("place", PLACES)
def test_no_place_can_add_a_line_or_a_header(place: str, control: str) -> None:
    with pytest.raises(UnsafeTextError, match=place if place != "correction" else "url"):
        mail(everywhere(f"x{control}y")[place])


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=120))
def test_any_text_in_any_place_leaves_a_mail_that_reads_one_way_only(text: str) -> None:
    headers = {*("From", "To", "Reply-To", "Subject", "Date", "Message-ID"), "X-Hotline-Notice", "MIME-Version"}
    for place in ("access_steps", "contact_origin", "network", "url"):
        made = mail(everywhere(text)[place])
        message = parsed(made.raw)
        body = message.get_body(("plain",))

        assert body is not None
        assert body.get_content().replace("\r\n", "\n") == made.body
        assert set(message.keys()) - headers == {"Content-Type"}
        assert not [part.defects for part in message.walk() if part.defects]


def test_a_text_that_looks_like_the_boundary_opens_no_part() -> None:
    first = mail(ILLEGAL)
    boundary = str(parsed(first.raw).get_boundary())
    address = replace(PICTURE, access_steps=f"--{boundary}-- --{boundary}")
    made = mail(replace(ILLEGAL, addresses=(address,), contact_origin=boundary))

    assert len(list(parsed(made.raw).iter_parts())) == 2
    assert f"To reach it: --{boundary}-- --{boundary}" in made.body


def test_a_passphrase_stands_on_one_line_blank_for_blank() -> None:
    steps = "password: " + "two  blanks - and a-dash " * 8 + "end"

    assert (
        f"   To reach it: {steps}\n" in mail(replace(ILLEGAL, addresses=(replace(PICTURE, access_steps=steps),))).body
    )


@pytest.mark.parametrize("word", ["CSAM", "child sexual", "abuzim seksual", "e paligjshme", "cs\u200bam"])
@pytest.mark.parametrize("facts", [HARMFUL, CORRECTION])
@pytest.mark.parametrize(
    "change",
    [
        lambda facts, text: replace(facts, contact_origin=text, sender=replace(SENDER, name=text)),
        lambda facts, text: replace(facts, sender=replace(SENDER, mandate_reference=text)),
        lambda facts, text: replace(facts, sender=replace(SENDER, description=text)),
    ],
)
def test_no_word_of_crime_gets_into_a_harmful_notice_or_a_correction(
    facts: NoticeFacts, word: str, change: Callable[[NoticeFacts, str], NoticeFacts]
) -> None:
    with pytest.raises(ForbiddenWordError):
        mail(change(facts, f"a {word} b"))


def test_how_one_gets_there_is_no_hiding_place_for_a_word_of_crime() -> None:
    steps = replace(PROFILE, access_steps="search for csam")
    with pytest.raises(ForbiddenWordError, match="access_steps"):
        mail(replace(HARMFUL, addresses=(steps,)))
    with pytest.raises(ForbiddenWordError):
        mail(replace(HARMFUL, addresses=(replace(steps, access_steps="csam"),), platform_rule="Rule on csam"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_correction_names_the_notices_and_gives_no_reason_no_hash_and_no_account(language: Any) -> None:
    address = replace(PICTURE, account=ACCOUNT, assessed_at=NOW)
    made = mail(replace(CORRECTION, language=language, contact_role="platform", addresses=(address,)))

    assert "N5" in made.body
    assert words.long_day(language, FIRST_ROUND.sent_at) in made.body
    assert PICTURE.url in made.body.split("\n")
    for secret in (PICTURE.sha256, PICTURE.md5, PICTURE.pdq, ACCOUNT.handle, ACCOUNT.number, PICTURE.ip):
        assert str(secret) not in made.raw.decode()


def test_a_correction_cites_no_law() -> None:
    with pytest.raises(UncheckedCitationError):
        mail(replace(CORRECTION, citations=ILLEGAL.citations))


def test_a_corrected_message_id_cannot_carry_a_header() -> None:
    with pytest.raises(UnsafeTextError, match="corrects"):
        mail(replace(CORRECTION, corrects=(EarlierNotice("N5", "<a@b> <c@d>", NOW),)))


@pytest.mark.parametrize("verdict", ["harmful", "not_illegal", "national ", "BASELINE"])
def test_what_is_not_illegal_is_never_reported_as_such(verdict: str) -> None:
    address = replace(PICTURE, verdict=verdict)

    with pytest.raises(WrongRecipientError, match="I31"):
        xarf_report(replace(ILLEGAL, addresses=(address,)), address)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"sha256": "ab"}, "sha256"),
        ({"sha1": "g" * 40}, "sha1"),
        ({"asn": 0}, "asn"),
        ({"country": "Albania"}, "country_code"),
        ({"url": "img.example/1"}, "url"),
        ({"url": "https://img.example/a b"}, "url"),
        ({"url": "https://img.example/ë"}, "url"),
        ({"url": "https://[", "ip": None}, "source_identifier"),
        ({"url": "urn:x", "ip": None}, "source_identifier"),
    ],
)
def test_a_fact_that_xarf_cannot_say_stops_the_notice_and_names_item_and_field(
    changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidXarfError, match=f"I31 is not valid in .*{field}"):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, **changes),)))


@pytest.mark.parametrize("more", [{"evidence": []}, {"_internal": {}}, {"unknown": 1}, {"type": "spam"}])
def test_a_report_holds_no_copy_and_nothing_the_schemas_do_not_know(more: dict[str, Any]) -> None:
    good = xarf_report(ILLEGAL, PICTURE)
    require_valid(good, "I31")

    with pytest.raises(InvalidXarfError):
        require_valid(good | more, "I31")


@pytest.mark.parametrize("wrong", [None, [], "x", 1, {}])
def test_what_is_no_report_at_all_is_none(wrong: Any) -> None:
    with pytest.raises(InvalidXarfError):
        require_valid(wrong, "I31")


@pytest.mark.parametrize(
    ("shown", "kind"),
    [(["national"], "csem"), (["national", "baseline"], "csam"), (["baseline"], "csam"), ([], "csam")],
)
def test_a_page_nobody_assessed_is_what_it_shows(shown: list[str], kind: str) -> None:
    pictures = tuple(replace(PICTURE, item=f"I{n}", verdict=v, was_matched=True) for n, v in enumerate(shown, 1))
    page = replace(PAGE, shows=tuple(one.item for one in pictures) or ("I99",))
    report = xarf_report(replace(ILLEGAL, addresses=(page, *pictures)), page)

    assert report["type"] == kind
    if kind == "csam":
        assert report["classification"] == "baseline"
        assert report["detection_method"] == ("hash_match" if shown else "manual_review")


def test_a_report_of_national_law_gives_its_hashes_in_words() -> None:
    report = xarf_report(ILLEGAL, replace(PICTURE, verdict="national", sha1="12" * 20))

    assert "hash_values" not in report
    assert f"SHA1 {'12' * 20}, SHA256 {'ab' * 32}, PDQ {'ef' * 32}" in report["description"]


def test_the_longest_description_is_as_long_as_the_schemas_allow_and_says_no_act() -> None:
    address = replace(PICTURE, verdict="national", sha1="12" * 20, returns=99, access_steps="x" * 500)
    facts = replace(whole(ILLEGAL), addresses=(address,), is_urgent=True, contact_role="cdn", reference="N" + "9" * 12)

    assert 700 < len(xarf_report(facts, address)["description"]) < 1000


def test_report_numbers_are_the_same_for_the_same_item_and_round_and_for_nothing_else() -> None:
    def number(**changes: Any) -> str:
        return str(xarf_report(replace(ILLEGAL, **changes), PICTURE)["report_id"])

    others = [number(round=2), number(number="N6"), number(home="other"), xarf_report(ILLEGAL, PAGE)["report_id"]]
    assert number() == number(rendered_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert len({number(), *others}) == 5


@pytest.mark.parametrize("item", ["", "31", "I", "I31.json", "../I31", 'I3"; x="', "I٣", "i31", "I" + "1" * 13])
def test_an_item_that_would_name_another_file_is_refused(item: str) -> None:
    with pytest.raises(UnsafeTextError, match="no item number"):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, item=item),)))


def test_an_item_stands_once_in_a_notice() -> None:
    with pytest.raises(UnsafeTextError, match="I31"):
        mail(replace(ILLEGAL, addresses=(PICTURE, replace(PAGE, item="I31"))))


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../../etc/passwd", "/etc/passwd", "x" * 300, "Europe"])
def test_a_time_zone_that_is_none_is_refused(zone: str) -> None:
    with pytest.raises(UnsafeTextError, match="host_zone"):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, host_zone=zone),)))


def test_a_reply_address_with_its_token_still_has_to_be_one() -> None:
    sender = replace(SENDER, reply_to=f"{'r' * 60}@hotline.example")

    mail(replace(ILLEGAL, sender=sender))
    with pytest.raises(UnsafeTextError, match="with the token"):
        mail(replace(ILLEGAL, sender=sender, reply_token="0123456789abcdef"))


@pytest.mark.parametrize(("language", "said"), [("en", "1 December 2026"), ("sq", "1 dhjetor 2026")])
def test_days_stand_as_people_write_them(language: Any, said: str) -> None:
    made = mail(replace(ILLEGAL, language=language, no_warning_until=date(2026, 12, 1)))

    assert said in " ".join(made.body.split())


@pytest.mark.parametrize(
    ("language", "without"), [("en", ("police were informed", "until")), ("sq", ("Policia u", "deri më"))]
)
def test_what_is_not_known_is_not_said(language: Any, without: tuple[str, str]) -> None:
    body = mail(replace(ILLEGAL, language=language)).body

    assert not any(text in body for text in (*without, "None", "AS number", "Numri AS", "SHA-1:", "kontaktin tuaj"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("facts", [ILLEGAL, HARMFUL, replace(ILLEGAL, contact_role="search_engine")])
def test_every_notice_says_how_to_object_and_offers_the_other_language(facts: NoticeFacts, language: Any) -> None:
    text = " ".join(mail(replace(facts, language=language)).body.split())
    said = {
        "en": ("a person who did not assess it will look at your objection", "in Albanian: just answer."),
        "sq": ("shqyrtojë një person që nuk e ka bërë vlerësimin", "në anglisht: mjafton të përgjigjeni."),
    }

    assert all(sentence in text for sentence in said[language])


def with_parts(*parts: bytes, kind: bytes = b"multipart/mixed") -> bytes:
    joined = b"".join(b"--b\r\n" + part + b"\r\n" for part in parts)
    return b"Subject: x\r\nContent-Type: " + kind + b'; boundary="b"\r\n\r\n' + joined + b"--b--\r\n"


TEXT = b"Content-Type: text/plain\r\n\r\nText"


def file(kind: str, name: str, content: bytes) -> bytes:
    return f'Content-Type: {kind}\r\nContent-Disposition: attachment; filename="{name}"\r\n\r\n'.encode() + content


REPORT = next(part for part in parsed(mail(ILLEGAL).raw).iter_attachments()).as_bytes().replace(b"\n", b"\r\n")
PGP, AGE = b"-----BEGIN PGP MESSAGE-----\r\n\r\nx", b"age-encryption.org/v1\n-> X25519 x"


@pytest.mark.parametrize(
    "raw",
    [
        with_parts(TEXT),
        with_parts(TEXT, REPORT),
        with_parts(TEXT, file("application/octet-stream", "N5.json.age", AGE)),
        with_parts(TEXT, file("application/pgp-encrypted", "N5.json.asc", PGP)),
        with_parts(TEXT, file("application/octet-stream", "N5.json.asc", PGP)),
    ],
)
def test_what_is_made_here_may_leave(raw: bytes) -> None:
    require_outgoing(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b"",  # nothing
        with_parts(),  # no part at all
        with_parts(TEXT, TEXT),  # a second text may be anything
        with_parts(REPORT, TEXT),  # the text comes first
        with_parts(TEXT, REPORT, REPORT),  # the same name twice
        with_parts(TEXT, REPORT.replace(b'"csam"', b'"spam"')),  # another report
        with_parts(TEXT, REPORT.replace(b"{\r\n", b'{\r\n  "x": 1,\r\n', 1)),  # a field the schemas do not know
        with_parts(TEXT, REPORT.replace(b"{\r\n", b'{\r\n  "asn": 5,\r\n  "asn": 6,\r\n', 1)),  # read in two ways
        with_parts(TEXT, REPORT.replace(b"{\r\n", b"{\r\n\r\n", 1)),  # not as it is written here
        with_parts(TEXT, file("application/json", "xarf-I31.json", b"[" * 100_000)),  # deep enough to exhaust a parser
        with_parts(TEXT, file("application/octet-stream", "N5.json.age", b"\xff\xd8\xff\xe0picture")),  # not encrypted
        with_parts(TEXT, file("application/octet-stream", "N5.jpg", AGE)),  # a name of something else
        with_parts(TEXT, file("application/octet-stream", "../N5.age", AGE)),  # a path
        with_parts(TEXT, file("image/png", "N5.json.age", AGE)),  # a kind of something else
        with_parts(TEXT, b'Content-Type: application/pgp-signature; name="s.asc"\r\n\r\nx'),  # signs nothing
        with_parts(TEXT, with_parts(TEXT, REPORT)),  # parts inside parts
        with_parts(TEXT, REPORT, kind=b"multipart/related"),
        with_parts(TEXT, b"Content-Type: text/html\r\n\r\n<p>", kind=b"multipart/alternative"),
        with_parts(TEXT, b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nx"),
        with_parts(b"Content-Type: text/plain\r\nContent-Type: text/html\r\n\r\n<p>"),  # a header twice
        with_parts(b"Content-Type: text/plain\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 a"),
        with_parts(TEXT).replace(b"\r\n\r\n--b", b"\r\n\r\nhidden\r\n--b", 1),  # text before the parts
        with_parts(TEXT) + b"hidden\r\n",  # text behind the parts
        with_parts(TEXT).replace(b"--b--\r\n", b""),  # no end
        b"Subject: x\r\nSubject: y\r\n\r\nText",
        b'Content-Type: text/plain; name="a.exe"\r\nContent-Disposition: attachment; filename="a.exe"\r\n\r\nx',
        b"Content-Type: application/pdf\r\n\r\n%PDF",
        with_parts(TEXT, kind=b'multipart/signed; protocol="application/pgp-signature"'),
        with_parts(TEXT, REPORT, kind=b'multipart/signed; protocol="application/pgp-signature"'),
        with_parts(TEXT, b"Content-Type: application/pgp-signature\r\n\r\nPK zip", kind=b"multipart/signed"),
        with_parts(
            TEXT,
            b"Content-Type: application/pgp-signature\r\n\r\n\x89PNG",
            kind=b'multipart/signed; protocol="application/pgp-signature"',
        ),
    ],
)
def test_what_was_not_made_here_does_not_leave(raw: bytes) -> None:
    with pytest.raises(AttachmentError):
        require_outgoing(raw)


def test_no_mail_is_larger_than_any_made_here() -> None:
    with pytest.raises(AttachmentError, match="bytes"):
        require_outgoing(TEXT + b"x" * 20_000_001)


def test_reports_are_read_by_eye_in_the_raw_mail() -> None:
    raw = mail(replace(ILLEGAL, addresses=(PICTURE,))).raw.decode()

    assert f'"url": "{PICTURE.url}"' in raw
    assert "base64" not in raw


def test_a_report_with_an_address_wider_than_a_mail_line_arrives_whole() -> None:
    address = replace(PICTURE, url="https://img.example/" + "x" * 3000)
    made = mail(replace(ILLEGAL, addresses=(address,)))
    (part,) = parsed(made.raw).iter_attachments()

    assert json.loads(part.get_content())["url"] == address.url
    assert max(map(len, made.raw.split(b"\r\n"))) <= 998
