"""Statutes and platforms' rules are quoted while somebody's check of the very text is fresh; the rest is named."""

from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scenes import BOB, Scene, scene
from sqlmodel import col, select

from hotline.decisions import contacts, law, people
from hotline.errors import MoveError, NotAllowedError, SettingsError, UnknownIdError
from hotline.law import Checked, Entry, LawBook, LawKind, LawState, judge, of_citation
from hotline.models import CustodyEntry, Notice
from hotline.pipeline.wording import facts_of
from hotline.states import Channel, ContactRole, Ground, Language, Verdict
from hotline.store import notices as notice_store
from hotline.views.law import law_check, law_list, law_show
from hotline.views.queue import queue
from notices.facts import Citation
from scripts.cli import Hotline

TODAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AL, EU, US = SHIPPED = ("al-cc-117-2", "eu-dsa-16", "us-2258a-h")
CITATION = Citation(
    id="sample",
    statute="Sample Act",
    article="Art. 1",
    text_sq="Tekst.",
    text_en="Text.",
    valid_from=date(2020, 1, 1),
    valid_to=None,
    checked_by="",
    checked_on=None,
    source="invented",
    applies_to=("illegal",),
)
OWN = """
[[citation]]
id = "{id}"
statute = "Sample Act"
article = "Art. 1"
text_sq = "Tekst."
text_en = "{text}"
valid_from = 2020-01-01
source = "invented"
applies_to = ["illegal"]
{more}
"""
PLATFORM = """
[[platform]]
name = "Lab Site"
domains = ["img.example"]
source = "drawn for a test"
status = "{status}"
tested_on = "{tested_on}"
patterns = [{{ kind = "profile", path = '/@(?P<account>[a-z]+)' }}]
[platform.rules]
bullying = {{ en = "Be kind" }}
"""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as found:
        yield found


@pytest.fixture
def own_law(tmp_path: Path) -> Path:
    return write_law(tmp_path / "law.toml")


@pytest.fixture
def with_own_law(tmp_path: Path, own_law: Path) -> Iterator[Scene]:
    with scene(tmp_path, f"notices.law_file='{own_law}'") as found:
        yield found


@pytest.fixture
def with_platform(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, f"platforms.file='{write_platform(tmp_path)}'") as found:
        yield found


def write_law(path: Path, text: str = "Text.", more: str = "", name: str = "sample") -> Path:
    path.write_text(OWN.format(id=name, text=text, more=more), encoding="utf-8")
    return path


def write_platform(folder: Path, status: str = "unconfirmed", tested_on: str = "") -> Path:
    path = folder / f"{status}.toml"
    path.write_text(PLATFORM.format(status=status, tested_on=tested_on), encoding="utf-8")
    return path


def row(world: Scene, name: str) -> dict[str, Any]:
    return next(one for one in law_list(world.home, world.home.now()) if one["id"] == name)


def cited(world: Scene, number: int = 1) -> list[str]:
    """The citations that a notice would quote if it left now."""
    return [one.id for one in facts(world, number).citations]


def facts(world: Scene, number: int = 1) -> Any:
    with world.reading() as session:
        notice = session.get_one(Notice, number)
        contact = notice_store.load_contact(session, notice.contact_id)
        return facts_of(session, world.home, notice, contact, world.home.now())


def why(world: Scene) -> str:
    """What the queue says of the draft that waits."""
    return next(one["why"] for one in queue(world.home, world.home.now()) if one["kind"] == "notice")


def lines(world: Scene) -> list[tuple[str, str, str]]:
    with world.reading() as session:
        wanted = select(CustodyEntry).where(col(CustodyEntry.action).startswith("law.")).order_by(col(CustodyEntry.seq))
        return [(one.action, one.subject, one.actor) for one in session.exec(wanted)]


def doctor(world: Scene) -> dict[str, Any]:
    with world.reading() as session:
        return asdict(law_check(world.home, session, world.home.now()))


def drafted(world: Scene) -> None:
    """A draft about one illegal picture."""
    world.contact("img.example")
    world.drafted("/a.jpg")


def bullied(world: Scene, language: Language = Language.EN, ground: Ground = Ground.BULLYING) -> None:
    """A draft about one harmful profile, to its platform."""
    made = contacts.add(
        world.desk(), "safety@img.example", "img.example", ContactRole.PLATFORM, Channel.EMAIL, language
    )
    contacts.approve(world.desk(), [made])
    world.site.page("/@arta", [], title="Arta")
    world.report(world.site.url("/@arta"), category="bullying")
    world.run()
    world.assess([1], Verdict.HARMFUL, ground=ground)
    world.run()


# What must not be quoted.


def test_what_is_no_entry_is_refused_and_nothing_beside_it_is_checked(world: Scene) -> None:
    for name in ("nobody", "", "AL-CC-117-2", "youtube/bullying", "../law.toml", "al-cc-117-2\n", "I1"):
        with pytest.raises(UnknownIdError, match="hotline law list"):
            law.check(world.desk(), [AL, name])

    assert lines(world) == []
    assert row(world, AL)["state"] == "unchecked"


def test_a_check_of_another_text_does_not_count(with_own_law: Scene, own_law: Path) -> None:
    drafted(with_own_law)
    law.check(with_own_law.desk(), ["sample"])
    assert cited(with_own_law) == ["sample"]

    write_law(own_law, text="Text!")

    assert cited(with_own_law) == []
    assert row(with_own_law, "sample")["state"] == "changed"
    assert "sample (its text is another since it was checked on 2026-11-21)" in why(with_own_law)
    assert [one["is_of_this_text"] for one in shown(with_own_law, "sample")["checks"]] == [False]
    law.check(with_own_law.desk(BOB), ["sample"])
    assert (cited(with_own_law), row(with_own_law, "sample")["checked_by"]) == (["sample"], BOB)
    write_law(own_law)
    assert cited(with_own_law) == ["sample"], "the first check was of this text"


def shown(world: Scene, name: str) -> dict[str, Any]:
    return law_show(world.home, name, world.home.now())


@pytest.mark.parametrize(
    "change",
    [
        {"statute": "Sample Acts"},
        {"article": "Art. 2"},
        {"text_sq": "Teksti."},
        {"text_en": "Texts."},
        {"valid_from": date(2020, 1, 2)},
        {"valid_to": date(2030, 1, 1)},
        {"source": "another"},
        # nothing can move from one part into the next
        {"statute": "Sample ActArt. 1", "article": ""},
        {"text_en": "Tekst.", "text_sq": "Text."},
    ],
)
def test_a_check_is_of_everything_that_who_checks_it_sees(change: dict[str, Any]) -> None:
    assert of_citation(CITATION).digest != of_citation(replace(CITATION, **change)).digest


def test_who_a_file_says_has_checked_it_is_no_part_of_the_text() -> None:
    checked = replace(CITATION, checked_by="K. Shembulli", checked_on=TODAY)

    assert of_citation(CITATION).digest == of_citation(checked).digest


def test_a_check_that_was_withdrawn_does_not_count(world: Scene) -> None:
    drafted(world)
    law.check(world.desk(), [AL])
    law.check(world.desk(BOB), [AL])

    assert not law.withdraw(world.desk(), AL)

    assert cited(world) == []
    assert row(world, AL)["state"] == "unchecked"
    checks = [(one["by"] == BOB, one["withdrawn_by"] is None) for one in shown(world, AL)["checks"]]
    assert checks == [(False, False), (True, False)]
    with pytest.raises(MoveError, match="nobody's check of al-cc-117-2 stands"):
        law.withdraw(world.desk(), AL)


def test_only_what_exists_can_be_withdrawn(world: Scene) -> None:
    with pytest.raises(UnknownIdError, match="hotline law list"):
        law.withdraw(world.desk(), "nobody")


def test_a_check_grows_stale_and_can_be_made_again(world: Scene) -> None:
    drafted(world)
    law.check(world.desk(), [AL])

    world.clock.advance(days=365)
    assert cited(world) == [AL]
    world.clock.advance(days=1)

    assert cited(world) == []
    assert row(world, AL)["state"] == "stale"
    assert "al-cc-117-2 (checked on 2026-11-21, more than 365 days ago)" in why(world)
    law.check(world.desk(), [AL])
    assert cited(world) == [AL]


def test_a_check_that_is_still_to_come_does_not_count(world: Scene) -> None:
    drafted(world)
    law.check(replace(world.desk(), now=world.home.now() + timedelta(days=1)), [AL])

    assert cited(world) == []
    assert (row(world, AL)["state"], row(world, AL)["why"]) == (
        "unchecked", "checked on 2026-11-22, which is still to come"
    )  # fmt: skip


def test_who_only_proves_or_runs_the_machine_checks_no_law(world: Scene) -> None:
    people.add(world.desk(BOB), "zana", ["auditor", "admin"])

    for act in (lambda desk: law.check(desk, [AL]), lambda desk: law.withdraw(desk, AL)):
        with pytest.raises(NotAllowedError, match="analyst or second"):
            act(world.desk("zana"))

    assert lines(world) == []


def test_a_check_of_a_citation_is_none_of_a_rule_with_its_id(tmp_path: Path) -> None:
    file, platform = write_law(tmp_path / "law.toml", name="Lab Site/bullying"), write_platform(tmp_path)
    with scene(tmp_path, f"notices.law_file='{file}'", f"platforms.file='{platform}'") as world:
        bullied(world)
        checks = {"Lab Site/bullying": [Checked(BOB, NOON, of_citation(replace(CITATION, id="x")).digest)]}

        _, rule = LawBook(world.home.settings, checks, TODAY).rule([world.item(1).url], "bullying")

        assert rule is not None
        assert rule.state is LawState.CHANGED
        with pytest.raises(SettingsError, match="give the citation another id"):
            law.check(world.desk(), ["Lab Site/bullying"])
        assert not doctor(world)["ok"]


DAY = timedelta(days=1)
STANDING = [
    # a check of this very text, today, at its last day, and a day later
    ([(NOON, "this")], {}, "usable"),
    ([(NOON - 365 * DAY, "this")], {}, "usable"),
    ([(NOON - 366 * DAY, "this")], {}, "stale"),
    # none; one still to come; one of another text
    ([], {}, "unchecked"),
    ([(NOON + DAY, "this")], {}, "unchecked"),
    ([(NOON, "other")], {}, "changed"),
    # the newest check of this text that was made counts, whatever else there is
    ([(NOON - 400 * DAY, "this"), (NOON - DAY, "this")], {}, "usable"),
    ([(NOON - DAY, "this"), (NOON + DAY, "this")], {}, "usable"),
    ([(NOON - 2 * DAY, "this"), (NOON - DAY, "other")], {}, "usable"),
    ([(NOON - 400 * DAY, "this"), (NOON - DAY, "other")], {}, "stale"),
    # in force on its first and last day, and not beyond, whoever checked it
    ([(NOON, "this")], {"valid_from": TODAY}, "usable"),
    ([(NOON, "this")], {"valid_to": TODAY}, "usable"),
    ([(NOON, "this")], {"valid_from": TODAY + DAY}, "not_in_force"),
    ([(NOON, "this")], {"valid_to": TODAY - DAY}, "not_in_force"),
    ([], {"valid_to": TODAY - DAY}, "not_in_force"),
    # what the hotline's own file says
    ([], {"own_check": Checked("K. Shembulli", NOON, "this")}, "usable"),
    ([], {"own_check": Checked("K. Shembulli", NOON - 366 * DAY, "this")}, "stale"),
    ([(NOON, "this")], {"own_check": Checked("K. Shembulli", NOON - 366 * DAY, "this")}, "usable"),
    # a table that somebody tried at the platform
    ([], {"is_confirmed": True}, "usable"),
    ([], {"is_confirmed": True, "valid_to": TODAY - DAY}, "not_in_force"),
]


@pytest.mark.parametrize(("checks", "change", "state"), STANDING)
def test_where_an_entry_stands(checks: list[tuple[datetime, str]], change: dict[str, Any], state: str) -> None:
    entry = Entry("x", LawKind.CITATION, "X", "Text.", "Tekst.", "invented", date(2020, 1, 1), None, digest="this")

    found = judge(replace(entry, **change), [Checked("drita", *one) for one in checks], TODAY, 365)

    assert found.state == LawState(state)
    assert (found.why == "") == (state == "usable")


# What is quoted.


def test_a_checked_citation_stands_in_the_mail_and_nobodys_name_does(world: Scene) -> None:
    drafted(world)
    assert "citations left out: al-cc-117-2 (nobody has checked it), eu-dsa-16 (" in why(world)
    assert why(world).endswith(f": hotline law check {AL} {EU} {US}")

    law.check(world.desk(BOB), [AL, EU, AL])
    (first, second) = facts(world).citations
    assert (first.id, first.checked_by, first.checked_on, second.id) == (AL, "analyst-2", TODAY, EU)
    assert why(world).endswith(f"; citations left out: {US} (nobody has checked it): hotline law check {US}")
    world.approve()
    world.run()

    whole = world.mail.messages[0].text
    assert "Criminal Code of the Republic of Albania (Law 7895/1995), Art. 117(2): Producing" in " ".join(whole.split())
    assert BOB not in whole
    assert "analyst-2" not in whole
    assert lines(world) == [("law.check", f"law:{AL}", BOB), ("law.check", f"law:{EU}", BOB)]


def test_an_expired_law_is_named_without_a_cure_that_would_not_help(tmp_path: Path) -> None:
    file = write_law(tmp_path / "law.toml", more="valid_to = 2025-12-31")
    with scene(tmp_path, f"notices.law_file='{file}'") as world:
        drafted(world)
        law.check(world.desk(), SHIPPED)

        assert cited(world) == [*SHIPPED]
        assert why(world).endswith("; citations left out: sample (in force only until 2025-12-31)")


def test_a_check_in_the_own_file_counts_and_is_taken_back_there(tmp_path: Path) -> None:
    file = write_law(tmp_path / "law.toml", more='checked_by = "K. Shembulli"\nchecked_on = 2026-11-01')
    with scene(tmp_path, f"notices.law_file='{file}'") as world:
        drafted(world)
        assert cited(world) == ["sample"]
        assert row(world, "sample")["checked_at"] == "2026-11-01T00:00:00Z"
        with pytest.raises(MoveError, match=r"take its checked_by out of notices\.law_file"):
            law.withdraw(world.desk(), "sample")

        law.check(world.desk(), ["sample"])

        assert law.withdraw(world.desk(), "sample"), "the file still vouches for it, and that is said"
        assert cited(world) == ["sample"]


def test_a_check_of_what_is_in_no_file_any_more_can_be_withdrawn(with_own_law: Scene, own_law: Path) -> None:
    law.check(with_own_law.desk(), ["sample"])
    own_law.write_text("", encoding="utf-8")

    assert not law.withdraw(with_own_law.desk(), "sample")

    write_law(own_law)
    assert row(with_own_law, "sample")["state"] == "unchecked"


def test_a_platforms_rule_is_quoted_once_somebody_checked_it(with_platform: Scene) -> None:
    bullied(with_platform)
    assert (facts(with_platform).platform, facts(with_platform).platform_rule) == ("Lab Site", None)
    cure = "hotline law check 'Lab Site/bullying'"
    assert why(with_platform).endswith(f"; rule left out: Lab Site/bullying (nobody has checked it): {cure}")

    law.check(with_platform.desk(), ["Lab Site/bullying"])

    assert facts(with_platform).platform_rule == "Be kind"
    assert "left out" not in why(with_platform)
    with_platform.clock.advance(days=366)
    assert facts(with_platform).platform_rule is None
    law.withdraw(with_platform.desk(), "Lab Site/bullying")
    assert "nobody has checked it" in why(with_platform)


def test_a_rule_of_a_confirmed_table_needs_no_check(tmp_path: Path) -> None:
    with scene(tmp_path, f"platforms.file='{write_platform(tmp_path, 'confirmed', '2026-11-01')}'") as world:
        bullied(world)

        assert facts(world).platform_rule == "Be kind"
        assert "left out" not in why(world)
        assert row(world, "Lab Site/bullying")["why"] == "its platform's table is confirmed"
        with pytest.raises(MoveError, match=r"set its table to unconfirmed in platforms\.file"):
            law.withdraw(world.desk(), "Lab Site/bullying")


def test_a_rule_without_a_text_in_the_contacts_language_is_not_quoted(with_platform: Scene) -> None:
    bullied(with_platform, Language.SQ)
    law.check(with_platform.desk(), ["Lab Site/bullying"])

    assert facts(with_platform).platform_rule is None
    assert why(with_platform).endswith("; rule left out: Lab Site/bullying (no text in sq; add it in platforms.file)")


def test_a_platform_without_a_rule_for_the_ground_is_named(with_platform: Scene) -> None:
    bullied(with_platform, ground=Ground.PRIVATE_IMAGE)

    assert facts(with_platform).platform_rule is None
    assert why(with_platform).endswith(
        "; rule left out: Lab Site (none is known for private image; add it in platforms.file)"
    )


def test_what_is_on_no_platform_lacks_no_rule(world: Scene) -> None:
    bullied(world)

    assert (facts(world).platform, facts(world).platform_rule, facts(world).citations) == (None, None, ())
    assert "left out" not in why(world)


# What people see.


def test_every_citation_and_every_rule_can_be_listed_and_none_is_checked_as_shipped(world: Scene) -> None:
    rows = law_list(world.home, world.home.now())

    assert [one["id"] for one in rows[:4]] == [*SHIPPED, "YouTube/impersonation"]
    assert {one["kind"] for one in rows[3:]} == {"platform_rule"}
    assert {(one["state"], one["checked_by"]) for one in rows} == {("unchecked", None)}
    assert len({one["id"] for one in rows}) == len(rows)


def test_an_entry_shows_its_texts_and_its_source(world: Scene) -> None:
    found = shown(world, "Telegram/any")

    assert found["title"] == "Telegram on any ground"
    assert all(found[key] for key in ("text_en", "text_sq", "source"))
    with pytest.raises(UnknownIdError, match="hotline law list"):
        shown(world, "nobody")


def test_the_doctor_counts_what_may_be_quoted_and_is_not_ill_for_it(world: Scene) -> None:
    law.check(world.desk(), [AL])

    found = doctor(world)

    assert found["ok"]
    assert found["found"].startswith("note: 1 of 3 citations and 0 of ")


def test_the_doctor_names_a_law_file_that_cannot_be_read(with_own_law: Scene, own_law: Path) -> None:
    own_law.write_text("[[citation", encoding="utf-8")

    found = doctor(with_own_law)

    assert not found["ok"]
    assert "law.toml" in found["cure"]


def test_the_command_line_lists_shows_checks_and_withdraws(tmp_path: Path) -> None:
    hotline = Hotline(tmp_path / "home")
    hotline.run("init", "--set", "lab.clock='2026-11-21T10:00:00Z'")

    assert hotline.json("law", "check", AL, "YouTube/bullying") == {"ids": [AL, "YouTube/bullying"]}
    assert {one["id"] for one in hotline.json("law", "list") if one["state"] == "usable"} == {AL, "YouTube/bullying"}
    found = hotline.json("law", "show", AL)
    assert (found["checked_at"], found["valid_from"], len(found["checks"])) == ("2026-11-21T10:00:00Z", "2014-01-01", 1)
    told = hotline.run("law", "show", AL).stdout
    assert "Prodhimi, importimi" in told
    assert max(map(len, hotline.run("law", "list").stdout.splitlines())) <= 100
    assert hotline.json("law", "withdraw", AL) == {"id": AL, "ids": [AL], "usable": False}
    assert hotline.run("law", "withdraw", AL, expect=2).stderr.endswith("`hotline law show` tells who checked it\n")
    hotline.run("audit", "verify")
