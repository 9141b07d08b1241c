"""Reports to abuse APIs: what is begun is written down before it leaves, and what was taken before the next one does,
so that no report is sent twice in doubt. Knows no API."""

from collections.abc import Callable
from datetime import timedelta

from hotline import custody
from hotline.boundaries import boundary
from hotline.channels.abuseapi import Batch, Submitted, submit_all
from hotline.errors import DeliveryError
from hotline.pipeline.fixing import Delivered, Outgoing, OutgoingReport
from hotline.pipeline.station import Station
from hotline.store import submissions


def send_reports(
    station: Station, outgoing: Outgoing, submit: Callable[[OutgoingReport], Submitted], *, safe_h: int = 0
) -> Delivered:
    """Hands in what was not taken yet; for `safe_h` hours the same report again does no harm.

    Raises DeliveryError: what holds up the whole notice. A report refused for good is told in what is returned, unless
    none was taken.
    """
    _require_known(station, outgoing, safe_h)
    batch = submit_all(
        outgoing.reports,
        submit,
        already={one.key: one.reference for one in outgoing.reports if one.reference},
        begin=lambda key: _begin(station, key),
        keep=lambda key, submitted: _keep(station, key, submitted),
    )
    _note_failures(station, batch)
    return _judged(batch)


def _require_known(station: Station, outgoing: Outgoing, safe_h: int) -> None:
    safe_since = station.now() - timedelta(hours=safe_h)
    open_since = [one.begun_at for one in outgoing.reports if one.begun_at is not None and one.reference is None]
    if any(begun_at <= safe_since for begun_at in open_since):
        raise DeliveryError(
            "a report was begun and its answer never came, so it may have been taken: look at the API's own list, "
            "then hotline notice sent with its number, or hotline notice approve to send it again",
            reason="unknown_outcome",
            may_retry=False,
        )


def _begin(station: Station, key: str) -> None:
    now = station.now()
    with station.writing(now) as session:
        row = submissions.by_key(session, key)
        row.begun_at, row.problem = row.begun_at or now, None
        session.add(row)
        custody.record(session, "report.begin", f"S{row.id}")
    boundary("report.begun")


def _keep(station: Station, key: str, submitted: Submitted) -> None:
    boundary("report.taken")
    now = station.now()
    with station.writing(now) as session:
        row = submissions.by_key(session, key)
        row.taken_at, row.reference, row.status = now, submitted.reference, submitted.status
        session.add(row)
        custody.record(session, "report.taken", f"S{row.id}", text=submitted.reference)
    boundary("report.kept")


def _note_failures(station: Station, batch: Batch) -> None:
    """What is known not to have been taken counts as not begun."""
    if not batch.failed:
        return
    with station.writing(station.now()) as session:
        for key, error in batch.failed.items():
            row = submissions.by_key(session, key)
            row.problem = error.reason
            row.begun_at = row.begun_at if error.reason == "unknown_outcome" else None
            session.add(row)
            custody.record(session, "report.failed", f"S{row.id}", reason=error.reason)


def _judged(batch: Batch) -> Delivered:
    errors = batch.failed.values()
    refused = {key: str(error) for key, error in batch.failed.items() if error.reason == "refused"}
    for_person = [error for error in errors if not error.may_retry and error.reason != "refused"]
    to_retry = [error for error in errors if error.may_retry]
    if for_person or to_retry:
        raise (for_person + to_retry)[0]
    if refused and not batch.taken:
        raise next(iter(errors))
    return Delivered(tuple(dict.fromkeys(batch.taken.values())), refused)
