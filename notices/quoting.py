"""What a finished notice quotes: statutes, and the platform's rule. Read again before it leaves, since nobody's check
of them may hold any more. Knows no check."""

from notices.facts import Citation, Language, NoticeFacts
from notices.words import word

__all__ = ["citation_line", "quotes_only"]


def citation_line(language: Language, citation: Citation) -> str:
    """A statute as it stands in a notice."""
    text = citation.text_sq if language == "sq" else citation.text_en
    return f"{citation.statute}, {citation.article}: {text}"


def quotes_only(body: str, facts: NoticeFacts) -> bool:
    """Tells whether all that the text of a notice quotes may be quoted by facts that are newer than it."""
    if facts.kind == "harmful":
        return _quotes_only_rule(_flat(body), facts)
    return not _other_statutes(body, facts)


def _quotes_only_rule(text: str, facts: NoticeFacts) -> bool:
    if _flat(word(facts.language, "quoted", "no_rule")) in text:
        return True
    return facts.platform_rule is not None and f": {_flat(facts.platform_rule)}" in text


def _other_statutes(body: str, facts: NoticeFacts) -> str:
    """What is left of the section of statutes without those of the facts."""
    heading = word(facts.language, "quoted", "law")
    sections = (part.removeprefix(heading) for part in body.split("\n\n") if part.startswith(heading))
    left = _flat(" ".join(sections))
    for line in sorted((_flat(citation_line(facts.language, one)) for one in facts.citations), key=len, reverse=True):
        left = left.replace(line, " ")
    return left.strip()


def _flat(text: str) -> str:
    return " ".join(text.split())
