"""The words of looks: why one could not be taken, what one says, and which of these say anything at all."""

from enum import StrEnum


class Unreachable(StrEnum):
    """Why a look could not be taken."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    TIMEOUT = "timeout"
    RESET = "reset"
    NOT_FOUND = "not_found"
    LOGIN_WALL = "login_wall"
    FORBIDDEN = "forbidden"
    GEO_BLOCKED = "geo_blocked"
    SERVER_ERROR = "server_error"
    REFUSED_ADDRESS = "refused_address"
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_RESPONSE = "bad_response"
    RATE_LIMITED = "rate_limited"
    ONION = "onion"
    INVITE = "invite"
    PRIVATE = "private"
    AGE_GATED = "age_gated"
    HOST_RESTED = "host_rested"
    NO_MANDATE = "no_mandate"


HOPELESS = frozenset(
    {
        Unreachable.LOGIN_WALL,
        Unreachable.REFUSED_ADDRESS,
        Unreachable.NO_MANDATE,
        Unreachable.ONION,
        Unreachable.INVITE,
        Unreachable.PRIVATE,
        Unreachable.AGE_GATED,
        Unreachable.GEO_BLOCKED,
    }
)
"""Reasons for which trying again is useless until something else changes: a person is told at once."""


class RecheckVerdict(StrEnum):
    ONLINE = "online"
    REMOVED_AT_SOURCE = "removed_at_source"
    PAGE_ONLY_REMOVED = "page_only_removed"
    SOFT_REMOVED = "soft_removed"
    ACCESS_RESTRICTED = "access_restricted"
    GEO_BLOCKED = "geo_blocked"
    CDN_CACHED = "cdn_cached"
    MOVED = "moved"
    PARKED = "parked"
    UNREACHABLE = "unreachable"
    INCONCLUSIVE = "inconclusive"


GONE = frozenset({RecheckVerdict.REMOVED_AT_SOURCE, RecheckVerdict.SOFT_REMOVED})
"""Verdicts of a look that found the material gone. A parked name says only where it leads now."""

UP = frozenset({RecheckVerdict.ONLINE, RecheckVerdict.CDN_CACHED, RecheckVerdict.MOVED})
"""Verdicts of a look that saw the material, wherever it is served from now."""

TELLING = GONE | UP | {RecheckVerdict.PAGE_ONLY_REMOVED}
"""Verdicts of a look that could tell whether the material is there; all others say nothing about it."""
