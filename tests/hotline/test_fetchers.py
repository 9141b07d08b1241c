"""The processes that fetch: killed at the deadline and replaced, without rights, and believed no more than a host."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hashsets.sandbox import SECCOMP
from hashsets.wire import BadAnswerError, receive_frame, send_frame
from hotline.channels import answering, fetcher_child
from hotline.channels.answering import Heard, encode_answer, max_head_bytes, with_body
from hotline.channels.asking import Asking, Plan, decode_asking, decode_plan
from hotline.channels.exchange import Exchange, Limits
from hotline.channels.fetcher import Fetcher
from hotline.channels.fetchers import GRACE_S, MAX_SERVED, FetchChild, Fetchers
from hotline.channels.trip import fetch_error
from hotline.channels.warming import warm_up
from hotline.errors import FetcherError, FetchError, SettingsError
from hotline.fetch import fetch
from hotline.records.looks import Capture, Fetched, Hop, Tls
from hotline.settings import DnsSettings, EgressSettings, FetchSettings, LabSettings, Settings
from scripts.lab import Lab, LabAuthority, Site, stall
from tests.hotline.rogue_child import MODES

REPOSITORY = Path(__file__).resolve().parents[2]
DEADLINE_S = 1
POLICY = FetchSettings(deadline_s=DEADLINE_S, max_bytes=300_000)


@pytest.fixture(scope="module")
def lab() -> Iterator[Lab]:
    with Lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def site(lab: Lab) -> Site:
    site = lab.site("img.example")
    site.put("/a", b"a")
    site.script("/stall", stall())
    return site


@pytest.fixture(scope="module")
def settings(lab: Lab, site: Site) -> Settings:
    rules = LabSettings(allow=("127.0.0.0/8",), dns=(lab.dns.address,), port={site.name: site.port})
    return Settings(lab=rules, fetch=POLICY)


@pytest.fixture
def fetchers(settings: Settings) -> Iterator[Fetchers]:
    with Fetchers.from_settings(settings) as fetchers:
        yield fetchers


def look(fetchers: Fetchers, site: Site, path: str = "/a") -> Fetched:
    return fetch(site.url(path), fetchers=fetchers, settings=POLICY)


def failed(fetchers: Fetchers, site: Site, path: str = "/a") -> FetchError:
    with pytest.raises(FetchError) as raised:
        look(fetchers, site, path)
    return raised.value


def children() -> list[int]:
    """The processes that fetch among this one's children, oldest first."""
    listing = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = [int(child) for path in listing for child in path.read_text().split()]
    return sorted(pid for pid in found if b"fetcher_child" in Path(f"/proc/{pid}/cmdline").read_bytes())


# --- Started, killed, replaced -------------------------------------------------------------------------------------


def test_a_process_serves_many_requests(fetchers: Fetchers, site: Site) -> None:
    assert [look(fetchers, site).body for _ in range(20)] == [b"a"] * 20
    first = children()
    look(fetchers, site)

    assert (len(first), children()) == (1, first)


def test_a_process_that_hangs_is_killed_after_its_deadline_and_replaced(fetchers: Fetchers, site: Site) -> None:
    """As one would that the first line, the allowance inside it, cannot end: it is stopped whole."""
    fetchers.start()
    (child,) = children()
    os.kill(child, signal.SIGSTOP)
    started = time.perf_counter()
    error = failed(fetchers, site)
    took_s = time.perf_counter() - started

    assert (error.reason, error.capture.reason, error.capture.stage) == ("timeout", "timeout", "dns")
    assert DEADLINE_S + GRACE_S <= took_s < DEADLINE_S + 1
    assert not Path(f"/proc/{child}").exists()
    assert look(fetchers, site).body == b"a"


def test_what_a_killed_process_had_told_is_in_the_capture(fetchers: Fetchers, site: Site) -> None:
    fetchers.start()
    site.redirect("/to-stall", "/stall")
    (child,) = children()
    stopper = threading.Timer(0.3, os.kill, (child, signal.SIGSTOP))
    stopper.start()
    error = failed(fetchers, site, "/to-stall")
    stopper.join()

    assert (error.reason, error.capture.stage, error.capture.tried) == ("timeout", "headers", (site.ip, site.ip))
    assert [(hop.url, hop.status) for hop in error.capture.hops] == [(site.url("/to-stall"), 302)]
    assert error.evidence["statuses"] == [302]


@pytest.mark.parametrize(
    ("number", "reason"), [(signal.SIGKILL, "too_large"), (signal.SIGSEGV, "bad_response")], ids=["memory", "crash"]
)
def test_a_process_that_dies_at_work_loses_only_its_request(
    fetchers: Fetchers, site: Site, number: signal.Signals, reason: str
) -> None:
    """The system kills by SIGKILL where memory is out."""
    fetchers.start()
    (child,) = children()
    killer = threading.Timer(0.2, os.kill, (child, number))
    killer.start()
    error = failed(fetchers, site, "/stall")
    killer.join()

    assert (error.reason, error.capture.stage) == (reason, "headers")
    assert look(fetchers, site).body == b"a"


def test_a_process_killed_while_idle_is_replaced_unnoticed(fetchers: Fetchers, site: Site) -> None:
    look(fetchers, site)
    os.kill(children()[0], signal.SIGKILL)
    time.sleep(0.1)

    assert look(fetchers, site).body == b"a"


def test_a_process_is_replaced_after_so_many_requests(fetchers: Fetchers, site: Site) -> None:
    look(fetchers, site)
    first = children()
    for _ in range(MAX_SERVED):
        look(fetchers, site)

    assert len(children()) == 1
    assert children() != first


def test_a_body_that_takes_more_memory_than_there_is_ends_as_too_large(site: Site, settings: Settings) -> None:
    """A limit on the bytes that is itself beyond memory: what holds then is the process's own."""
    site.put("/huge", bytes(900 << 20))
    policy = replace(POLICY, deadline_s=20, max_bytes=2_000_000_000)
    with Fetchers.from_settings(settings) as fetchers:  # whose processes were made for 300 KB
        with pytest.raises(FetchError) as raised:
            fetch(site.url("/huge"), fetchers=fetchers, settings=policy)
        site.remove("/huge")

        assert (raised.value.reason, raised.value.capture.stage) == ("too_large", "body")
        assert look(fetchers, site).body == b"a"


def test_threads_share_the_processes(site: Site, settings: Settings) -> None:
    bodies = {f"/{number}": str(number).encode() for number in range(24)}
    for path, body in bodies.items():
        site.put(path, body)
    found: dict[str, bytes] = {}
    with Fetchers.from_settings(settings, workers=2) as fetchers:
        paths = list(bodies)
        threads = [
            threading.Thread(target=lambda at: [found.update({p: look(fetchers, site, p).body}) for p in paths[at::4]],
                             args=(at,)) for at in range(4)
        ]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(children()) == 2

    assert found == bodies


def test_closed_ones_say_so_and_leave_no_process(site: Site, settings: Settings) -> None:
    fetchers = Fetchers.from_settings(settings)
    fetchers.start()
    (child,) = children()
    fetchers.close()

    assert not Path(f"/proc/{child}").exists()
    with pytest.raises(FetcherError):
        look(fetchers, site)


def test_one_that_cannot_start_is_the_operators_to_put_right(site: Site, settings: Settings, tmp_path: Path) -> None:
    pem = LabAuthority().written(tmp_path)
    pem.write_text("no certificate")
    assert settings.lab is not None
    wanted = replace(settings, lab=replace(settings.lab, authority=str(pem)))
    with Fetchers.from_settings(wanted) as fetchers, pytest.raises(FetcherError, match="memory"):
        look(fetchers, site)


def test_wrong_settings_are_told_before_anything_starts() -> None:
    rules = LabSettings(allow=("127.0.0.0/8",), dns=("8.8.8.8",))
    with pytest.raises(SettingsError):
        Fetchers.from_settings(Settings(lab=rules))


def test_what_no_caller_may_ask_is_a_bug(fetchers: Fetchers, site: Site) -> None:
    for options in ({"egress": "nowhere"}, {"egress": "nowhere", "at_ip": "127.0.0.1"}):
        with pytest.raises(ValueError, match="way out"):
            fetch(site.url("/a"), fetchers=fetchers, settings=POLICY, **options)


# --- Without rights ------------------------------------------------------------------------------------------------


def test_the_processes_are_locked_before_their_first_request(fetchers: Fetchers) -> None:
    assert fetchers.sandbox() == SECCOMP
    status = Path(f"/proc/{children()[0]}/status").read_text()
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status


def test_they_have_none_of_our_handles_and_nothing_of_our_environment(fetchers: Fetchers, tmp_path: Path) -> None:
    with (tmp_path / "database").open("w") as handle:
        os.set_inheritable(handle.fileno(), True)
        fetchers.start()
        (child,) = children()
        handles = [os.readlink(entry) for entry in Path(f"/proc/{child}/fd").iterdir()]
        limits = Path(f"/proc/{child}/limits").read_text()

    assert {entry.startswith(("socket:", "/dev/null")) for entry in handles} == {True}
    assert b"PYTEST" not in Path(f"/proc/{child}/environ").read_bytes()
    assert "example" not in Path(f"/proc/{child}/cmdline").read_text()
    for line in ("Max file size             0 ", "Max core file size        0 ", "Max open files            32 "):
        assert line in limits
    assert os.getsid(child) != os.getsid(0)  # Ctrl-C on the terminal is for the parent


def test_one_ends_when_its_parent_dies() -> None:
    program = (
        "import time; from hotline.channels.fetchers import Fetchers; from hotline.settings import Settings; "
        "f = Fetchers.from_settings(Settings()); f.start(); print(f._free.queue[0]._process.pid, flush=True); "
        "time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    until = time.monotonic() + 5
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.02)

    assert not is_running(child)


def is_running(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


ATTEMPTS = {
    "open a file": "open(KEY)",
    "make a file": "os.open(KEY + '.new', os.O_CREAT | os.O_WRONLY)",
    "look at a file": "os.stat(KEY)",
    "list a folder": "os.listdir('/')",
    "run a program": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork()",
    "run a program as subprocess does": "subprocess.run(['/bin/true'])",
    "open a file from a thread": "in_a_thread(open, KEY)",
    "signal its parent": "os.kill(os.getppid(), 0)",
    "raise its memory": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "limit another process": "resource.prlimit(1, resource.RLIMIT_CPU, (1, 1))",
    "import a module": "__import__('wave')",
    "load a library": "ctypes.CDLL('libresolv.so.2')",
    "read another's memory": "ctypes.CDLL(None).process_vm_readv(1, 0, 0, 0, 0, 0) == -1 and fail()",
    "trace another": "ctypes.CDLL(None).ptrace(16, 1, 0, 0) == -1 and fail()",
    "listen": "HAD.listen()",
    "listen where it was bound before": "BOUND.listen()",
    "take a caller": "LISTENING.accept()",
    "take a port": "socket.socket().bind(('127.0.0.1', 0))",
    "open a local socket": "socket.socket(socket.AF_UNIX)",
    "open a pair of sockets": "socket.socketpair()",
    "open a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)",
    "open a packet socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
    "talk to the kernel by a socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
    "write to the terminal of another": "fcntl.ioctl(0, termios.TIOCSTI, b'x')",
    "copy a handle": "os.dup(0)",
    "copy a handle by fcntl": "fcntl.fcntl(0, fcntl.F_DUPFD, 5)",
    "have a signal sent for a handle": "fcntl.fcntl(0, fcntl.F_SETOWN, os.getppid())",
    "take 10 GB": "bytearray(10 << 30)",
}
STILL = {
    "compute": "sum(range(1000))",
    "take 10 MB": "bytearray(10 << 20)",
    "connect by TCP": "socket.create_connection(OPEN)",
    "send by UDP": "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', OPEN)",
    "set options of a socket": "socket.socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)",
    "wait for a socket": "select.select([THEIRS], [], [], 0)",
    "wait for many": "select.epoll().poll(0)",
    "have a timeout": "socket.socket().settimeout(1)",
    "write to what it has": "THEIRS.send(b'x')",
}
PROGRAM = """
import ctypes, fcntl, json, os, resource, select, socket, subprocess, sys, termios, threading, warnings
warnings.simplefilter('ignore')
sys.path.insert(0, sys.argv[1])
from hashsets.sandbox import lock_down
KEY = sys.argv[2]
HAD, BOUND, LISTENING = socket.socket(), socket.socket(), socket.create_server(('127.0.0.1', 0))
BOUND.bind(('127.0.0.1', 0))
OPEN = LISTENING.getsockname()
WAITING = socket.create_connection(OPEN)
OURS, THEIRS = socket.socketpair()
def fail(): raise OSError
def in_a_thread(work, *given):
    went_wrong = []
    def run():
        try: work(*given)
        except OSError as error: went_wrong.append(error)
    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if went_wrong: fail()
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
programs = {name: compile(text, name, 'eval') for name, text in json.loads(sys.argv[3]).items()}
assert lock_down(may_connect=True) == 'seccomp'
done = []
for name, program in programs.items():
    try:
        eval(program)
    except (OSError, ImportError, ValueError, RuntimeError, MemoryError):
        continue
    done.append(name)
os.write(1, json.dumps(done).encode())
os._exit(0)
"""


def what_succeeds(tmp_path: Path, attempts: dict[str, str], program: str = PROGRAM) -> list[str]:
    key = tmp_path / "workspace.key"
    key.write_text("secret")
    command = [sys.executable, "-c", program, str(REPOSITORY), str(key), json.dumps(attempts)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True, stdin=subprocess.DEVNULL)
    assert [path.name for path in tmp_path.iterdir()] == ["workspace.key"]
    return list(json.loads(ended.stdout))


def test_what_reaches_anything_but_the_network_fails(tmp_path: Path) -> None:
    assert what_succeeds(tmp_path, ATTEMPTS | STILL) == list(STILL)


def test_the_attempts_succeed_where_nothing_is_locked(tmp_path: Path) -> None:
    unlocked = PROGRAM.replace("assert lock_down(may_connect=True) == 'seccomp'", "")
    harmless = (
        "open a file", "look at a file", "list a folder", "run a program as subprocess does", "import a module",
        "signal its parent", "take a caller", "take a port", "listen where it was bound before", "open a local socket",
        "open a pair of sockets", "copy a handle", "copy a handle by fcntl",
    )  # fmt: skip

    assert what_succeeds(tmp_path, {name: ATTEMPTS[name] for name in harmless}, unlocked) == list(harmless)


# --- What travels --------------------------------------------------------------------------------------------------

LIMITS = Limits(5.0, 1000, 2, "agent")
ASK = Asking("https://img.example/a", LIMITS, "GET", "origin", "direct", (("If-None-Match", '"a"'),), "127.0.0.2")
THEN = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
TLS = Tls(
    "TLSv1.3", "0" * 64, ("img.example",), "commonName=x", "2026-01-01T00:00:00+00:00", "2027-01-01T00:00:00+00:00"
)
BODY = b"body"
HOP = Hop(
    url="https://img.example/a",
    status=200,
    ip="127.0.0.2",
    method="GET",
    sent=(("host", "img.example"),),
    received=(("etag", '"ë"'),),
    ips=("127.0.0.2", "::1"),
    tls=TLS,
    began_at=THEN,
    ended_at=THEN,
    body_sha256="230d8358dc8e8890b4c58deeb62912ee2f20357ae92a5cc861b98e68fe31acb5",
    body_bytes=4,
)
CAPTURE = Capture("https://img.example/a", "origin", "direct", THEN, THEN, (HOP,), ("127.0.0.2",))
ANSWER = Exchange(HOP.url, (HOP,), HOP.received, BODY, CAPTURE)
FAILURE = fetch_error(replace(CAPTURE, reason="timeout", stage="body"), 7, 1.5)
HEARD = Heard(ASK, THEN, THEN)


def test_what_is_asked_travels_whole() -> None:
    settings = Settings(
        fetch=FetchSettings(deny=("8.8.8.0/24",), ports=(80, 443, 8080)),
        dns=DnsSettings(servers=("9.9.9.9",)),
        egress=EgressSettings(profiles={"vpn": "http://127.0.0.1:3128"}, vantages=("direct", "vpn")),
    )
    rules = LabSettings(allow=("127.0.0.0/8",), resolve={"a.example": "127.0.0.2"}, authority="a.pem")
    lab = replace(settings, lab=rules)

    assert decode_asking(ASK.encode()) == ASK
    assert [decode_plan(Plan(each).encode()) for each in (settings, lab)] == [Plan(settings), Plan(lab)]


def test_what_is_answered_travels_whole() -> None:
    answer, failure = HEARD.answer(encode_answer(ANSWER)), HEARD.answer(encode_answer(FAILURE))

    assert isinstance(answer, Exchange)
    assert with_body(answer, BODY) == ANSWER
    assert isinstance(failure, FetchError)
    assert (failure.capture, failure.evidence, failure.may_retry) == (FAILURE.capture, FAILURE.evidence, True)


def changed(at: str, value: object) -> bytes:
    """The answer with something else at a place like "hops.0.tls.names"."""
    told = json.loads(encode_answer(ANSWER))
    *way, last = at.split(".")
    holder = told
    for step in way:
        holder = holder[int(step) if step.isdecimal() else step]
    holder[last] = value
    return json.dumps(told).encode()


MADE_UP: dict[str, list[object]] = {
    "hops": [None, [], {}, "x", [1], [json.loads(encode_answer(ANSWER))["hops"][0]] * 4],
    "tried": [None, ["img.example"], ["127.0.0.1"] * 1001, "127.0.0.1"],
    "reason": ["forbidden", 1, ["timeout"], {"a": 1}, "timeout"],
    "stage": ["body", "elsewhere", 1],
    "hops.0.url": [None, "x" * 100_001, "a\nb", "\x00"],
    "hops.0.status": ["200", -1, 1000, True, 2.0, None],
    "hops.0.ip": ["img.example", 1, "x" * 10**6],
    "hops.0.ips": [["127.0.0.1"] * 65, "127.0.0.1", [None]],
    "hops.0.method": [1, "G" * 21],
    "hops.0.sent": [[["a"]], [["a", "b", "c"]], [["a", 1]], [["a", "b"]] * 101, {"a": "b"}],
    "hops.0.received": [[["a", "b" * 2001]], [["a" * 201, "b"]], [["a", "b\r\nc: d"]]],
    "hops.0.tls": [[], {}, {"version": "x"}, "TLS"],
    "hops.0.tls.sha256": ["0" * 63, "x" * 64, None],
    "hops.0.tls.names": [["x"] * 101, [1]],
    "hops.0.began_at": ["yesterday", "2026-11-25T10:00:00", 5, None, "9" * 5000],
    "hops.0.body_sha256": ["", "0" * 65, 1],
    "hops.0.body_bytes": ["4", -1, 1 << 51],
}


@pytest.mark.parametrize("at", MADE_UP)
def test_an_answer_that_was_made_up_is_refused(at: str) -> None:
    for value in MADE_UP[at]:
        with pytest.raises(BadAnswerError):
            HEARD.answer(changed(at, value))


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"null", b"[]", b"7", b"{}", b"[" * 100_000, b'{"hops":' * 50_000, b"9" * 10_000, b"\xff\xfe", b'"x"'],
)
def test_what_is_no_answer_at_all_is_refused(raw: bytes) -> None:
    for read in (HEARD.answer, HEARD.so_far):
        with pytest.raises(BadAnswerError):
            read(raw)


def test_a_failure_that_was_made_up_is_refused() -> None:
    told = json.loads(encode_answer(FAILURE))
    for change in (
        {"may_retry": 1}, {"refused": "address"}, {"refused": "free text"}, {"elapsed_s": "nan"}, {"elapsed_s": -1},
        {"received_bytes": -1}, {"received_bytes": 1.5}, {"stage": None}, {"reason": "refused_address"},
    ):  # fmt: skip
        with pytest.raises(BadAnswerError):
            HEARD.answer(json.dumps(told | change).encode())


def test_a_body_that_is_not_the_one_told_of_is_refused() -> None:
    answer = HEARD.answer(encode_answer(ANSWER))
    assert isinstance(answer, Exchange)
    for body in (b"", b"bodz", b"body and more"):
        with pytest.raises(BadAnswerError):
            with_body(answer, body)
    unread = HEARD.answer(json.dumps(json.loads(changed("hops.0.body_sha256", None)) | {}).encode())
    assert isinstance(unread, Exchange)
    with pytest.raises(BadAnswerError):
        with_body(unread, BODY)


def test_what_was_asked_and_when_is_not_the_process_to_say() -> None:
    told = json.loads(encode_answer(ANSWER)) | {"asked": "http://evil.example/", "egress": "vpn", "began_at": "x"}
    answer = HEARD.answer(json.dumps(told).encode())

    assert answer.capture == CAPTURE


class Rogues(Fetchers):
    """Processes that were taken over."""

    mode = ""

    def _new_child(self) -> FetchChild:
        return FetchChild(self._plan, "tests.hotline.rogue_child", self.mode)


@pytest.mark.parametrize("mode", MODES)
def test_one_that_was_taken_over_can_neither_hold_nor_fill_nor_fool_us(
    site: Site, settings: Settings, mode: str
) -> None:
    with Rogues.from_settings(settings) as rogues:
        rogues.mode = mode
        rogues.start()
        before, started = resident_bytes(), time.perf_counter()
        error = failed(rogues, site)
        took_s = time.perf_counter() - started

    assert took_s < DEADLINE_S + 1
    assert resident_bytes() - before < 50 << 20
    is_slow = mode in ("drip", "flood", "silence", "deaf")
    assert (error.reason, error.capture.hops) == ("timeout" if is_slow else "bad_response", ())


def resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- The same without a process, as it is measured here ------------------------------------------------------------


def test_warming_goes_every_way_and_leaves_nothing_to_load(settings: Settings, lab: Lab, site: Site) -> None:
    """After it a look, a failing one and one by TLS import nothing more; in a locked process they could not."""
    program = (
        "import sys, json; from hotline.channels.asking import decode_plan, decode_asking; "
        "from hotline.channels.fetcher import Fetcher; from hotline.channels.warming import warm_up\n"
        "from hotline.channels import fetcher_child; from hotline.errors import FetchError\n"
        "fetcher = Fetcher.from_plan(decode_plan(sys.argv[1].encode())); warm_up(fetcher); known = set(sys.modules)\n"
        "for asking in sys.argv[2:]:\n"
        "    try: fetcher.exchange(decode_asking(asking.encode()))\n"
        "    except FetchError: pass\n"
        "print(json.dumps(sorted(set(sys.modules) - known)))"
    )
    limits = Limits(1, 1000, 5, "agent")
    askings = [
        Asking(href, limits).encode().decode()
        for href in (
            site.url("/a"),
            "http://no.example/",
            "https://img.example/",
            "http://10.0.0.1/",
            site.url("/stall"),
        )
    ]
    command = [sys.executable, "-c", program, Plan(settings).encode().decode(), *askings]
    done = subprocess.run(command, capture_output=True, text=True, cwd=REPOSITORY, check=True)

    assert json.loads(done.stdout) == []


def test_warming_comes_back_from_every_kind_of_answer(settings: Settings) -> None:
    started = time.perf_counter()
    warm_up(Fetcher.from_plan(Plan(settings)))

    assert time.perf_counter() - started < 2
    assert [thread for thread in threading.enumerate() if "_serve" in thread.name] == []


def test_what_a_process_does_with_one_request(settings: Settings, site: Site) -> None:
    fetcher = Fetcher.from_plan(Plan(settings))
    for path, wanted in (("/a", b"a"), ("/none", b"")):
        ours, theirs = socket.socketpair()
        ask = Asking(site.url(path), replace(LIMITS, max_bytes=1 if path == "/none" else 1000))
        with ours, theirs:
            send_frame(ours, ask.encode())
            fetcher_child._serve(theirs, fetcher)
            frames = [receive_frame(ours, 100_000) for _ in range(4)]
            stages = [HEARD.so_far(frame).stage for frame in frames]
            answer = Heard(ask, THEN, THEN).answer(receive_frame(ours, 100_000))
            if isinstance(answer, Exchange):
                assert with_body(answer, receive_frame(ours, 1000)).body == wanted
            else:
                assert answer.reason == "too_large"
        assert stages == ["dns", "connect", "headers", "body"]


def test_frames_are_whole_before_their_moment_or_not_at_all() -> None:
    """A process that was taken over drips its answer, or announces more than there may be."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.sendall((1 << 40).to_bytes(8, "big"))
        with pytest.raises(BadAnswerError):
            receive_frame(ours, 1000, until=time.monotonic() + 1)
    ours, theirs = socket.socketpair()
    is_over = threading.Event()

    def drip() -> None:
        theirs.sendall((100).to_bytes(8, "big"))
        while not is_over.wait(0.05):
            theirs.sendall(b"x")

    dripping = threading.Thread(target=drip)
    with ours, theirs:
        dripping.start()
        started = time.perf_counter()
        with pytest.raises(TimeoutError):
            receive_frame(ours, 1000, until=time.monotonic() + 0.5)
        took_s = time.perf_counter() - started
        is_over.set()
        dripping.join()
    assert 0.5 <= took_s < 0.7


def test_a_frame_that_nobody_takes_is_given_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(TimeoutError):
        send_frame(ours, bytes(10_000_000), until=time.monotonic() + 0.2)


def test_a_head_may_be_as_long_as_the_longest_that_is_kept() -> None:
    """Of every hop all headers, all of them as long as they may be and in signs of two bytes."""
    headers = tuple(("ë" * 200, "ë" * 2000) for _ in range(100))
    hop = replace(HOP, url="x" * 50_000, sent=headers[:5], received=headers, ips=("2001:db8::1",) * 64)
    capture = replace(CAPTURE, hops=(hop,) * (LIMITS.max_redirects + 1))
    frame = encode_answer(replace(ANSWER, capture=capture, hops=capture.hops))

    assert len(frame) <= max_head_bytes(ASK)
    assert HEARD.answer(frame).capture == capture
    assert max_head_bytes(replace(ASK, limits=replace(LIMITS, max_redirects=10**5))) == answering.MAX_HEADS_BYTES
