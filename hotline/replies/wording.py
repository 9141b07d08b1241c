"""What the words of an answer suggest: phrases of replies.toml, sentence by sentence. Where two things are said, or one
with doubt, it suggests nothing: a person reads the answer anyhow. Knows no notice."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from hotline.states import Outcome

OUTCOMES = (Outcome.REMOVED, Outcome.DECLINED, Outcome.RESTRICTED, Outcome.ASKS_MORE, Outcome.NOT_OURS)
OTHERS = ("alone", "greeting", "doubt", "denial", "courtesy", "offers", "besides")
# The others deny by themselves: a "not" before them changes nothing.
_DENIABLE = frozenset({Outcome.REMOVED, Outcome.RESTRICTED})
MIN_LINE_SIGNS = 12


@dataclass(frozen=True)
class Phrases:
    """replies.toml, read once."""

    taken_at: date
    status: str
    prefixes: tuple[str, ...]
    of: dict[str, re.Pattern[str]]


def suggested(text: str, ours: str = "") -> Outcome | None:
    """Names the outcome that an answer's words state; None for none, for two, or where one is in doubt.

    `ours`: the text of our notice; its lines do not count where the answer gives them back unmarked.
    """
    clear: set[Outcome] = set()
    doubtful: set[Outcome] = set()
    for sentence in _sentences(_without_lines(text, ours)):
        for outcome, is_clear in _said(sentence):
            (clear if is_clear else doubtful).add(outcome)
    return next(iter(clear)) if len(clear) == 1 and doubtful <= clear - {Outcome.REMOVED} else None


def prefixes() -> tuple[str, ...]:
    return phrases().prefixes


@cache
def phrases() -> Phrases:
    """Reads the shipped phrases."""
    table = tomllib.loads((Path(__file__).parent.parent / "replies.toml").read_text(encoding="utf-8"))
    names = (*(outcome.value for outcome in OUTCOMES), *OTHERS)
    heads = tuple(heard(one) for one in table["prefixes"])
    return Phrases(table["date"], table["status"], heads, {name: _pattern(table[name]) for name in names})


def heard(text: str) -> str:
    """Text as phrases are compared: without case, one kind of apostrophe, single blanks."""
    plain = unicodedata.normalize("NFKC", text).translate({0x2019: "'", 0x2018: "'", 0x02BC: "'", 0x60: "'"})
    return " ".join(plain.casefold().split())


def _said(sentence: str) -> Iterator[tuple[Outcome, bool]]:
    """The outcomes that a sentence names, and whether it states them."""
    patterns = phrases().of
    sentence = patterns["courtesy"].sub("", sentence)
    if patterns["besides"].search(sentence):
        return
    if _is_alone(sentence):
        yield Outcome.REMOVED, not sentence.endswith("?")
    for outcome in OUTCOMES:
        for found in patterns[outcome].finditer(sentence):
            if outcome is not Outcome.ASKS_MORE:
                yield outcome, not (sentence.endswith("?") or _is_doubted(sentence[: found.start()], outcome))
            elif not patterns["offers"].search(sentence):
                yield outcome, True


def _is_alone(sentence: str) -> bool:
    """Whether a sentence is nothing but one of those: `Removed, thanks.`"""
    plain = " ".join(re.sub(r"[,.!?;]", " ", phrases().of["greeting"].sub("", sentence)).split())
    return phrases().of["alone"].fullmatch(plain) is not None


def _is_doubted(before: str, outcome: Outcome) -> bool:
    """Whether the words before a phrase take it back."""
    patterns = phrases().of
    is_denied = outcome in _DENIABLE and patterns["denial"].search(before) is not None
    return is_denied or patterns["doubt"].search(before) is not None


def _sentences(text: str) -> Iterator[str]:
    """Sentences as they are heard; lines that a program broke are joined, paragraphs are not."""
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*[-*•])", text):
        for sentence in re.split(r"(?<=[.!?;])\s+", heard(paragraph)):
            if sentence:
                yield sentence


def _without_lines(text: str, ours: str) -> str:
    own = {heard(line) for line in ours.splitlines()} - {""}
    lines = (line for line in text.split("\n") if len(line) < MIN_LINE_SIGNS or heard(line) not in own)
    return "\n".join(lines)


def _pattern(table: dict[str, list[str]]) -> re.Pattern[str]:
    """Whole words, the longest phrase first."""
    every = sorted({heard(one) for language in ("en", "sq") for one in table[language]}, key=len, reverse=True)
    return re.compile(r"(?<![\w'])(?:" + "|".join(map(re.escape, every)) + r")(?!\w)")
