"""What machines read of a notice: XARF reports, the thread, the reply address; and what never leaves with it."""

import json
from dataclasses import replace
from email import message_from_bytes, policy
from typing import Any

import pytest
from notice_samples import HARMFUL, ILLEGAL, PICTURE
from write_golden import FIRST_ROUND, golden_facts, whole
from xarf import SchemaValidator, parse

from notices.abusesignal import request_of
from notices.attachments import require_outgoing
from notices.errors import AttachmentError, ForbiddenWordError, InvalidXarfError, UnsafeTextError, WrongRecipientError
from notices.facts import NoticeFacts, ReportedAddress
from notices.render import mail, mail_from_raw
from notices.xarfreports import encode, xarf_report

ILLEGALS = [name for name, facts in golden_facts().items() if mail(facts).attachments]
HOSTILE = ["{{ 7*7 }}", "{% include 'shared/en/footer.txt' %}", "${7*7}", "<script>x</script>", "%s %n", "a" * 900]


def reports(facts: NoticeFacts) -> list[dict[str, Any]]:
    message = message_from_bytes(mail(facts).raw, policy=policy.default)
    return [json.loads(part.get_content()) for part in message.iter_attachments()]


@pytest.mark.parametrize("name", ILLEGALS)
def test_every_address_comes_as_a_valid_report_of_its_own(name: str) -> None:
    facts = golden_facts()[name]
    found = reports(facts)

    assert [one["url"] for one in found] == [one.href or one.url for one in facts.addresses]
    assert [SchemaValidator().validate(one) for one in found] == [[]] * len(facts.addresses)
    assert [parse(one).errors for one in found] == [[]] * len(facts.addresses)
    assert mail(facts).attachments == tuple(f"xarf-{one.item}.json" for one in facts.addresses)


def test_every_notice_of_illegal_material_has_reports_but_to_partners_and_search_engines() -> None:
    without = {f.contact_role for f in golden_facts().values() if f.kind == "illegal" and not mail(f).attachments}

    assert without == {"partner", "search_engine"}


def test_a_report_says_what_was_assessed_how_and_by_which_hashes() -> None:
    (found,) = reports(whole(ILLEGAL))

    assert (found["type"], found["classification"], found["detection_method"]) == ("csam", "B1", "hash_match")
    assert found["hash_values"] == {"md5": PICTURE.md5, "sha1": "12" * 20, "sha256": PICTURE.sha256}
    assert (found["media_type"], found["source_identifier"]) == ("image", "192.0.2.7")
    assert "sesam" not in json.dumps(found)


def test_what_only_national_law_calls_illegal_is_no_csam() -> None:
    national = replace(ILLEGAL, addresses=(replace(PICTURE, verdict="national"),))
    (found,) = reports(national)

    assert (found["type"], found["detection_method"]) == ("csem", "manual_review")
    assert "classification" not in found


@pytest.mark.parametrize("name", [name for name, facts in golden_facts().items() if facts.kind != "illegal"])
def test_nothing_but_illegal_material_is_ever_a_report(name: str) -> None:
    facts = golden_facts()[name]

    assert reports(facts) == []
    with pytest.raises(WrongRecipientError):
        xarf_report(facts, facts.addresses[0])


def test_a_report_that_the_schemas_refuse_does_not_leave() -> None:
    with pytest.raises(InvalidXarfError, match=r"I31 is not valid in .*md5"):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, md5="no hash"),)))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["access_steps", "network"])
def test_what_others_wrote_stands_as_it_is_and_is_run_nowhere(field: str, text: str) -> None:
    made = mail(replace(ILLEGAL, addresses=(replace(PICTURE, **{field: text}),)))

    assert text in made.body.replace("\n", " ").replace("     ", " ") or text in made.body
    assert "49" not in made.body.replace(PICTURE.url, "").partition("DETAILS")[2].partition("SHA-256")[0]


@pytest.mark.parametrize("text", ["a\r\nBcc: x@evil.example", "a\nb", "a\x00", "a\u2028b", "\ud800"])
@pytest.mark.parametrize("field", ["access_steps", "url", "network", "item"])
def test_no_line_is_smuggled_in_by_an_address(field: str, text: str) -> None:
    with pytest.raises(UnsafeTextError):
        mail(replace(ILLEGAL, addresses=(replace(PICTURE, **{field: text}),)))


@pytest.mark.parametrize(
    "token", ["", "a b", "a\r\nBcc: x@evil.example", "a@b", "a>b", "x" * 41, "x" * 7, "ABCDEFGH", "abc-defgh", "٣" * 9]
)
def test_a_token_is_letters_and_digits(token: str) -> None:
    with pytest.raises(UnsafeTextError):
        mail(replace(ILLEGAL, reply_token=token))


def test_an_answer_comes_to_an_address_of_its_own() -> None:
    made = mail(replace(HARMFUL, reply_token="0123456789abcdef"))
    message = message_from_bytes(made.raw, policy=policy.default)

    assert str(message["Reply-To"]) == "replies+0123456789abcdef@hotline.example"
    assert "+0123" not in made.body


@pytest.mark.parametrize("language", ["en", "sq"])
def test_a_correction_stands_in_the_thread_and_says_no_word_of_crime(language: str) -> None:
    facts = golden_facts()[f"correction-{language}"]
    made = message_from_bytes(mail(facts).raw, policy=policy.default)

    assert str(made["References"]) == FIRST_ROUND.message_id
    assert str(made["Subject"]).startswith("[N5] ")
    with pytest.raises(ForbiddenWordError):
        mail(replace(facts, sender=replace(facts.sender, name="CSAM desk")))


def test_only_a_correction_takes_back_and_it_takes_back_something() -> None:
    for wrong in (replace(ILLEGAL, corrects=(FIRST_ROUND,)), replace(golden_facts()["correction-en"], corrects=())):
        with pytest.raises(UnsafeTextError, match="takes back"):
            mail(wrong)


def test_what_was_sent_reads_back_as_it_was_shown() -> None:
    for facts in golden_facts().values():
        made = mail(facts)
        assert mail_from_raw(made.raw) == made


def test_the_same_facts_give_the_same_bytes() -> None:
    assert mail(whole(ILLEGAL)).raw == mail(whole(ILLEGAL)).raw


def with_part(kind: str, name: str, content: str) -> bytes:
    """A finished notice into which somebody put one more part."""
    raw = mail(ILLEGAL).raw.decode()
    boundary = raw.partition('boundary="')[2].partition('"')[0]
    part = f'--{boundary}\r\nContent-Type: {kind}; name="{name}"\r\nContent-Disposition: attachment; filename="{name}"'
    return raw.replace(f"--{boundary}--", f"{part}\r\n\r\n{content}\r\n--{boundary}--").encode()


@pytest.mark.parametrize(
    ("kind", "name", "content"),
    [
        ("image/jpeg", "a.jpg", "x"),
        ("text/html", "a.html", "<p>x"),
        ("text/plain", "a.txt", "x"),
        ("message/rfc822", "a.eml", "Subject: x\r\n\r\nx"),
        ("application/octet-stream", "xarf-I1.json", "{}"),
        ("application/json", "other.json", '{"xarf_version": "4"}'),
        ("application/json", "xarf-I1.json", "no json"),
        ("application/json", "xarf-I1.json", '{"picture": "…"}'),
        ("application/pdf", "a.pdf", "%PDF"),
    ],
)
def test_a_part_that_was_not_made_here_does_not_leave(kind: str, name: str, content: str) -> None:
    require_outgoing(mail(ILLEGAL).raw)
    with pytest.raises(AttachmentError):
        require_outgoing(with_part(kind, name, content))


@pytest.mark.parametrize(
    "raw",
    [
        b"Content-Type: text/html\r\n\r\n<p>x",
        b"Content-Type: image/jpeg\r\n\r\nx",
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n--b\r\n\r\nx\r\n--b--',
    ],
)
def test_a_mail_of_another_form_does_not_leave(raw: bytes) -> None:
    with pytest.raises(AttachmentError):
        require_outgoing(raw)


def test_an_address_of_a_page_without_bytes_has_a_report_without_hashes() -> None:
    page = ReportedAddress("I7", "https://img.example/x", "page", PICTURE.received_at, verdict="baseline")
    (found,) = reports(replace(ILLEGAL, addresses=(page,)))

    assert "hash_values" not in found
    assert found["source_identifier"] == "img.example"
    assert encode(found).isascii()


def test_a_report_is_what_the_api_of_a_host_takes() -> None:
    facts = whole(ILLEGAL)
    report = xarf_report(facts, facts.addresses[0])

    assert request_of(facts, "I31", report).body["report"]["xarf"] == report
