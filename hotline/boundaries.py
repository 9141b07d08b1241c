"""Named points of the flow at which a lab may let the program die, to prove that nothing is lost. Knows no flow."""

import os
import signal
import threading

NAMES = (
    "import.row",
    "commit.before",
    "commit.after",
    "work.claimed",
    "work.released",
    "look.taken",
    "look.saved",
    "screen.searched",
    "screen.saved",
    "trace.traced",
    "trace.saved",
    "notify.saved",
    "send.stored",
    "send.delivered",
    "send.saved",
    "report.begun",
    "report.taken",
    "report.kept",
    "mail.read",
    "mail.saved",
    "recheck.taken",
    "recheck.saved",
    "hashset.imported",
)

VARIABLE = "HOTLINE_LAB_CRASH_AT"
_passed = 0
_lock = threading.Lock()


def boundary(name: str) -> None:
    """Dies here as if killed, when HOTLINE_LAB_CRASH_AT=NAME:N names this point and it is passed the Nth time."""
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return
    wanted_name, _, times = wanted.partition(":")
    if wanted_name == name and _count() == int(times or "1"):
        os.kill(os.getpid(), signal.SIGKILL)


def _count() -> int:
    global _passed
    with _lock:
        _passed += 1
        return _passed
