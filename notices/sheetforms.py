"""What a report form asks for, and a sheet that answers it: frozen values. Knows no facts."""

from dataclasses import dataclass

VALUES = (
    *("urls", "url", "account", "account_number", "media_id", "ground", "rule", "description", "genuine", "reporter"),
    *("for_whom", "authorised_by", "email", "name", "phone", "reference", "statement", "hashes"),
)
"""What a field can be filled with. `url` takes one address, `urls` all of them."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a report form: its label as people see it, what goes in, how much, and when it is asked."""

    label: str
    value: str
    max_chars: int | None = None
    is_required: bool = False
    grounds: tuple[str, ...] = ()
    """Only for these grounds; empty for all."""
    kinds: tuple[str, ...] = ()
    """Only in notices of these kinds; empty for all."""


@dataclass(frozen=True, slots=True)
class Form:
    """A platform's report form, its fields in the order in which people see them."""

    platform: str
    address: str
    fields: tuple[FormField, ...]


PLAIN_FIELDS = (
    FormField("Addresses", "urls", is_required=True),
    FormField("What it is", "ground"),
    FormField("Description", "description", is_required=True),
    FormField("Name", "name", is_required=True),
    FormField("E-mail", "email", is_required=True),
    FormField("Reference", "reference"),
    FormField("Statement", "statement"),
)


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A field and what is copied into it. The text is empty where there is a `problem`: unknown, too_long, not_a_role.

    ``left_out``: the whole sentences or addresses for which there was no room.
    """

    label: str
    text: str
    max_chars: int | None
    value: str
    is_required: bool = False
    left_out: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One form to be filled in by a person. ``text`` is as it is printed for that person, lines ended by LF."""

    address: str
    platform: str
    lines: tuple[SheetLine, ...]
    missing: tuple[str, ...]
    """Required fields that cannot be filled, named in both languages; while there is one the form is not sent."""
    text: str
    items: tuple[str, ...]
    number: int = 1
    count: int = 1


def size(text: str) -> int:
    """The length of a text as forms in a browser count it: in units of UTF-16 (HTML, `maxlength`)."""
    return len(text.encode("utf-16-le")) // 2
