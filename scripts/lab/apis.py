"""The lab's abuse APIs, Cloudflare's and AWS's, over real HTTP or TLS: strict about the documented schema and login,
keeping what they took, and failing in every way that is asked for. Their error codes are the lab's own."""

import hashlib
import json
import re
import ssl
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from scripts.lab import sigv4
from scripts.lab.behaviours import reset, stall
from scripts.lab.http import Behaviour, HttpServer, LabRequest
from scripts.lab.sites import Answer, Site

Json = dict[str, Any]
LIMITS = {"justification": 5000, "name": 255, "comments": 2000, "company": 100, "country": 255, "title": 255}
LIMITS |= {"tele": 20, "reported_country": 2, "reported_user_agent": 255}
CHOICES = {"act": {"abuse_children"}, "host_notification": {"send", "send-anon"}}
CHOICES |= {"ncmec_notification": {"send", "send-anon"}, "owner_notification": {"send", "send-anon", "none"}}
REQUIRED = {*CHOICES, "email", "email2", "justification", "name", "urls"}
MAX_URLS = 250
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
CLIENT_TOKEN = re.compile(r"[\x21-\x7E]{1,128}")
CORRELATION = re.compile(r"[a-zA-Z0-9-_]{1,256}")
MAX_PAYLOAD = 5_000_000


def json_answer(status: int, document: Json, **headers: str) -> Answer:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"Content-Type": "application/json"} | given, json.dumps(document).encode())


class _Desk(Site):
    """The site of an API: all paths go to its owner."""

    def __init__(self, owner: "LabApi", name: str, context: ssl.SSLContext | None) -> None:
        self._owner = owner
        super().__init__(name, HttpServer("127.0.0.1", self.answer, context))

    def respond(self, request: LabRequest) -> Answer | Behaviour:
        return self._owner.respond(request)


class LabApi:
    """What both have in common. Each method that makes it fail counts for the next request only, in order."""

    name = ""
    path = ""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self._lock = threading.Lock()
        self._next: list[Callable[[LabRequest], Answer | Behaviour]] = []
        self._refused: list[str] = []
        self.reports: list[Json] = []
        self.site = _Desk(self, self.name, context)
        self.url = f"{'http' if context is None else 'https'}://127.0.0.1:{self.site.port}{self.path}"
        self.stop = self.site.server.stop

    @property
    def requests(self) -> list[LabRequest]:
        return self.site.requests

    def answer_next(self, answer: Answer | Behaviour) -> None:
        """Give any answer, without looking at the request."""
        self._next.append(lambda _request: answer)

    def throttle(self, after_s: int | None = None) -> None:
        """Answer 429, with Retry-After where a time is given."""
        after = {} if after_s is None else {"Retry_After": str(after_s)}
        self.answer_next(self.error(429, "ThrottlingException", "Rate exceeded", **after))

    def break_down(self, status: int = 500) -> None:
        """Answer 5xx and take nothing."""
        self.answer_next(self.error(status, "InternalServerException", "An unexpected error occurred"))

    def hang(self) -> None:
        """Read the request and say nothing."""
        self.answer_next(stall())

    def lose(self, *, is_taken: bool) -> None:
        """Read the request, take it or not, and reset the connection instead of answering."""

        def lost(request: LabRequest) -> Behaviour:
            if is_taken:
                self.judge(request)
            return reset()

        self._next.append(lost)

    def refuse(self, text: str) -> None:
        """From now on refuse every report that holds this text: with others beside it, partial acceptance."""
        self._refused.append(text)

    def respond(self, request: LabRequest) -> Answer | Behaviour:
        with self._lock:
            step = self._next.pop(0) if self._next else self.judge
            return step(request)

    def is_refused(self, request: LabRequest) -> bool:
        return any(text.encode() in request.body for text in self._refused)

    def judge(self, request: LabRequest) -> Answer:
        raise NotImplementedError

    def error(self, status: int, kind: str, message: str, **headers: str) -> Answer:
        raise NotImplementedError


class LabCloudflare(LabApi):
    """POST abuse_children and GET submitted of one account; `is_entitled` and `token` may be changed."""

    name = "api.cloudflare.example"
    path = "/client/v4"

    def __init__(self, context: ssl.SSLContext | None = None, *, account: str = "a1b2c3", token: str = "lab-cf-token"):
        super().__init__(context)
        self.account, self.token = account, token
        self.is_entitled = True
        self.refuses_repeats = False
        """Whether an address it was told of is refused, as Cloudflare does for 7 days."""
        self._standing: dict[str, Json] = {}

    def decide(self, reference: str, status: str, denial_reason: str | None = None) -> None:
        """Say what became of a report: accepted or denied, and why."""
        self._standing[reference] |= {"status": status, "denial_reason": denial_reason}

    def error(self, status: int, kind: str, message: str, **headers: str) -> Answer:  # noqa: ARG002 - AWS's kinds
        errors = [{"code": 10000, "message": message}]
        return json_answer(status, {"success": False, "errors": errors, "messages": [], "result": None}, **headers)

    def judge(self, request: LabRequest) -> Answer:
        if request.headers.get("authorization") != f"Bearer {self.token}" or not self.is_entitled:
            return self.error(401, "", "Authentication error")
        at = f"{self.path}/accounts/{self.account}/abuse-reports/"
        if not request.path.startswith(at):
            return self.error(403, "", "Authentication error")
        what = request.path.removeprefix(at)
        if (request.method, what) == ("POST", "abuse_children"):
            return self._take(request)
        found = self._standing.get(what.removeprefix("submitted/"))
        if request.method != "GET" or found is None:
            return self.error(404, "", "Not found")
        return json_answer(200, {"success": True, "errors": [], "messages": [], "result": found})

    def _take(self, request: LabRequest) -> Answer:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        problem = "Refused by this lab" if self.is_refused(request) else self._problem(request, body)
        if problem is not None:
            said = {"error_code": 1000, "msg": problem, "request": {"act": "abuse_children"}, "result": "error"}
            return json_answer(400, said)
        reference = hashlib.sha256(request.body + bytes([len(self.reports) % 256])).hexdigest()[:16]
        self.reports.append(body)
        self._standing[reference] = {"id": reference, "status": "submitted", "denial_reason": None}
        return json_answer(200, {"abuse_rand": reference, "request": {"act": body["act"]}, "result": "success"})

    def _problem(self, request: LabRequest, body: Any) -> str | None:
        if request.headers.get("content-type", "").partition(";")[0] != "application/json":
            return "Report has invalid type"
        if not isinstance(body, dict) or not all(isinstance(value, str) for value in body.values()):
            return "Could not determine encoding of field"
        if not set(body) >= REQUIRED or set(body) - REQUIRED - set(LIMITS):
            return "Missing a required field"
        if any(body[name] not in allowed for name, allowed in CHOICES.items()):
            return "Invalid value for notification preference"
        for name, limit in LIMITS.items():
            if name in body and not 1 <= len(body[name]) <= limit:
                return f"{name} must be between 1 and {limit} characters"
        if not MAIL.fullmatch(body["email"]) or body["email"] != body["email2"]:
            return "Provided emails did not match"
        return self._problem_of_urls(body["urls"].split("\n"))

    def _problem_of_urls(self, urls: list[str]) -> str | None:
        parts = [urlsplit(url) for url in urls]
        if any(part.scheme not in ("http", "https") or not part.hostname for part in parts):
            return f"Invalid URL ({urls[0]})"
        if len(urls) > MAX_URLS or len(set(urls)) < len(urls):
            return "Provided value has invalid size"
        if len({part.hostname for part in parts}) > 1:
            return "You have entered URLs that contain more than 1 unique hostname."
        told = {url for report in self.reports for url in report["urls"].split("\n")}
        if self.refuses_repeats and told & set(urls):
            return "You have already submitted this URL in the last 7 days"
        return None


class LabAbuseSignal(LabApi):
    """CreateAbuseReport and GetAbuseReportStatus of one region; its keys may be changed."""

    name = "abuse.aws.example"

    def __init__(self, context: ssl.SSLContext | None = None, *, region: str = "eu-west-2") -> None:
        super().__init__(context)
        self.region = region
        self.access_key, self.secret_key = "LABACCESSKEY00001", "lab/secret+key"
        self._tokens: dict[str, tuple[bytes, str]] = {}
        self._standing: dict[str, Json] = {}

    def decide(self, reference: str, status: str, reason: str | None = None) -> None:
        """Say where a report stands: PROCESSING, or COMPLETED and why."""
        found = self._standing[reference]
        found["status"] = status
        if reason is not None:
            found["reasonCode"] = reason

    def error(self, status: int, kind: str, message: str, **headers: str) -> Answer:
        return json_answer(status, {"message": message}, x_amzn_errortype=kind, **headers)

    def judge(self, request: LabRequest) -> Answer:
        problem = sigv4.fault(request, self.access_key, self.secret_key, self.region, "abuse")
        if problem is not None:
            return self.error(403, problem, "The request signature does not hold.")
        if (request.method, request.path) == ("POST", "/v1/abuse"):
            return self._take(request)
        found = self._standing.get(request.path.removeprefix("/v1/abuse/"))
        if request.method != "GET" or found is None:
            return self.error(404, "ResourceNotFoundException", "The report was not found.")
        return json_answer(200, found)

    def _take(self, request: LabRequest) -> Answer:
        try:
            body = json.loads(request.body)
        except ValueError:
            body = None
        problems = ["/"] if len(request.body) > MAX_PAYLOAD else _xarf_problems(body)
        if problems:
            fields = [{"path": path, "message": "does not satisfy the schema"} for path in problems]
            answer = {"message": "Validation failed", "fieldList": fields}
            return json_answer(400, answer, x_amzn_errortype="ValidationException")
        source = body["report"]["xarf"]["source_identifier"]
        if self.is_refused(request) or len(source) > 253 or set("{}*`") & set(source):
            unmet = {"code": "rule.source_identifier.malformed", "path": "/source_identifier", "message": source}
            answer = {"message": f"Not accepted: {source}", "unmetRequirements": [unmet]}
            return json_answer(422, answer, x_amzn_errortype="SubmissionRequirementException")
        return self._taken(request, body)

    def _taken(self, request: LabRequest, body: Json) -> Answer:
        fresh = hashlib.sha256(f"{len(self.reports)}".encode() + request.body).hexdigest()[:32]
        token = body.get("clientToken", fresh)
        known_body, reference = self._tokens.setdefault(token, (request.body, fresh))
        if known_body != request.body:
            return self.error(409, "ConflictException", "The client token was used with another payload.")
        correlation = {"correlationId": body["correlationId"]} if "correlationId" in body else {}
        if reference == fresh:
            self.reports.append(body)
            standing = {"reportId": reference, "status": "QUEUED", "description": "Received.", "submittedAt": 1.0}
            self._standing[reference] = standing | correlation
        return json_answer(202, {"reportId": reference} | correlation)


def _xarf_problems(body: Any) -> list[str]:
    """The places that do not satisfy the schema of the request or of XARF v4."""
    import xarf

    if not isinstance(body, dict) or set(body) - {"clientToken", "correlationId", "report"}:
        return ["/"]
    for name, form in (("clientToken", CLIENT_TOKEN), ("correlationId", CORRELATION)):
        if name in body and not (isinstance(body[name], str) and form.fullmatch(body[name])):
            return [f"/{name}"]
    report = body.get("report")
    if not isinstance(report, dict) or set(report) != {"xarf"} or not isinstance(report["xarf"], dict):
        return ["/report"]
    found = xarf.SchemaValidator().validate(report["xarf"])
    return sorted({f"/report/xarf/{each.field}".rstrip("/") for each in found})
