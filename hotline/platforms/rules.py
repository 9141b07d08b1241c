"""What a platform calls its own rule, and where its report form is. For the words of notices and of tasks."""

from hotline.platforms.reading import ANY_GROUND, named_platform
from hotline.platforms.tables import Platform
from hotline.states import Ground, Language


def rule_for(
    platform: str, ground: Ground | str, language: Language | str, platforms: tuple[Platform, ...] | None = None
) -> str | None:
    """Returns the platform's own name for the rule that a ground breaks, None where the table has none."""
    one = named_platform(platform, platforms)
    if one is None or str(ground) not in set(Ground):
        return None
    names = one.rules.get(str(ground)) or one.rules.get(ANY_GROUND, {})
    return names.get(str(language))


def form_of(name: str | None, platforms: tuple[Platform, ...] | None = None) -> str | None:
    """Returns the https address of the platform's report form, None where none is known. A person fills it in."""
    one = named_platform(name, platforms)
    return one.form if one is not None else None
