"""The annex of raport.pdf: the chain of custody of the case, printed once, each code in both languages."""

from collections.abc import Mapping, Sequence
from typing import Any

from notices import words
from notices.facts import Language
from notices.phrasing import Phrasing

MAX_LINES = 300
_STATES = {
    "A": "whose",
    "I": "state",
    "J": "appeal_state",
    "N": "notice_state",
    "P": "packet_state",
    "Q": "referral_state",
}
_HEADS = ("time", "actor", "subject", "action", "change")


def annex(languages: Sequence[Language], entries: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The table as the layout takes it: heading, heads, rows of seven cells, and what was left out."""
    says = [Phrasing(language, "UTC") for language in languages]
    rest = len(entries) - MAX_LINES
    more = _both([f"{say.counted(rest, 'entry')}: {say.label('more')}" for say in says]) if rest > 0 else ""
    return {
        "title": _both([say.label("annex") for say in says]),
        "head": ["#", *(_both([say.label(name) for say in says]) for name in _HEADS)],
        "rows": [_row(says, entry) for entry in entries[:MAX_LINES]],
        "more": more,
    }


def _row(says: Sequence[Phrasing], entry: Mapping[str, Any]) -> list[str]:
    subject = str(entry.get("subject") or "")
    actor = str(entry.get("actor") or "")
    plain = [
        str(entry["seq"]),
        entry["at"],
        _both([say.name("actor", actor) for say in says]) if actor else "",
        subject,
    ]
    actions = [say.name("action", entry["action"]) for say in says]
    return [*plain, _both(actions), _both([_change(say, subject[:1], entry) for say in says])]


def _change(say: Phrasing, letter: str, entry: Mapping[str, Any]) -> str:
    group = _STATES.get(letter)
    states = [str(state) for state in (entry.get("from"), entry.get("to")) if state]
    change = " → ".join(say.name(group, state) if group else state for state in states)
    why = f"({_why(say, str(entry['why']))})" if entry.get("why") else ""
    return " ".join(part for part in (change, why) if part)


def _why(say: Phrasing, code: str) -> str:
    """A reason in words: ``vantage:verdict`` of a look, a code with a number, a round, a verdict, or a code alone."""
    vantage, mark, verdict = code.partition(":")
    if mark and verdict in words.load_words()[say.language]["recheck"]:
        return f"{say.name('vantage', vantage)}: {say.name('recheck', verdict)}"
    if mark and verdict.isdigit():
        return f"{say.name('reason', vantage)}: {verdict}"
    if code.removeprefix("round ").isdigit():
        return f"{say.label('round')} {code.removeprefix('round ')}"
    groups = ("verdict", "reason", "outcome", "at_risk")
    return next((name for group in groups if (name := say.name(group, code)) != code), code)


def _both(texts: Sequence[str]) -> str:
    """Albanian and English as one text, or once where they are the same."""
    return " / ".join(dict.fromkeys(text for text in texts if text))
