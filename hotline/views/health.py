"""Whether a home is fit for use: one check after another, each with what was found and its cure. Changes nothing."""

import io
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from sqlcipher3 import dbapi2 as sqlcipher
from sqlmodel import Session

from hashsets.decode import DecoderPool
from hashsets.errors import HashsetError
from hashsets.lists import Library
from hashsets.sandbox import SECCOMP
from hotline import custody, db, work
from hotline.addresses import Gate
from hotline.channels.fetchers import Fetchers
from hotline.errors import AuditError, HotlineError, RefusedAddressError
from hotline.home import Home
from hotline.models import CustodyEntry
from hotline.settings import Settings
from hotline.store import families
from hotline.views.checks import Check, cure_if
from hotline.views.freshness import clock_check, data_checks
from hotline.views.law import law_check
from hotline.views.shapes import Document
from hotline.views.signatures import signing_check

NEEDED = ("hotline.name", "hotline.reply_to", "mail.host", "mail.from_address")
WANTED = ("hotline.phone", "hotline.verification_page")
"""Not needed to work, but a stranger who gets a notice asks who writes."""
NEVER_DIALLED = ("127.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1")
LEAST_FREE_BYTES = 1_000_000_000
SAFE_SQLITE = (3, 51, 3)
"""From here on two connections that write and checkpoint at once cannot damage the database (WAL-reset bug)."""
_RUN = "run any command again: it deletes them and their key"
_PLAIN_DATABASE = b"SQLite format 3\0"


def health(home: Home, now: datetime) -> Document:
    """All checks of a home, and whether every one is well."""
    checks = [asdict(check) for check in _checks(home, now)]
    return {"ok": all(check["ok"] for check in checks), "checks": checks}


def _checks(home: Home, now: datetime) -> Iterator[Check]:
    yield _lab(home.settings)
    yield _settings(home.settings)
    yield _sender(home.settings)
    yield signing_check(home.settings)
    yield _mandate(home.settings, now)
    yield _database(home)
    yield _keys(home)
    yield _gate(home.settings)
    yield _decoder(home.settings)
    yield _fetcher(home.settings)
    yield _lists(home)
    with db.reading(home.engine) as session:
        yield _anchor(home, session)
        yield clock_check(session, now)
        yield _work(session)
        yield _features(home, session)
        yield law_check(home, session, now)
    yield from data_checks(home, now)
    yield _disk(home)


def _features(home: Home, session: Session) -> Check:
    kept = families.count_features(session)
    if home.settings.families.local_features:
        return Check("local features", True, f"on, kept of {kept} illegal media")
    is_left = kept > 0 or home.features_key.exists()
    return Check(
        "local features", not is_left, "off" if not is_left else "off, but some are kept", cure_if(is_left, _RUN)
    )


def _lab(settings: Settings) -> Check:
    found = "a lab: unfit for use" if settings.is_lab else "none"
    return Check("lab", not settings.is_lab, found, cure_if(settings.is_lab, "make a home without [lab] for real work"))


def _settings(settings: Settings) -> Check:
    missing = [name for name in NEEDED if not _value(settings, name)]
    found = f"missing: {', '.join(missing)}" if missing else "complete"
    return Check("settings", not missing, found, cure_if(missing, f"set {', '.join(missing)} in hotline.toml"))


def _sender(settings: Settings) -> Check:
    """A note only: a notice without these goes out, and its reader cannot check who wrote it."""
    missing = [name for name in WANTED if not _value(settings, name)]
    note = f"note: hosts ask who writes; set {', '.join(missing)} in hotline.toml"
    return Check("sender", True, note if missing else "can be called and verified")


def _value(settings: Settings, name: str) -> object:
    section, _, key = name.partition(".")
    return getattr(getattr(settings, section), key)


def _mandate(settings: Settings, now: datetime) -> Check:
    if settings.is_lab:
        return Check("mandate", True, "not needed in a lab")
    is_valid = settings.mandate_covers(now)
    cure = "set mandate.reference, signed_on and valid_until; until then nothing is fetched"
    return Check(
        "mandate", is_valid, "covers today" if is_valid else "none that covers today", cure_if(not is_valid, cure)
    )


def _database(home: Home) -> Check:
    with (home.folder / "hotline.db").open("rb") as file:
        is_encrypted = file.read(len(_PLAIN_DATABASE)) != _PLAIN_DATABASE
    is_new = sqlcipher.sqlite_version_info >= SAFE_SQLITE
    found = f"SQLite {sqlcipher.sqlite_version}, {'encrypted' if is_encrypted else 'NOT encrypted'}"
    cure = "install sqlcipher3 0.6.4 or newer" if is_encrypted else "restore the encrypted database from a backup"
    return Check("database", is_encrypted and is_new, found, cure_if(not (is_encrypted and is_new), cure))


def _keys(home: Home) -> Check:
    open_ones = [
        path.name for path in sorted((home.folder / "keys").iterdir()) if path.is_file() and path.stat().st_mode & 0o137
    ]
    found = f"too open: {', '.join(open_ones)}" if open_ones else "closed"
    return Check("keys", not open_ones, found, cure_if(open_ones, f"chmod 640 keys/{' keys/'.join(open_ones)}"))


def _gate(settings: Settings) -> Check:
    if settings.is_lab:
        return Check("gate", True, f"open to {', '.join(settings.lab.allow) if settings.lab else ''} and nothing else")
    passed = [ip for ip in NEVER_DIALLED if _passes(Gate.from_settings(settings), ip)]
    found = f"lets through {', '.join(passed)}" if passed else f"refuses {', '.join(NEVER_DIALLED)} and all like them"
    return Check("gate", not passed, found, cure_if(passed, "install the program again: its gate was altered"))


def _passes(gate: Gate, ip: str) -> bool:
    try:
        gate.check(ip)
    except RefusedAddressError:
        return False
    return True


def _decoder(settings: Settings) -> Check:
    try:
        with DecoderPool(workers=1, has_features=settings.families.local_features) as pool:
            found, sandbox = pool.fingerprint(_drawn_picture()), pool.sandbox()
    except HashsetError as error:
        return Check("decoder", False, "does not start", str(error))
    is_well = bool(found.pdq and found.phash and found.problem is None)
    held = "locked by seccomp" if sandbox == SECCOMP else "held by limits only: this system offers no seccomp we know"
    told = f"decodes a drawn picture, {held}" if is_well else "gives no hash"
    return Check("decoder", is_well, told, cure_if(not is_well, "install the program again"))


def _fetcher(settings: Settings) -> Check:
    """Who talks to hostile hosts starts from nothing of ours, and opens no file once it is warm."""
    try:
        with Fetchers.from_settings(settings) as fetchers:
            sandbox = fetchers.sandbox()
    except HotlineError as error:
        return Check("fetcher", False, "does not start", str(error))
    held = "opens no file: locked by seccomp" if sandbox == SECCOMP else "held by limits only: no seccomp we know here"
    return Check("fetcher", True, f"a process without key, {held}")


def _drawn_picture() -> bytes:
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", (160, 120), "white")
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((20, 15, 90, 100), fill="navy")
    drawing.polygon([(80, 110), (150, 20), (155, 115)], fill="orange")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _lists(home: Home) -> Check:
    try:
        library = Library(home.lists)
        problems, count = library.verify(), len(library.stored())
    except HashsetError as error:
        return Check("hash lists", False, "cannot be opened", str(error))
    found = "; ".join(problems) if problems else f"{count} lists, whole"
    return Check("hash lists", not problems, found, cure_if(problems, "import the named lists again"))


def _anchor(home: Home, session: Session) -> Check:
    head, _ = custody.head(session)
    try:
        anchor = custody.read_anchor(home.anchor)
    except AuditError as error:
        return Check("anchor", False, "not readable", str(error))
    if anchor is None:
        return Check("anchor", head == 0, "none", cure_if(head, "put custody.anchor back from where it is kept"))
    entry = session.get(CustodyEntry, anchor[0])
    is_on_chain = entry is not None and entry.hash == anchor[1]
    found = f"{head - anchor[0]} entries behind" if is_on_chain else "not on the chain"
    return Check("anchor", is_on_chain, found, cure_if(not is_on_chain, "keep the home as it is and tell the auditor"))


def _work(session: Session) -> Check:
    given_up = len(work.given_up(session))
    found = f"{given_up} steps failed too often" if given_up else "nothing was given up"
    return Check("work", not given_up, found, cure_if(given_up, "see hotline queue and the log"))


def _disk(home: Home) -> Check:
    free = shutil.disk_usage(home.folder).free
    is_well = free >= LEAST_FREE_BYTES
    return Check("disk", is_well, f"{free / 1e9:.1f} GB free", cure_if(not is_well, "free disk space: 1 GB at least"))
