"""Finds the notice that an answer is about: by its token, by the messages it names, by the number in its subject.
What is known of notices is given to it; it asks no table."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from hotline.records.replies import Match, MatchedBy, Reply


@dataclass(frozen=True)
class Known:
    """What is known of notices that went out; each answers None for what it does not know.

    by_token, by_message_id (with its angle brackets) and by_tag (`N5`) give a notice's number; domains_of a notice
    gives the domains that may speak about it: its contact's, and the one its mail went to.
    """

    by_token: Callable[[str], int | None]
    by_message_id: Callable[[str], int | None]
    by_tag: Callable[[str], int | None]
    domains_of: Callable[[int], Collection[str]]


def match(reply: Reply, known: Known) -> Match | None:
    """The notice that an answer is about; None leaves it to a person.

    A number in a subject can be guessed, so it counts only from a domain that the notice went to.
    """
    named = (*reversed(reply.returned), *reply.in_reply_to, *reversed(reply.references))
    return (
        _first(reply.tokens, known.by_token, MatchedBy.TOKEN)
        or _first(named, known.by_message_id, MatchedBy.HEADERS)
        or _by_tag(reply, known)
    )


def _first(names: Collection[str], find: Callable[[str], int | None], by: MatchedBy) -> Match | None:
    found = (find(name) for name in names)
    return next((Match(number, by) for number in found if number is not None), None)


def _by_tag(reply: Reply, known: Known) -> Match | None:
    """None where the subject names two notices, too."""
    found = {number for number in map(known.by_tag, reply.tags) if number is not None}
    if len(found) != 1 or reply.sender is None:
        return None
    number = found.pop()
    domain = reply.sender.rpartition("@")[2]
    is_theirs = any(_is_of(domain, one.lower().rstrip(".")) for one in known.domains_of(number))
    return Match(number, MatchedBy.TAG) if is_theirs else None


def _is_of(domain: str, held: str) -> bool:
    return bool(held) and (domain == held or domain.endswith(f".{held}"))
