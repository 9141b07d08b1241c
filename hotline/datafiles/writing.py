"""Writes a home's own copy of a data file, whole or not at all, after reading it back as strictly as any."""

import json
import os
import secrets
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from hotline.datafiles.lists import Service
from hotline.datafiles.reading import READERS, VERSION
from hotline.datafiles.shapes import Cdns, Registries

FILE_MODE, FOLDER_MODE = 0o660, 0o2770


def rdap_text(before: Registries, services: dict[str, list[Service]], today: date, source: str) -> str:
    """The file of RDAP servers with these services, its addresses and zones as before."""
    lines = [*_head(today, source, "confirmed"), "[lists]"]
    lines += [f"{kind} = {_quoted(url)}" for kind, url in before.lists.items()]
    lines += ["", "[origin]", *(f"ipv{version} = {_quoted(zone)}" for version, zone in before.origin.items()), ""]
    for kind, found in services.items():
        for holds, bases in found:
            lines += [f"[[{kind}]]", f"bases = {_array(bases)}", f"holds = {_array(holds)}", ""]
    return "\n".join(lines)


def cdn_text(found: Cdns, today: date, source: str) -> str:
    """The file of delivery networks as they are in `found`; what was unconfirmed besides their networks stays so."""
    lines = _head(today, source, found.about.status)
    for one in found.known:
        lines += ["[[cdn]]", f"name = {_quoted(one.name)}", f"asns = {sorted(one.asns)}"]
        lines += [f"names = {_array(one.names)}", f"nameservers = {_array(one.nameservers)}"]
        signs = (f"{{ name = {_quoted(sign.name)}, has = {_quoted(sign.has)} }}" for sign in one.headers)
        lists = (f"{{ url = {_quoted(each.url)}, form = {_quoted(each.form)} }}" for each in one.lists)
        lines += [f"headers = [{', '.join(signs)}]", f"lists = [{', '.join(lists)}]"]
        lines += [f"networks = {_array(map(str, one.networks))}", ""]
    return "\n".join(lines)


def save_file(folder: Path, name: str, text: str) -> None:
    """Puts a home's copy in the place of the one before. Raises InputError, and leaves that one, for what cannot be
    read back; OSError."""
    if not folder.exists():
        folder.mkdir()
        folder.chmod(FOLDER_MODE)
    temporary = folder / f".{name}.{os.getpid()}.{secrets.token_hex(4)}"
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(FILE_MODE)
        READERS[name](temporary, is_shipped=False)
        temporary.replace(folder / f"{name}.toml")
    finally:
        temporary.unlink(missing_ok=True)


def _head(today: date, source: str, status: str) -> list[str]:
    head = "# Written by `hotline data refresh`; the next one writes it anew."
    return [
        head,
        f"version = {VERSION}",
        f"date = {today.isoformat()}",
        f"source = {_quoted(source)}",
        f"status = {_quoted(status)}",
        "",
    ]


def _array(texts: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, texts))}]"


def _quoted(text: str) -> str:
    """A TOML string: JSON's escapes are among TOML's, but for the one sign that JSON leaves as it is."""
    return json.dumps(text).replace("\x7f", "\\u007f")
