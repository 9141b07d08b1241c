"""Checks AWS Signature Version 4 of a request as it arrived, from the standard library alone: the lab's own second
opinion on what clients sign."""

import hashlib
import hmac
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from scripts.lab.http import LabRequest

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=([^/,\s]+)/(\d{8})/([^/,\s]+)/([^/,\s]+)/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})"
)
MUST_SIGN = {"host", "x-amz-date"}
SKEW = timedelta(minutes=15)


def fault(request: LabRequest, access_key: str, secret_key: str, region: str, service: str) -> str | None:
    """The type of error AWS would name, or None where the signature holds."""
    given = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
    if given is None:
        return "MissingAuthenticationTokenException"
    key, day, of_region, of_service, signed, signature = given.groups()
    if key != access_key:
        return "UnrecognizedClientException"
    stamp = request.headers.get("x-amz-date", "")
    if not re.fullmatch(r"\d{8}T\d{6}Z", stamp) or not stamp.startswith(day) or not set(signed.split(";")) >= MUST_SIGN:
        return "IncompleteSignatureException"
    if abs(datetime.now(UTC) - datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)) > SKEW:
        return "RequestExpired"
    scope = f"{day}/{of_region}/{of_service}/aws4_request"
    wanted = _signature(secret_key, scope, stamp, _canonical(request, signed))
    is_right = (of_region, of_service) == (region, service) and hmac.compare_digest(wanted, signature)
    return None if is_right else "InvalidSignatureException"


def _canonical(request: LabRequest, signed: str) -> str:
    path, _, query = request.path.partition("?")
    pairs = sorted((quote(name, safe="-_.~"), quote(value, safe="-_.~")) for name, value in parse_qsl(query, True))
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signed.split(";"))
    asked = "&".join(f"{name}={value}" for name, value in pairs)
    body = hashlib.sha256(request.body).hexdigest()
    return "\n".join([request.method, quote(path, safe="/-_.~"), asked, headers, signed, body])


def _signature(secret_key: str, scope: str, stamp: str, canonical: str) -> str:
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    return hmac.digest(key, text.encode(), "sha256").hex()
