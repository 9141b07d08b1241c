"""Taking reports in, one by one or from a file, and acknowledging danger."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from hotline import custody, keys, people, work
from hotline.addresses import Address
from hotline.boundaries import boundary
from hotline.consequences.accounts import say_whose
from hotline.consequences.appeals import let_rounds_go
from hotline.consequences.families import join_told_before
from hotline.consequences.items import FIRST, ensure_item, link_case, queue_look
from hotline.consequences.takedown import end_takedown
from hotline.decisions.desk import Desk
from hotline.errors import InputError
from hotline.intake import NewReport, RefusedRow, read_rows
from hotline.models import Case, Item, Report, ReportItem
from hotline.priorities import whom_to_call
from hotline.records.codes import code_digest, new_code
from hotline.records.ids import read_id
from hotline.states import BY_PERSON, CloseReason, State, WorkKind
from hotline.store import appeals, items, notices, reports


@dataclass(frozen=True)
class Added:
    """A report that was taken in: its case, the code its reporter can quote, and whom to call now."""

    report_id: int
    case_id: int
    code: str
    item_ids: tuple[int, ...]
    is_joined: bool
    call_now: tuple[str, ...]


@dataclass(frozen=True)
class Imported:
    """What an import added, what was there before, and where the refused rows are named."""

    ids: tuple[int, ...]
    cases: tuple[int, ...]
    known: int
    rejected: int
    rejected_path: Path | None
    call_now: tuple[str, ...]


def add(desk: Desk, new: NewReport) -> Added:
    """Takes one report in. A known address joins its case; every address is looked at once more."""
    with desk.writing("report") as session:
        return _add(session, desk, new)


def import_file(desk: Desk, path: Path, progress: Callable[[int], None] = lambda _: None) -> Imported:
    """Takes in the rows of a CSV or JSON Lines file, each whole or not at all; a row taken before adds nothing.

    Raises InputError when the file cannot be read or has no usable header.
    """
    added: list[Added] = []
    refused: list[RefusedRow] = []
    known = 0
    try:
        with path.open("rb") as file:
            for number, row in enumerate(read_rows(file), 1):
                if isinstance(row, RefusedRow):
                    refused.append(row)
                elif (result := _import_row(desk, row)) is not None:
                    added.append(result)
                else:
                    known += 1
                progress(number)
    except OSError as error:
        raise InputError(f"{path.name} cannot be read ({error.strerror}); give a file you may read") from None
    rejected_path = _write_rejected(path, refused)
    cases = tuple(dict.fromkeys(one.case_id for one in added))
    ids = tuple(one.report_id for one in added)
    call_now = tuple(f"R{one.report_id}: {line}" for one in added for line in one.call_now)
    return Imported(ids, cases, known, len(refused), rejected_path, call_now)


def acknowledge(desk: Desk, subject: str, called: str | None) -> list[str]:
    """Records that somebody took on the danger in a case or report, and whom they called, or saw what an item says."""
    letter, number = read_id(subject, "C", "R", "I")
    if letter == "I":
        return _acknowledge_item(desk, number)
    with desk.writing("report") as session:
        case_id = number if letter == "C" else reports.load_report(session, number).case_id
        reports.load_case(session, case_id)
        waiting = [one for one in reports.reports_to_acknowledge(session, case_id) if letter == "C" or one.id == number]
        if not waiting:
            raise InputError(f"nothing in {subject.upper()} waits for acknowledgement")
        for report in waiting:
            report.acked_at, report.acked_by = desk.now, desk.actor
            session.add(report)
            custody.record(session, "report.ack", f"R{report.id}", text=called)
        return [f"R{report.id}" for report in waiting]


def record_reveal(desk: Desk, report_id: int) -> None:
    """Writes into the chain that somebody is about to read what identifies a reporter."""
    with desk.writing("report") as session:
        reports.load_report(session, report_id)
        custody.record(session, "report.reveal", f"R{report_id}")


def _acknowledge_item(desk: Desk, item_id: int) -> list[str]:
    with desk.writing("report") as session:
        item = items.load_item(session, item_id)
        if item.needs_person is None:
            raise InputError(f"I{item_id} says nothing that waits for acknowledgement")
        item.needs_person = None
        session.add(item)
        custody.record(session, "item.ack", f"I{item_id}")
        return [f"I{item_id}"]


def _import_row(desk: Desk, row: NewReport) -> Added | None:
    boundary("import.row")
    with desk.writing("report") as session:
        if row.digest and reports.find_by_import(session, row.digest) is not None:
            return None
        return _add(session, desk, row)


def _add(session: Session, desk: Desk, new: NewReport) -> Added:
    case, is_joined = _case_for(session, desk, new)
    told_before = items.items_of_case(session, case.id) if new.repeat_of is not None else []
    code = new_code()
    report = _save_report(session, desk, new, case.id, code)
    found = [_take_address(session, desk, case.id, report, address) for address in new.addresses]
    for item in found:
        if new.account_of is not None:
            people.require(session, desk.actor, "assess")
            say_whose(session, item, new.account_of, desk.now)
        if told_before and item.id not in {one.id for one in told_before}:
            join_told_before(session, item, told_before, desk.now)
    if new.genuine is not None:
        _keep_genuine(session, desk, case.id, new.genuine)
    if new.at_risk is not None:
        _put_first(session, case.id, desk.now)
    call_now = whom_to_call(new.at_risk) if new.at_risk is not None else ()
    return Added(report.id, case.id, code, tuple(item.id for item in found), is_joined, call_now)


def _case_for(session: Session, desk: Desk, new: NewReport) -> tuple[Case, bool]:
    """The open case of the first address that is known, or the one named as repeated; else a new one."""
    if new.repeat_of is not None:
        return reports.load_case(session, new.repeat_of), True
    for address in new.addresses:
        known = items.find_by_key(session, address.key)
        for case_id in items.cases_of(session, known.id) if known is not None else []:
            case = reports.load_case(session, case_id)
            if case.closed_at is None:
                return case, True
    case = Case(opened_at=desk.now)
    session.add(case)
    session.flush()
    custody.record(session, "case.open", f"C{case.id}")
    return case, False


def _save_report(session: Session, desk: Desk, new: NewReport, case_id: int, code: str) -> Report:
    report = Report(
        case_id=case_id,
        source=new.source,
        category=new.category,
        city=new.city,
        at_risk=new.at_risk,
        no_url_kind=new.no_url,
        for_whom=new.for_whom,
        received_at=min(new.received_at or desk.now, desk.now),
        recorded_at=desk.now,
        recorded_by=desk.actor,
        code_digest=code_digest(code),
        import_digest=new.digest,
        repeat_of_case=new.repeat_of,
    )
    session.add(report)
    session.flush()
    report.contact = _sealed(session, desk, report, new.contact)
    report.note = _sealed(session, desk, report, new.note)
    report.genuine = _sealed(session, desk, report, new.genuine.verbatim if new.genuine else None)
    custody.record(session, "report.add", f"R{report.id}", to_state=f"C{case_id}", reason=new.at_risk)
    return report


def _sealed(session: Session, desk: Desk, report: Report, content: str | None) -> bytes | None:
    return keys.seal(session, desk.home.workspace, report.id, content) if content else None


def _take_address(session: Session, desk: Desk, case_id: int, report: Report, address: Address) -> Item:
    item, _ = ensure_item(session, address, desk.now, platforms=desk.home.platforms)
    link_case(session, case_id, item, desk.now)
    session.add(ReportItem(report_id=report.id, item_id=item.id, url=address.verbatim))
    if not item.is_reported:
        item.is_reported = True
        session.add(item)
    session.flush()
    queue_look(session, item, desk.now)
    custody.record(session, "item.report", f"I{item.id}", reason=f"R{report.id}")
    return item


def _keep_genuine(session: Session, desk: Desk, case_id: int, address: Address) -> None:
    """The genuine account of an impersonated or harmed person: known, so that it is never looked at nor noticed."""
    item, _ = ensure_item(session, address, desk.now, platforms=desk.home.platforms)
    link_case(session, case_id, item, desk.now)
    item.has_genuine_owner, item.is_queued, item.needs_person = True, False, None
    work.cancel(session, WorkKind.LOOK, f"I{item.id}")
    end_takedown(session, item, desk.now)
    if item.state != State.CLOSED:
        item.state_before_close, item.reason = item.state, CloseReason.GENUINE
        custody.move(session, item, State.CLOSED, BY_PERSON, action="item.genuine", reason=CloseReason.GENUINE)


def _put_first(session: Session, case_id: int, now: datetime) -> None:
    """A child in danger: whatever is due for the case goes before all other work."""
    for item in items.items_of_case(session, case_id):
        if item.state in (State.RECEIVED, State.UNREACHABLE):
            work.schedule(session, WorkKind.LOOK, f"I{item.id}", now, rank=FIRST, host=item.host)
        work.put_first(session, f"I{item.id}")
        for notice in notices.notices_of_item(session, item.id):
            work.put_first(session, f"N{notice.id}")
            work.put_first(session, f"B{notice.batch_id}")
            if appeals.about_batch(session, notice.batch_id):
                let_rounds_go(session, notice.batch_id, now)


def _write_rejected(path: Path, refused: list[RefusedRow]) -> Path | None:
    """Names the refused rows beside the file, by line and cause; their content stays in the file they came from."""
    if not refused:
        return None
    rejected = path.with_name(path.name + ".rejected")
    lines = [f"line {row.line}: {row.cause}\n" for row in refused]
    try:
        rejected.write_text("".join(lines))
        rejected.chmod(0o600)
    except OSError as error:
        raise InputError(
            f"{len(refused)} rows were refused, and {rejected.name} cannot be written ({error.strerror}); all other "
            "rows are in. Make the folder writable and import again: nothing is taken twice"
        ) from None
    return rejected
