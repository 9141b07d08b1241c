"""Invented facts for the tests of notices: no real host, person or address."""

from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from notices.facts import (
    Account,
    Citation,
    EarlierNotice,
    NoticeFacts,
    PacketFacts,
    Repeat,
    ReportedAddress,
    Seeing,
    Sender,
)

NOW = datetime(2026, 11, 21, 13, 5, tzinfo=UTC)
LONG_URL = "https://img.example/" + "shumë-gjatë/çdo/" * 17 + "?key=" + "x9" * 20
SENDER = Sender(
    name="Linja e Sigurisë “Çelësi”",
    from_address="notices@hotline.example",
    reply_to="replies@hotline.example",
    phone="+355 4 000 0000",
    mandate_reference="Marrëveshja 12/2026",
    verification_page="https://hotline.example/verify",
)
PICTURE = ReportedAddress(
    item="I31",
    url="https://img.example/Pic_1.JPG?a=b&c=%20d#top",
    kind="picture",
    received_at=NOW - timedelta(days=2, hours=1),
    is_reported=False,
    first_online=Seeing(NOW - timedelta(days=2)),
    last_online=Seeing(NOW - timedelta(hours=1)),
    verdict="baseline",
    ip="192.0.2.7",
    network="AS64500 Example Hosting",
    sha256="ab" * 32,
    md5="cd" * 16,
    pdq="ef" * 32,
    returns=2,
)
PAGE = ReportedAddress(
    item="I32",
    url="https://img.example/galeri/ë",
    href="https://img.example/galeri/%C3%AB",
    kind="page",
    received_at=NOW,
    shows=("I31", "I44"),
)
PROFILE = ReportedAddress(
    item="I50",
    url="https://social.example/@ana",
    kind="profile",
    received_at=NOW - timedelta(days=2),
    first_online=Seeing(NOW - timedelta(days=1), is_by_person=True),
    last_online=Seeing(NOW - timedelta(hours=1), is_by_person=True),
    ip="192.0.2.8",
    sha256="ab" * 32,
    md5="cd" * 16,
    pdq="ef" * 32,
    verdict="harmful",
)
CITATION = Citation(
    id="sample-1",
    statute="Sample Act",
    article="Art. 1",
    text_sq="Tekst shembull.",
    text_en="Sample text.",
    valid_from=NOW.date() - timedelta(days=900),
    valid_to=None,
    checked_by="K. Shembulli",
    checked_on=NOW.date(),
    source="invented for tests",
    applies_to=("illegal",),
)
ILLEGAL = NoticeFacts(
    number="N5",
    reference="N5",
    home="h7f3",
    round=1,
    kind="illegal",
    contact_address="abuse@host.example",
    contact_role="host",
    language="en",
    addresses=(PICTURE, PAGE),
    rendered_at=NOW,
    custody_head="118 9f2c4b",
    sender=SENDER,
    citations=(CITATION,),
)
HARMFUL = replace(
    ILLEGAL,
    kind="harmful",
    contact_role="platform",
    ground="impersonation",
    platform="Sample Network",
    platform_rule="Community rules 3.2, pretending to be someone else",
    addresses=(PROFILE,),
    citations=(),
)


REPEAT = Repeat(4, datetime(2026, 1, 3, 8, tzinfo=UTC), 3, told=("N1", "N4"), asks_block=True)
ACCOUNT = Account(handle="@ana.2", number="9081726354")
AGAIN = replace(PICTURE, repeat=REPEAT)
ILLEGAL_AGAIN = replace(
    ILLEGAL,
    addresses=(
        AGAIN,
        replace(AGAIN, item="I33", url="https://img.example/Pic_2.JPG"),
        PAGE,
        replace(AGAIN, item="I34", url="https://img.example/Pic_3.JPG"),
        replace(PICTURE, item="I35", url="https://img.example/Pic_4.JPG", repeat=Repeat(1, NOW, 1)),
    ),
)
VIDEO = ReportedAddress(
    item="I60",
    url="https://social.example/v/771",
    kind="video",
    received_at=NOW - timedelta(days=1),
    verdict="baseline",
    repeat=REPEAT,
    account=ACCOUNT,
    platform_media="v-771",
)
ILLEGAL_ACCOUNT = replace(ILLEGAL, contact_role="platform", addresses=(VIDEO,))
HARMFUL_AGAIN = replace(
    HARMFUL,
    ground="private_image",
    addresses=(replace(VIDEO, verdict="harmful", sha256="ab" * 32), replace(PROFILE, repeat=REPEAT, account=ACCOUNT)),
)


def repeated(facts: NoticeFacts) -> NoticeFacts:
    """The same notice in its second round."""
    first = EarlierNotice("N5", f"<n5.r1.{facts.home}@hotline.example>", NOW - timedelta(days=1))
    return replace(facts, number="N8", round=2, earlier=(first,))


def custody(count: int) -> list[dict[str, Any]]:
    rows = []
    for n in range(count):
        entry = {
            "seq": 3 * n + 5,
            "at": f"2026-11-2{n % 2}T13:0{n % 9}:00Z",
            "actor": "analisti-2",
            "action": "item.look" if n == 0 else "item.assess",
        }
        entry |= {"subject": "I31", "from": "received", "to": "awaiting_assessment", "why": None, "hash": f"{n:064x}"}
        rows.append(entry)
    return rows


ITEM: dict[str, Any] = {
    "id": "I31",
    "url": LONG_URL,
    "kind": "picture",
    "state": "noticed",
    "reason": None,
    "media": {
        "id": "M9",
        "sha256": "ab" * 32,
        "sha1": "12" * 20,
        "md5": "cd" * 16,
        "size_bytes": 48213,
        "mime": "image/jpeg",
        "width": 1024,
        "height": 768,
        "pdq": "ef" * 32,
        "pdq_quality": 100,
        "phash": "f" * 16,
    },
    "family": "F3",
    "leads": [
        {"list": "sample", "entry": "A-17", "algorithm": "pdq", "distance": 4, "label": "x", "variant": "mirror"}
    ],
    "assessment": {
        "verdict": "baseline",
        "ground": None,
        "reason": None,
        "basis": "match",
        "by": "analisti-2",
        "at": "2026-11-20T10:00:00Z",
        "facts": {"age_band": "unknown"},
    },
    "hosting": {
        "ip": "192.0.2.7",
        "asn": 64500,
        "network": "Example Hosting",
        "country": "NL",
        "cdn": None,
        "contacts": ["K3"],
    },
    "notices": ["N5"],
    "rechecks": [
        {"at": "2026-11-21T10:00:00Z", "vantage": "lab", "verdict": "online", "evidence": {"status": 200}},
        {"at": "2026-11-21T12:00:00Z", "vantage": "person", "verdict": "inconclusive", "evidence": {}},
    ],
    "received_at": "2026-11-20T09:00:00Z",
    "police_at": None,
    "host_at": "2026-11-20T12:00:00Z",
    "gone_at": None,
    "removed_at": None,
    "returns": 1,
    "is_reported": True,
}
BARE_ITEM = ITEM | {
    "id": "I32",
    "url": "https://shembull.example/Привет/用户?q=1",
    "kind": "page",
    "state": "unreachable",
    "reason": "timeout",
    "media": None,
    "family": None,
    "leads": [],
    "assessment": None,
    "hosting": None,
    "notices": [],
    "rechecks": [],
    "host_at": None,
    "returns": 0,
}
REPORT = {
    "id": "R12",
    "source": "web",
    "category": "csam",
    "city": "Shkodër",
    "at_risk": "blackmail_running",
    "received_at": "2026-11-20T09:00:00Z",
}
CASE: dict[str, Any] = {
    "id": "C7",
    "url": LONG_URL,
    "state": "noticed",
    "priority": "P1",
    "reports": [REPORT],
    "items": [ITEM, BARE_ITEM],
    "custody": custody(12),
    "families": {
        "F3": {
            "reuploads": 2,
            "sightings": [
                {
                    "item": "I31",
                    "host": "img.example",
                    "first_seen_at": "2026-11-20T09:05:00Z",
                    "gone_at": None,
                    "confirmed": True,
                },
                {
                    "item": "I12",
                    "host": "old.example",
                    "first_seen_at": "2026-11-02T09:05:00Z",
                    "gone_at": "2026-11-04T10:00:00Z",
                    "confirmed": False,
                },
            ],
        }
    },
}
NOTICE = {
    "id": "N5",
    "state": "sent",
    "contact": "K3",
    "address": "abuse@host.example",
    "role": "host",
    "channel": "email",
    "round": 1,
    "items": ["I31"],
    "message_id": "<n5.r1.h7f3@hotline.example>",
    "sent_at": "2026-11-20T12:00:00Z",
    "outcome": None,
}
PACKET = PacketFacts(
    number="P2",
    kind="police",
    receiver="Drejtoria për Hetimin e Krimit Kibernetik (shembull)",
    copy_number=1,
    built_at=NOW,
    built_by="analisti-2",
    sender=SENDER,
    case=CASE,
    notices=(NOTICE,),
)


def case_with(**changes: Any) -> dict[str, Any]:
    """A copy of the sample case with other values."""
    return deepcopy(CASE) | changes
