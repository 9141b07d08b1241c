"""vertetim.pdf, the sheet that goes with a packet: whether it is released, which hash it has, and a receipt to sign.

It lies beside the payload, not in it, because it names the payload's hash and changes with the release.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from notices import pdf
from notices.facts import PDF_LANGUAGES
from notices.phrasing import Phrasing

NAME = "vertetim.pdf"
LAYOUT = Path(__file__).parent / "templates" / "packet" / "vertetim.typ"
_TO_FILL = ("protocol", "name", "rank_unit", "date", "signature")
_ROWS = (
    ("packet", "External-Identifier"),
    ("receiver", "Receiver"),
    ("copy", "Copy-Number"),
    ("sender", "Source-Organization"),
    ("return_to", "Contact-Email"),
    ("phone", "Contact-Phone"),
)


def write_receipt(info: Mapping[str, str], manifest_sha256: str, built_at: datetime) -> bytes:
    """The sheet from bag-info and the SHA-256 of the payload's manifest; the same words give the same bytes."""
    return pdf.write_pdf(receipt_data(info, manifest_sha256), built_at, LAYOUT)


def receipt_data(info: Mapping[str, str], manifest_sha256: str) -> dict[str, Any]:
    """What the sheet says, every label in Albanian and English."""
    rows = [(_both(label), info[name]) for label, name in _ROWS if info.get(name)]
    return {
        "title": f"{_both('receipt')} – {info['External-Identifier']}",
        "rows": [*rows, *_release(info), (_both("manifest"), manifest_sha256)],
        "is_released": info["Release-Status"] == "released",
        "unreleased": _both("unreleased"),
        "text": _both("receipt_text"),
        "to_fill": [_both(label) for label in _TO_FILL],
    }


def _release(info: Mapping[str, str]) -> list[tuple[str, str]]:
    if info["Release-Status"] != "released":
        return []
    return [(_both("released_at"), _time(info["Released-At"])), (_both("released_by"), info["Released-By"])]


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text):%Y-%m-%d %H:%M} UTC"


def _both(label: str) -> str:
    return " / ".join(Phrasing(language, "UTC").label(label) for language in PDF_LANGUAGES)
