"""How a notice is brought to each stage of its way, how a hurried person pushes it out, and all that really left."""

from collections.abc import Callable
from email.message import EmailMessage

from scenes import BOB, Scene

from hotline import pipeline
from hotline.decisions import notices, rules
from hotline.errors import MoveError
from hotline.states import NoticeKind, NoticeState
from hotline.store import notices as notice_store

HOST = "host@img.example"
LATER, BUSY = "451 later", "MAIL"
Act = Callable[[Scene], object]


def drafted(world: Scene) -> None:
    world.contact("img.example")
    world.drafted("/a.jpg")


def approved(world: Scene) -> None:
    drafted(world)
    world.approve()


def by_rule(world: Scene) -> None:
    """A draft that a rule of two people is about to approve."""
    drafted(world)
    rules.approve(world.desk(BOB), rules.propose(world.desk(), 1, NoticeKind.ILLEGAL))


def pending(world: Scene) -> None:
    """A notice whose bytes are fixed, and which the mail server put off."""
    approved(world)
    world.mail.answer(BUSY, LATER)
    world.run()
    assert world.notices() == [f"N1 illegal 1 sending {HOST} I1"]


def failed(world: Scene) -> None:
    """A notice that the mail server refused, its bytes fixed."""
    approved(world)
    world.mail.answer("DATA", "554 no")
    world.run()
    assert world.notices() == [f"N1 illegal 1 failed {HOST} I1"]


STAGES: tuple[Act, ...] = (drafted, approved, by_rule, pending, failed)


def insist(world: Scene) -> None:
    """Whatever a hurried person tries to have it out all the same, for a day."""
    world.run()
    world.approve()
    for number in range(1, len(world.notices()) + 1):
        try:
            notices.approve(world.desk(), [number])
        except MoveError:
            continue
    pipeline.send_now(world.station)
    world.run()
    for time in ({"minutes": 10}, {"days": 1}, {"minutes": 2}):
        world.later(**time)


def parts(message: EmailMessage) -> list[bytes]:
    """Every part of a mail as its reader has it."""
    return [part.get_payload(decode=True) or b"" for part in message.walk() if not part.is_multipart()]


def out(world: Scene) -> str:
    """All that left: the mails raw and as they are read, the reports to APIs, and the forms that wait to be copied."""
    left = [one for message in world.mail.messages for one in (message.raw, *parts(message.parsed))]
    headers = [str(value) for message in world.mail.messages for _, value in message.parsed.items()]
    for api in (world.lab.cloudflare, world.lab.abuse_signal):
        left += [request.body for request in api.requests]
    return "\n".join([*(one.decode("utf-8", "replace") for one in left), *headers, *forms(world)])


def forms(world: Scene) -> list[str]:
    """The forms that are waiting for a person."""
    with world.reading() as session:
        waiting = [one.id for one in notice_store.in_state(session, NoticeState.APPROVED)]
    return [sheet.decode() for number in waiting if (sheet := pipeline.sheet_of(world.home, number))]
