"""Statutes and platforms' own rules as dated data: what may be quoted on a day, and why the rest may not. Knows no
notice and no table: who checked what is handed in."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import StrEnum
from pathlib import Path

from hotline.addresses import read_address
from hotline.errors import SettingsError
from hotline.platforms import Platform, RuleText, known_platforms, read_platform, rule_text_for, rules_of
from hotline.settings import Settings
from hotline.states import Language
from notices.facts import Citation
from notices.law import all_citations


class LawKind(StrEnum):
    CITATION = "citation"
    PLATFORM_RULE = "platform_rule"


class LawState(StrEnum):
    USABLE = "usable"
    UNCHECKED = "unchecked"
    STALE = "stale"
    CHANGED = "changed"
    """Checked, and its text is another since."""
    NOT_IN_FORCE = "not_in_force"


CURED_BY_A_CHECK = frozenset({LawState.UNCHECKED, LawState.STALE, LawState.CHANGED})


@dataclass(frozen=True)
class Checked:
    """A named person compared a text with its source; good for the very text that `digest` is of."""

    by: str
    at: datetime
    digest: str


@dataclass(frozen=True)
class Entry:
    """A citation, or a platform's rule for a ground. `digest` is over all that somebody who checks it sees."""

    id: str
    kind: LawKind
    title: str
    text_en: str | None
    text_sq: str | None
    source: str
    valid_from: date | None
    valid_to: date | None
    digest: str
    own_check: Checked | None = None
    """Who the hotline's own law file says has checked it."""
    is_confirmed: bool = False
    """Its platform's table says that somebody tried it there."""
    citation: Citation | None = None

    def text(self, language: str) -> str | None:
        return {Language.EN.value: self.text_en, Language.SQ.value: self.text_sq}.get(language)


@dataclass(frozen=True)
class Judged:
    """Where an entry stands on a day; `why` is empty where it is usable. `check` is the newest there is."""

    entry: Entry
    state: LawState
    why: str
    check: Checked | None

    @property
    def is_usable(self) -> bool:
        return self.state is LawState.USABLE


@dataclass(frozen=True)
class LawBook:
    """What stands in the files, with the checks that nobody withdrew, on a day."""

    settings: Settings
    checks: Mapping[str, Sequence[Checked]]
    on: date

    def judged(self, entry: Entry) -> Judged:
        return judge(entry, self.checks.get(entry.id, ()), self.on, self.settings.notices.law_max_age_days)

    def citations(self) -> list[Judged]:
        """Raises LawFileError."""
        return [self.judged(entry) for entry in _citations(self.settings)]

    def everything(self) -> list[Judged]:
        """Citations, then platforms' rules. Raises LawFileError, SettingsError."""
        return [self.judged(entry) for entry in entries(self.settings).values()]

    def rule(self, urls: Iterable[str], ground: str | None) -> tuple[str | None, Judged | None]:
        """The platform that a notice about these addresses is for, and its rule for a ground, where it has one."""
        platform, rule = _rule_at(urls, ground, known_platforms(self.settings.platforms.file))
        return platform, self.judged(_of_rule(rule)) if rule is not None else None


def entries(settings: Settings) -> dict[str, Entry]:
    """Everything that somebody can check, by id. Raises LawFileError, SettingsError."""
    rules = {rule.id: _of_rule(rule) for rule in rules_of(known_platforms(settings.platforms.file))}
    citations = {entry.id: entry for entry in _citations(settings)}
    if taken := sorted(citations.keys() & rules.keys()):
        raise SettingsError(f'notices.law_file: "{taken[0]}" is a platform\'s rule; give the citation another id')
    return citations | rules


def judge(entry: Entry, checks: Iterable[Checked], on: date, max_age_days: int) -> Judged:
    """Whether an entry may be quoted on a day, by the newest check of its very text that is not still to come."""
    found = [*checks, *([entry.own_check] if entry.own_check else [])]
    of_this_text = [one for one in found if one.digest == entry.digest]
    made = [one for one in of_this_text if one.at.date() <= on]
    newest = max(made or of_this_text or found, key=lambda one: one.at, default=None)
    return Judged(entry, *_standing(entry, newest, on, max_age_days), newest)


def _standing(entry: Entry, newest: Checked | None, on: date, max_age_days: int) -> tuple[LawState, str]:
    if why := _not_in_force(entry, on):
        return LawState.NOT_IN_FORCE, why
    if entry.is_confirmed:
        return LawState.USABLE, ""
    if newest is None:
        return LawState.UNCHECKED, "nobody has checked it"
    day = newest.at.date()
    if newest.digest != entry.digest:
        return LawState.CHANGED, f"its text is another since it was checked on {day}"
    if day > on:
        return LawState.UNCHECKED, f"checked on {day}, which is still to come"
    if (on - day).days > max_age_days:
        return LawState.STALE, f"checked on {day}, more than {max_age_days} days ago"
    return LawState.USABLE, ""


def _not_in_force(entry: Entry, on: date) -> str:
    if entry.valid_from and on < entry.valid_from:
        return f"in force only from {entry.valid_from}"
    if entry.valid_to and on > entry.valid_to:
        return f"in force only until {entry.valid_to}"
    return ""


def _citations(settings: Settings) -> Iterator[Entry]:
    own_file = Path(settings.notices.law_file) if settings.notices.law_file else None
    return (of_citation(one) for one in all_citations(own_file).values())


def of_citation(one: Citation) -> Entry:
    """A citation as an entry; what its file says of a check counts for the text beside it."""
    parts = (one.statute, one.article, one.text_en, one.text_sq, str(one.valid_from), str(one.valid_to), one.source)
    digest = _digest(LawKind.CITATION, *parts)
    at = datetime.combine(one.checked_on, time(), UTC) if one.checked_on else None
    return Entry(
        id=one.id,
        kind=LawKind.CITATION,
        title=f"{one.statute}, {one.article}",
        text_en=one.text_en,
        text_sq=one.text_sq,
        source=one.source,
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        digest=digest,
        own_check=Checked(one.checked_by, at, digest) if at and one.checked_by else None,
        citation=one,
    )


def _of_rule(rule: RuleText) -> Entry:
    return Entry(
        id=rule.id,
        kind=LawKind.PLATFORM_RULE,
        title=f"{rule.platform} on {'any ground' if rule.ground == 'any' else rule.ground.replace('_', ' ')}",
        text_en=rule.text_en,
        text_sq=rule.text_sq,
        source=rule.source,
        valid_from=None,
        valid_to=None,
        digest=_digest(LawKind.PLATFORM_RULE, rule.text_en, rule.text_sq, rule.source),
        is_confirmed=rule.is_confirmed,
    )


def _digest(*parts: str | None) -> str:
    """SHA-256 over a list in JSON, so that no part can lend its end to the next; the kind is the first part, so that no
    citation's check is good for a rule of the same id."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _rule_at(
    urls: Iterable[str], ground: str | None, platforms: tuple[Platform, ...]
) -> tuple[str | None, RuleText | None]:
    found = (read_platform(read_address(url), platforms) for url in urls) if ground is not None else iter(())
    ids = next((one for one in found if one is not None), None)
    if ids is None or ground is None:
        return None, None
    return ids.platform, rule_text_for(ids.platform, ground, platforms)
