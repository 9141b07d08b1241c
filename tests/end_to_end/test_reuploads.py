"""Seventeen times the same, from outside: pictures altered each time on three hosts, and a video nobody can fetch.

After the first assessment nobody looks again: every further decision rests on the lead alone.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from worlds import Document, World

from scripts.alterations import ALTERATIONS, filler
from scripts.lab import Lab
from scripts.pictures import jpeg

HOSTS = ("img.example", "two.example", "tiktok.com")
ACCOUNTS = ("dita.nata", "nata.dita")
ORIGINAL = filler(7, (720, 540))
ALTERED = (
    *("crop 5 %", "crop 20 %", "crop 50 %", "rotate 5 degrees", "rotate 15 degrees", "mirror", "rotate 90"),
    *("mirror and crop 20 %", "corner logo", "meme text", "watermark all over", "white border 5 %", "letterbox"),
    *("2 x 2 collage", "phone screenshot, dark", "text, logo, quality 30", "half the size"),
)


@pytest.fixture
def lab() -> Iterator[Lab]:
    with Lab() as found:
        yield found


def put_up(lab: Lab, number: int, body: bytes) -> str:
    """A picture alone at an address; on the platform in a post of one of the two accounts. Returns what is reported."""
    name = HOSTS[number % 3]
    site = lab.sites[name]
    if name != "tiktok.com":
        return site.put(f"/{number}.jpg", body)
    site.put(f"/media/{number}.jpg", body)
    return site.page(f"/@{ACCOUNTS[number % 2]}/photo/{7_000_000_000 + number}", [f"/media/{number}.jpg"])


def waiting(world: World) -> list[Document]:
    queue: list[Document] = world.hotline.json("queue")
    return [row for row in queue if row["kind"] == "assess"]


def decide_by_the_leads(world: World, *more: str) -> list[str]:
    """Decides everything that waits, all of it by its lead; returns what the leads said."""
    rows = waiting(world)
    facts = [lead["facts"] for row in rows for lead in row["leads"] if lead["list"] == "decided here"]
    assert len(facts) == len(rows), [row for row in rows if not row["leads"]]
    world.hotline.run("assess", *(row["item"] for row in rows), *more)
    return facts


def go_on(world: World, hours: float = 1) -> None:
    world.clock.advance(hours=hours)
    world.hotline.run("run", "--once")
    world.hotline.run("notice", "approve", "--all")
    world.hotline.run("run", "--once")


def proposed_packets(world: World) -> list[str]:
    rows = [row["why"] for row in world.hotline.json("queue") if row["kind"] == "packet" and not row["packet"]]
    return [why.partition(":")[0] for why in rows]


def test_seventeen_altered_re_uploads_are_one_family_and_nobody_looks_twice(tmp_path: Path, lab: Lab) -> None:
    for name in HOSTS:
        lab.site(name)
    world = World.begin(
        tmp_path, lab, **{"families.local_features": True, "mandate.reference": "MoU 12", "fetch.between_s": 0.0}
    )
    for name in HOSTS:
        world.approve_contact(f"abuse@{name}", name, "platform" if name == "tiktok.com" else "host")
    world.hotline.run("report", "add", put_up(lab, 0, jpeg(ORIGINAL)), "--category", "csam")
    go_on(world)
    world.hotline.run("assess", "I1", "--verdict", "baseline", "--basis", "looked")
    go_on(world)

    said = []
    for first, after in ((0, 2), (2, 3), (3, len(ALTERED))):
        altered = {number + 1: jpeg(ALTERATIONS[ALTERED[number]](ORIGINAL, 1), 80) for number in range(first, after)}
        rows = [put_up(lab, number, body) for number, body in altered.items()]
        world.hotline.run(
            "report", "import", world.file("reports.csv", "\n".join(["url,category", *(f"{row},csam" for row in rows)]))
        )
        go_on(world, 5)
        said += decide_by_the_leads(world, "--verdict", "baseline")
        go_on(world)
        assert proposed_packets(world) == ([f"repeated re-upload ({after} times)"] if after > 2 else [])

    (family,) = world.hotline.json("family", "list")
    shown = world.hotline.json("family", "show", family["id"])
    assert (shown["reuploads"], shown["uploads"]) == (17, 18)
    assert all(one["confirmed"] for one in shown["sightings"])
    assert set(shown["hosts"]) == set(HOSTS)
    assert set(shown["accounts"]) == set(ACCOUNTS)
    assert len(said) == 17
    texts = [" ".join(message.text.split()) for message in world.mail.messages]
    assert "The same material was put up again 17 times" in texts[-1]
    assert "you were told in N" in texts[-1]
    assert "block it from being uploaded again" in texts[-1]
    assert not any(account in message.subject for message in world.mail.messages for account in ACCOUNTS)
    world.hotline.run("packet", "build", "C1", "--to", "police")
    assert proposed_packets(world) == []
    world.hotline.run("audit", "verify")


def test_a_bullying_video_behind_a_login_wall_is_counted_by_account_and_media_id(tmp_path: Path, lab: Lab) -> None:
    lab.site("unused.example")
    world = World.begin(tmp_path, lab)
    world.approve_contact("safety@instagram.com", "instagram.com", "platform")
    world.hotline.run("law", "check", "Instagram/bullying")
    addresses = [
        f"https://www.instagram.com/{ACCOUNTS[number % 2]}/reel/Cx{number:02d}abcDEF{number}/" for number in range(17)
    ]
    world.hotline.run("report", "add", addresses[0], "--category", "bullying")
    world.hotline.run("run", "--once")
    decided = ("--verdict", "harmful", "--ground", "bullying")
    world.hotline.run("assess", "I1", *decided, "--basis", "looked")
    go_on(world)

    for first, after in ((1, 2), (2, 17)):
        world.hotline.run("report", "add", *addresses[first:after], "--category", "bullying", "--repeat-of", "C1")
        world.hotline.run("run", "--once")
        assert decide_by_the_leads(world, *decided) == ["same as I1, whoever reported it said so"] * (after - first)
        go_on(world)
    items = [f"I{number}" for number in range(1, 18)]
    for _ in range(3):
        world.hotline.run("recheck", *items, "--seen", "gone")
        go_on(world, 13)

    shown = world.hotline.json("family", "show", "F1")
    assert (shown["reuploads"], shown["uploads"]) == (16, 17)
    assert shown["accounts"] == {ACCOUNTS[0]: 9, ACCOUNTS[1]: 8}
    assert len({one["platform_media"] for one in shown["sightings"]}) == 17
    (case,) = world.hotline.json("case", "list")
    assert case["state"] == "removed"
    texts = [" ".join(message.text.split()) for message in world.mail.messages]
    assert "Bullying and harassment" in texts[-1]
    assert "The same content was put up again 16 times" in texts[-1]
    assert proposed_packets(world) == ["repeated re-upload (16 times)"]
    world.hotline.run("recheck", "I3", "--seen", "online")
    go_on(world)
    assert world.hotline.json("family", "show", "F1")["reuploads"] == 17
    world.hotline.run("audit", "verify")
