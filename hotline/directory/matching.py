"""Whom a directory names for an address, with the reason. Pure; knows no address book and approves nothing."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from hotline.directory.tables import ANY, Candidate, Directory, Entry
from hotline.states import ContactRole

_RUNS_A_PLATFORM = (ContactRole.PLATFORM, ContactRole.OPERATOR)


class PlatformForm(Protocol):
    """The part of a platform's table that makes it a contact: `hotline.platforms.Platform` has it."""

    @property
    def name(self) -> str: ...
    @property
    def domains(self) -> Sequence[str]: ...
    @property
    def form(self) -> str | None: ...
    @property
    def dated(self) -> date | None: ...


def candidates(
    directory: Directory, *, host: str, asn: int | None, platform: PlatformForm | None = None
) -> tuple[Candidate, ...]:
    """Whom one could tell about an address at this host: the nearest first, each once.

    The platform's form, then who answers for the host's domain (the longest first), then for its autonomous system, and
    search engines at the end. `host` is a name or an IP address as it stands in the address.
    """
    name = host.lower().rstrip(".")
    found = [*_of_platform(platform, name), *_of_domain(directory, name), *_of_asn(directory, asn), *_of_all(directory)]
    nearest: dict[tuple[str, ContactRole, str], Candidate] = {}
    for one in found:
        nearest.setdefault((one.address.lower(), one.role, one.channel), one)
    return tuple(nearest.values())


def removers(
    directory: Directory, *, host: str, asn: int | None, platform: PlatformForm | None = None
) -> tuple[Candidate, ...]:
    """Those of the candidates who can remove what is there: no search engine, and of a platform only who runs it."""
    found = candidates(directory, host=host, asn=None if platform is not None else asn, platform=platform)
    return tuple(one for one in found if one.scope != ANY and (platform is None or one.role in _RUNS_A_PLATFORM))


def search_engines(directory: Directory) -> tuple[Candidate, ...]:
    """Who answers for every address: asked to delist."""
    return tuple(_of_all(directory))


def _of_platform(platform: PlatformForm | None, host: str) -> Iterator[Candidate]:
    """The form is asked only for an address of the platform's own: what it shows elsewhere is not its to remove."""
    scope = _longest(platform.domains, host) if platform is not None else None
    if platform is None or platform.form is None or scope is None:
        return
    origin = " ".join(filter(None, ["platforms", platform.dated.isoformat() if platform.dated else "", platform.name]))
    yield Candidate(platform.name, platform.form, ContactRole.PLATFORM, "sheet", scope, origin)


def _of_domain(directory: Directory, host: str) -> list[Candidate]:
    scopes = [(entry, _longest(entry.answers_for, host)) for entry in directory.entries]
    found = [_candidate(entry, scope) for entry, scope in scopes if scope is not None]
    return sorted(found, key=lambda one: -len(one.scope))


def _of_asn(directory: Directory, asn: int | None) -> Iterator[Candidate]:
    return (_candidate(entry, f"AS{asn}") for entry in directory.entries if asn is not None and asn in entry.asns)


def _of_all(directory: Directory) -> Iterator[Candidate]:
    return (_candidate(entry, ANY) for entry in directory.entries if entry.is_for_any)


def _candidate(entry: Entry, scope: str) -> Candidate:
    return Candidate(
        entry.name, entry.address, entry.role, entry.channel, scope, entry.origin, entry.language, entry.requested_h
    )


def _longest(domains: Sequence[str], host: str) -> str | None:
    """The longest of the domains that the host is, or stands below."""
    found = [domain for domain in domains if host == domain or host.endswith(f".{domain}")]
    return max(found, key=len, default=None)
