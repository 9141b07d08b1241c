"""Our own text in lines that every mail program shows whole; addresses are never broken. Knows no facts."""

import re
import textwrap
from collections.abc import Sequence

WIDTH = 76
_HEAD = re.compile(r" *(?:\d+\. )?")


def wrapped(text: str, verbatim: Sequence[str]) -> str:
    """The text with long lines broken at blanks; a line that holds one of the `verbatim` texts stays as it is."""
    return "\n".join(_broken(line, verbatim) for line in text.split("\n"))


def _broken(line: str, verbatim: Sequence[str]) -> str:
    if len(line) <= WIDTH or any(text in line for text in verbatim):
        return line
    lines = textwrap.wrap(
        line,
        WIDTH,
        subsequent_indent=_indent_below(line),
        expand_tabs=False,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(lines) or line


def _indent_below(line: str) -> str:
    """Under the text of a numbered line; a little further in than a line that is indented itself."""
    head = _HEAD.match(line)
    width = len(head[0]) if head else 0
    return " " * (width + 2 if 0 < width == len(line) - len(line.lstrip(" ")) else width)
