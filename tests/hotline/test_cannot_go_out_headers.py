"""What people, settings, statutes and accounts put into a notice is text there and no header, no template, no second
receiver. Tried over mail, forms, sealed reports and abuse APIs at once; judged by what the lab's servers really got."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scenes import Scene, picture, scene
from trying import (
    BIDI,
    HOST,
    PARTNER,
    TEMPLATE,
    all_out,
    insist,
    lab_settings,
    reported,
    require_plain_mails,
    tell_everybody,
)

from hotline.decisions import access, contacts, law
from hotline.errors import HotlineError, InputError
from hotline.states import Channel, ContactRole, Ground, Language, Verdict

BREAKS = ["x\r\nBcc: evil@evil.example", "a\u2028b", "a\x00b", "a\x85b"]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, *lab_settings(tmp_path)) as found:
        yield found


def told(world: Scene) -> None:
    """An illegal picture, pushed out to everybody there is."""
    tell_everybody(world)
    reported(world, world.site.put("/a.jpg", picture(1)))
    insist(world)


def set_to(world: Scene, key: str, text: str) -> None:
    """Changes a setting of a home that stands."""
    section, name = key.split(".")
    settings = world.opened.home.settings
    changed = replace(settings, **{section: replace(getattr(settings, section), **{name: text})})
    world.opened = replace(world.opened, home=replace(world.opened.home, settings=changed))


@pytest.mark.parametrize("steps", ["a\x00b", "a\x1bb", BIDI, "x" * 1001, "\ud800", "\r\n"])
def test_steps_that_are_no_line_of_text_are_not_taken(world: Scene, steps: str) -> None:
    reported(world, world.site.put("/a.jpg", picture(1)))
    with pytest.raises(InputError):
        access.set_steps(world.desk(), 1, steps)


def test_steps_of_several_lines_add_no_line_and_no_header(world: Scene) -> None:
    tell_everybody(world)
    reported(world, world.site.put("/a.jpg", picture(1)))
    access.set_steps(world.desk(), 1, "x\r\nBcc: evil@evil.example\u2028\x85\u2029y")
    insist(world)
    require_plain_mails(world)
    assert "   To reach it: x Bcc: evil@evil.example y" in world.mail.to(HOST)[0].text.splitlines()


def test_steps_that_look_like_a_template_are_text_in_every_channel(world: Scene) -> None:
    tell_everybody(world)
    reported(world, world.site.put("/a.jpg", picture(1)))
    access.set_steps(world.desk(), 1, f"password: {TEMPLATE} {{item}} {{0}} %s")
    insist(world)
    require_plain_mails(world)
    assert {HOST, PARTNER} <= set(world.mails())
    assert f"password: {TEMPLATE} {{item}} {{0}} %s" in all_out(world)


KEYS = ["hotline.name", "hotline.phone", "hotline.reply_to", "hotline.verification_page", "mail.from_address"]


SETTINGS = [*((key, BREAKS[0]) for key in KEYS), *(("hotline.name", text) for text in BREAKS[1:])]


@pytest.mark.parametrize(("key", "text"), [*SETTINGS, ("mandate.reference", BREAKS[0])])
def test_a_setting_with_a_line_break_sends_nothing(world: Scene, key: str, text: str) -> None:
    set_to(world, key, text)
    told(world)
    assert world.mails() == []
    assert world.lab.cloudflare.requests + world.lab.abuse_signal.requests == []


NAMES = ["{{7*7}} {% include 'x' %}", "=?utf-8?q?Bcc?=", "Ho\u202etline\u2066", "N" * 200, '", <evil@evil.example>']


@pytest.mark.parametrize("text", NAMES)
def test_a_name_of_the_hotline_is_text_in_the_mail(world: Scene, text: str) -> None:
    set_to(world, "hotline.name", text)
    told(world)
    require_plain_mails(world)
    assert HOST in world.mails()
    for message in world.mail.messages:
        (sender,) = message.parsed["From"].addresses
        assert (sender.addr_spec, sender.display_name) == (world.home.settings.mail.from_address, text)


STATUTES = ["Neni {{7*7}} {% include 'x' %}", "a\\r\\nBcc: evil@evil.example", "a\\u2028b", "T" * 50_000]


@pytest.mark.parametrize("text", STATUTES)
def test_a_statute_is_text_or_stays_here(tmp_path: Path, text: str) -> None:
    file = tmp_path / "law.toml"
    rows = '[[citation]]\nid = "own"\nstatute = "Act"\narticle = "1"\ntext_sq = "x"\nsource = "-"\n'
    rows += f'valid_from = 2020-01-01\napplies_to = ["illegal"]\ntext_en = "{text}"\n'
    file.write_text(rows)
    with scene(tmp_path, *lab_settings(tmp_path), f"notices.law_file='{file}'") as world:
        law.check(world.desk(), ["own"])
        told(world)
        require_plain_mails(world)
        assert "evil@evil.example" not in all_out(world)
        assert ("Act, 1: Neni {{7*7}} {% include 'x' %}" in all_out(world)) == ("{{" in text)


@pytest.mark.parametrize(
    "text", ["{{7*7}}", "a\r\nBcc:x", "\u202eana", "a" * 300, "Bcc:evil@evil.example", "ana\u2028"]
)
def test_a_handle_in_an_address_is_text_to_the_platform(world: Scene, text: str) -> None:
    world.contact("x.com", ContactRole.PLATFORM)
    try:
        world.report(f"https://x.com/{text}/status/1800000001", category="bullying")
    except HotlineError:
        return
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING)
    insist(world)
    require_plain_mails(world)
    assert f"https://x.com/{text}/status/1800000001" in world.mail.messages[0].text.replace("\r\n", "\n").split("\n")


ON_PAGE = ["@x<script>", "@{{7*7}}", "@a\nBcc: evil@evil.example", "@\u202eevil", "@" + "a" * 5000]


@pytest.mark.parametrize("name", ON_PAGE)
def test_a_handle_on_a_page_is_no_more_than_a_handle(tmp_path: Path, name: str) -> None:
    with scene(tmp_path, sites=("youtube.com",)) as world:
        world.contact("youtube.com", ContactRole.PLATFORM)
        html = f'"externalChannelId":"{name}" "vanityChannelUrl":"http://www.youtube.com/{name}"'
        page = world.lab.sites["youtube.com"].page("/channel/UC0123456789abcdefghijkl", title=name, extra_html=html)
        world.report(page, category="bullying")
        world.run()
        world.assess([1], Verdict.HARMFUL, ground=Ground.BULLYING)
        insist(world)
        require_plain_mails(world)
        assert "platform@youtube.com" in world.mails()
        assert not any(part in all_out(world) for part in ("script", "7*7", "Bcc", "\u202e", "a" * 200))


MAILBOXES = [
    *("a@b.example\r\nBcc: evil@evil.example", "Evil <a@b.example>", "a@b.example,c@d.example", "a b@c.example"),
    *("a@b.example?cc=x@y.example", "\u202ea@b.example", "a@b.example;c", "a" * 65 + "@b.example"),
]


@pytest.mark.parametrize("address", MAILBOXES)
def test_a_contact_that_is_more_than_one_mailbox_is_none(world: Scene, address: str) -> None:
    with pytest.raises(InputError):
        contacts.add(world.desk(), address, "img.example", ContactRole.HOST, Channel.EMAIL, Language.EN)
