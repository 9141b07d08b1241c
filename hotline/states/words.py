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
    SHEET = "sheet"
    PARTNER = "partner"
    CLOUDFLARE = "cloudflare"
    AWS = "aws"


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
    CORRECTION = "correction"


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
