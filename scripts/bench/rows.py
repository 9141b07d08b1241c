"""Single rows as years of work leave them, for `filling`. Pure but for the dice they are handed."""

import random
from datetime import datetime

from hotline.addresses import KEY_VERSION, read_address
from hotline.models import Assessment, Batch, Case, Contact, Item, Lead, Media, Notice, Report, Sighting
from hotline.states import State

BENCH = "bench"
HOSTS = 300
RETURNED = 0.1
NOTICED = frozenset({State.NOTICED, State.REMOVED})
UP = frozenset({State.ILLEGAL, State.HARMFUL, State.NOTICED})


def _hex(dice: random.Random, bits: int) -> str:
    return f"{dice.getrandbits(bits):0{bits // 4}x}"


def host(number: int) -> str:
    return f"host{number}.example"


def contact(number: int, at: datetime) -> Contact:
    return Contact(
        address=f"abuse@{host(number)}",
        answers_for=host(number),
        role="host",
        channel="email",
        language="en",
        state="approved",
        origin=BENCH,
        added_at=at,
        added_by=BENCH,
        approved_by=BENCH,
        approved_at=at,
    )


def report(dice: random.Random, case: Case, at: datetime) -> Report:
    return Report(
        case_id=case.id,
        source=dice.choice(["web", "phone", "partner"]),
        category="csam",
        received_at=at,
        recorded_at=at,
        recorded_by=BENCH,
        code_digest=_hex(dice, 256),
    )


def media(dice: random.Random, family_id: int | None, at: datetime) -> Media:
    """A media of random hashes, which is like no other."""
    orientations = [_hex(dice, 256) for _ in range(8)]
    return Media(
        sha256=_hex(dice, 256),
        sha1=_hex(dice, 160),
        md5=_hex(dice, 128),
        size_bytes=dice.randrange(10_000, 1_000_000),
        mime="image/jpeg",
        width=1600,
        height=1200,
        pdq=orientations[0],
        pdq_quality=100,
        phash=_hex(dice, 64),
        orientations=" ".join(orientations),
        hasher=BENCH,
        first_seen_at=at,
        family_id=family_id,
        family_by=None if family_id is None else "pdq",
        family_distance=None if family_id is None else dice.randrange(32),
        family_variant=None if family_id is None else "upright",
    )


def item(
    dice: random.Random, state: State, found: Media | None, number: int, at: datetime, *, on: str | None = None
) -> Item:
    """An item on the host `on`, on any of HOSTS where none is named."""
    address = read_address(f"https://{on or host(dice.randrange(HOSTS))}/pictures/{number}.jpg")
    return Item(
        key=address.key,
        key_version=KEY_VERSION,
        url=address.verbatim,
        href=address.href,
        host=address.host,
        kind="unknown" if found is None else "picture",
        state=state,
        state_before_close=State.AWAITING_ASSESSMENT if state is State.CLOSED else None,
        reason={State.UNREACHABLE: "not_found", State.CLOSED: "out_of_remit", State.NOT_ILLEGAL: "adult"}.get(state),
        is_reported=True,
        is_queued=state is State.AWAITING_ASSESSMENT,
        media_id=None if found is None else found.id,
        returns=int(state in UP and dice.random() < RETURNED),
        received_at=at,
        host_at=at if state in NOTICED else None,
        removed_at=at if state is State.REMOVED else None,
    )


def sighting(of: Item, found: Media, at: datetime) -> Sighting:
    return Sighting(media_id=found.id, item_id=of.id, first_seen_at=at, last_seen_at=at, gone_at=of.removed_at)


def lead(found: Media, at: datetime) -> Lead:
    return Lead(
        media_id=found.id,
        list="known",
        list_version=1,
        entry=f"e{found.id}",
        algorithm="pdq",
        distance=10,
        label="A1",
        variant="upright",
        role="known",
        strength="strong",
        found_at=at,
    )


def assessment(of: Item, verdict: str, at: datetime) -> Assessment:
    """About the item's media; about the item itself where nobody could look."""
    return Assessment(
        media_id=of.media_id,
        item_id=of.id if of.media_id is None else None,
        verdict=verdict,
        ground="bullying" if verdict == "harmful" else None,
        reason="adult" if verdict == "not_illegal" else None,
        basis="looked" if of.media_id else "police",
        by=BENCH,
        at=at,
    )


def batch(to: Contact, of: Item, at: datetime, next_round_at: datetime) -> Batch:
    is_up = of.state == State.NOTICED
    return Batch(
        contact_id=to.id,
        kind="illegal",
        is_open=False,
        made_at=at,
        approved_by=BENCH,
        approved_at=at,
        next_round_at=next_round_at if is_up else None,
        stopped_at=None if is_up else at,
    )


def notice(of: Batch, at: datetime) -> Notice:
    return Notice(
        batch_id=of.id,
        contact_id=of.contact_id,
        kind=of.kind,
        round=1,
        state="sent",
        made_at=at,
        message_id=f"<{of.id}@bench.example>",
        raw=b"From: bench\r\n\r\n" + bytes(2_000),
        sending_at=at,
        sent_at=at,
    )
