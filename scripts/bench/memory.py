"""How much memory this process holds, as the system counts it."""

import re
import resource
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_bytes() -> int:
    """The most that this process ever held."""
    # Linux hands a new process's ru_maxrss down from the one that started it, however large that was.
    return _status("VmHWM") or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (
        1 if sys.platform == "darwin" else 1024
    )


def resident_bytes() -> int:
    """What it holds now, mapped files included; the peak on systems that do not say."""
    return _status("VmRSS") or peak_bytes()


def _status(name: str) -> int:
    found = re.search(rf"^{name}:\s+(\d+) kB", _STATUS.read_text() if _STATUS.exists() else "", re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
