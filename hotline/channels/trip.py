"""An exchange under way: what it was asked, what it has so far, and every way in which it can fail told as one error
with stage, reason and capture. No error names an address."""

import contextlib
import http.client
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import requests
import urllib3.exceptions

from hotline.addresses.gate import REFUSALS
from hotline.channels.dial import Dialer
from hotline.channels.egress import Way
from hotline.channels.unpack import BombError, PackedError
from hotline.errors import FetchError, LookupFailedError, RefusedAddressError
from hotline.records.looks import Capture, Hop
from hotline.states import Unreachable

SERVER_FAULTS = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """What one exchange may use, its redirects included."""

    deadline_s: float
    max_bytes: int
    max_redirects: int
    user_agent: str


@dataclass
class Trip:
    """An exchange under way."""

    asked: str
    limits: Limits
    dialer: Dialer
    way: Way
    method: str
    purpose: str
    headers: dict[str, str]
    context: ssl.SSLContext | None
    hops: list[Hop] = field(default_factory=list)
    began_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def capture(self, reason: str | None = None) -> Capture:
        return Capture(
            asked=self.asked,
            purpose=self.purpose,
            egress=self.way.name,
            began_at=self.began_at,
            ended_at=datetime.now(UTC),
            hops=tuple(self.hops),
            tried=tuple(self.dialer.tried),
            reason=reason,
            stage=self.dialer.stage if reason else None,
        )

    def failed(self, reason: Unreachable, *, may_retry: bool = True) -> FetchError:
        capture, allowance = self.capture(reason.value), self.dialer.allowance
        return fetch_error(capture, allowance.received_bytes, allowance.elapsed_s, may_retry=may_retry)

    def refused(self, what: str) -> FetchError:
        capture, allowance = self.capture(Unreachable.REFUSED_ADDRESS.value), self.dialer.allowance
        return fetch_error(capture, allowance.received_bytes, allowance.elapsed_s, may_retry=False, refused=what)


def fetch_error(
    capture: Capture,
    received_bytes: int,
    elapsed_s: float,
    *,
    may_retry: bool = True,
    refused: str | None = None,
) -> FetchError:
    """The error that a capture with a reason tells of; `refused` says what the gate refused."""
    evidence: dict[str, object] = {
        "stage": capture.stage,
        "statuses": [hop.status for hop in capture.hops],
        "ips": [hop.ip for hop in capture.hops],
        "received_bytes": received_bytes,
        "elapsed_s": round(elapsed_s, 3),
    }
    reason = str(capture.reason)
    if refused is not None:
        evidence["refused"] = refused
        return RefusedAddressError(
            REFUSALS[refused], reason=reason, may_retry=may_retry, evidence=evidence, capture=capture
        )
    message = f"the address could not be fetched: {reason} at stage {capture.stage}"
    return FetchError(message, reason=reason, may_retry=may_retry, evidence=evidence, capture=capture)


@contextlib.contextmanager
def errors_told(trip: Trip) -> Iterator[None]:
    """Turns whatever the libraries raise into one FetchError; `from None`, because their messages hold addresses."""
    try:
        yield
    except RefusedAddressError as error:
        raise trip.refused(str(error.evidence["refused"])) from None
    except LookupFailedError as error:
        raise trip.failed(Unreachable.DNS, may_retry=error.may_retry) from None
    except (BombError, MemoryError):
        raise trip.failed(Unreachable.TOO_LARGE) from None
    except PackedError:
        raise trip.failed(Unreachable.BAD_RESPONSE) from None
    except SERVER_FAULTS as error:
        raise _told(trip, error) from None


def _told(trip: Trip, error: Exception) -> FetchError:
    allowance, stage = trip.dialer.allowance, trip.dialer.stage
    if allowance.is_late:
        return trip.failed(Unreachable.TIMEOUT)
    if allowance.is_spent:
        return trip.failed(Unreachable.TOO_LARGE)
    if isinstance(error, requests.exceptions.InvalidURL):
        return trip.failed(Unreachable.DNS, may_retry=False)
    if stage in ("connect", "tls"):
        return trip.failed(Unreachable(stage))
    return trip.failed(Unreachable.RESET if _is_reset(error) else Unreachable.BAD_RESPONSE)


def _is_reset(error: BaseException) -> bool:
    """Whether the peer broke the connection, however deep the libraries wrapped that."""
    seen: list[BaseException] = []
    waiting: list[object] = [error]
    while waiting:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or cause in seen:
            continue
        if isinstance(cause, ConnectionError) and not isinstance(cause, requests.RequestException):
            return True
        seen.append(cause)
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return False
