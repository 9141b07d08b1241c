"""The tables. Rows are built only from validated values, as tables do not validate; nothing here selects or decides."""

from hotline.models.base import Row
from hotline.models.books import CustodyEntry, HostSlot, Work
from hotline.models.families import Account, Family, FamilyItem, ItemAccount, Likeness, MediaFeatures
from hotline.models.intake import Case, CaseItem, Home, Person, Report, ReportItem, ReportKey, Text
from hotline.models.items import (
    Capture,
    Hold,
    HoldQuestion,
    Hosting,
    HostingDetails,
    Item,
    ItemPart,
    PageItem,
    Recheck,
    Validator,
)
from hotline.models.media import Assessment, Lead, Media, MediaParts, Quarantine, Sighting, SightingMedia
from hotline.models.notices import (
    ApprovalRule,
    Batch,
    BatchItem,
    Contact,
    Message,
    Notice,
    NoticeCorrection,
    NoticeItem,
    NoticeToken,
    WhollyGiven,
)
from hotline.models.tasks import Packet, Referral, Taken

NOT_AUDITED: tuple[type[Row], ...] = (Work, HostSlot, CustodyEntry, ReportKey, Text, Taken, MediaFeatures)
"""Tables outside the row digests: the queue, the chain itself, what must be erasable, who has what on the desk."""

AUDITED: tuple[type[Row], ...] = tuple(table for table in Row.__subclasses__() if table not in NOT_AUDITED)

LETTERS: dict[type[Row], str] = {
    Report: "R",
    Case: "C",
    Item: "I",
    Media: "M",
    Notice: "N",
    Contact: "K",
    Packet: "P",
    Family: "F",
    Referral: "Q",
    Batch: "B",
    Person: "U",
    Account: "A",
    Capture: "L",
    ApprovalRule: "G",
    Message: "E",
}
"""The letter before the number when a row is named to a person."""

__all__ = [
    "AUDITED",
    "LETTERS",
    "NOT_AUDITED",
    "Account",
    "ApprovalRule",
    "Assessment",
    "Batch",
    "BatchItem",
    "Capture",
    "Case",
    "CaseItem",
    "Contact",
    "CustodyEntry",
    "Family",
    "FamilyItem",
    "Hold",
    "HoldQuestion",
    "Home",
    "HostSlot",
    "Hosting",
    "HostingDetails",
    "Item",
    "ItemAccount",
    "ItemPart",
    "Lead",
    "Likeness",
    "Media",
    "MediaFeatures",
    "MediaParts",
    "Message",
    "Notice",
    "NoticeCorrection",
    "NoticeItem",
    "NoticeToken",
    "Packet",
    "PageItem",
    "Person",
    "Quarantine",
    "Recheck",
    "Referral",
    "Report",
    "ReportItem",
    "ReportKey",
    "Row",
    "Sighting",
    "SightingMedia",
    "Taken",
    "Text",
    "Validator",
    "WhollyGiven",
    "Work",
]
