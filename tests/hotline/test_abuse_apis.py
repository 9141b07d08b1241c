"""Abuse APIs over real servers: what was taken is known, what may have been taken is never sent twice, no login and no
address gets into an error, and nothing is dialled outside the lab."""

import logging
import socket
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotline.channels.abuseapi import Api, Submitted, ThrottledError, said, secret_in, submit_all
from hotline.channels.abusesignal import AbuseSignalApi, Credentials, credentials_in
from hotline.channels.cloudflare import CloudflareApi
from hotline.errors import DeliveryError
from hotline.settings import LabSettings, Settings
from hotline.states import Outcome
from notices.abusesignal import AbuseSignalRequest, request_of
from notices.cloudflare import CloudflareRequest, requests_of
from notices.facts import NoticeFacts, ReportedAddress, Sender
from scripts.lab import Lab, LabAbuseSignal, LabAuthority, LabCloudflare, garbage, gzip_bomb, raw_head, send_all
from scripts.lab.apis import LabApi, json_answer
from scripts.lab.sites import Answer

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
SENDER = Sender("Sample Hotline", "notices@hotline.example", "replies@hotline.example")
HOSTS = ("one.example", "two.example", "three.example")
ADDRESSES = tuple(
    ReportedAddress(f"I{number}", f"https://{host}/secret-path", "picture", NOW, verdict="baseline", ip="192.0.2.7")
    for number, host in enumerate(HOSTS, 1)
)
FACTS = NoticeFacts(
    "N5",
    "N5",
    "h7f3",
    1,
    "illegal",
    "https://api.cloudflare.example/client/v4",
    "cdn",
    "en",
    ADDRESSES,
    NOW,
    "1 a",
    SENDER,
)
CONTACT = {"org": "Sample Hotline", "contact": "replies@hotline.example", "domain": "hotline.example"}
XARF: dict[str, Any] = {
    "xarf_version": "4.2.0",
    "report_id": "550e8400-e29b-41d4-a716-446655440000",
    "timestamp": "2026-11-21T12:05:00Z",
    "reporter": CONTACT,
    "sender": CONTACT,
    "source_identifier": "192.0.2.7",
    "category": "content",
    "type": "csam",
    "classification": "baseline",
    "detection_method": "manual_review",
}
SECRETS = (
    "lab-cf-token",
    "a1b2c3",
    "LABACCESSKEY00001",
    "lab/secret+key",
    "secret-path",
    "192.0.2.7",
    *HOSTS,
    "replies@",
)


def cloudflare_requests() -> tuple[CloudflareRequest, ...]:
    return requests_of(FACTS)


def aws_requests() -> tuple[AbuseSignalRequest, ...]:
    return tuple(request_of(FACTS, one.item, XARF | {"url": one.url}) for one in ADDRESSES)


def api(base: str, *, deadline_s: float = 5.0, **lab: Any) -> Api:
    settings = Settings(lab=LabSettings(**({"allow": ("127.0.0.0/8",)} | lab)))
    return Api.from_settings("the abuse API", base, settings, deadline_s=deadline_s)


def to_cloudflare(lab: LabCloudflare, **more: Any) -> CloudflareApi:
    return CloudflareApi(api(lab.url, **more), "a1b2c3", "lab-cf-token")


def to_aws(lab: LabAbuseSignal, **more: Any) -> AbuseSignalApi:
    return AbuseSignalApi(api(lab.url, **more), "eu-west-2", Credentials("LABACCESSKEY00001", "lab/secret+key"))


@dataclass
class Both:
    """One of the two APIs with its lab and its three requests; `is_safe`: whether a second time does no harm."""

    lab: Any
    carrier: Any
    requests: tuple[Any, ...] = field(repr=False)
    is_safe: bool


@pytest.fixture
def cloudflare() -> Iterator[LabCloudflare]:
    lab = LabCloudflare()
    yield lab
    lab.stop()


@pytest.fixture
def aws() -> Iterator[LabAbuseSignal]:
    lab = LabAbuseSignal()
    yield lab
    lab.stop()


@pytest.fixture(params=["cloudflare", "aws"])
def both(request: pytest.FixtureRequest, cloudflare: LabCloudflare, aws: LabAbuseSignal) -> Both:
    if request.param == "cloudflare":
        return Both(cloudflare, to_cloudflare(cloudflare), cloudflare_requests(), False)
    return Both(aws, to_aws(aws), aws_requests(), True)


def failed(carrier: Any, request: Any) -> DeliveryError:
    """The error of a submission, seen to name nothing that is secret, in any form it could be logged in."""
    with pytest.raises(DeliveryError) as failure:
        carrier.submit(request)
    shown = "".join(traceback.format_exception(failure.value)) + repr(carrier) + repr(vars(failure.value))
    for secret in SECRETS:
        assert secret not in shown
    return failure.value


def hurried(carrier: Any) -> Any:
    return replace(carrier, api=replace(carrier.api, deadline_s=0.4))


def told(error: DeliveryError) -> tuple[str, bool]:
    return error.reason, error.may_retry


def test_a_report_is_taken_as_it_was_rendered_and_its_reference_is_told(both: Both) -> None:
    submitted = both.carrier.submit(both.requests[0])

    assert submitted.status in ("submitted", "QUEUED")
    assert both.lab.reports == [both.requests[0].body]
    assert both.lab.requests[0].body == both.requests[0].raw
    assert both.carrier.status_of(submitted.reference).outcome is None
    assert both.lab.requests[0].headers["content-type"] == "application/json"
    assert "cookie" not in both.lab.requests[0].headers


def test_a_login_that_is_refused_is_for_a_person(cloudflare: LabCloudflare, aws: LabAbuseSignal) -> None:
    cloudflare.token = "another"
    assert told(error := failed(to_cloudflare(cloudflare), cloudflare_requests()[0])) == ("login", False)
    assert "abuse-reports entitlement" in str(error)
    assert "Trust and Safety Write" in str(error)

    aws.secret_key = "another"
    assert told(error := failed(to_aws(aws), aws_requests()[0])) == ("login", False)
    assert "abuse:CreateAbuseReport" in str(error)
    assert "clock" in str(error)
    assert cloudflare.reports == aws.reports == []


def test_an_account_without_the_entitlement_is_told_so(cloudflare: LabCloudflare) -> None:
    cloudflare.is_entitled = False
    assert told(failed(to_cloudflare(cloudflare), cloudflare_requests()[0])) == ("login", False)


def test_another_account_or_region_is_refused(cloudflare: LabCloudflare, aws: LabAbuseSignal) -> None:
    elsewhere = replace(to_cloudflare(cloudflare), account="other")
    assert told(failed(elsewhere, cloudflare_requests()[0])) == ("login", False)
    assert told(failed(replace(to_aws(aws), region="us-east-1"), aws_requests()[0])) == ("login", False)


@pytest.mark.parametrize("kind", ["RequestExpired", "com.amazon#ExpiredTokenException:http://internal.amazon.com/"])
def test_a_login_fault_that_comes_as_400_is_read_as_one(aws: LabAbuseSignal, kind: str) -> None:
    aws.answer_next(json_answer(400, {"message": "x"}, x_amzn_errortype=kind))
    assert told(failed(to_aws(aws), aws_requests()[0])) == ("login", False)
    aws.answer_next(json_answer(400, {"__type": kind, "message": "x"}))
    assert told(failed(to_aws(aws), aws_requests()[0])) == ("login", False)


@pytest.mark.parametrize(
    ("after", "wait"),
    [("7", 7), ("9999999", 86_400), ("Sat, 21 Nov 2026 13:05:00 GMT", None), ("-1", None), ("²", None)],
)
def test_a_throttle_is_tried_again_after_the_time_it_names(both: Both, after: str, wait: int | None) -> None:
    both.lab.answer_next(Answer(429, {"Retry-After": after}))
    error = failed(both.carrier, both.requests[0])

    assert told(error) == ("temporary", True)
    assert isinstance(error, ThrottledError)
    assert error.retry_after_s == wait
    both.lab.throttle()
    assert told(failed(both.carrier, both.requests[0])) == ("temporary", True)
    assert both.carrier.submit(both.requests[0]).reference


def test_what_is_not_taken_is_told_in_the_servers_words_without_addresses(
    cloudflare: LabCloudflare, aws: LabAbuseSignal
) -> None:
    cloudflare.answer_next(json_answer(400, {"msg": f"Invalid URL ({ADDRESSES[0].url}) for lab-cf-token\r\nX: y"}))
    error = failed(to_cloudflare(cloudflare), cloudflare_requests()[0])
    assert told(error) == ("refused", False)
    assert "400 and says: Invalid URL" in str(error)
    assert "\n" not in str(error)

    aws.refuse("one.example")
    error = failed(to_aws(aws), aws_requests()[0])
    assert told(error) == ("refused", False)
    assert "/source_identifier rule.source_identifier.malformed" in str(error)


def test_a_body_that_breaks_the_schema_is_refused(both: Both) -> None:
    @dataclass(frozen=True)
    class Bad:
        key: str = "k"
        raw: bytes = b'{"owner_notification":"none"}'

    error = failed(both.carrier, Bad())
    assert told(error) == ("refused", False)
    assert "400" in str(error)
    assert told(failed(both.carrier, Bad(raw=b"[1"))) == ("refused", False)
    assert both.lab.reports == []


@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_breakdown_may_have_taken_it_where_nothing_prevents_a_second(both: Both, status: int) -> None:
    both.lab.break_down(status)

    assert told(failed(both.carrier, both.requests[0])) == (
        ("temporary", True) if both.is_safe else ("unknown_outcome", False)
    )


@pytest.mark.parametrize("is_taken", [True, False])
def test_a_connection_lost_after_the_body_leaves_the_outcome_unknown(both: Both, is_taken: bool) -> None:
    both.lab.lose(is_taken=is_taken)

    assert told(failed(both.carrier, both.requests[0])) == ("unknown_outcome", both.is_safe)
    assert len(both.lab.reports) == is_taken
    assert len(both.lab.requests) == 1  # nothing is sent again by itself


def test_a_retry_after_a_lost_answer_makes_no_second_report_at_aws(aws: LabAbuseSignal) -> None:
    aws.lose(is_taken=True)
    failed(to_aws(aws), aws_requests()[0])
    first, second = (to_aws(aws).submit(aws_requests()[0]) for _ in range(2))

    assert first == second
    assert len(aws.reports) == 1


def test_the_same_client_token_with_another_text_is_for_a_person(aws: LabAbuseSignal) -> None:
    to_aws(aws).submit(aws_requests()[0])
    changed = request_of(FACTS, "I1", XARF | {"url": ADDRESSES[0].url, "description": "another"})

    error = failed(to_aws(aws), changed)
    assert told(error) == ("unknown_outcome", False)
    assert len(aws.reports) == 1


def test_a_silent_server_ends_in_time(both: Both) -> None:
    both.lab.hang()
    assert told(failed(hurried(both.carrier), both.requests[0])) == ("unknown_outcome", both.is_safe)


@pytest.mark.parametrize(
    "answer",
    [
        json_answer(200, {"result": "success"}),
        json_answer(202, {"abuse_rand": "https://evil.example/", "reportId": "short"}),
        json_answer(200, {"abuse_rand": ["x"], "reportId": {"a": 1}}),
        Answer(200, {}, b"[" * 100_000),
        Answer(200, {}, b'{"abuse_rand": "half'),
        Answer(204, {}, b""),
        send_all(raw_head("Content-Length: 100") + b'{"abuse_rand":"abc'),
        gzip_bomb(50_000_000),
        garbage(),
    ],
)
def test_an_answer_that_names_no_report_leaves_the_outcome_unknown(both: Both, answer: Any) -> None:
    both.lab.answer_next(answer)
    assert told(failed(both.carrier, both.requests[0])) == ("unknown_outcome", both.is_safe)


def test_a_refusal_whose_text_breaks_off_is_a_refusal_still(both: Both) -> None:
    both.lab.answer_next(send_all(raw_head("Content-Length: 100", status="400 Bad") + b'{"msg":"ha'))
    assert told(failed(both.carrier, both.requests[0])) == ("refused", False)


def test_an_error_told_with_200_is_a_refusal(cloudflare: LabCloudflare) -> None:
    cloudflare.answer_next(json_answer(200, {"result": "error", "msg": "Report has the wrong type"}))
    error = failed(to_cloudflare(cloudflare), cloudflare_requests()[0])
    assert told(error) == ("refused", False)
    assert "Report has the wrong type" in str(error)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(both: Both, status: int) -> None:
    with Lab() as lab:
        elsewhere = lab.site("elsewhere.example")
        both.lab.answer_next(Answer(status, {"Location": f"http://127.0.0.1:{elsewhere.port}/"}))

        assert told(failed(both.carrier, both.requests[0])) == ("refused", False)
        assert elsewhere.requests == []


def test_a_server_that_is_not_there_is_tried_again(both: Both) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    nowhere = replace(both.carrier, api=api(f"http://127.0.0.1:{port}/"))
    assert told(failed(nowhere, both.requests[0])) == ("connect", True)


def test_nothing_is_dialled_outside_the_lab(both: Both) -> None:
    for base in ("https://8.8.8.8/", "http://10.0.0.1:8000", "https://outside.example/", "https://nowhere.example/"):
        elsewhere = replace(both.carrier, api=api(base, resolve={"outside.example": "9.9.9.9"}))
        assert told(failed(elsewhere, both.requests[0])) == ("connect", True)
    assert both.lab.requests == []


@pytest.mark.parametrize(
    "base",
    ["ftp://a.example/", "https://user:pw@a.example/", "https://a.example/?x=1", "https://a.example/#x", "", "a"],
)
def test_an_address_that_is_no_plain_address_of_an_api_gets_no_login(both: Both, base: str) -> None:
    assert told(failed(replace(both.carrier, api=api(base)), both.requests[0])) == ("insecure", False)


def test_outside_a_lab_a_login_goes_over_https_only(both: Both) -> None:
    real = Api.from_settings("the abuse API", both.lab.url, Settings())
    assert told(failed(replace(both.carrier, api=real), both.requests[0])) == ("insecure", False)
    assert both.lab.requests == []


def test_a_login_that_could_forge_a_header_or_a_path_is_not_sent(
    cloudflare: LabCloudflare, aws: LabAbuseSignal
) -> None:
    for bad in ({"account": "../x"}, {"account": ""}, {"account": "a" * 33}, {"token": "a\r\nX: y"}, {"token": ""}):
        assert told(failed(replace(to_cloudflare(cloudflare), **bad), cloudflare_requests()[0])) == ("login", False)
    wrong: list[dict[str, Any]] = [
        {"region": "eu/west"},
        {"credentials": Credentials("a\nb", "s")},
        {"credentials": Credentials("", "")},
        {"credentials": Credentials("a", "s", "t\r\nX: y")},
    ]
    for each in wrong:
        assert told(failed(replace(to_aws(aws), **each), aws_requests()[0])) == ("login", False)
    assert cloudflare.requests == aws.requests == []


def test_a_session_token_is_signed_too(aws: LabAbuseSignal) -> None:
    keys = Credentials("LABACCESSKEY00001", "lab/secret+key", "a-session-token")
    replace(to_aws(aws), credentials=keys).submit(aws_requests()[0])

    assert aws.requests[0].headers["x-amz-security-token"] == "a-session-token"
    assert "x-amz-security-token" in aws.requests[0].headers["authorization"]


def by_tls(name: str, lab: LabApi, authority: Path) -> dict[str, Any]:
    return {"resolve": {name: "127.0.0.1"}, "port": {name: lab.site.port}, "authority": str(authority)}


def test_both_work_over_tls_by_name_and_only_with_a_certificate_that_holds(tmp_path: Path) -> None:
    authority = LabAuthority()
    path = authority.written(tmp_path)
    (tmp_path / "other").mkdir()
    other = LabAuthority("Another").written(tmp_path / "other")
    cloudflare = LabCloudflare(authority.context("api.cloudflare.example"))
    aws = LabAbuseSignal(authority.context("abuse.aws.example"))
    try:
        for name, lab, carrier, requests in (
            ("api.cloudflare.example", cloudflare, to_cloudflare(cloudflare), cloudflare_requests()),
            ("abuse.aws.example", aws, to_aws(aws), aws_requests()),
        ):
            base = f"https://{name}{lab.path}"
            there = replace(carrier, api=api(base, **by_tls(name, lab, path)))
            assert there.submit(requests[0]).reference
            assert lab.requests[0].host == name

            for wrong, known in ((base, other), (base.replace(name, "wrong.example"), path)):
                host = "wrong.example" if "wrong" in wrong else name
                elsewhere = replace(carrier, api=api(wrong, **by_tls(host, lab, known)))
                assert told(failed(elsewhere, requests[1])) == ("tls", True)
            assert len(lab.requests) == 1
    finally:
        cloudflare.stop()
        aws.stop()


def test_of_several_reports_those_taken_are_kept_and_never_sent_again(both: Both) -> None:
    both.lab.refuse("two.example")
    begun: list[str] = []
    kept: dict[str, Submitted] = {}
    batch = submit_all(
        both.requests,
        both.carrier.submit,
        already={},
        begin=begun.append,
        keep=lambda key, one: kept.update({key: one}),
    )

    keys = [each.key for each in both.requests]
    assert list(batch.taken) == list(kept) == [keys[0], keys[2]]
    assert {key: error.reason for key, error in batch.failed.items()} == {keys[1]: "refused"}
    assert begun == keys

    again = submit_all(both.requests, both.carrier.submit, already=batch.taken)
    assert again.taken == batch.taken
    assert len(both.lab.reports) == 2
    assert len(both.lab.requests) == 4


def test_a_report_that_is_given_twice_is_sent_once(both: Both) -> None:
    submit_all(both.requests * 2, both.carrier.submit, already={})
    assert len(both.lab.requests) == 3


def test_after_a_throttle_or_a_refused_login_the_rest_waits(both: Both) -> None:
    both.carrier.submit(both.requests[0])
    both.lab.throttle(9)
    batch = submit_all(both.requests[1:], both.carrier.submit, already={})

    assert [told(error) for error in batch.failed.values()] == [("temporary", True)] * 2
    assert len(both.lab.requests) == 2


def test_after_a_lost_connection_the_rest_is_not_sent_and_not_in_doubt(both: Both) -> None:
    both.lab.lose(is_taken=True)
    batch = submit_all(both.requests, both.carrier.submit, already={})

    first, *rest = [told(error) for error in batch.failed.values()]
    assert first == ("unknown_outcome", both.is_safe)
    assert rest == [("temporary", True)] * 2
    assert len(both.lab.requests) == 1


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [
        ("submitted", None, None),
        ("accepted", None, None),  # abuse was found; that is no removal
        ("denied", None, None),
        ("denied", "not_on_cloudflare", Outcome.NOT_OURS),
        ("denied", "content_removed", Outcome.REMOVED),
        ("denied", "incomplete_report", Outcome.ASKS_MORE),
        ("denied", "no_abuse_found", Outcome.DECLINED),
        ("denied", "duplicate_report", None),
        ("denied", "a_new_word", None),
        ("accepted", "content_removed", None),
    ],
)
def test_what_cloudflare_says_of_a_report(
    cloudflare: LabCloudflare, status: str, reason: str | None, outcome: Outcome | None
) -> None:
    reference = to_cloudflare(cloudflare).submit(cloudflare_requests()[0]).reference
    cloudflare.decide(reference, status, reason)
    standing = to_cloudflare(cloudflare).status_of(reference)

    assert (standing.status, standing.reason, standing.outcome) == (status, reason or "", outcome)


@pytest.mark.parametrize(
    ("status", "reason", "outcome"),
    [
        ("PROCESSING", None, None),
        ("PROCESSING", "ACTIONED", None),
        ("COMPLETED", "ACTIONED", Outcome.REMOVED),
        ("COMPLETED", "NOT_RESOLVABLE_TO_AWS", Outcome.NOT_OURS),
        ("COMPLETED", "REVIEWED_NO_AWS_ACTION", Outcome.DECLINED),
        ("COMPLETED", "CONTENT_DOWN_OR_INACCESSIBLE", Outcome.REMOVED),
        ("COMPLETED", "NEED_MORE_INFORMATION", Outcome.ASKS_MORE),
        ("COMPLETED", "A_NEW_CODE", None),
    ],
)
def test_what_aws_says_of_a_report(
    aws: LabAbuseSignal, status: str, reason: str | None, outcome: Outcome | None
) -> None:
    reference = to_aws(aws).submit(aws_requests()[0]).reference
    aws.decide(reference, status, reason)
    standing = to_aws(aws).status_of(reference)

    assert (standing.status, standing.reason, standing.outcome) == (status, reason or "", outcome)


def asked(both: Both, reference: str) -> tuple[str, bool]:
    with pytest.raises(DeliveryError) as failure:
        both.carrier.status_of(reference)
    return told(failure.value)


def test_asking_for_the_status_is_always_safe_to_repeat(both: Both) -> None:
    reference = both.carrier.submit(both.requests[0]).reference
    both.lab.hang()
    with pytest.raises(DeliveryError) as failure:
        hurried(both.carrier).status_of(reference)
    assert failure.value.may_retry
    for fail in (both.lab.break_down, both.lab.throttle, lambda: both.lab.lose(is_taken=False)):
        fail()
        assert asked(both, reference)[1]
    for answer in (Answer(200, {}, b"[]"), garbage(), json_answer(200, {"status": 3})):
        both.lab.answer_next(answer)
        asked(both, reference)
    assert asked(both, "b" * 24) == ("refused", False)
    assert len(both.lab.reports) == 1


@pytest.mark.parametrize("reference", ["", "../../x", "a b", "a" * 65, "x?y=1", "ë" * 20])
def test_a_reference_that_is_none_asks_nothing(both: Both, reference: str) -> None:
    assert asked(both, reference) == ("refused", False)
    assert both.lab.requests == []


def test_a_secret_is_read_from_its_file_or_named_as_missing(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("a-token\n")
    assert secret_in(str(path), "x.token_file") == "a-token"

    for text in (b"", b"two\nlines", b"a\xffb", "ë".encode()):
        path.write_bytes(text)
        with pytest.raises(DeliveryError, match=r"x\.token_file names no file") as failure:
            secret_in(str(path), "x.token_file")
        assert failure.value.reason == "login"
    for nowhere in (str(tmp_path / "none"), str(tmp_path), "a\0b", ""):
        with pytest.raises(DeliveryError):
            secret_in(nowhere, "x.token_file")


def test_credentials_are_read_from_a_file_of_awss_own_form(tmp_path: Path) -> None:
    path = tmp_path / "credentials"
    path.write_text("[default]\naws_access_key_id = AK\naws_secret_access_key = a%b/c\n")
    assert credentials_in(str(path), "x.file") == Credentials("AK", "a%b/c")
    path.write_text(path.read_text() + "aws_session_token = t\n")
    assert credentials_in(str(path), "x.file").session_token == "t"

    for text in ("", "[default]\n", "aws_access_key_id = AK", "[default]\naws_access_key_id = AK\n", "[default\n"):
        path.write_text(text)
        with pytest.raises(DeliveryError, match=r"x\.file names no file") as failure:
            credentials_in(str(path), "x.file")
        assert "AK" not in "".join(traceback.format_exception(failure.value))
    with pytest.raises(DeliveryError):
        credentials_in(str(tmp_path / "none"), "x.file")


def test_no_secret_is_shown_or_logged(both: Both, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        both.carrier.submit(both.requests[0])
        both.lab.break_down()
        failed(both.carrier, both.requests[1])
    for secret in SECRETS:
        assert secret not in caplog.text + repr(both.carrier) + repr(both.requests)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Invalid URL (http://a.example/x)", "Invalid URL …"),
        ("a.example is wrong", "… is wrong"),
        ("by 192.0.2.1 and 2001:db8::1", "by … and …"),
        ("mail a@b", "mail …"),
        ("hash " + "ab" * 32, "hash …"),
        ("the phrase, gone\x1b[31m\n  now", "the …, gone [31m now"),
        (None, ""),
        ({"a": 1}, ""),
        ("word " * 100, ("word " * 100)[:200]),
    ],
)
def test_a_servers_words_are_kept_short_and_name_nothing(text: object, shown: str) -> None:
    assert said(text, ["phrase", ""]) == shown
