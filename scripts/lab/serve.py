"""A TCP server that stops at once: one thread accepts, one serves each connection, `stop` ends them all.

It knows no protocol; what is said on a connection is its `serve` argument.
"""

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable

Peer = tuple[str, int]
STOP_WITHIN_S = 5.0


def watch(listener: socket.socket, wake: socket.socket, on_ready: Callable[[], None]) -> None:
    """Call `on_ready` whenever `listener` has something, until `wake` has."""
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if wake in ready:
                return
            on_ready()


class Watcher:
    """A daemon thread that watches one socket; `stop` wakes it without polling and closes the socket."""

    def __init__(self, listener: socket.socket, on_ready: Callable[[], None]) -> None:
        self.listener = listener
        self._wake, self._bell = socket.socketpair()
        self._thread = threading.Thread(target=watch, args=(listener, self._wake, on_ready), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._bell.send(b"x")
        self._thread.join(STOP_WITHIN_S)
        for each in (self._wake, self._bell, self.listener):
            each.close()


class TcpServer:
    """Accepts on `ip` (ephemeral port unless one is given), runs `serve(sock, peer)` in a thread per connection."""

    def __init__(self, ip: str, serve: Callable[[socket.socket, Peer], None], port: int = 0) -> None:
        self._serve = serve
        self._lock = threading.Lock()
        self._open: dict[socket.socket, threading.Thread] = {}
        self.stopping = threading.Event()
        self.connections: list[Peer] = []
        self._listener = socket.create_server((ip, port), backlog=1024)
        self._listener.setblocking(False)
        self.ip: str = ip
        self.port: int = self._listener.getsockname()[1]
        self._watcher = Watcher(self._listener, self._accept)

    def _accept(self) -> None:
        try:
            sock, peer = self._listener.accept()
        except OSError:  # the client left before it was accepted
            return
        sock.setblocking(True)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        thread = threading.Thread(target=self._run, args=(sock, peer), daemon=True)
        with self._lock:
            self.connections.append(peer)
            self._open[sock] = thread
        thread.start()

    def _run(self, sock: socket.socket, peer: Peer) -> None:
        try:
            with contextlib.suppress(OSError):  # a client that hangs up is no fault of the lab
                self._serve(sock, peer)
        finally:
            with self._lock:
                self._open.pop(sock, None)
                sock.close()

    def stop(self) -> None:
        """Stop accepting, hang up on everyone, wait for the threads."""
        self.stopping.set()
        self._watcher.stop()
        with self._lock:
            open_now = dict(self._open)
            for sock in open_now:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
        for thread in open_now.values():
            thread.join(STOP_WITHIN_S)
