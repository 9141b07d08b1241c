"""A decoder that was taken over can reach nothing: it was locked before the first file came."""

import json
import subprocess
import sys
from pathlib import Path

from hashsets.decode import DecoderPool
from hashsets.sandbox import SECCOMP

REPOSITORY = Path(__file__).resolve().parents[2]
ATTEMPTS = {
    "open a file": "open(KEY)",
    "make a file": "os.open(KEY + '.new', os.O_CREAT | os.O_WRONLY)",
    "look at a file": "os.stat(KEY)",
    "list a folder": "os.listdir('/')",
    "open a socket": "socket.socket()",
    "connect a socket it had": "HAD.connect('/tmp/nowhere')",
    "run a program": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork()",
    "run a program as subprocess does": "subprocess.run(['/bin/true'])",
    "open a file from a thread": "in_a_thread(open, KEY)",
    "fork from a thread": "in_a_thread(os.fork)",
    "signal its parent": "os.kill(os.getppid(), 0)",
    "raise its memory": "resource.setrlimit(resource.RLIMIT_AS, (-1, -1))",
    "raise its open files": "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))",
    "limit another process": "resource.prlimit(1, resource.RLIMIT_CPU, (1, 1))",
    "change its root": "os.chroot('/')",
    "import a module": "__import__('wave')",
    "load a library": "ctypes.CDLL('libresolv.so.2')",
    "read another's memory": "ctypes.CDLL(None).process_vm_readv(1, 0, 0, 0, 0, 0) == -1 and fail()",
    "trace another": "ctypes.CDLL(None).ptrace(16, 1, 0, 0) == -1 and fail()",
    "take 10 GB": "bytearray(10 << 30)",
}
STILL = {
    "compute": "sum(range(1000))",
    "take 10 MB": "bytearray(10 << 20)",
    "write to what it has": "THEIRS.send(b'x')",
    "allow itself more time": "resource.setrlimit(resource.RLIMIT_CPU, (100, -1))",
    "start a thread, as HEIC's decoder does": "in_a_thread(sum, range(1000))",
}
PROGRAM = """
import ctypes, json, os, resource, socket, subprocess, sys, threading
sys.path.insert(0, sys.argv[1])
from hashsets.sandbox import lock_down
KEY = sys.argv[2]
HAD = socket.socket(socket.AF_UNIX)
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
assert lock_down() == 'seccomp'
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


def what_succeeds(tmp_path: Path, attempts: dict[str, str]) -> list[str]:
    key = tmp_path / "workspace.key"
    key.write_text("secret")
    command = [sys.executable, "-c", PROGRAM, str(REPOSITORY), str(key), json.dumps(attempts)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["workspace.key"]
    return json.loads(ended.stdout)


def test_what_reaches_anything_fails_and_what_decoding_needs_does_not(tmp_path: Path) -> None:
    assert what_succeeds(tmp_path, ATTEMPTS | STILL) == list(STILL)


def test_the_attempts_succeed_where_nothing_is_locked(tmp_path: Path) -> None:
    harmless = {name: ATTEMPTS[name] for name in ("open a file", "look at a file", "list a folder", "open a socket")}
    key = tmp_path / "workspace.key"
    key.write_text("secret")
    unlocked = PROGRAM.replace("assert lock_down() == 'seccomp'", "")
    command = [sys.executable, "-c", unlocked, str(REPOSITORY), str(key), json.dumps(harmless)]

    assert json.loads(subprocess.check_output(command, timeout=60)) == list(harmless)


def test_the_children_of_the_pool_are_locked_before_their_first_file(pool: DecoderPool) -> None:
    assert pool.sandbox() == SECCOMP
