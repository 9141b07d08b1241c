"""How a notice is brought to each stage of its way, how a hurried person pushes it out, and all that really left."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from pysequoia import Tsk, decrypt
from scenes import BOB, Scene

from hotline import pipeline
from hotline.decisions import contacts, notices, publickeys, rules
from hotline.errors import MoveError
from hotline.states import Channel, ContactRole, Ground, Language, NoticeKind, NoticeState, Verdict
from hotline.store import notices as notice_store
from hotline.views.queue import queue

HOST = "host@img.example"
LATER, BUSY = "451 later", "MAIL"
LAB_KEYS = "[default]\naws_access_key_id = LABACCESSKEY00001\naws_secret_access_key = lab/secret+key\n"
FORM = "https://help.two.example/report"
PARTNER = "hotline@partner.example"
KEY = Tsk.generate(user_id="Partner")
TEMPLATE = "{{7*7}}{%include'shared/en/footer.txt'%}"
BIDI = "\u202eevil\u2066"
Act = Callable[[Scene], object]


def lab_settings(folder: Path) -> tuple[str, ...]:
    """What the lab's abuse APIs need."""
    (folder / "token").write_text("lab-cf-token")
    (folder / "keys").write_text(LAB_KEYS)
    return (
        *("cloudflare.account=a1b2c3", f"cloudflare.token_file={folder / 'token'}"),
        *("aws.region=eu-west-2", f"aws.credentials_file={folder / 'keys'}", "notices.repeat_h=24"),
    )


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


def told(world: Scene, address: str, role: ContactRole, channel: Channel) -> int:
    made = contacts.add(world.desk(), address, "img.example", role, channel, Language.EN)
    contacts.approve(world.desk(), [made])
    return made


def tell_everybody(world: Scene) -> None:
    """Contacts of every channel, all approved, who are told at once."""
    for role in (ContactRole.HOST, ContactRole.OPERATOR, ContactRole.PLATFORM):
        world.contact("img.example", role)
    told(world, world.lab.cloudflare.url, ContactRole.HOST, Channel.CLOUDFLARE)
    told(world, world.lab.abuse_signal.url, ContactRole.HOST, Channel.AWS)
    told(world, FORM, ContactRole.OPERATOR, Channel.SHEET)
    partner = told(world, PARTNER, ContactRole.PARTNER, Channel.PARTNER)
    key = publickeys.add(world.desk(), f"K{partner}", str(KEY.extract_certificate()).encode())
    publickeys.confirm(world.desk(), key, str(KEY.extract_certificate().fingerprint))


def opened(world: Scene) -> list[str]:
    """What partners find when they open what was sealed to them."""
    sealed = [
        part.get_payload(decode=True)
        for message in world.mail.to(PARTNER)
        for part in message.parsed.walk()
        if (part.get_filename() or "").endswith(".asc")
    ]
    return [(decrypt(one, decryptor=KEY.decryptor()).bytes or b"").decode() for one in sealed]


def all_out(world: Scene) -> str:
    return "\n".join([out(world), *opened(world)])


def why(world: Scene) -> str:
    return "\n".join(row["why"] for row in queue(world.home, world.home.now()))


def reported(
    world: Scene, url: str, verdict: Verdict = Verdict.BASELINE, ground: Ground | None = None, **more: object
) -> None:
    """Reported, looked at and decided."""
    world.report(url, **more)
    world.run()
    world.assess([item.id for item in world.items() if not item.has_genuine_owner], verdict, ground=ground)
    world.run()


def require_plain_mails(world: Scene) -> None:
    """Each mail has the headers we write, each once, and goes to its one receiver."""
    ours = {*("From", "To", "Reply-To", "Subject", "Date", "Message-ID", "References", "Auto-Submitted")}
    ours |= {"X-Hotline-Notice", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
    for message in world.mail.messages:
        parsed = message_from_bytes(message.raw, policy=policy.default)
        assert set(parsed.keys()) <= ours
        assert len(parsed.keys()) == len(set(parsed.keys()))
        assert (str(parsed["To"]),) == message.envelope_to
        assert not [part.defects for part in parsed.walk() if part.defects]
        assert "evil@evil.example" not in message.envelope_to
