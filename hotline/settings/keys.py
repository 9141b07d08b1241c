"""Every key of hotline.toml: its type, meaning and default, as one frozen object. Opens nothing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hotline.errors import SettingsError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _key(default: Any, meaning: str) -> Any:
    make = {"default_factory": lambda: default} if isinstance(default, dict) else {"default": default}
    return field(**make, metadata={"meaning": meaning})


@dataclass(frozen=True)
class HotlineSettings:
    name: str = _key("", "the hotline's name, as notices show it")
    reply_to: str = _key("", "the mailbox that answers to notices come to")
    phone: str = _key("", "the number shown in notices; empty: none")
    verification_page: str = _key("", "a page of yours where a host can check that you are you; empty: none")
    time_zone: str = _key("Europe/Tirane", "the zone that people are shown; JSON is always UTC")


@dataclass(frozen=True)
class MandateSettings:
    reference: str = _key("", "the written basis on which material may be looked at; empty: nothing is fetched")
    signed_on: str = _key("", "its date, RFC 3339 (2026-01-31 or with a time)")
    valid_until: str = _key("", "the last moment it covers, RFC 3339")


@dataclass(frozen=True)
class MailSettings:
    host: str = _key("", "the SMTP server that takes notices")
    port: int = _key(587, "its port")
    security: str = _key("starttls", "none, starttls or tls; none only for a server on this machine")
    from_address: str = _key("", "the sender of notices")
    username: str = _key("", "the account at the server; empty: no login")
    password_file: str = _key("", "a file that holds its password, readable by the hotline only")
    plus_addresses: bool = _key(
        True,
        "true: answers and bounces come to reply+TOKEN@ and notices+TOKEN@, by which they find their notice; false "
        "where your mail server does not deliver such addresses",
    )
    signing_key_file: str = _key("", "your OpenPGP secret key, with which mails are signed; empty: not signed")
    signing_password_file: str = _key("", "a file that holds its password; empty: it has none")
    timeout_s: int = _key(30, "how long one step of a delivery may take")


@dataclass(frozen=True)
class ImapSettings:
    host: str = _key("", "the IMAP server with the mailbox that answers come to; empty: answers are not read")
    port: int = _key(993, "its port")
    security: str = _key("tls", "none, starttls or tls; none only for a server on this machine")
    username: str = _key("", "the account at the server; empty: no login")
    password_file: str = _key("", "a file that holds its password, readable by the hotline only")
    folder: str = _key("INBOX", "the folder that answers lie in")
    timeout_s: int = _key(30, "how long one step of reading may take")


@dataclass(frozen=True)
class NoticeSettings:
    repeat_h: int = _key(24, "hours between two rounds about material that is still up")
    harmful_repeat_h: int = _key(72, "the same for notices on a platform's rules")
    harmful_rounds: int = _key(3, "rounds on a platform's rules after which a person decides")
    look_within_min: int = _key(60, "a notice leaves after a look not older than this, or after a new one")
    ask_police_h: int = _key(24, "hours a person has to say whether the police hear first; then the notice goes")
    no_warning_days: int = _key(30, "days for which hosts are asked not to warn the uploader, as their law allows")
    quiet_days: tuple[str, ...] = _key((), "days on which nothing is sent: mon tue wed thu fri sat sun; empty: none")
    quiet_hours: str = _key("", 'hours of the hotline\'s clock in which nothing is sent, "20:00-07:00"; empty: none')
    per_hour: int = _key(0, "so many notices go out in an hour at most; 0: no limit")
    answer_h: int = _key(72, "hours for which rounds wait after an answer that nobody has read yet; then they go on")
    appeal_days: int = _key(14, "days in which an objection is answered; so long its notice is not repeated")
    group_h: int = _key(0, "hours for which a draft that a rule approves still takes in more addresses")
    directory_file: str = _key("", "your own directory of contacts, as directory.toml; it wins by name; empty: none")
    test_to: str = _key("", "test mode: every notice goes to this one address and says so; empty: off")
    law_file: str = _key("", "your own citations, written as in law.toml; they win by id; empty: none")
    law_max_age_days: int = _key(365, "a citation or rule checked longer ago than this is left out and named in queue")


@dataclass(frozen=True)
class CloudflareSettings:
    account: str = _key("", "your account at Cloudflare's abuse API; it needs the right to report")
    token_file: str = _key("", "a file that holds its token, readable by the hotline only")


@dataclass(frozen=True)
class AwsSettings:
    region: str = _key("", "the region whose AWS Abuse Signal API takes your reports")
    credentials_file: str = _key("", "a file of AWS's own form with your keys, readable by the hotline only")


@dataclass(frozen=True)
class AssessSettings:
    second_reader: bool = _key(False, "true: illegal begins at the word of a second person")


@dataclass(frozen=True)
class MatchSettings:
    """How hits on lists are taken; thresholds stand with each list."""

    review_bits: int = _key(48, "PDQ this far apart, beyond a list's threshold, is a lead for review only")
    video_query_percent: int = _key(0, "a video is on a list of videos where so much of it is in the listed one")
    video_listed_percent: int = _key(80, "and so much of the listed one in it; below, a like frame is for review only")
    hits_a_day: int = _key(200, "an entry that hits more unrelated pictures a day is quarantined, and a person is told")


@dataclass(frozen=True)
class FamilySettings:
    local_features: bool = _key(
        False,
        "true: keep local features of illegal material, to know it again when altered; they can partly be turned back "
        "into a picture, so mandate.reference is needed; false deletes what was kept, beyond recovery",
    )
    block_from: int = _key(3, "from this re-upload on a notice asks to block the material, and a packet is proposed")


@dataclass(frozen=True)
class FetchSettings:
    deadline_s: int = _key(30, "how long one fetch may take, redirects included")
    max_bytes: int = _key(50_000_000, "how much of one body is read")
    max_redirects: int = _key(5, "redirects followed, each through the gate")
    max_pictures: int = _key(200, "pictures taken from one page; the rest is said to be left out")
    ports: tuple[int, ...] = _key((80, 443), "ports that may be dialled")
    user_agent: str = _key("Mozilla/5.0 (compatible; child-protection hotline)", "how the hotline names itself")
    between_s: float = _key(1.0, "pause between two requests to one host")
    rest_after: int = _key(3, "a host that lets us wait in vain so often in a row is left alone")
    rest_h: int = _key(1, "for so many hours, twice as long each time, at most a day")
    deny: tuple[str, ...] = _key((), "networks never dialled besides the built-in ones, such as your own")


@dataclass(frozen=True)
class EgressSettings:
    """By which ways out the hotline looks; each is a vantage of its own."""

    profiles: dict[str, str] = _key({}, 'names and their proxies: "http://host:port" or "socks5h://host:port"')
    vantages: tuple[str, ...] = _key(("direct",), "the ways that looks take in turn: direct, or names of profiles")


@dataclass(frozen=True)
class EvidenceSettings:
    warc: bool = _key(False, "true: a look's requests and answers, without bodies, can be had as WARC")


@dataclass(frozen=True)
class PlatformSettings:
    file: str = _key("", "your own platforms, written as in platforms.toml; they win by name; empty: none")


@dataclass(frozen=True)
class DataSettings:
    max_age_days: int = _key(180, "lists of registries and delivery networks older than this are named by doctor")


@dataclass(frozen=True)
class LookSettings:
    retry_h: tuple[int, ...] = _key((1, 6, 24, 72), "hours after which an unreachable address is tried again")


@dataclass(frozen=True)
class RecheckSettings:
    ladder_h: tuple[int, ...] = _key((1, 6, 24), "hours from the decision to the first rechecks; then daily")
    daily_days: int = _key(30, "so many days from the decision material is looked at daily; then every slow_h hours")
    slow_h: int = _key(72, "hours between two later looks at material that stays up")
    agreeing_looks: int = _key(3, "looks that must agree before material counts as removed")
    agreeing_over_h: int = _key(24, "hours these looks must span at least")
    watch_h: int = _key(168, "hours between looks at removed material, for its return")
    watch_days: int = _key(90, "so many days it is looked at that often; then every later_h hours")
    later_h: int = _key(720, "hours between later looks at removed material")


@dataclass(frozen=True)
class RunSettings:
    tick_s: int = _key(5, "seconds between two looks for due work")
    workers: int = _key(2, "workers in one program")


@dataclass(frozen=True)
class DnsSettings:
    servers: tuple[str, ...] = _key((), "name servers to ask; empty: those of the system")


@dataclass(frozen=True)
class RdapSettings:
    timeout_s: int = _key(10, "how long one RDAP question may take")


@dataclass(frozen=True)
class LabSettings:
    """Present only in a lab: an internet of its own, for tests and the demo."""

    allow: tuple[str, ...] = _key((), "networks that may be dialled, at every port, and nothing outside them")
    resolve: dict[str, str] = _key({}, "names and the addresses they have")
    port: dict[str, int] = _key({}, "names and the ports that stand for 80 and 443")
    dns: tuple[str, ...] = _key((), "name servers, ADDRESS:PORT, for names not in resolve")
    rdap: tuple[str, ...] = _key((), "RDAP servers, http://ADDRESS:PORT/")
    authority: str = _key("", "a PEM file: who vouches for its TLS servers, instead of the usual authorities")
    clock: str = _key("", "the calendar, RFC 3339; it stands still")


@dataclass(frozen=True)
class Settings:
    """All of hotline.toml; `lab` is None outside a lab."""

    hotline: HotlineSettings = field(default_factory=HotlineSettings)
    mandate: MandateSettings = field(default_factory=MandateSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    imap: ImapSettings = field(default_factory=ImapSettings)
    notices: NoticeSettings = field(default_factory=NoticeSettings)
    cloudflare: CloudflareSettings = field(default_factory=CloudflareSettings)
    aws: AwsSettings = field(default_factory=AwsSettings)
    assess: AssessSettings = field(default_factory=AssessSettings)
    match: MatchSettings = field(default_factory=MatchSettings)
    families: FamilySettings = field(default_factory=FamilySettings)
    fetch: FetchSettings = field(default_factory=FetchSettings)
    egress: EgressSettings = field(default_factory=EgressSettings)
    evidence: EvidenceSettings = field(default_factory=EvidenceSettings)
    platforms: PlatformSettings = field(default_factory=PlatformSettings)
    data: DataSettings = field(default_factory=DataSettings)
    look: LookSettings = field(default_factory=LookSettings)
    recheck: RecheckSettings = field(default_factory=RecheckSettings)
    run: RunSettings = field(default_factory=RunSettings)
    dns: DnsSettings = field(default_factory=DnsSettings)
    rdap: RdapSettings = field(default_factory=RdapSettings)
    lab: LabSettings | None = None

    @property
    def is_lab(self) -> bool:
        return self.lab is not None

    @property
    def authorities(self) -> str:
        """A PEM file of TLS authorities to be believed instead of the usual ones; "" outside a lab."""
        return self.lab.authority if self.lab is not None else ""

    def mandate_covers(self, now: datetime) -> bool:
        """Tells whether a written mandate covers `now`; without one nothing is fetched outside a lab."""
        mandate = self.mandate
        if not (mandate.reference and mandate.signed_on and mandate.valid_until):
            return False
        return read_time(mandate.signed_on) <= now <= read_time(mandate.valid_until, end_of_day=True)

    def may_fetch(self, now: datetime) -> bool:
        return self.is_lab or self.mandate_covers(now)


def read_time(text: str, *, end_of_day: bool = False) -> datetime:
    """Reads an RFC 3339 date or time as aware UTC; a time without a zone is UTC. Raises SettingsError."""
    try:
        moment = datetime.fromisoformat(text)
        if len(text) == len("2026-11-21") and end_of_day:
            moment = moment.replace(hour=23, minute=59, second=59)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise SettingsError(f'"{text}" is not a time; write it like 2026-11-21T10:00:00Z') from None
