"""A notice is exact, safe, says what it must, and never what it must not."""

import email
import email.policy
from dataclasses import replace
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from notice_samples import CITATION, HARMFUL, ILLEGAL, NOW, PAGE, PICTURE, SENDER, repeated
from write_golden import GOLDEN, golden_facts, golden_texts, shown

from notices.errors import (
    ForbiddenWordError,
    MissingTextError,
    UncheckedCitationError,
    UnsafeTextError,
    WrongRecipientError,
)
from notices.facts import GROUNDS, LANGUAGES, EarlierNotice, NoticeFacts, Seeing
from notices.guard import forbidden_word
from notices.render import mail, message_id


def parsed(facts: NoticeFacts) -> EmailMessage:
    message = email.message_from_bytes(mail(facts).raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def text_of(message: EmailMessage) -> str:
    """What people read of a mail."""
    text = message.get_body(("plain",))
    assert text is not None
    return str(text.get_content()).replace("\r\n", "\n")


def body_lines(facts: NoticeFacts) -> list[str]:
    return text_of(parsed(facts)).split("\n")


@pytest.mark.parametrize("name", sorted(golden_texts()))
def test_notice_is_word_for_word_the_golden_one(name: str) -> None:
    assert golden_texts()[name] == (GOLDEN / name).read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_notice() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(golden_texts())


@pytest.mark.parametrize("name", sorted(golden_facts()))
def test_every_notice_parses_to_what_was_approved(name: str) -> None:
    facts = golden_facts()[name]
    made = mail(facts)
    message = parsed(facts)

    assert message["Subject"] == made.subject
    assert text_of(message) == made.body
    assert message["To"] == made.recipient
    assert message["From"].addresses[0].display_name == SENDER.name
    assert message["From"].addresses[0].addr_spec == SENDER.from_address
    token = f"+{facts.reply_token}@" if facts.reply_token else "@"
    assert message["Reply-To"] == SENDER.reply_to.replace("@", token)
    assert message["Date"].datetime == NOW
    assert message["Message-ID"] == made.message_id
    assert message.get_content_type() == ("multipart/mixed" if made.attachments else "text/plain")
    assert bool(made.attachments) == (
        facts.kind == "illegal" and facts.contact_role not in ("search_engine", "partner")
    )


@pytest.mark.parametrize("name", sorted(golden_facts()))
def test_every_line_of_a_mail_ends_in_crlf_and_is_short_enough(name: str) -> None:
    raw = mail(golden_facts()[name]).raw

    assert raw.endswith(b"\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert raw.isascii()


def test_same_facts_give_the_same_bytes() -> None:
    assert mail(repeated(ILLEGAL)).raw == mail(repeated(ILLEGAL)).raw


def test_addresses_stand_verbatim_one_per_line_right_after_one_lead_line() -> None:
    assert body_lines(ILLEGAL)[1:3] == [PICTURE.url, PAGE.url]


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/" + "x" * 3000,  # longer than any mail line
        "https://a.example/%20?=?utf-8?q?x?=&=0D=0A",  # looks like two mail encodings
        "https://a.example/{{ 7*7 }}{% raw %}",  # looks like a template
        "https://a.example/ ",  # ends in a blank
        "From https://a.example/",  # what mailboxes escape
        ".https://a.example/",  # what SMTP doubles
        "https://a.example/\u202egnp.\u0451\U0001f600",  # reversed, other scripts, outside the basic plane
    ],
)
def test_odd_address_arrives_exactly_as_reported(url: str) -> None:
    address = replace(PICTURE, url=url, href="https://a.example/")

    assert body_lines(replace(ILLEGAL, addresses=(address,)))[1] == url


@given(st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=200))
def test_any_text_without_control_characters_survives_as_an_address_and_a_name(text: str) -> None:
    address = replace(PICTURE, url=text, href="https://a.example/")
    facts = replace(ILLEGAL, addresses=(address,), sender=replace(SENDER, name=text))

    assert body_lines(facts)[1] == text
    assert [address.addr_spec for address in parsed(facts)["From"].addresses] == [SENDER.from_address]
    assert parsed(facts)["X-Hotline-Notice"] == "N5 round 1"


@pytest.mark.parametrize("name", ["a, b", 'a "b" <c@d>', "=?utf-8?q?a?=", "x, " * 40, "ë, <a@b>, " * 20, "a\\"])
def test_any_name_of_the_hotline_reads_back_as_it_is(name: str) -> None:
    # Read by the older parser: the newer one (3.11) adds a blank between two encoded words of a long name.
    raw = email.message_from_bytes(mail(replace(ILLEGAL, sender=replace(SENDER, name=name))).raw)["From"]
    display, address = parseaddr(raw)

    assert (str(make_header(decode_header(display))), address) == (name, SENDER.from_address)


@pytest.mark.parametrize(
    "control", ["\n", "\r", "\r\nBcc: x@y.example", "\x00", "\x0b", "\x85", "\u2028", "\x7f", "\ud800"]
)
@pytest.mark.parametrize("field", ["url", "name", "platform", "number", "home", "verdict", "contact", "reply_to"])
def test_no_fact_can_add_a_line_or_a_header(field: str, control: str) -> None:
    text = f"x{control}y"
    changed: dict[str, dict[str, Any]] = {
        "url": {"addresses": (replace(PICTURE, url=text),)},
        "name": {"sender": replace(SENDER, name=text)},
        "platform": {"platform": text},
        "number": {"number": text},
        "home": {"home": text},
        "verdict": {"addresses": (replace(PICTURE, verdict=text),)},
        "contact": {"contact_address": f"a@b.example{control}"},
        "reply_to": {"sender": replace(SENDER, reply_to=f"a@b.example{control}")},
    }

    with pytest.raises(UnsafeTextError):
        mail(replace(ILLEGAL, **changed[field]))


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@", "@b.example", "a@b@c", "a b@c.example", "A <a@b.example>", "a@b.example, c@d.example", "ë@b.al"],
)
def test_contact_that_is_no_plain_mail_address_is_refused(address: str) -> None:
    with pytest.raises(UnsafeTextError, match="contact_address"):
        mail(replace(ILLEGAL, contact_address=address))


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(UnsafeTextError, match="rendered_at"):
        mail(replace(ILLEGAL, rendered_at=datetime(2026, 11, 21)))  # noqa: DTZ001


def test_notice_without_an_address_is_refused() -> None:
    with pytest.raises(UnsafeTextError, match="without an address"):
        mail(replace(ILLEGAL, addresses=()))


@pytest.mark.parametrize("name", sorted(golden_facts()))
def test_own_text_is_at_most_76_wide_and_addresses_are_never_broken(name: str) -> None:
    facts = golden_facts()[name]
    kept = [*(a.url for a in facts.addresses), *(a.href for a in facts.addresses if a.href), *facts.genuine]
    kept += [a.access_steps for a in facts.addresses if a.access_steps]

    long = [line for line in mail(facts).body.split("\n") if len(line) > 76]

    assert [line for line in long if not any(text in line for text in kept)] == []


def test_address_wider_than_a_line_stays_on_one_line() -> None:
    url = "https://img.example/a b " + "x y " * 40
    address = replace(PICTURE, url=url, href=url.replace(" ", "%20"))

    assert body_lines(replace(ILLEGAL, addresses=(address,)))[1] == url


def test_page_names_the_pictures_it_stands_for() -> None:
    assert "2. I32, page that shows 1 and what we assessed at other addresses" in body_lines(ILLEGAL)
    assert "shows what such" in mail(ILLEGAL).body


def test_address_says_when_it_was_reported_and_apart_from_it_when_it_was_seen() -> None:
    seen = replace(
        PAGE, item="I33", is_reported=True, first_online=Seeing(NOW, is_by_person=True), last_online=Seeing(NOW)
    )
    lines = body_lines(replace(ILLEGAL, addresses=(replace(PAGE, is_reported=False), seen)))

    assert [line.strip().partition(": ")[0] for line in lines if "2026, 13:05" in line and line.startswith("   ")] == [
        *("Found by us", "Reported", "First seen online", "Last seen online")
    ]
    assert "   Seen online: not confirmed by us" in lines
    assert "   First seen online: 21 November 2026, 13:05 UTC (by a person)" in lines


def test_every_round_quotes_the_reference_of_the_first() -> None:
    first, second = mail(ILLEGAL), mail(repeated(ILLEGAL))

    assert first.subject.startswith("[N5] ")
    assert second.subject.startswith("[N5] ")
    assert "Our reference: N5\n" in first.body
    assert "Our reference: N5; this is round 2 (N8)\n" in second.body


def test_mails_tell_every_time_once_in_utc_and_only_the_last_sight_also_by_the_hosts_clock() -> None:
    for facts in golden_facts().values():
        lines = mail(facts).body.split("\n")
        there = [line for line in lines if "Europe/Tirane" in line]
        assert all(line.count(" UTC") <= 1 for line in lines)
        assert len(there) == sum(1 for one in facts.addresses if one.host_zone)


def test_class_is_said_in_plain_words_and_names_no_country() -> None:
    lines = [line for line in body_lines(ILLEGAL) if "Classification" in line]

    assert lines == ["   Classification: baseline, that is, banned in nearly every country"]


def test_encoded_form_is_added_only_where_it_differs() -> None:
    same = replace(PICTURE, href=PICTURE.url)

    assert "   As a browser sends it: https://img.example/galeri/%C3%AB" in body_lines(ILLEGAL)
    assert "browser" not in mail(replace(ILLEGAL, addresses=(same,))).body


def test_genuine_profile_is_named_not_to_be_acted_against() -> None:
    url = "https://social.example/@ana?illegal"

    assert f"The genuine profile: {url} (please do not act against it)" in body_lines(replace(HARMFUL, genuine=(url,)))


def test_subject_never_holds_an_address() -> None:
    for facts in golden_facts().values():
        assert not any(part in mail(facts).subject for part in ("http", "img.example", "social.example"))


def test_repeat_refers_to_every_earlier_round_and_says_it_is_automatic() -> None:
    long_domain = "a-rather-long-name-of-a-department.of-some-hotline.example"
    earlier = tuple(
        EarlierNotice("N5", f"<n5.r{n}.h7f3@{long_domain}>", NOW - timedelta(days=6 - n)) for n in range(1, 6)
    )
    message = parsed(replace(ILLEGAL, round=6, earlier=earlier))

    assert str(message["References"]).split() == [e.message_id for e in earlier]
    assert message["Auto-Submitted"] == "auto-generated"
    assert "Auto-Submitted" not in parsed(ILLEGAL)


def test_earlier_message_id_cannot_carry_a_header() -> None:
    with pytest.raises(UnsafeTextError, match="earlier"):
        mail(replace(ILLEGAL, round=2, earlier=(EarlierNotice("N5", "<a@b> <c@d>", NOW),)))


def test_message_id_is_made_of_number_round_home_and_sender_domain() -> None:
    assert message_id("N5", 2, "h7f3", "notices@hotline.example") == "<n5.r2.h7f3@hotline.example>"
    assert mail(repeated(ILLEGAL)).message_id == "<n8.r2.h7f3@hotline.example>"


@pytest.mark.parametrize("facts", [ILLEGAL, HARMFUL])
@pytest.mark.parametrize("language", LANGUAGES)
def test_test_mode_sends_to_one_address_and_says_who_was_meant(facts: NoticeFacts, language: Any) -> None:
    made = mail(replace(facts, language=language, test_mode_to="test@hotline.example"))

    assert made.recipient == "test@hotline.example"
    assert made.subject.startswith("TEST")
    assert made.body.startswith("TEST")
    assert facts.contact_address in made.subject
    assert facts.contact_address in made.body.split("\n")[0]


@pytest.mark.parametrize("name", [name for name in sorted(golden_facts()) if name.startswith("harmful")])
def test_harmful_notice_has_no_word_of_crime_no_hash_and_no_law(name: str) -> None:
    facts = golden_facts()[name]
    text = mail(facts).raw.decode() + shown(mail(facts))

    assert forbidden_word(text) is None
    assert not any(word in text for word in (PICTURE.sha256, PICTURE.md5, PICTURE.pdq, CITATION.statute) if word)
    assert "offender" not in text
    assert (facts.platform_rule or "") in " ".join(text.split())


WORDS_OF_CRIME = [
    *("CSAM", "csam", "child sexual", "Sexual  Abuse", "abuzim seksual", "abuzimit seksual", "ABUZIMI SEKSUAL"),
    *("illegal", "Illegally", "criminal code", "Criminal", "kodi penal", "Kodit Penal", "ilegal", "i paligjshëm"),
    *("të paligjshme", "PALIGJSHËM", "il\u00adlegal", "ｃｓａｍ", "cs\u200bam"),
]


@pytest.mark.parametrize("word", WORDS_OF_CRIME)
@pytest.mark.parametrize(
    "field", ["name", "description", "phone", "mandate_reference", "verification_page", "platform", "platform_rule"]
)
def test_word_of_crime_from_any_setting_stops_a_harmful_notice_and_names_the_setting(field: str, word: str) -> None:
    text = f"Linja {word} x"
    if field.startswith("platform"):
        facts = replace(HARMFUL, **{field: text})
    else:
        facts = replace(HARMFUL, sender=replace(SENDER, **{field: text}))

    with pytest.raises(ForbiddenWordError) as caught:
        mail(facts)

    assert caught.value.where.removeprefix("sender.") == field


def test_reported_and_mail_addresses_may_hold_any_word() -> None:
    url = "https://social.example/illegal-csam?child%20sexual=criminal"
    sender = replace(SENDER, from_address="notices@csam.example", reply_to="illegal@csam.example")
    facts = replace(
        HARMFUL, addresses=(replace(PICTURE, url=url),), sender=sender, contact_address="criminal@social.example"
    )

    assert body_lines(facts)[1] == url


def test_exempt_address_hides_no_word_around_it() -> None:
    sender = replace(SENDER, name="csam replies@hotline.example")

    with pytest.raises(ForbiddenWordError):
        mail(replace(HARMFUL, sender=sender))


@pytest.mark.parametrize("role", ["host", "cdn", "registrar", "upstream", "partner", "search_engine"])
def test_harmful_content_goes_to_operator_or_platform_only(role: str) -> None:
    with pytest.raises(WrongRecipientError):
        mail(replace(HARMFUL, contact_role=role))


def test_harmful_notice_cites_no_law() -> None:
    with pytest.raises(UncheckedCitationError):
        mail(replace(HARMFUL, citations=(CITATION,)))


@pytest.mark.parametrize(
    "changes",
    [
        {"checked_by": ""},
        {"checked_on": None},
        {"valid_from": NOW.date() + timedelta(days=1)},
        {"valid_to": NOW.date() - timedelta(days=1)},
    ],
)
def test_unchecked_or_lapsed_law_is_never_cited(changes: dict[str, Any]) -> None:
    with pytest.raises(UncheckedCitationError, match="sample-1"):
        mail(replace(ILLEGAL, citations=(replace(CITATION, **changes),)))


@pytest.mark.parametrize("changes", [{"contact_role": "friend"}, {"language": "de"}])
def test_code_without_a_text_stops_the_notice(changes: dict[str, Any]) -> None:
    with pytest.raises(MissingTextError):
        mail(replace(ILLEGAL, **changes))


def test_unknown_ground_stops_the_notice() -> None:
    with pytest.raises(MissingTextError):
        mail(replace(HARMFUL, ground="../../illegal/en/body"))


def test_grounds_are_those_of_the_design() -> None:
    assert set(GROUNDS) == {
        *("impersonation", "bullying", "blackmail", "threats", "hate", "private_image", "identifying_publication")
    }
