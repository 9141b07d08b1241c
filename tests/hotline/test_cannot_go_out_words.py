"""What must not stand in anything that leaves, over every channel: a word of crime about what is harmful only, and
templates and headers that strangers put in. Judged by what the lab's servers really got."""

import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from pysequoia import Tsk, decrypt
from scenes import Scene, picture, scene
from trying import HOST, forms, insist, out

from hotline.decisions import contacts, publickeys
from hotline.errors import HotlineError
from hotline.states import Channel, ContactRole, Ground, Language, Verdict
from hotline.views.queue import queue
from notices.guard import forbidden_word

LAB_KEYS = "[default]\naws_access_key_id = LABACCESSKEY00001\naws_secret_access_key = lab/secret+key\n"
FORM = "https://help.two.example/report"
PARTNER = "hotline@partner.example"
KEY = Tsk.generate(user_id="Partner")
TEMPLATE = "{{7*7}}{%include'shared/en/footer.txt'%}"
BIDI = "\u202eevil\u2066"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    (tmp_path / "token").write_text("lab-cf-token")
    (tmp_path / "keys").write_text(LAB_KEYS)
    settings = (
        *("cloudflare.account=a1b2c3", f"cloudflare.token_file={tmp_path / 'token'}"),
        *("aws.region=eu-west-2", f"aws.credentials_file={tmp_path / 'keys'}", "notices.repeat_h=24"),
    )
    with scene(tmp_path, *settings) as found:
        yield found


def told(world: Scene, address: str, role: ContactRole, channel: Channel) -> int:
    made = contacts.add(world.desk(), address, "img.example", role, channel, Language.EN)
    contacts.approve(world.desk(), [made])
    return made


def tell_everybody(world: Scene) -> None:
    """Contacts of every role and every channel, all approved."""
    for role in ContactRole:
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


def reported(world: Scene, url: str, verdict: Verdict = Verdict.BASELINE, **more: object) -> None:
    world.report(url, **more)
    world.run()
    ground = Ground.IMPERSONATION if verdict is Verdict.HARMFUL else None
    world.assess([item.id for item in world.items() if not item.has_genuine_owner], verdict, ground=ground)
    world.run()


# As illegal what is harmful only


def test_what_is_harmful_is_told_only_to_who_runs_the_place_and_never_as_illegal(world: Scene) -> None:
    tell_everybody(world)
    reported(world, world.site.put("/a.jpg", picture(1)), Verdict.HARMFUL)
    insist(world)
    world.later(5, days=1)
    assert set(world.mails()) == {"operator@img.example", "platform@img.example"}
    assert world.lab.cloudflare.requests + world.lab.abuse_signal.requests == []
    assert len(forms(world)) == 1
    for message in world.mail.messages:
        assert [part.get_filename() for part in message.parsed.walk()] == [None]
    assert forbidden_word(out(world)) is None
    assert "xarf" not in out(world).lower()


def test_a_notice_about_what_was_found_to_be_harmful_only_is_never_sent_as_illegal(world: Scene) -> None:
    tell_everybody(world)
    reported(world, world.site.put("/a.jpg", picture(1)))
    world.approve()
    world.mail.answer("MAIL", "451 later", times=None)
    world.lab.cloudflare.throttle(after_s=60)
    world.lab.abuse_signal.throttle(after_s=60)
    world.run()
    world.revise([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    world.mail.behave()
    insist(world)
    insist(world)
    assert set(world.mails()) == {"operator@img.example", "platform@img.example"}
    assert world.lab.cloudflare.reports + world.lab.abuse_signal.reports == []
    assert forbidden_word("\n".join(message.text for message in world.mail.messages)) is None


def test_a_page_is_not_called_more_than_what_it_shows_is(world: Scene) -> None:
    """Beside a drawing that only the national law bans stands what only breaks rules."""
    tell_everybody(world)
    pictures = [world.site.put("/a.jpg", picture(1)), world.site.put("/b.jpg", picture(2))]
    world.report(world.site.page("/album", pictures))
    world.run()
    world.assess([2], Verdict.NATIONAL)
    world.assess([3], Verdict.HARMFUL, ground=Ground.BULLYING)
    insist(world)
    (host,) = (mail for mail in world.mail.to(HOST)[:1])
    reports = [json.loads(part.get_payload(decode=True) or b"") for part in host.parsed.iter_attachments()]
    assert {(one["url"].rpartition("/")[2], one["type"]) for one in reports} == {("album", "csem"), ("a.jpg", "csem")}
    assert "page that shows 2\n" in host.text.replace("\r\n", "\n")
    (found,) = opened(world)[:1]
    assert [one["classification"] for one in json.loads(found)["items"]] == ["national", "national"]
    assert "I3" not in found


# Templates and headers put in by strangers


HOSTILE = [
    TEMPLATE,
    "{{facts.sender.__class__.__mro__}}",
    "{%raw%}",
    f"a{BIDI}",
    "x\u200b\u00ad",
    "Bcc:%20evil@evil.example",
    "%0d%0aBcc:evil@evil.example",
    "=?utf-8?b?QmNjOg==?=",
    "." * 3000,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_an_address_is_text_in_every_channel_and_nothing_else(world: Scene, text: str) -> None:
    tell_everybody(world)
    url = world.site.put(f"/x?q={text}", picture(1))
    reported(world, url)
    insist(world)
    require_plain_mails(world)
    assert {"host@img.example", PARTNER} <= set(world.mails())
    assert (len(world.lab.cloudflare.reports) > 0, len(world.lab.abuse_signal.reports) > 0) == (True, True)
    assert "q=49" not in all_out(world)
    assert all(url in message.text.replace("\r\n", "\n").split("\n") for message in world.mail.to(HOST))


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


@pytest.mark.parametrize("text", ["\r\nBcc: evil@evil.example", "\n", "\x00", "\u2028", "\u2029", "\x85", "\ud800"])
def test_an_address_or_a_genuine_profile_with_a_line_break_is_not_taken_in(world: Scene, text: str) -> None:
    url = f"{world.site.url('/x')}{text}y"
    with pytest.raises(HotlineError):
        world.report(url)
    with pytest.raises(HotlineError):
        world.report(world.site.url("/a.jpg"), category="impersonation", genuine=url)
    assert world.items() == []


@pytest.mark.parametrize(
    "text", [TEMPLATE, BIDI, "\r\nBcc: evil@evil.example\r\n\r\nHello", "T" * 100_000, "\x00\u2028"]
)
def test_what_a_page_calls_itself_stands_in_no_notice(world: Scene, text: str) -> None:
    tell_everybody(world)
    title = f"TITLE-{text}"
    page = world.site.page("/album", [world.site.put("/a.jpg", picture(1))], title=title, extra_html=title)
    reported(world, page)
    insist(world)
    require_plain_mails(world)
    assert len(world.mails()) > 0
    assert "TITLE-" not in all_out(world)


NETWORKS = [TEMPLATE, "N\r\nBcc: evil@evil.example", "N\x00\u2028", f"N{BIDI}", "N" * 5000, "CSAM-NET", "=?utf-8?q?x?="]


@pytest.mark.parametrize("name", NETWORKS)
def test_what_a_registry_calls_a_network_is_text_and_holds_no_notice_up(world: Scene, name: str) -> None:
    world.lab.rdap.network("127.0.0.0/8", abuse="noc@net.example\r\nBcc: evil@evil.example", name=name, org=name)
    world.lab.rdap.domain("img.example", abuse="evil@evil.example, a@b.example", registrar=name)
    tell_everybody(world)
    reported(world, world.site.put("/a.jpg", picture(1)))
    contacts.approve(world.desk(), proposed(world))
    insist(world)
    require_plain_mails(world)
    assert {HOST, PARTNER} <= set(world.mails())
    assert "Bcc" not in all_out(world)


def proposed(world: Scene) -> list[int]:
    from sqlmodel import select

    from hotline.models import Contact

    with world.reading() as session:
        return [one.id for one in session.exec(select(Contact)) if one.state == "proposed"]
