"""How the demo ends: what each look at the friendly pages saw, a table of all items, and the files that are left."""

import tarfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from hotline.addresses import defang
from scripts.demo.scene import Scene

Item = dict[str, Any]
CASES = ("C1", "C2", "C3")
_ENDS = {f"I{number}": "removed" for number in range(1, 9)} | {"I7": "closed"}
_ROUNDS = {"I1": 3, "I2": 3, "I3": 3, "I4": 3, "I5": 1, "I6": 1, "I7": 0, "I8": 1}


def end(scene: Scene) -> None:
    """Loads what became of everything, shows it, and leaves the files."""
    items, family = _load(scene)
    _show_friendly_pages(scene, items)
    _show_table(scene, items)
    _leave_files(scene, family)


def _load(scene: Scene) -> tuple[list[Item], str]:
    """All items in order and the family's timeline; four commands at once, to save time."""
    hotline = scene.teller.hotline
    with ThreadPoolExecutor() as pool:
        cases = pool.map(lambda case: hotline.json("case", "show", case), CASES)
        family = pool.submit(hotline.run, "family", "show", "F1")
        items = [item for case in cases for item in case["items"]]
        return sorted(items, key=lambda item: int(item["id"][1:])), family.result().stdout


def _show_friendly_pages(scene: Scene, items: list[Item]) -> None:
    tell = scene.teller
    tell.heading("What the three last looks saw at the friendly answers")
    for number in ("I1", "I3"):
        looks = next(item for item in items if item["id"] == number)["rechecks"][-3:]
        for look in looks:
            evidence = look["evidence"]
            seen = f"status {evidence['status']}, seen through by its {evidence['signal']}"
            tell.line(f"  {number}  {look['at']}  {seen:42}  {look['verdict']}")
            is_seen_through = evidence["status"] == 200 and look["verdict"] != "online"
            tell.expect(is_seen_through, f"{number} seen through although it answers 200")


def _show_table(scene: Scene, items: list[Item]) -> None:
    tell = scene.teller
    tell.heading("What became of every address")
    tell.line("  item  kind     state    rounds  first notice to removal  address")
    for item in items:
        tell.line(
            f"  {item['id']:4}  {item['kind']:7}  {item['state']:7}  {len(item['notices']):6}  "
            f"{_span(item):23}  {defang(item['url'])}"
        )
    states = {item["id"]: item["state"] for item in items}
    rounds = {item["id"]: len(item["notices"]) for item in items}
    tell.expect(states == _ENDS, f"the states {_ENDS}, not {states}")
    tell.expect(rounds == _ROUNDS, f"the rounds {_ROUNDS}, not {rounds}")


def _span(item: Item) -> str:
    if item["host_at"] is None:
        return "never noticed"
    span = datetime.fromisoformat(item["removed_at"]) - datetime.fromisoformat(item["host_at"])
    hours = round(span / timedelta(hours=1))
    return f"{hours // 24} d {hours % 24:2} h"


def _leave_files(scene: Scene, family: str) -> None:
    tell, out = scene.teller, scene.out
    (out / "family-F1.txt").write_text(family)
    folder = out / "notices"
    folder.mkdir()
    for message in scene.lab.mail.messages:
        number = message.subject[1 : message.subject.index("]")]
        (folder / f"{number}.eml").write_bytes(message.raw)
    with tarfile.open(out / "P1.tar") as packet, (out / "raport.pdf").open("wb") as report:
        found = packet.extractfile("P1/data/raport.pdf")
        report.write(found.read() if found else b"")
    tell.expect((out / "raport.pdf").stat().st_size > 0, "a report in the packet")
    tell.heading("Left for you to look at")
    tell.line(f"  {folder}/*.eml   the {len(scene.lab.mail.messages)} messages as the mail server received them")
    tell.line(f"  {out}/P1.tar, {out}/raport.pdf   the police packet, and the report in it")
    tell.line(f"  {out}/family-F1.txt   where the picture was seen, from first to last")
    tell.line(f"  {out}/transcript.txt   this story")
    tell.line(
        f"  {out}/home   the home itself: HOTLINE_LAB_CLOCK={_clock(scene)} hotline --home {out}/home case show C1"
    )


def _clock(scene: Scene) -> str:
    return scene.teller.clock.env()["HOTLINE_LAB_CLOCK"]
