"""What must not stand in anything that leaves, over every channel: a word of crime about what is harmful only, and
templates and headers that strangers put in. Judged by what the lab's servers really got."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import Scene, picture, scene
from sqlmodel import select
from trying import (
    BIDI,
    HOST,
    PARTNER,
    TEMPLATE,
    all_out,
    forms,
    insist,
    lab_settings,
    opened,
    out,
    reported,
    require_plain_mails,
    tell_everybody,
)  # fmt: skip

from hotline.decisions import contacts
from hotline.errors import HotlineError
from hotline.models import Contact
from hotline.states import ContactRole, Ground, Verdict
from notices.guard import forbidden_word


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, *lab_settings(tmp_path)) as found:
        yield found


# As illegal what is harmful only


def test_what_is_harmful_is_told_only_to_who_runs_the_place_and_never_as_illegal(world: Scene) -> None:
    tell_everybody(world)
    for role in (ContactRole.CDN, ContactRole.REGISTRAR, ContactRole.UPSTREAM, ContactRole.SEARCH_ENGINE):
        world.contact("img.example", role)
    reported(world, world.site.put("/a.jpg", picture(1)), Verdict.HARMFUL, Ground.BULLYING)
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
    with world.reading() as session:
        return [one.id for one in session.exec(select(Contact)) if one.state == "proposed"]
