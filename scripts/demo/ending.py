"""How the demo ends: what the looks at the friendly answers saw, a table of all items, and the files that are left."""

import tarfile
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hotline.addresses import defang
from scripts.demo.scene import Scene

Item = dict[str, Any]
CASES = ("C1", "C2", "C3")
ROUNDS = {"I1": 3, "I2": 3, "I3": 3, "I4": 3, "I5": 1, "I6": 1, "I7": 1}
"""How many notices each item needs in this story; all of them end removed."""


@dataclass(frozen=True)
class Outcome:
    """What became of everything: the cases as JSON shows them, and the family's timeline."""

    cases: tuple[Future[Any], ...]
    family: Future[Any]

    @property
    def items(self) -> list[Item]:
        found: Iterable[Item] = (item for case in self.cases for item in case.result()["items"])
        return sorted(found, key=lambda item: int(item["id"][1:]))


def ask_outcome(scene: Scene, pool: ThreadPoolExecutor) -> Outcome:
    """Asks for all that the ending shows, while the story goes on."""
    hotline = scene.teller.hotline
    cases = tuple(pool.submit(hotline.json, "case", "show", case) for case in CASES)
    return Outcome(cases, pool.submit(hotline.run, "family", "show", "F1"))


def end(scene: Scene, outcome: Outcome) -> None:
    """Shows what became of everything and leaves the files."""
    items = outcome.items
    _show_friendly_answers(scene, items)
    _show_table(scene, items)
    _leave_files(scene, outcome.family.result().stdout)
    _name_files(scene)


def _show_friendly_answers(scene: Scene, items: list[Item]) -> None:
    tell = scene.teller
    tell.heading("what the last three looks made of the friendly answers (times in UTC, as in JSON)")
    for item in (one for one in items if one["id"] in ("I1", "I3")):
        for look in item["rechecks"][-3:]:
            status, signal = look["evidence"].get("status"), look["evidence"].get("signal")
            tell.line(f"  {item['id']}  {look['at']}  status {status}, signal {signal:12}  {look['verdict']}")
            is_seen_through = status == 200 and look["verdict"] != "online"
            tell.expect(is_seen_through, f"{item['id']} to be seen through although it answers 200")


def _show_table(scene: Scene, items: list[Item]) -> None:
    tell = scene.teller
    tell.heading("what became of every address")
    tell.line("  item  kind     state    rounds  first notice to removal  address")
    for item in items:
        facts = f"{item['id']:4}  {item['kind']:7}  {item['state']:7}  {len(item['notices']):6}  {_span(item):23}"
        tell.line(f"  {facts}  {defang(item['url'])}")
    tell.expect({item["state"] for item in items} == {"removed"}, "everything removed")
    rounds = {item["id"]: len(item["notices"]) for item in items}
    tell.expect(rounds == ROUNDS, f"the rounds {ROUNDS}, not {rounds}")


def _span(item: Item) -> str:
    """How long it took from the first notice to the look that confirmed the removal."""
    if not item["host_at"] or not item["removed_at"]:
        return "–"
    span = datetime.fromisoformat(item["removed_at"]) - datetime.fromisoformat(item["host_at"])
    hours = round(span / timedelta(hours=1))
    return f"{hours // 24} days {hours % 24} h"


def _leave_files(scene: Scene, family: str) -> None:
    out, folder = scene.out, scene.out / "notices"
    (out / "family-F1.txt").write_text(family)
    folder.mkdir()
    for message in scene.lab.mail.messages:
        number = message.parsed["X-Hotline-Notice"].split()[0]
        (folder / f"{number}.eml").write_bytes(message.raw)
    with tarfile.open(out / "P1.tar") as packet:
        report = packet.extractfile("P1/data/raport.pdf")
        (out / "raport.pdf").write_bytes(report.read() if report else b"")
    scene.teller.expect((out / "raport.pdf").stat().st_size > 0, "a report in the packet")


def _name_files(scene: Scene) -> None:
    tell, clock = scene.teller, scene.teller.clock.env()
    tell.heading(f"left for you to look at in {scene.out}")
    tell.line(f"  notices/*.eml      the {len(scene.lab.mail.messages)} messages as the mail server received them")
    tell.line("  P1.tar             the police packet; raport.pdf is the report in it")
    tell.line("  family-F1.txt      where the picture was seen, from the first time to the last")
    tell.line("  transcript.txt     this story")
    tell.line("  home               the home itself; it still lives in the lab's calendar:")
    tell.lines([f"export {name}={value}" for name, value in clock.items()], " " * 21)
    tell.line(f"{' ' * 21}hotline --home {scene.out / 'home'} case show C1")
