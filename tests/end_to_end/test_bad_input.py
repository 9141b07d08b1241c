"""What goes wrong in a hotline's day: each time a clear error or a recorded outcome, an exit code, and nothing lost."""

import contextlib
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from worlds import ENDS_WITHIN_S, LIMIT_S, Document, Ended, World, interrupted, sentences, together

from scripts.cli import Hotline, Result
from scripts.lab import Lab, drip, lying_length
from scripts.lab.http import HttpServer
from scripts.pictures import draw, jpeg, png

SIZE = (320, 240)
TEN_MB = 10_000_000
HEADER = "url,source,category,city,at_risk,contact,note,received_at\n"
INSIDE = "127.9.0.1"
"""A server of ours that no home here may dial."""

NO_ADDRESSES = (
    "hello", "http://", "https:///", "://other.example/", "javascript:alert(1)", "file:///etc/passwd",
    "gopher://img.example/", "data:text/html;base64,AAAA", "ftp://img.example/a.jpg", "mailto:a@img.example",
    "blob:http://img.example/x", "http://user:secret@img.example/", "http://user@img.example/", "http://[::1",
    "http://img.example:99999/", "http://img .example/", "http://img.example\x00/",
)  # fmt: skip


def require_refused(result: Result | Ended, code: int = 2) -> None:
    """This exit code, nothing on stdout, one sentence on stderr."""
    assert (result.code, result.stdout, len(sentences(result))) == (code, "", 1), result


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        img = lab.site("img.example")
        for number in range(4):
            img.put(f"/{number}.jpg", jpeg(draw(number, SIZE)))
        lab.site("odd.example")
        lab.site("slow.example")
        yield lab


@pytest.fixture(scope="module")
def world(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> World:
    return World.begin(tmp_path_factory.mktemp("bad"), lab, fetch__between_s=0)


# Addresses.


@pytest.mark.parametrize("number", range(0, len(NO_ADDRESSES), 4))
def test_what_is_no_address_is_refused_in_one_sentence_that_does_not_repeat_it(world, number):
    text = NO_ADDRESSES[number]

    result = world.hotline.run("report", "add", "--category", "csam", "-", input=text, expect=None)

    require_refused(result)
    assert text not in result.stderr


def test_an_import_takes_the_good_rows_and_names_the_bad_ones_by_line_and_cause(world):
    with world.copy("import") as copy:
        rows = [f'"{text}",web,csam,,,,,' for text in NO_ADDRESSES]
        good = "http://img.example/{}.jpg,web,csam,,,,,"
        file = copy.file("bad.csv", HEADER + "\n".join([good.format(1), *rows, good.format(2), ""]))

        done = copy.hotline.json("report", "import", file)

        assert (len(done["ids"]), done["rejected"]) == (2, len(NO_ADDRESSES))
        told = Path(done["rejected_file"]).read_text().splitlines()
        assert [line.partition(":")[0] for line in told] == [f"line {n}" for n in range(3, len(NO_ADDRESSES) + 3)]
        assert not any(text in line for text in NO_ADDRESSES[3:] for line in told)
        assert len(copy.hotline.json("case", "list")) == 2


def test_a_line_of_ten_megabytes_is_refused_alone(world):
    with world.copy("long") as copy:
        url = f"http://img.example/{'a' * TEN_MB}"
        csv = copy.file("long.csv", f"{HEADER}{url},,,,,,,\nhttp://img.example/1.jpg,,,,,,,\n")
        lines = copy.file("long.jsonl", f'{{"url": "{url}"}}\n{{"url": "http://img.example/2.jpg"}}\n')
        quoted = copy.file("quoted.csv", f'{HEADER}"{url},,,,,,,\nhttp://img.example/3.jpg,,,,,,,\n')

        typed = copy.hotline.run("report", "add", "-", input=url, expect=None)
        done = [copy.hotline.json("report", "import", file) for file in (csv, lines)]
        odd = copy.hotline.run("report", "import", quoted, expect=(0, 2))

        require_refused(typed)
        assert [(len(one["ids"]), one["rejected"]) for one in done] == [(1, 1), (1, 1)]
        assert len(odd.stderr) < 1000
        assert {row["url"] for row in copy.hotline.json("case", "list")} >= {
            "http://img.example/1.jpg",
            "http://img.example/2.jpg",
        }


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("empty.csv", b"", 0),
        ("blank.jsonl", b"\n\n\n", 0),
        ("header.csv", HEADER.encode(), 0),
        ("no-header.csv", b"a,b,c\n1,2,3\n", 2),
        ("binary.csv", bytes(range(256)) * 50, 2),
        ("zip.jsonl", b"PK\x03\x04" + bytes(5000), 2),
        ("utf-16.csv", HEADER.encode("utf-16"), 2),
        ("cut.jsonl", b'{"url": "http://img.exam', 0),
    ],
)
def test_a_file_without_reports_is_told_and_adds_nothing(world, name, content, code):
    result = world.hotline.run("report", "import", world.file(name, content), expect=None)

    assert result.code == code, result.stderr
    if code:
        require_refused(result)
    assert world.hotline.json("report", "list") == []


# Where nobody may look.


@pytest.fixture(scope="module")
def inside() -> Iterator[HttpServer]:
    """A server that stands for what is inside: it must never see a connection."""
    server = HttpServer(INSIDE, lambda _request, connection: connection.head(200, {"Content-Length": "0"}))
    yield server
    server.stop()


def literals(port: int) -> list[str]:
    """Addresses that are not public, as they may be written."""
    return [
        "http://10.0.0.1/", "http://172.16.3.4/", "http://192.168.1.1/admin", "http://169.254.169.254/latest/meta-data/",
        "http://100.100.100.200/", "http://168.63.129.16/", "http://0/", "http://[::1]/", "http://[fe80::1]/",
        "http://[fd00:ec2::254]/", "http://[::ffff:10.0.0.1]/", "http://[::ffff:a9fe:a9fe]/",
        f"http://[::ffff:{INSIDE}]:{port}/", f"http://[64:ff9b::{INSIDE}]:{port}/", f"http://[::{INSIDE}]:{port}/",
        f"http://[2002:7f09:1::1]:{port}/", f"http://{INSIDE}:{port}/", f"http://0x7f.9.0.1:{port}/0x",
        f"http://0177.011.0.1:{port}/octal", f"http://2131296257:{port}/number", f"http://127.9.1:{port}/short",
        f"http://１２７.9.0.1:{port}/wide",
    ]  # fmt: skip


def test_nothing_outside_the_labs_networks_is_dialled_and_a_person_is_told(lab, inside, tmp_path):
    odd = lab.sites["odd.example"]
    lab.dns.add("rebinding.example", "A", odd.ip, INSIDE)
    lab.dns.add("inside.example", "A", INSIDE)
    lab.dns.add("mapped.example", "AAAA", f"::ffff:{INSIDE}")
    names = [f"http://{name}.example:{inside.port}/" for name in ("rebinding", "inside", "mapped")]
    targets = [*literals(inside.port)[:18:3], names[1], f"//{INSIDE}:{inside.port}/"]
    redirects = [odd.redirect(f"/to/{number}", target) for number, target in enumerate(targets)]
    world = World.begin(tmp_path, lab, lab__allow=["127.0.0.0/16"], fetch__between_s=0, look__retry_h=[1])
    urls = [*literals(inside.port), *names, *redirects]

    world.hotline.run("report", "add", *urls, "--category", "csam")
    world.hotline.run("run", "--once")

    items = world.items()
    assert {url: item["reason"] for url, item in items.items() if item["reason"] != "refused_address"} == {}
    assert {item["state"] for item in items.values()} == {"unreachable"}
    assert inside.connections == []
    queue = world.hotline.json("queue")
    assert {row["item"] for row in queue if row["kind"] == "assess"} == {item["id"] for item in items.values()}


def test_a_redirect_to_another_scheme_is_not_followed(world):
    with world.copy("schemes") as copy:
        odd = copy.lab.sites["odd.example"]
        urls = [
            odd.redirect(f"/scheme/{number}", target)
            for number, target in enumerate(("file:///etc/passwd", "gopher://127.0.0.1/", "data:image/png;base64,AA=="))
        ]
        copy.hotline.run("report", "add", *urls)

        copy.hotline.run("run", "--once")

        assert {item["reason"] for item in copy.items().values()} == {"bad_response"}


def test_a_home_with_a_mandate_dials_no_address_that_is_not_public(inside, tmp_path):
    home = Hotline(tmp_path / "home", timeout_s=LIMIT_S)
    mandate = {"reference": "'12/2026'", "signed_on": "'2026-01-01'", "valid_until": "'2099-01-01'"}
    words = [word for key, value in mandate.items() for word in ("--set", f"mandate.{key}={value}")]
    home.run("init", *words, "--set", f"fetch.ports=[80, 443, {inside.port}]", "--set", "fetch.between_s=0")

    home.run("report", "add", *literals(inside.port), "--category", "csam")
    home.run("run", "--once")

    items = home.json("case", "show", "C1")["items"]
    assert {item["url"]: item["reason"] for item in items if item["reason"] != "refused_address"} == {}
    assert inside.connections == []


# Files that are not what they say.


def odd_files() -> dict[str, bytes]:
    picture = jpeg(draw(1, SIZE))
    return {
        "empty.jpg": b"",
        "text.jpg": b"this is a text and no picture",
        "cut.jpg": picture[: len(picture) // 3],
        "head.jpg": picture[:20],
        "cut.png": png(draw(2, SIZE))[:5000],
        "zip.jpg": b"PK\x03\x04" + bytes(2000),
        "huge.png": png(draw(3, (8, 8))).replace((8).to_bytes(4, "big") * 2, (60_000).to_bytes(4, "big") * 2),
        "noise.gif": b"GIF89a" + bytes(range(256)),
    }


def test_a_picture_that_is_none_is_recorded_with_its_problem_and_stops_no_other(world):
    with world.copy("odd") as copy:
        odd = copy.lab.sites["odd.example"]
        urls = {odd.put(f"/{name}", body): name for name, body in odd_files().items()}
        cut = odd.script("/length.jpg", lying_length(jpeg(draw(1, SIZE)), 999_999))
        copy.hotline.run("report", "add", *urls, cut, "http://img.example/1.jpg")

        done = copy.hotline.json("run", "--once")

        items = copy.items()
        assert done["bugs"] == 0
        assert items["http://img.example/1.jpg"]["media"]["pdq"] is not None
        assert (items[cut]["state"], items[cut]["reason"]) == ("unreachable", "bad_response")
        found = {name: items[url] for url, name in urls.items()}
        assert {item["state"] for item in found.values()} == {"awaiting_assessment"}
        assert {name for name, item in found.items() if not item["media"]["problem"]} <= {"cut.jpg", "cut.png"}
        assert {name: item["media"]["size_bytes"] for name, item in found.items()} == {
            name: len(body) for name, body in odd_files().items()
        }


def test_matching_a_file_that_is_no_picture_is_no_bug(world):
    files = [world.file(f"match-{name}", body) for name, body in odd_files().items()]

    assert world.hotline.json("hashset", "match", *files) == []
    require_refused(world.hotline.run("hashset", "match", "0123", expect=None))


# Lists.


def test_a_row_of_a_list_that_is_no_hash_is_refused_alone(world):
    with world.copy("list") as copy:
        long = "f" * TEN_MB
        rows = ["1," + "a" * 32, "2,hello", "3," + "a" * 31, "4,", f"5,{long}", "6," + "b" * 32, "7,\udcff"]
        content = "\n".join(["id,md5", *rows, ""]).encode("utf-8", "surrogateescape")

        done = copy.hotline.json("hashset", "import", "odd", copy.file("odd.csv", content))

        assert (done["new"], done["refused"]) == (2, 5)
        told = Path(done["refused_file"]).read_text().splitlines()
        assert [line.partition(",")[0] for line in told] == ["3", "4", "5", "6", "8"]
        assert copy.hotline.json("hashset", "show", "odd")["entries"] == 2


@pytest.mark.parametrize("content", [b"", b"id,md5\n", b"id,md5\n1,hello\n", b"hello\n", bytes(5000)])
def test_a_list_without_a_usable_row_changes_nothing(world, content):
    with world.copy("no-list") as copy:
        copy.hotline.run("hashset", "import", "known", copy.file("known.csv", f"id,md5\n1,{'c' * 32}\n"))

        result = copy.hotline.run("hashset", "import", "known", copy.file("none.csv", content), expect=None)

        require_refused(result)
        assert copy.hotline.json("hashset", "show", "known")["entries"] == 1


# Two programs.


def test_a_home_is_not_made_twice(world, tmp_path):
    head = world.hotline.json("audit", "verify")["head"]
    results = together(
        *(lambda: Hotline(tmp_path / "race").run("init", "--set", "lab.clock='2027-01-01'", expect=None),) * 2
    )

    require_refused(world.hotline.run("init", *world.lab.set_options(), expect=None))
    assert world.hotline.json("audit", "verify")["head"] == head
    assert sorted(result.code for result in results) == [0, 2]
    require_refused(next(result for result in results if result.code == 2))
    assert Hotline(tmp_path / "race").json("audit", "verify")["ok"] is True


def test_writers_at_the_same_time_wait_for_each_other_and_lose_nothing(world):
    with world.copy("writers") as copy:

        def report(writer: int) -> None:
            for number in range(3):
                copy.hotline.run(
                    "report", "add", f"http://img.example/{writer}/{number}.jpg", "http://img.example/1.jpg"
                )

        rows = "".join(f"http://img.example/import/{number}.jpg,,,,,,,\n" for number in range(60))
        file = copy.file("writers.csv", HEADER + rows)
        with copy.hotline.start("run") as program:
            together(lambda: report(1), lambda: report(2), lambda: copy.hotline.run("report", "import", file))
            program.terminate()
            try:
                _, stderr = program.communicate(timeout=ENDS_WITHIN_S)
            finally:
                program.kill()

        assert (program.returncode, "mistake" in stderr) == (0, False)
        reports, cases, proof = copy.ask(("report", "list"), ("case", "list"), ("audit", "verify"))
        assert (len(reports), len(cases), proof["ok"]) == (66, 61, True)
        assert max(row["reports"] for row in cases) == 6


# A full disk.


@dataclass
class Disk:
    """A place for a home, whose space can be taken away and given back."""

    folder: Path
    prefix: tuple[str, ...] = ()

    def fill(self) -> None:
        """Takes all that is left."""

    def free(self) -> None:
        """Gives it back."""

    def run(self, hotline: Hotline, *args: str | Path) -> Result:
        """Runs a command while the space is taken away."""
        command = [*self.prefix, *hotline.command(*args)]
        ended = subprocess.run(
            command, capture_output=True, encoding="utf-8", env=hotline.environment(), timeout=LIMIT_S, check=False
        )
        return Result(tuple(map(str, args)), ended.returncode, ended.stdout, ended.stderr)


@dataclass
class SmallDisk(Disk):
    """A file system of its own in memory."""

    def fill(self) -> None:
        with contextlib.suppress(OSError), (self.folder / "filling").open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        (self.folder / "filling").unlink()


@contextlib.contextmanager
def small_disk() -> Iterator[Disk]:
    """Twelve megabytes of memory as a disk. Raises OSError where this account may not mount one."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-disk-"))
    try:
        mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "none", folder]
        mounted = subprocess.run(mount, check=False, capture_output=True)
        if mounted.returncode:
            raise PermissionError("mount")
        try:
            yield SmallDisk(folder)
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        folder.rmdir()


@contextlib.contextmanager
def small_files() -> Iterator[Disk]:
    """No file may grow beyond a few kilobytes, which is how a full disk looks to what writes to it."""
    folder = Path(tempfile.mkdtemp(prefix="hotline-files-"))
    try:
        yield Disk(folder, ("bash", "-c", 'ulimit -f 4; exec "$@"', "bash"))
    finally:
        shutil.rmtree(folder)


def may_mount() -> bool:
    try:
        with small_disk():
            return True
    except OSError:
        return False


WAYS: dict[str, Callable[[], contextlib.AbstractContextManager[Disk]]] = {"small_files": small_files}
if may_mount():
    WAYS["small_disk"] = small_disk


@pytest.mark.parametrize("way", WAYS)
def test_a_full_disk_is_told_and_nothing_is_lost_and_work_goes_on_when_there_is_space(lab, way):
    with WAYS[way]() as disk:
        world = World.begin(disk.folder, lab, fetch__between_s=0)
        urls = [f"http://img.example/{number}.jpg" for number in range(4)]
        world.hotline.run("report", "add", *urls, "--contact", "-", input="+355 60 000")
        listed = world.file("list.csv", "id,md5\n" + "".join(f"{n},{n:032x}\n" for n in range(20_000)))
        rows = world.file("rows.csv", HEADER + "http://img.example/x.jpg,,,,,,,\n")
        disk.fill()

        results = {
            "report add": disk.run(world.hotline, "report", "add", "http://img.example/9.jpg"),
            "run": disk.run(world.hotline, "run", "--once"),
            "report import": disk.run(world.hotline, "report", "import", rows),
            "hashset import": disk.run(world.hotline, "hashset", "import", "known", listed),
        }
        disk.free()

        assert {name: result.code for name, result in results.items()} == dict.fromkeys(results, 3), results
        for result in results.values():
            require_refused(result, 3)
        assert len(world.hotline.json("report", "list")) == 1
        assert world.hotline.json("audit", "verify")["ok"] is True
        assert world.hotline.json("hashset", "list") == []
        world.hotline.run("hashset", "import", "known", listed)
        world.hotline.run("run", "--once")
        assert {item["state"] for item in world.items().values()} == {"awaiting_assessment"}


def test_output_that_cannot_be_written_is_told(world):
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            world.hotline.command("stats"), stdout=full, stderr=subprocess.PIPE, encoding="utf-8",
            env=world.hotline.environment(), check=False,
        )  # fmt: skip

    require_refused(Result((), ended.returncode, "", ended.stderr), 3)


# Ctrl-C.


def test_ctrl_c_ends_a_run_with_what_it_has_in_hand_and_the_rest_stays_due(world):
    with world.copy("stopped") as copy:
        slow = copy.lab.sites["slow.example"]
        body = jpeg(draw(7, SIZE))
        urls = [slow.script(f"/{number}.jpg", drip(body, 0.1, len(body) // 20)) for number in range(3)]
        copy.hotline.run("report", "add", *urls, "--category", "csam")

        ended = interrupted(copy.hotline, "run", "--once", until=lambda: bool(slow.requests))
        stopped = copy.items()
        copy.hotline.run("run", "--once")

        require_refused(ended, 130)
        states = [item["state"] for item in stopped.values()]
        assert set(states) == {"received", "awaiting_assessment"}
        assert states.count("received") == 2
        assert {item["state"] for item in copy.items().values()} == {"awaiting_assessment"}
        assert len(slow.requests) == 3
        assert copy.hotline.json("audit", "verify")["ok"] is True


def test_ctrl_c_during_an_import_keeps_what_is_in_and_a_repeat_adds_the_rest(world):
    with world.copy("stopped-import") as copy:
        rows = "".join(f"http://img.example/many/{number}.jpg,,,,,,,\n" for number in range(1500))
        file = copy.file("many.csv", HEADER + rows)
        wal = copy.hotline.home / "hotline.db-wal"
        begin = time.monotonic()

        def is_writing() -> bool:
            return (wal.exists() and wal.stat().st_size > 300_000) or time.monotonic() - begin > LIMIT_S

        ended = interrupted(copy.hotline, "report", "import", file, until=is_writing)
        kept = len(copy.hotline.json("report", "list"))

        require_refused(ended, 130)
        assert 0 < kept < 1500
        short = copy.file("many-short.csv", HEADER + "".join(rows.splitlines(keepends=True)[: kept + 5]))
        again = copy.hotline.json("report", "import", short)
        assert (len(again["ids"]), again["known"]) == (5, kept)


# No mandate.


@pytest.fixture(scope="module")
def no_mandate(tmp_path_factory: pytest.TempPathFactory, inside: HttpServer) -> tuple[Hotline, Document]:
    """A home for real work without a mandate; the address is one for documentation, which nobody has."""
    home = Hotline(tmp_path_factory.mktemp("real") / "home", timeout_s=LIMIT_S)
    home.run("init", "--set", "hotline.name='Hotline'", "--set", f"fetch.ports=[80, {inside.port}]")
    home.run("report", "add", "http://192.0.2.7/a.jpg", f"http://{INSIDE}:{inside.port}/b.jpg", "--category", "csam")
    home.run("run", "--once")
    return home, home.json("case", "show", "C1")


def test_without_a_mandate_nothing_is_fetched_and_a_person_is_told(no_mandate, inside):
    home, case = no_mandate

    assert [(item["state"], item["reason"]) for item in case["items"]] == [("unreachable", "no_mandate")] * 2
    assert inside.connections == []
    assert [row["kind"] for row in home.json("queue")] == ["assess", "assess"]


def test_without_a_mandate_a_report_alone_makes_nothing_illegal_but_a_partners_word_does(no_mandate):
    home, case = no_mandate
    one, two = (item["id"] for item in case["items"])

    for verdict in ("baseline", "national"):
        require_refused(home.run("assess", one, "--verdict", verdict, "--basis", "report_text", expect=None))
    require_refused(home.run("assess", one, "--verdict", "baseline", expect=None))
    home.run("assess", one, "--verdict", "baseline", "--basis", "partner")
    home.run("assess", two, "--verdict", "harmful", "--ground", "threats", "--basis", "report_text")
    home.run("run", "--once")

    after = home.json("case", "show", "C1")["items"]
    assert [item["state"] for item in after] == ["illegal", "harmful"]
    assert [item["assessment"]["basis"] for item in after] == ["partner", "report_text"]
    assert home.json("audit", "verify")["ok"] is True
