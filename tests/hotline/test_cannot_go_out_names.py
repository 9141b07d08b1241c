"""Who reported and who was harmed stands in nothing that leaves, whoever wrote it down where. Tried over mail, forms,
sealed reports and abuse APIs at once; judged by what the lab's servers really got."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scenes import Scene, picture, scene
from trying import BUSY, LATER, all_out, forms, insist, lab_settings, reported, tell_everybody, why

from hotline.decisions import access, holds
from hotline.errors import InputError
from hotline.states import Ground, NotIllegalReason, Verdict

CONTACT = "Ana Li, ah12@mail.example, +355 69 111 2222, Telegram @ana_li77"
NOTE = "Told by Ana Li of Besa Kola (13); call 069 333 4444 or besa.mum@mail.example"
FOR_WHOM = "Besa Kola, my niece"
SECRETS = ("Ana Li", "ah12@", "1112222", "111 2222", "ana_li77", "Besa", "Kola", "333 4444", "besa.mum", "niece")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path, *lab_settings(tmp_path)) as found:
        yield found


def told_all(world: Scene, verdict: Verdict = Verdict.BASELINE, ground: Ground | None = None) -> None:
    url = world.site.put("/a.jpg", picture(1))
    genuine = f"{world.other.url('/besa.kola')}"
    about = {"contact": CONTACT, "note": NOTE, "for_whom": FOR_WHOM, "genuine": genuine, "city": "Kukës"}
    reported(world, url, verdict, ground, category=ground or "csam", **about)


# Names


@pytest.mark.parametrize("verdict", [Verdict.BASELINE, Verdict.NATIONAL, Verdict.HARMFUL])
def test_nothing_of_who_reported_or_was_harmed_leaves_by_any_channel(world: Scene, verdict: Verdict) -> None:
    tell_everybody(world)
    told_all(world, verdict, Ground.BULLYING if verdict is Verdict.HARMFUL else None)
    holds.add(world.desk(), 1, "Besa Kola's mother asked", world.clock.now.replace(day=28))
    holds.release(world.desk(), 1)
    insist(world)
    world.later(days=1)
    world.revise([1], Verdict.NOT_ILLEGAL, reason=NotIllegalReason.ADULT)
    insist(world)
    said = all_out(world)
    assert len(world.mails()) >= 4
    assert [secret for secret in (*SECRETS, "besa.kola", "Kukës") if secret in said] == []


def test_a_genuine_profile_is_told_to_who_runs_the_place_only_and_no_form_names_for_whom(world: Scene) -> None:
    tell_everybody(world)
    told_all(world, Verdict.HARMFUL, Ground.IMPERSONATION)
    insist(world)
    assert set(world.mails()) == {"operator@img.example", "platform@img.example"}
    assert len(forms(world)) == 1
    assert [secret for secret in SECRETS if secret in all_out(world)] == []


NAMING = [
    "ask Ana for it",  # a short name
    "write to ah12@mail.example",
    "write to AH12@Mail.Example, please",
    "call 0691112222",  # the same telephone, written otherwise
    "call (069) 111-22-22",
    "call 00355 69 1112222",
    "Telegram: ANA_LI77",
    "open the album of Besa",  # who was harmed
    "search for kola",
    "besa.kola is the profile",  # the genuine one
    "call 069 333 4444",  # out of the note
    "from besa.mum@mail.example",
]


@pytest.mark.parametrize("steps", NAMING)
def test_steps_that_name_who_reported_or_was_harmed_are_not_taken(world: Scene, steps: str) -> None:
    told_all(world)
    with pytest.raises(InputError, match="who reported or was harmed"):
        access.set_steps(world.desk(), 1, steps)


@pytest.mark.parametrize("steps", ["password: sesam 12345678", "open the album, then the third picture", "69 x 7"])
def test_other_steps_are_taken(world: Scene, steps: str) -> None:
    told_all(world)
    access.set_steps(world.desk(), 1, steps)


@pytest.mark.parametrize("stage", ["drafted", "approved", "pending", "failed"])
def test_steps_that_name_somebody_as_a_later_report_shows_leave_by_no_channel(world: Scene, stage: str) -> None:
    tell_everybody(world)
    url = world.site.put("/a.jpg", picture(1))
    reported(world, url)
    access.set_steps(world.desk(), 1, "ask Dorian for the passphrase")
    if stage != "drafted":
        world.approve()
    if stage in ("pending", "failed"):
        world.lab.cloudflare.throttle(after_s=60)
        world.lab.abuse_signal.throttle(after_s=60)
        world.mail.answer(BUSY, LATER if stage == "pending" else "554 no", times=None)
        world.run()
        forget_requests(world)
    world.report(url, contact="Dorian Gashi")
    world.mail.behave()
    insist(world)
    insist(world)
    assert "Dorian" not in all_out(world)
    assert "hotline reach I1" in why(world)
    access.set_steps(world.desk(), 1, "passphrase: sesam")
    insist(world)
    assert ("Dorian" in all_out(world), "passphrase: sesam" in all_out(world)) == (False, True)


def forget_requests(world: Scene) -> None:
    """What an API was told before anybody knew better, and refused, does not count."""
    for api in (world.lab.cloudflare, world.lab.abuse_signal):
        api.site.forget_requests()
