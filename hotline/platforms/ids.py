"""Tells an address's platform and the ids in it, by the tables alone. Looks nothing up."""

from dataclasses import dataclass
from typing import Protocol

from hotline.platforms.reading import shipped_platforms
from hotline.platforms.tables import PARTS, Pattern, Platform
from hotline.states import Kind


class PlatformAddress(Protocol):
    """The part of an address that tells its platform."""

    @property
    def href(self) -> str: ...
    @property
    def host(self) -> str: ...


@dataclass(frozen=True)
class PlatformIds:
    """What an address says by itself. `kind` is UNKNOWN where the address is the platform's but fits no pattern.

    Ids never hold what opens a locked thing: no decryption key, no share key, no signature.
    """

    platform: str
    kind: Kind
    media_id: str | None
    account: str | None
    """The handle people see; its owner can change it, unlike the number."""
    account_number: str | None
    has_login_wall: bool
    """Nothing is seen without signing in, being a member or joining: unreachable at once, and a person's."""
    canonical: str | None = None
    """The platform's plain address of the same thing, however it was reported; None where the table has none."""
    is_invite: bool = False
    """Opening it would join a group: it is never fetched, and has no ids."""


def read_platform(address: PlatformAddress, platforms: tuple[Platform, ...] | None = None) -> PlatformIds | None:
    """Tells the platform of an address and the ids in it; None where it is no known platform's."""
    host = address.host.lower().rstrip(".")
    for platform in platforms if platforms is not None else shipped_platforms():
        if any(_is_under(host, domain) for domain in platform.domains):
            return _ids(platform, host, address.href)
    return None


def _ids(platform: Platform, host: str, href: str) -> PlatformIds:
    rest = "/" + href.partition("://")[2].partition("/")[2]
    path = rest.partition("#")[0]
    for pattern in platform.patterns:
        if pattern.host is None or _is_under(host, pattern.host):
            match = pattern.path.fullmatch(rest if pattern.is_with_fragment else path)
            if match is not None:
                return _found(platform, pattern, match.groupdict())
    return PlatformIds(platform.name, Kind.UNKNOWN, None, None, None, platform.has_login_wall)


def _found(platform: Platform, pattern: Pattern, groups: dict[str, str | None]) -> PlatformIds:
    found = {part: groups.get(part) for part in PARTS}
    if pattern.is_per_account and found["media_id"]:
        found["media_id"] = f"{found['account'] or found['account_number'] or ''}/{found['media_id']}".lower()
    has_wall = platform.has_login_wall if pattern.has_login_wall is None else pattern.has_login_wall
    return PlatformIds(
        platform=platform.name,
        kind=pattern.kind,
        media_id=found["media_id"],
        account=found["account"],
        account_number=found["account_number"],
        has_login_wall=has_wall or pattern.is_invite,
        canonical=_canonical(pattern, found),
        is_invite=pattern.is_invite,
    )


def _canonical(pattern: Pattern, found: dict[str, str | None]) -> str | None:
    """The template filled in; None while it needs a part that this address does not have."""
    if pattern.canonical is None:
        return None
    has = {part: value for part, value in found.items() if value is not None}
    try:
        return pattern.canonical.format_map(has)
    except KeyError:
        return None


def _is_under(host: str, domain: str) -> bool:
    return host == domain or host.endswith(f".{domain}")
