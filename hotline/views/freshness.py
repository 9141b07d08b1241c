"""How fresh that is which everything else is judged by: the data files about the internet, and the machine's clock."""

import ctypes
import errno
import sys
from collections.abc import Iterator
from datetime import datetime

from sqlmodel import Session

from hotline import custody
from hotline.datafiles import About, DataFiles
from hotline.home import Home
from hotline.models import CustodyEntry
from hotline.views.checks import Check, cure_if
from hotline.views.shapes import Document, counted

_WHAT = {"rdap": "rdap data", "cdn": "cdn data"}
_STA_UNSYNC = 0x0040


def data_list(home: Home, now: datetime) -> list[Document]:
    """The data files in use, each with its date, source and age."""
    files = DataFiles(home.data)
    entries = {"rdap": files.registries().entries, "cdn": files.cdns().entries}
    return [
        {
            "id": about.name,
            "date": about.taken_at.isoformat(),
            "age_days": about.age_days(now.date()),
            "stale": _is_stale(home, about, now),
            "status": about.status,
            "from": "shipped" if about.is_shipped else "home",
            "entries": entries[about.name],
            "source": about.source,
            "problem": files.own_problem(about.name),
        }
        for about in files.abouts()
    ]


def data_checks(home: Home, now: datetime) -> Iterator[Check]:
    """Whether registries and delivery networks are known by tables that are not too old; a lab's calendar says
    nothing about them."""
    files = DataFiles(home.data)
    for about in files.abouts():
        refresh = f"hotline data refresh {about.name}"
        problem, is_stale = files.own_problem(about.name), _is_stale(home, about, now)
        age = counted(about.age_days(now.date()), "day")
        found = f"of {about.taken_at}, {age} old, {'shipped' if about.is_shipped else 'renewed here'}, {about.status}"
        if problem is not None:
            found = f"the home's own copy is left aside: {problem}"
        is_ill = problem is not None or is_stale
        yield Check(_WHAT[about.name], not is_ill, found, cure_if(is_ill, refresh))


def clock_check(session: Session, now: datetime) -> Check:
    """The calendar runs on from the last custody entry; whether the kernel's clock is set by anybody is a note."""
    entry = session.get(CustodyEntry, custody.head(session)[0])
    if entry is not None and entry.at > now:
        return Check("clock", False, "before the last custody entry", "set this machine's clock by the network")
    synchronised = is_synchronised()
    told = {
        True: "set by the network",
        False: "note: nothing sets it, says the kernel; every time in evidence is by it: run chrony or timesyncd",
        None: "whether the network sets it cannot be asked here",
    }[synchronised]
    return Check("clock", True, f"not before the last custody entry; {told}" if synchronised is not False else told)


class _Timex(ctypes.Structure):
    """The head of struct timex (adjtimex(2)); the rest is room that the kernel may write into."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_char * 512),
    )


def is_synchronised() -> bool | None:
    """Whether the kernel says that something keeps its clock right; None where it cannot be asked."""
    if not sys.platform.startswith("linux"):
        return None
    asked = _Timex(modes=0)
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(asked))
    except (OSError, AttributeError):
        return None
    if state == -1:
        return None if ctypes.get_errno() in (errno.EPERM, errno.ENOSYS, errno.EFAULT, errno.EINVAL) else False
    return not asked.status & _STA_UNSYNC


def _is_stale(home: Home, about: About, now: datetime) -> bool:
    return not home.settings.is_lab and about.age_days(now.date()) > home.settings.data.max_age_days
