"""A PDF from its data: the layout is a file, the data goes in as JSON and is never read as markup."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from notices.errors import PacketError

LAYOUT = Path(__file__).parent / "templates" / "packet" / "raport.typ"

# Letters the embedded fonts draw, without blanks and marks that cannot be seen; all others are printed as codes.
_UNDRAWABLE = re.compile("[^\n -~¡-¬®-ſЀ-џ–—‘’“”„…→€]")


def write_pdf(data: Mapping[str, Any], built_at: datetime, layout: Path = LAYOUT) -> bytes:
    """The PDF/A-2b; the same data gives the same bytes, because only fonts that come with typst are used."""
    import typst

    compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
    inputs = {"data": json.dumps(drawable(data), ensure_ascii=False)}
    try:
        pdf = compiler.compile(
            layout.read_bytes(),
            format="pdf",
            sys_inputs=inputs,
            timestamp=int(built_at.timestamp()),
            pdf_standards="a-2b",
        )
    except typst.TypstError as error:
        raise PacketError(f"The report could not be laid out: {error}. This is a fault of the layout file.") from error
    if not isinstance(pdf, bytes):
        raise PacketError("The report came out as several files. This is a fault of the layout file.")
    return pdf


def drawable(value: Any) -> Any:
    """The same data with every letter the fonts cannot draw as its code, ``\\u7528``: an archive PDF must show all."""
    if isinstance(value, str):
        return _UNDRAWABLE.sub(lambda letter: letter[0].encode("unicode_escape").decode("ascii"), value)
    if isinstance(value, Mapping):
        return {key: drawable(part) for key, part in value.items()}
    return [drawable(part) for part in value] if isinstance(value, list | tuple) else value
