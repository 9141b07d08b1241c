"""What a platform calls its own rule, and where its report form is. For the words of notices and of tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hotline.platforms.reading import ANY_GROUND, named_platform
from hotline.platforms.tables import Platform
from hotline.states import Ground, Language


@dataclass(frozen=True)
class RuleText:
    """A platform's rule as it would be quoted, for a person to check. `id`: `YouTube/bullying`, `Telegram/any`."""

    id: str
    platform: str
    ground: str
    """A ground, or `any` for all that have no rule of their own."""
    text_en: str | None
    text_sq: str | None
    source: str
    is_confirmed: bool
    """Somebody tried the platform's table and wrote down when; else a notice does not quote it."""
    dated: date | None
    """The date of the file that the rule stands in; who checked an older text has not checked this one."""


def rules_of(platforms: Iterable[Platform]) -> tuple[RuleText, ...]:
    """Every rule of these platforms, in the order of their tables."""
    return tuple(_text(one, ground) for one in platforms for ground in one.rules)


def rule_text_for(
    platform: str, ground: Ground | str, platforms: tuple[Platform, ...] | None = None
) -> RuleText | None:
    """The rule that `rule_for` names, confirmed or not, with the id under which a person checks it."""
    one = named_platform(platform, platforms)
    if one is None or str(ground) not in set(Ground):
        return None
    key = str(ground) if one.rules.get(str(ground)) else ANY_GROUND
    return _text(one, key) if one.rules.get(key) else None


def _text(platform: Platform, ground: str) -> RuleText:
    names = platform.rules[ground]
    return RuleText(
        id=f"{platform.name}/{ground}",
        platform=platform.name,
        ground=ground,
        text_en=names.get(Language.EN),
        text_sq=names.get(Language.SQ),
        source=platform.source,
        is_confirmed=platform.status == "confirmed",
        dated=platform.dated,
    )


def rule_for(
    platform: str, ground: Ground | str, language: Language | str, platforms: tuple[Platform, ...] | None = None
) -> str | None:
    """Returns the platform's own name for the rule that a ground breaks, None where the table has none."""
    rule = rule_text_for(platform, ground, platforms)
    texts = {Language.EN: rule.text_en, Language.SQ: rule.text_sq} if rule is not None else {}
    return texts.get(Language(language)) if language in set(Language) else None


def form_of(name: str | None, platforms: tuple[Platform, ...] | None = None) -> str | None:
    """Returns the https address of the platform's report form, None where none is known. A person fills it in."""
    one = named_platform(name, platforms)
    return one.form if one is not None else None
