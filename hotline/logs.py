"""The log: what ran, never on what. Only the keys named here pass; no address, host, hash, name or text ever does."""

import logging
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

ALLOWED = frozenset({"event", "level", "timestamp", "work", "step", "where", "count", "bugs", "seconds", "reason"})


def keep_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drops every key that is not on the list."""
    return {key: value for key, value in event.items() if key in ALLOWED}


def configure(path: Path) -> None:
    """Sends our log to `path` and silences the libraries', whose lines carry addresses."""
    import structlog

    logging.getLogger().addHandler(logging.NullHandler())
    logging.getLogger().setLevel(logging.CRITICAL)
    is_new = not path.exists()
    file = path.open("a")
    if is_new:
        path.chmod(0o660)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.WriteLoggerFactory(file=file),
    )
