"""One language's words as the report uses them: labels, names of codes, times, lists of facts. Knows no case."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from notices import words
from notices.facts import Language


class Phrasing:
    """The words of one language, with times by the hotline's clock in brackets."""

    def __init__(self, language: Language, time_zone: str) -> None:
        self.language, self._zone = language, time_zone

    def label(self, code: str) -> str:
        return words.word(self.language, "label", code)

    def word(self, group: str, code: str) -> str:
        return words.word(self.language, group, code)

    def name(self, group: str, code: str | None) -> str:
        """The word for a code, or the code itself."""
        return words.word_or_code(self.language, group, code)

    def counted(self, count: int, code: str) -> str:
        return words.counted(self.language, count, code)

    def time(self, text: object) -> str:
        """An RFC 3339 time as people read it; a dash for none. Raises ValueError for anything else."""
        if not text:
            return "–"
        if not isinstance(text, str):
            raise ValueError(f"{text!a} is not a text")
        return words.moment(self.language, datetime.fromisoformat(text), self._zone)

    def facts(self, facts: Mapping[str, Any]) -> str:
        """The facts a person recorded: ``grupmosha: para pubertetit; …``."""
        return "; ".join(
            f"{self.name('fact', key)}: {self.name('fact_value', str(value))}" for key, value in facts.items()
        )


def joined(*parts: object) -> str:
    """The parts that are there, as one line."""
    return " · ".join(str(part) for part in parts if part)
