"""A mark put into everything confidential goes the whole way and is found in no log, trace, temp folder or on disk.

It may stand in what was asked for: standard output, files named with `--out`, and the mail that was sent.
"""

import base64
import contextlib
import hashlib
import io
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from PIL import PngImagePlugin
from worlds import World, together

from scripts.cli import Result
from scripts.lab import Lab, endless_head, gzip_bomb, reset, stall
from scripts.pictures import draw, jpeg

MARK = "Zq7xMarkWv3k9TyPeN"
SIZE = (320, 240)
SHARED_MEMORY = Path("/dev/shm")
EVERY_S = 0.002


def spellings(mark: str) -> list[bytes]:
    """The mark as it may stand in a file: plain, in either case, as hex, UTF-16, base64 at any offset."""
    plain = mark.encode()
    found = [plain, plain.lower(), plain.upper(), plain.hex().encode(), plain.hex().upper().encode(), plain[::-1]]
    found += [mark.encode("utf-16-le"), mark.encode("utf-16-be")]
    for offset in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            # The first and last signs depend on what stands beside the mark.
            found.append(encode(bytes(offset) + plain)[offset + 1 : -4])
    found += [base64.b32encode(plain)[:-8]]
    return found


SPELLINGS = spellings(MARK)


def is_marked(content: bytes) -> bool:
    return any(spelling in content for spelling in SPELLINGS)


def marked_files(folder: Path) -> list[str]:
    """The files below a folder that hold the mark, or whose names do."""
    found = []
    for path in sorted(folder.rglob("*")):
        content = path.read_bytes() if path.is_file() else b""
        if is_marked(content) or MARK.lower() in path.name.lower():
            found.append(str(path.relative_to(folder)))
    return found


@dataclass
class Watch:
    """Looks into folders for temporary files, as often as it can, until the end of the block."""

    folders: tuple[Path, ...]
    known: set[Path] = field(default_factory=set)
    seen: dict[Path, bytes] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self.known = {path for folder in self.folders for path in folder.rglob("*")}
        self.thread = threading.Thread(target=self._look_often, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        self.thread.join()
        self._look()

    def _look_often(self) -> None:
        while not self.stop.wait(EVERY_S):
            self._look()

    def _look(self) -> None:
        for folder in self.folders:
            for path in folder.rglob("*"):
                if path not in self.known:
                    self.seen.setdefault(path, b"")
                    with contextlib.suppress(OSError):
                        self.seen[path] = path.read_bytes() or self.seen[path]


@dataclass
class Marked:
    """A world in which everything confidential bears the mark, and what its commands said on stderr."""

    world: World
    temp: Path
    said: list[Result] = field(default_factory=list)

    def run(self, *args: str | Path, input: str | None = None, expect: int | None = 0, by: str | None = None) -> Result:
        who = ("--as", by) if by else ()
        result = self.world.hotline.run(*who, *args, input=input, expect=expect)
        self.said.append(result)
        return result

    def file(self, name: str, content: bytes | str) -> Path:
        return self.world.file(f"{MARK}-{name}", content)


def marked_png(number: int) -> bytes:
    """A picture with the mark in its text, in its name for itself, and behind its end."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", MARK)
    info.add_itxt("Title", MARK)
    info.add_text("Long", MARK * 50, zip=True)
    into = io.BytesIO()
    draw(number, SIZE).save(into, "PNG", pnginfo=info)
    return into.getvalue() + MARK.encode() + MARK.encode("utf-16-le")


def make_sites(lab: Lab) -> None:
    """A page of marked pictures at marked paths; a host that fails in every way, with the mark in what it says."""
    img, bad = lab.site("img.example"), lab.site("bad.example")
    lab.dns.add(f"{MARK.lower()}.example", "A", img.ip)
    img.put(f"/{MARK}/1.png", marked_png(1))
    img.put(f"/{MARK}/2.jpg?name={MARK}", jpeg(draw(2, SIZE)) + MARK.encode())
    img.put(f"/{MARK}/no-picture.jpg", MARK.encode() * 100)
    img.put(f"/{MARK}/cut.png", marked_png(4)[:2000])
    img.page(f"/{MARK}", [f"/{MARK}/1.png", f"/{MARK}/2.jpg?name={MARK}"], title=MARK, extra_html=f"<p>{MARK}</p>")
    bad.put(f"/{MARK}/server", f"Traceback {MARK}".encode(), status=500, headers={"X-Debug": MARK, "ETag": MARK})
    bad.put(f"/{MARK}/length", MARK.encode(), headers={"Content-Length": "many", "Content-Encoding": f"x-{MARK}"})
    bad.redirect(f"/{MARK}/inside", f"http://10.0.0.1/{MARK}")
    bad.redirect(f"/{MARK}/scheme", f"gopher://{MARK}.example/")
    bad.redirect(f"/{MARK}/round", f"/{MARK}/round")
    bad.script(f"/{MARK}/reset", reset(f"HTTP/1.1 200 OK\r\nX: {MARK}\r\n".encode()))
    bad.script(f"/{MARK}/stall", stall(f"HTTP/1.1 200 OK\r\nX: {MARK}\r\n".encode()))
    bad.script(f"/{MARK}/head", endless_head())
    bad.script(f"/{MARK}/bomb", gzip_bomb(1 << 28))


BAD = ("server", "length", "inside", "scheme", "round", "reset", "stall", "head", "bomb")


def report(marked: Marked) -> None:
    """All that is told to the hotline bears the mark, the good and the refused."""
    url, port = marked.world.lab.sites["img.example"].url, marked.world.lab.sites["img.example"].port
    named, note = f"http://{MARK}.example:{port}/{MARK}/1.png", marked.file("note.txt", f"note {MARK}")
    marked.run("report", "add", url(f"/{MARK}"), "--category", "csam", "--contact", "-", "--note", note,
               "--city", MARK, "--for", MARK, input=f"{MARK}@reporter.example")  # fmt: skip
    marked.run("report", "add", "-", "--genuine", url(f"/genuine/{MARK}"), input=f"{url('/')}{MARK}/no-picture.jpg")
    marked.run("report", "add", url(f"/{MARK}/cut.png"), named, "--note", "-", input=MARK)
    bad = marked.world.lab.sites["bad.example"].url
    marked.run("report", "add", *[bad(f"/{MARK}/{path}") for path in BAD], f"http://nowhere-{MARK}.example/")
    rows = [
        f"{url('/')}{MARK}/3.jpg,web,csam,{MARK},,{MARK}@a.example,{MARK},",
        f"not an address {MARK},web,csam,,,,,",
        f"http://user:{MARK}@img.example/,web,csam,,,,,",
        f"{url('/')}{MARK},{MARK},csam,,,,,",
        f"{url('/')}{MARK},web,csam,,,,{MARK},{MARK}",
        f'"{MARK}',
    ]
    header = "url,source,category,city,at_risk,contact,note,received_at"
    marked.run("report", "import", marked.file("reports.csv", "\n".join([header, *rows])))
    lines = [f'{{"url": "{MARK}"}}', f'{{"{MARK}": 1}}', f"{MARK}", f'["{MARK}"]']
    marked.run("report", "import", marked.file("reports.jsonl", "{}\n" + "\n".join(lines)))
    marked.run("report", "import", marked.file("no-reports.csv", f"{MARK},{MARK}\n"), expect=2)


def refused(marked: Marked) -> None:
    """Wrong addresses, ids and words with the mark in them."""
    lines = (
        f"report add {MARK}", f"report add ftp://{MARK}.example/", f"report add http://user:{MARK}@a.example/",
        f"report show {MARK}", f"report status {MARK}", f"case show {MARK}", f"notice show {MARK}", f"trace {MARK}",
        f"contact add {MARK} --answers-for a.example --role host", f"hashset match {MARK}", f"queue take {MARK}",
        f"contact add a@b.example --answers-for {MARK}! --role host", f"recheck {MARK}",
        f"assess I1 --verdict harmful --basis looked --ground threats --fact viral={MARK}",
        f"hold add I1 --reason {MARK} --until 2020-01-01",
    )  # fmt: skip
    results = together(*(lambda line=line: marked.world.hotline.run(*line.split(), expect=2) for line in lines))
    marked.said.extend(results)


def list_of(marked: Marked, number: int) -> Path:
    """A list with the mark where lists carry names of files and words about people."""
    md5 = hashlib.md5(marked_png(number)).hexdigest()
    rows = f"id,md5,file name,description\nentry-1,{md5},{MARK}.jpg,{MARK}\nentry-2,{MARK},{MARK}.jpg,{MARK}\n"
    return marked.file("list.csv", rows)


def take_down(marked: Marked) -> None:
    """From the decision to the packet, with the mark in whatever a person may write."""
    world = marked.world
    items = {url: item["id"] for url, item in world.items("C1").items()}
    one = items[world.lab.sites["img.example"].url(f"/{MARK}/1.png")]
    marked.run("assess", one, "--verdict", "baseline", "--basis", "looked")
    marked.run("hold", "add", one, "--reason", MARK, "--until", "2027-01-01")
    marked.run("hold", "release", one)
    for box in (f"abuse-{MARK}@img.example", f"other-{MARK}@img.example"):
        marked.run("contact", "add", box, "--answers-for", "img.example", "--role", "host")
    marked.run("contact", "approve", "K1")
    marked.run("run", "--once")
    marked.run("notice", "approve", "--all")
    world.mail.answer("RCPT", f"451 {MARK} later", to=f"abuse-{MARK}@img.example")
    marked.run("run", "--once")
    world.clock.advance(hours=1)
    marked.run("run", "--once")
    marked.run("notice", "sent", "N1", "--reference", MARK)
    marked.run("recheck", one)
    marked.run("case", "show", "C1")
    marked.run("notice", "show", "N1")
    marked.run("report", "show", "R1", "--reveal")
    marked.run("packet", "build", "C1", "--to", "police", "--out", world.folder / "out" / f"{MARK}.tar")
    marked.run("packet", "release", "P1", by="blerta")
    marked.run("packet", "receipt", "P1", "--protocol", MARK)
    marked.run("referral", "add", "C1", "--to", "helpline")
    marked.run("referral", "done", "Q1", "--outcome", "-", input=MARK)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Marked]:
    folder = tmp_path_factory.mktemp("marked")
    (temp := folder / "temp").mkdir()
    (folder / "out").mkdir()
    with Lab() as lab:
        make_sites(lab)
        world = World.begin(folder, lab, fetch__deadline_s=3, fetch__between_s=0)
        world.hotline.env |= {"TMPDIR": str(temp), "TEMP": str(temp), "TMP": str(temp), "HOME": str(temp)}
        yield Marked(world, temp)


@pytest.fixture(scope="module")
def watched(marked: Marked) -> Watch:
    """The whole way, watched."""
    with Watch((marked.temp, SHARED_MEMORY)) as watch:
        marked.run("person", "add", "blerta", "--role", "second")
        (marked.temp / "short-lived").write_text(MARK)
        time.sleep(20 * EVERY_S)
        (marked.temp / "short-lived").unlink()
        report(marked)
        marked.run("hashset", "import", "partner", list_of(marked, 1))
        marked.run("run", "--once")
        refused(marked)
        picture = marked.file("picture.png", marked_png(1))
        marked.run("hashset", "match", picture, marked.file("no-picture.png", MARK))
        take_down(marked)
        marked.run("queue")
        marked.run("today")
        marked.run("doctor")
    return watch


def test_the_mark_is_found_where_it_is_expected(marked, watched):
    """Else all the tests below would prove nothing."""
    assert watched.seen.pop(marked.temp / "short-lived") == MARK.encode()
    assert is_marked(marked.world.hotline.run("case", "show", "C1", "--json").stdout.encode())
    assert all(is_marked(message.raw) for message in marked.world.mail.messages)
    assert len(marked.world.mail.messages) > 0
    shown = marked.world.hotline.json("report", "show", "R1", "--reveal")
    assert (shown["contact"], shown["note"]) == (f"{MARK}@reporter.example", f"note {MARK}")
    assert marked_files(marked.world.folder / "out") == [f"{MARK}.tar"]
    assert all(is_marked(b"..." + spelling + b"...") for spelling in SPELLINGS)


def test_every_step_of_the_way_was_taken(marked, watched):
    states = {item["url"]: item["state"] for item in marked.world.items("C1").values()}
    failing = marked.world.items("C4")

    assert sorted(set(states.values())) == ["awaiting_assessment", "noticed"]
    assert len(failing) == len(BAD) + 1
    assert {url: item["state"] for url, item in failing.items() if item["state"] != "unreachable"} == {}
    assert {item["state"] for item in marked.world.items("C3").values()} == {"awaiting_assessment", "illegal"}
    assert {row["state"] for row in marked.world.hotline.json("notice", "list")} == {"sent"}


def test_the_mark_is_not_readable_in_the_home(marked, watched):
    assert marked_files(marked.world.hotline.home) == []


def test_the_mark_is_in_no_log(marked, watched):
    log = (marked.world.hotline.home / "log" / "hotline.log").read_bytes()

    assert not is_marked(log)


def test_the_mark_is_in_nothing_said_on_stderr(marked, watched):
    said = {" ".join(result.args): result.stderr for result in marked.said if is_marked(result.stderr.encode())}

    assert said == {}


def test_no_command_met_a_bug(marked, watched):
    assert [result.args for result in marked.said if result.code not in (0, 2)] == []
    assert [result.args for result in marked.said if "Traceback" in result.stderr or "mistake" in result.stderr] == []


def test_the_mark_is_in_no_temporary_file_at_any_moment(marked, watched):
    assert [str(path) for path, content in watched.seen.items() if is_marked(content)] == []
    assert marked_files(marked.temp) == []


def test_nothing_is_left_in_the_temporary_folders(marked, watched):
    left = [path for path in watched.seen if path.exists() and path.is_relative_to(marked.temp)]

    assert left == []


def test_refused_rows_are_named_by_line_and_cause_without_their_content(marked, watched):
    for name in ("reports.csv", "reports.jsonl", "list.csv"):
        told = (marked.world.folder / f"{MARK}-{name}.rejected").read_bytes()
        assert told.strip()
        assert not is_marked(told)
