"""The process in which hostile hosts are talked to: takes requests on its only socket from the hotline, answers what
came, and has no right but to connect. It starts from nothing of its parent, and opens no file once it is warm."""

import contextlib
import resource
import signal
import socket

from hashsets.sandbox import lock_down
from hashsets.wire import BadAnswerError, Greeting, receive_frame, send_frame
from hotline.channels.answering import encode_answer, encode_so_far
from hotline.channels.asking import decode_asking, decode_plan
from hotline.channels.fetcher import Fetcher
from hotline.channels.warming import warm_up
from hotline.errors import FetchError

MEMORY_BYTES = 1 << 30
OWN_BYTES = 1 << 29
COPIES = 4
"""Of a body at most, on its way: as it came, unpacked, and each once more as it is put together."""
OPEN_FILES = 32
MAX_PLAN_BYTES = 100_000_000
MAX_ASKING_BYTES = 10_000_000


def main(_argument: str) -> None:
    """Serves requests from the socket on descriptor 0 until it closes; the first thing on it is the plan."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with socket.socket(fileno=0) as link, contextlib.suppress(BadAnswerError, BrokenPipeError):
        plan = decode_plan(receive_frame(link, MAX_PLAN_BYTES))
        fetcher = Fetcher.from_plan(plan)
        warm_up(fetcher)
        _limit(max(MEMORY_BYTES, OWN_BYTES + COPIES * plan.settings.fetch.max_bytes))
        send_frame(link, Greeting("", lock_down(may_connect=True)).encode())
        while True:
            _serve(link, fetcher)


def _serve(link: socket.socket, fetcher: Fetcher) -> None:
    ask = decode_asking(receive_frame(link, MAX_ASKING_BYTES))
    try:
        answer = fetcher.exchange(ask, lambda capture: send_frame(link, encode_so_far(capture)))
    except FetchError as error:
        send_frame(link, encode_answer(error))
    else:
        send_frame(link, encode_answer(answer))
        send_frame(link, answer.body)


def _limit(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
