"""The words of the field as enumerations, spelt as people and JSON spell them."""

from enum import StrEnum


class Source(StrEnum):
    WEB = "web"
    PHONE = "phone"
    EMAIL = "email"
    POLICE = "police"
    PARTNER = "partner"
    ANALYST = "analyst"


class Category(StrEnum):
    CSAM = "csam"
    SELF_GENERATED = "self_generated"
    SEXTORTION = "sextortion"
    GROOMING = "grooming"
    IMPERSONATION = "impersonation"
    BULLYING = "bullying"
    THREATS = "threats"
    HATE_SPEECH = "hate_speech"
    HARASSMENT = "harassment"
    OTHER = "other"


class AtRisk(StrEnum):
    SUICIDE = "suicide"
    THREAT_TO_LIFE = "threat_to_life"
    BLACKMAIL_RUNNING = "blackmail_running"
    MEETING_ARRANGED = "meeting_arranged"
    OFFENDER_KNOWS_HOME = "offender_knows_home"
    VIOLENCE_AT_HOME = "violence_at_home"
    OTHER = "other"


class NoUrlKind(StrEnum):
    """What a report without an address is about."""

    CALL = "call"
    CHAT = "chat"
    GROUP = "group"
    PHONE_NUMBER = "phone_number"
    HANDLE = "handle"
    GAME = "game"
    OFFLINE = "offline"
    OTHER = "other"


class Kind(StrEnum):
    """What an item is."""

    PAGE = "page"
    PROFILE = "profile"
    PICTURE = "picture"
    VIDEO = "video"
    FILE = "file"
    UNKNOWN = "unknown"


class Part(StrEnum):
    """What an item is of a page, where nobody reported it by an address of its own."""

    FRAME = "frame"
    DATA = "data"


class State(StrEnum):
    """Where an item is in its life (DESIGN section 2)."""

    RECEIVED = "received"
    UNREACHABLE = "unreachable"
    AWAITING_ASSESSMENT = "awaiting_assessment"
    NOT_ILLEGAL = "not_illegal"
    ILLEGAL = "illegal"
    HARMFUL = "harmful"
    NOTICED = "noticed"
    REMOVED = "removed"
    CLOSED = "closed"


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


class CloseReason(StrEnum):
    WITHDRAWN = "withdrawn"
    OUT_OF_REMIT = "out_of_remit"
    REFERRED = "referred"
    BAD_FAITH = "bad_faith"
    GENUINE = "genuine"


class Whose(StrEnum):
    """Whose an account is, as far as a person can tell."""

    UPLOADER = "uploader"
    IMPERSONATOR = "impersonator"
    CHILD = "child"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What an assessment says."""

    BASELINE = "baseline"
    NATIONAL = "national"
    HARMFUL = "harmful"
    NOT_ILLEGAL = "not_illegal"


class Ground(StrEnum):
    IMPERSONATION = "impersonation"
    BULLYING = "bullying"
    BLACKMAIL = "blackmail"
    THREATS = "threats"
    HATE = "hate"
    PRIVATE_IMAGE = "private_image"
    IDENTIFYING_PUBLICATION = "identifying_publication"


class NotIllegalReason(StrEnum):
    CONTENT_NOT_FOUND = "content_not_found"
    REMOVED_BEFORE_ASSESSMENT = "removed_before_assessment"
    ADULT = "adult"
    NUDITY_NOT_SEXUALIZED = "nudity_not_sexualized"
    BELOW_THRESHOLD = "below_threshold"
    TOO_SMALL = "too_small"
    VIRTUAL = "virtual"
    LINKING_ONLY = "linking_only"
    AGE_NOT_ASSESSABLE = "age_not_assessable"
    AGE_OVER_THRESHOLD = "age_over_threshold"
    OTHER = "other"


class Basis(StrEnum):
    """What an assessment rests on."""

    MATCH = "match"
    LOOKED = "looked"
    PARTNER = "partner"
    POLICE = "police"
    REPORT_TEXT = "report_text"


class ContactRole(StrEnum):
    OPERATOR = "operator"
    HOST = "host"
    CDN = "cdn"
    REGISTRAR = "registrar"
    UPSTREAM = "upstream"
    PLATFORM = "platform"
    PARTNER = "partner"
    SEARCH_ENGINE = "search_engine"


class Channel(StrEnum):
    EMAIL = "email"


class Language(StrEnum):
    EN = "en"
    SQ = "sq"


class ContactState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    BLOCKED = "blocked"


class NoticeKind(StrEnum):
    ILLEGAL = "illegal"
    HARMFUL = "harmful"


class NoticeState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPERSEDED = "superseded"


class Outcome(StrEnum):
    """What a contact answered to a notice."""

    REMOVED = "removed"
    DECLINED = "declined"
    RESTRICTED = "restricted"
    ASKS_MORE = "asks_more"
    NOT_OURS = "not_ours"
    NO_ANSWER = "no_answer"


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


class PacketTo(StrEnum):
    POLICE = "police"
    PARTNER = "partner"
    BLOCKING = "blocking"


class PacketState(StrEnum):
    UNRELEASED = "unreleased"
    RELEASED = "released"
    RECEIVED = "received"


class ReferralTo(StrEnum):
    HELPLINE = "helpline"
    CPU = "cpu"
    BARNAHUS = "barnahus"
    PSYCHOLOGIST = "psychologist"
    LEGAL_AID = "legal_aid"
    MEDICAL = "medical"


class ReferralState(StrEnum):
    OPEN = "open"
    DONE = "done"


class QueueKind(StrEnum):
    ACK = "ack"
    ASSESS = "assess"
    CONTACT = "contact"
    NOTICE = "notice"
    PACKET = "packet"
    REFERRAL = "referral"
    PERSON = "person"


class WorkKind(StrEnum):
    """The kinds of due work, in the order in which what is due now is done."""

    LOOK = "look"
    SCREEN = "screen"
    RECHECK = "recheck"
    TRACE = "trace"
    NOTIFY = "notify"
    SEND = "send"


class Role(StrEnum):
    ANALYST = "analyst"
    SECOND = "second"
    AUDITOR = "auditor"
    ADMIN = "admin"
