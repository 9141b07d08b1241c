"""Options that many commands share, and how what people type becomes numbers and texts."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hotline.states import Whose

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document on stdout.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write; it must not exist yet.")]

AccountOf = Annotated[
    Whose | None, typer.Option("--account-of", help="Whose account it is of; a child's is never noticed.")
]


class Group(TyperGroup):
    """The commands of one noun, each with the first line of its help, whole."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(self.lines())

    def lines(self) -> list[tuple[str, str]]:
        """Name and first line of each command."""
        return [(name, (command.help or "").strip().partition("\n")[0]) for name, command in self.commands.items()]


def number(text: str, letter: str) -> int:
    from hotline.records.ids import read_number

    return read_number(text, letter)


def numbers(texts: list[str], letter: str) -> list[int]:
    """Each number once, in the order they were given."""
    return list(dict.fromkeys(number(text, letter) for text in texts))


def ids(letter: str, found: list[int]) -> list[str]:
    return [f"{letter}{one}" for one in found]


def read_private(text: str | None, what: str) -> str | None:
    """`-` takes a personal value from stdin, asking for it on a terminal, so that it never stands in the arguments."""
    if text != "-":
        return text
    if sys.stdin.isatty():
        typer.echo(f"{what} (end with Ctrl-D on a line of its own):", err=True)
    return sys.stdin.read().strip() or None


def read_contact_and_note(
    contact: str | None, note: str | None, whose: str = "the reporter's"
) -> tuple[str | None, str | None]:
    """Reads what `--contact` and `--note` name. With both `-`, the first line is the contact, the rest the note."""
    if contact == "-" and note == "-":
        told = read_private("-", f"First line: {whose} contact; then the note") or ""
        first, _, rest = told.partition("\n")
        return first.strip() or None, rest.strip() or None
    return read_private(contact, f"{whose[0].upper()}{whose[1:]} contact"), read_file_or_stdin(note, "The note")


def read_file_or_stdin(source: str | None, what: str) -> str | None:
    """A text that never stands in the arguments: from stdin for `-`, else from the file named."""
    return read_private(source, what) if source in (None, "-") else _read_text(Path(source))


def read_address_and_reason(address: str, reason: str | None) -> tuple[str, str | None]:
    """Reads what may stand on stdin. With both `-`, the first line is the address, the rest the reason."""
    if address == "-" and reason == "-":
        first, _, rest = (read_private("-", "First line: the mailbox or domain; then the reason") or "").partition("\n")
        return first.strip(), rest.strip() or None
    return read_private(address, "The mailbox or domain") or "", read_private(reason, "The reason")


def read_urls(urls: list[str]) -> list[str]:
    """The addresses as typed, with `-` standing for those on stdin, one per line."""
    if "-" not in urls:
        return urls
    told = read_private("-", "Addresses, one per line") or ""
    return [url for url in urls if url != "-"] + told.split()


def _read_text(path: Path) -> str:
    from hotline.errors import InputError

    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise InputError("the file cannot be read as text; name another, or - and type it") from None


def require_free(path: Path | None) -> None:
    """Refuses an existing file before anything is recorded."""
    from hotline.errors import InputError

    if path is not None and path.exists():
        raise InputError(f"{path} is there already and is not overwritten; name another file with --out")


def write_new(path: Path, content: bytes) -> None:
    """Writes a file only its owner may read, never over another. Raises InputError."""
    import os

    from hotline.errors import InputError

    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise InputError(f"{path} is there already and is not overwritten; name another file with --out") from None
    except OSError as error:
        raise InputError(f"{path} cannot be written ({error.strerror}); name another file with --out") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
