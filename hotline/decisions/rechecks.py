"""What a person saw at an address, and asking the machine to look again."""

from typing import Literal

from hotline import people, rests, work
from hotline.consequences.items import rank_of
from hotline.consequences.moving import settle_move
from hotline.consequences.removal import add_recheck, settle_recheck, state_shown
from hotline.consequences.sightings import see_again
from hotline.decisions.desk import Desk
from hotline.errors import MoveError
from hotline.records.seen import PERSON
from hotline.states import UNDECIDED, RecheckVerdict, State, WorkKind
from hotline.store import items, media


def ask(desk: Desk, item_ids: list[int]) -> list[int]:
    """Makes one look at each item due now. Raises MoveError for a closed item."""
    with desk.writing("recheck") as session:
        for number in item_ids:
            item = items.load_item(session, number)
            if item.state == State.CLOSED:
                raise MoveError(f"I{number} is closed; reopen its case first")
            rank = rank_of(session, number)
            work.schedule(session, WorkKind.RECHECK, f"I{number}", desk.now, rank=rank, host=item.host)
            rests.end_rest(session, item.host)
            settle_move(session, item)
    return item_ids


def try_again(desk: Desk) -> None:
    """Gives what failed too often another round of attempts."""
    with desk.writing("work") as session:
        work.try_again(session, desk.now)


def seen(desk: Desk, item_id: int, what: Literal["online", "gone"]) -> int:
    """Records what a person saw at an address: a look from the vantage `person`, with the same consequences.

    Raises MoveError for an item nobody decided: what was seen there belongs into the assessment.
    """
    verdict = RecheckVerdict.ONLINE if what == "online" else RecheckVerdict.REMOVED_AT_SOURCE
    with desk.writing("recheck") as session:
        item = items.load_item(session, item_id)
        if state_shown(session, item) in UNDECIDED | {State.CLOSED, State.NOT_ILLEGAL}:
            raise MoveError(f"I{item_id} is not being taken down; record what you saw with: hotline assess I{item_id}")
        add_recheck(session, item, desk.now, PERSON, verdict, {"by": people.pseudonym(session, desk.actor)})
        settle_move(session, item)
        again_at = settle_recheck(session, desk.settings, item, verdict, desk.now)
        if verdict is RecheckVerdict.ONLINE and item.media_id is None and media.was_seen(session, item.id):
            see_again(session, item, desk.now)
        if again_at is not None:
            work.schedule(session, WorkKind.RECHECK, f"I{item_id}", again_at, host=item.host)
    return item_id
