"""Stories about who can remove something: proposals by role, a host that moved, and what a person is told of it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from scenes import Scene, picture, scene
from sqlmodel import col, select

from hotline import work
from hotline.channels.dns import Resolver
from hotline.decisions import cases, contacts, rechecks
from hotline.models import Contact, CustodyEntry, Hosting, HostingDetails
from hotline.records.looks import AbuseContact, HostingFacts, Registrar, Upstream
from hotline.states import CloseReason, ContactRole, Ground, Verdict, WorkKind
from hotline.store import hostings
from hotline.views.cases import case_show
from hotline.views.hosting import traced
from hotline.views.queue import queue

OLD, NEW = "abuse@old.example", "abuse@new.example"
AT_OLD, AT_NEW = "127.0.50.2", "127.0.60.2"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    """A site at a host with a registry entry, and another host where it may go."""
    with scene(tmp_path, sites=("gone.example",)) as found:
        found.lab.rdap.network("127.0.50.0/24", abuse=OLD, asn=64500, name="OLD")
        found.lab.rdap.network("127.0.60.0/24", abuse=NEW, asn=64501, name="NEW")
        put_at(found, AT_OLD)
        yield found


def put_at(world: Scene, ip: str | None) -> None:
    """Where the names lead that a trace asks for; looks still reach the site itself."""
    lab = world.opened.settings.lab
    assert lab is not None
    names = {name: AT_OLD for name in lab.resolve if name != "img.example"} | ({"img.example": ip} if ip else {})
    world.opened = replace(world.opened, resolver=Resolver(names, is_lab=True))


def trace_again(world: Scene, *numbers: int, ip: str | None = None) -> None:
    """A day later the items are traced anew."""
    if ip is not None:
        put_at(world, ip)
    world.clock.advance(days=1)
    with world.station.writing(world.home.now()) as session:
        for number in numbers:
            work.schedule(session, WorkKind.TRACE, f"I{number}", world.home.now())
    world.run()


def book(world: Scene) -> list[tuple[str, str, str, str]]:
    with world.reading() as session:
        found = session.exec(select(Contact).order_by(col(Contact.id)))
        return [(one.role, one.address, one.answers_for, one.state) for one in found]


def approve(world: Scene, address: str, role: ContactRole = ContactRole.HOST) -> None:
    with world.reading() as session:
        found = session.exec(select(Contact).where(Contact.address == address, Contact.role == role)).one()
    contacts.approve(world.desk(), [found.id])
    world.run()


def lines(world: Scene, action: str) -> list[tuple[str, str | None]]:
    with world.reading() as session:
        found = session.exec(select(CustodyEntry).where(CustodyEntry.action == action).order_by(col(CustodyEntry.seq)))
        return [(line.subject, line.reason) for line in found]


def told(world: Scene, number: int = 1) -> str:
    return world.item(number).needs_person or ""


def drafted_at_old(world: Scene, count: int = 1) -> None:
    """One item at the site that moves, and a second one at a site of the same network that stays."""
    urls = [site.put("/a.jpg", picture(seed)) for seed, site in enumerate((world.site, world.other), 1)][:count]
    found = world.report(*urls).item_ids
    world.run()
    world.assess(list(found), Verdict.BASELINE)
    world.run()
    approve(world, OLD)


# What is proposed, and what of it is asked for.


def test_a_lab_with_one_network_has_one_contact_to_approve(world: Scene) -> None:
    world.drafted("/a.jpg")

    assert book(world) == [("host", OLD, "127.0.50.0/24", "proposed")]
    assert world.queue() == [("contact", "K1")]


def everything(world: Scene) -> None:
    world.lab.dns.zone({"img.example": {"MX": ["10 mx.img.example."], "NS": ["ns1.dns.example."]}})
    world.lab.rdap.domain("img.example", registrar="Regjistri", abuse="abuse@reg.example", iana_id=4711)
    world.lab.rdap.autnum(64500, abuse="noc@carrier.example", name="CARRIER")
    server = (world.lab.dns.ip, world.lab.dns.port)
    world.opened = replace(world.opened, resolver=replace(world.opened.resolver, servers=(server,)))


def test_every_role_is_proposed_and_only_the_nearest_is_asked_for(world: Scene) -> None:
    everything(world)
    world.drafted("/a.jpg")

    assert book(world) == [
        ("host", OLD, "127.0.50.0/24", "proposed"),
        ("operator", "abuse@img.example", "img.example", "proposed"),
        ("registrar", "abuse@reg.example", "img.example", "proposed"),
        ("upstream", "noc@carrier.example", "127.0.50.0/24", "proposed"),
    ]
    assert world.queue() == [("contact", "K1")]
    approve(world, OLD)
    assert world.queue() == [("notice", "N1")]


def test_for_what_is_harmful_the_guessed_operator_is_asked_for_where_nobody_else_runs_it(world: Scene) -> None:
    everything(world)
    world.drafted("/a.jpg", verdict=Verdict.HARMFUL, ground=Ground.IMPERSONATION)

    assert world.queue() == [("contact", "K2")]


def test_a_blocked_mailbox_is_not_proposed_again(world: Scene) -> None:
    world.drafted("/a.jpg")
    contacts.block(world.desk(), 1)
    trace_again(world, 1)

    assert book(world) == [("host", OLD, "127.0.50.0/24", "blocked")]


def test_of_a_platform_no_mailbox_is_guessed(tmp_path: Path) -> None:
    with scene(tmp_path, sites=("www.instagram.com",)) as world:
        server = (world.lab.dns.ip, world.lab.dns.port)
        world.lab.dns.zone({"instagram.com": {"MX": ["10 mx.instagram.com."]}})
        world.lab.rdap.domain("instagram.com", abuse="abuse@reg.example")
        world.opened = replace(world.opened, resolver=replace(world.opened.resolver, servers=(server,)))
        world.report("https://www.instagram.com/p/Cabcdefghij/")
        world.run()
        world.assess([1], Verdict.BASELINE)
        world.run()

        assert world.item(1).platform == "Instagram"
        assert [(role, address[:8], scope) for role, address, scope, _ in book(world)] == [
            ("platform", "https://", "instagram.com")
        ]


def test_what_was_found_is_kept_whole_and_shown_with_the_case(world: Scene) -> None:
    everything(world)
    world.drafted("/a.jpg")
    shown = case_show(world.home, 1)["items"][0]["hosting"]

    assert (shown["ip"], shown["asn"], shown["network"], shown["cdn"]) == (AT_OLD, 64500, "127.0.50.0/24", None)
    assert (shown["country"], shown["country_source"], shown["country_confidence"]) == (
        "NL",
        "rdap 127.0.50.0/24",
        "medium",
    )
    assert shown["registrar"] == {"name": "Regjistri", "iana_id": "4711"}
    assert shown["upstream"] == {"asn": 64500, "name": "CARRIER"}
    assert shown["domain"] == "img.example"
    assert shown["contacts"] == ["K1", "K2", "K3", "K4"]
    with world.reading() as session:
        facts = hostings.last_located(session, 1)
    assert facts is not None
    assert [one.role for one in facts.abuse] == ["host", "operator", "registrar", "upstream"]
    assert facts.dns["MX"] == ("10 mx.img.example",)
    assert facts.registrar == Registrar("Regjistri", "4711")


def test_a_delivery_network_shows_itself_in_what_the_host_last_answered(world: Scene) -> None:
    world.site.put("/a.jpg", picture(1), headers={"CF-Ray": "8a1b", "Server": "cloudflare"})
    world.report(world.site.url("/a.jpg"))
    world.run()
    world.assess([1], Verdict.BASELINE)
    world.run()
    shown = case_show(world.home, 1)["items"][0]["hosting"]

    assert (shown["cdn"], shown["cdn_source"], shown["country_confidence"]) == ("Cloudflare", "headers", "low")
    assert book(world) == [("cdn", OLD, "127.0.50.0/24", "proposed")]
    assert "host: behind Cloudflare; ask it for the origin" in shown["problems"]


# A host that moved.


def test_a_draft_to_the_old_host_loses_what_moved_and_a_person_is_told(world: Scene) -> None:
    drafted_at_old(world, 2)
    assert world.notices() == [f"N1 illegal 1 draft {OLD} I1 I2"]
    trace_again(world, 1, ip=AT_NEW)

    assert world.notices() == [f"N1 illegal 1 draft {OLD} I2"]
    assert told(world).startswith("host moved from 127.0.50.0/24 (AS64500, OLD) to 127.0.60.0/24 (AS64501, NEW); ")
    assert "withdrawn from N1" in told(world)
    assert lines(world, "item.moved") == [("I1", "from 127.0.50.0/24 (AS64500, OLD) to 127.0.60.0/24 (AS64501, NEW)")]
    assert sorted(world.queue()) == [("contact", "K2"), ("notice", "N1"), ("person", "I1")]
    assert told(world).replace("_", " ") in [row["why"] for row in queue(world.home, world.home.now())]


def test_nothing_reaches_the_new_host_before_a_person_approved_it_and_the_draft(world: Scene) -> None:
    drafted_at_old(world)
    trace_again(world, 1, ip=AT_NEW)
    world.later(2, days=1)
    assert world.notices() == [f"N1 illegal 1 superseded {OLD}"]
    assert world.mails() == []
    approve(world, NEW)
    assert world.notices()[1:] == [f"N2 illegal 1 draft {NEW} I1"]
    assert (world.mails(), told(world)) == ([], "")
    assert lines(world, "item.move_settled") == [("I1", None)]
    world.approve()
    world.run()
    assert world.mails() == [NEW]


def test_an_approved_notice_that_has_not_left_is_withdrawn_too(world: Scene) -> None:
    drafted_at_old(world)
    world.approve()
    trace_again(world, 1, ip=AT_NEW)

    assert (world.notices(), world.mails()) == ([f"N1 illegal 1 superseded {OLD}"], [])


def test_a_notice_that_was_sent_stays_and_no_further_round_speaks_of_what_moved(world: Scene) -> None:
    drafted_at_old(world, 2)
    world.approve()
    world.run()
    trace_again(world, 1, ip=AT_NEW)
    world.later(2, days=1)

    rounds = [f"N{number} illegal {number} sent {OLD} I2" for number in (2, 3, 4)]
    assert world.notices() == [f"N1 illegal 1 sent {OLD} I1 I2", *rounds]
    assert world.state(1) == "noticed"


def test_a_written_notice_that_failed_is_ended_and_its_other_items_are_drafted_anew(world: Scene) -> None:
    drafted_at_old(world, 2)
    world.approve()
    world.mail.answer("RCPT", "550 no such mailbox", times=None, to=OLD)
    world.run()
    assert world.notices() == [f"N1 illegal 1 failed {OLD} I1 I2"]
    trace_again(world, 1, ip=AT_NEW)

    assert world.notices() == [f"N1 illegal 1 superseded {OLD}", f"N2 illegal 1 draft {OLD} I2"]


def test_a_contact_for_the_name_answers_wherever_that_moves(world: Scene) -> None:
    world.contact("img.example", ContactRole.OPERATOR)
    drafted_at_old(world)
    assert [line.split()[4] for line in world.notices()] == ["operator@img.example", OLD]
    trace_again(world, 1, ip=AT_NEW)

    assert world.notices()[0] == "N1 illegal 1 draft operator@img.example I1"
    assert world.notices()[1].startswith("N2 illegal 1 superseded")


def test_a_name_that_leads_nowhere_now_has_not_moved(world: Scene) -> None:
    drafted_at_old(world)
    put_at(world, None)
    trace_again(world, 1)
    assert (world.notices(), told(world)) == ([f"N1 illegal 1 draft {OLD} I1"], "")
    trace_again(world, 1, ip=AT_NEW)
    assert told(world).startswith("host moved")


def test_what_is_decided_harmless_meanwhile_moves_in_silence(world: Scene) -> None:
    drafted_at_old(world)
    cases.close(world.desk(), 1, CloseReason.WITHDRAWN)
    trace_again(world, 1, ip=AT_NEW)

    assert (told(world), lines(world, "item.moved")) == ("", [])


def test_a_move_is_told_once(world: Scene) -> None:
    drafted_at_old(world)
    trace_again(world, 1, ip=AT_NEW)
    trace_again(world, 1)
    trace_again(world, 1)

    assert len(lines(world, "item.moved")) == 1
    with world.reading() as session:
        assert len(session.exec(select(Hosting)).all()) == len(session.exec(select(HostingDetails)).all()) >= 4


ENDS = [
    # what a person does about it
    lambda world: rechecks.ask(world.desk(), [1]),
    lambda world: rechecks.seen(world.desk(), 1, "online"),
    lambda world: world.revise([1], Verdict.NATIONAL),
    lambda world: approve(world, NEW),
]


@pytest.mark.parametrize("act", ENDS)
def test_the_row_ends_when_a_person_acts_and_not_before(world: Scene, act: object) -> None:
    drafted_at_old(world)
    trace_again(world, 1, ip=AT_NEW)
    world.later(3, days=1)
    assert told(world).startswith("host moved")
    assert callable(act)
    act(world)

    assert told(world) == ""


def test_looks_that_cannot_tell_do_not_hide_a_move(world: Scene) -> None:
    drafted_at_old(world)
    world.approve()
    world.run()
    trace_again(world, 1, ip=AT_NEW)
    world.site.down(status=503)
    world.later(4, days=1)

    assert told(world).startswith("host moved")


def test_what_is_gone_after_a_move_waits_for_nobody(world: Scene) -> None:
    drafted_at_old(world)
    trace_again(world, 1, ip=AT_NEW)
    world.site.remove("/a.jpg")
    world.later(4, days=1)

    assert (world.state(1), told(world)) == ("removed", "")


def test_a_trace_says_that_an_item_moved_before_and_after_it_was_recorded(world: Scene) -> None:
    drafted_at_old(world)
    found = HostingFacts(ip=AT_NEW, network="127.0.60.0/24", asn=64501)
    before = traced(world.home, "img.example", found, 1)
    assert (before["moved"], before["told"]) == ("from 127.0.50.0/24 (AS64500, OLD) to 127.0.60.0/24 (AS64501)", None)
    assert before["contacts"] == []
    trace_again(world, 1, ip=AT_NEW)
    after = traced(world.home, "img.example", found, 1)
    assert (after["moved"], after["told"]) == (None, told(world))
    assert [one["address"] for one in after["contacts"]] == [NEW]
    assert traced(world.home, "img.example", found, None)["moved"] is None


def test_facts_come_back_from_the_rows_as_they_were() -> None:
    facts = HostingFacts(
        ip="127.0.0.1",
        abuse=(AbuseContact("a@b.example", ContactRole.CDN, "b.example", "rdap b.example"),),
        dns={"A": ("127.0.0.1",)},
        registrar=Registrar("R"),
        upstream=Upstream(64500),
        problems=("dns NS: no answer",),
        cdn="Ranged",
        cdn_source="ranges",
    )
    from dataclasses import asdict

    document = json.dumps(hostings.details_of(asdict(facts)))
    row = Hosting(ip="127.0.0.1", cdn="Ranged", problems='["dns NS: no answer"]')

    assert hostings.facts_of(row, HostingDetails(hosting_id=1, document=document)) == facts
    assert hostings.facts_of(row, None) == HostingFacts(ip="127.0.0.1", cdn="Ranged", problems=("dns NS: no answer",))
