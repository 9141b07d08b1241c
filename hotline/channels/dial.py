"""Connections that pass the gate: resolves once, checks every answer, dials a checked address, compares the peer. Its
sockets end at a deadline and at a count of bytes, whatever is sent how slowly. Knows no protocol above TCP and TLS."""

import contextlib
import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hotline.addresses.gate import Gate, plain_host, refusal
from hotline.channels.dns import Resolver
from hotline.errors import ChannelError
from hotline.records.looks import Tls

MAX_TRIED = 4  # of a name's addresses; all are checked, but a hostile name may have hundreds
CLOCK_GRAIN_S = 0.01


class OverspentError(OSError):
    """More was sent than this connection may receive; the rest is not read."""


class Allowance:
    """What one exchange may still use: seconds until its deadline, seconds of one step, bytes received."""

    def __init__(self, deadline_s: float, max_bytes: int, step_s: float | None = None) -> None:
        self._started_at = time.monotonic()
        self._ends_at = self._started_at + deadline_s
        self._step_s = step_s or deadline_s
        self._bytes_left = max_bytes
        self.received_bytes = 0

    @property
    def is_late(self) -> bool:
        return time.monotonic() >= self._ends_at - CLOCK_GRAIN_S

    @property
    def is_spent(self) -> bool:
        return self._bytes_left < 0

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._started_at

    def left_s(self) -> float:
        """Returns how long the next step may take. Raises TimeoutError when the deadline has passed."""
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return min(left, self._step_s)

    def spend(self, count: int) -> int:
        """Counts received bytes and returns them. Raises OverspentError beyond the allowance."""
        self.received_bytes += count
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise OverspentError
        return count


class _Metered(socket.socket):
    """Every read and write asks the allowance first: a drip of single bytes cannot prolong it."""

    allowance: Allowance

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.allowance.left_s())
        return self.allowance.spend(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.allowance.left_s())
        super().sendall(*args, **kwargs)


class MeteredSocket(_Metered):
    """A TCP socket under an allowance."""


class MeteredTlsSocket(_Metered, ssl.SSLSocket):
    """The same over TLS; made by `SSLContext.wrap_socket`, so the allowance is set after the handshake."""


@dataclass
class Leg:
    """What is known of one connection: the address dialled, all that the name has, and what it is secured with.

    `ip` and `ips` stay empty where a proxy dials: it alone knows them.
    """

    ip: str = ""
    ips: tuple[str, ...] = ()
    tls: Tls | None = None


@dataclass
class Dialer:
    """Opens connections for one exchange and remembers the stage it is in, the last connection, all addresses tried.

    `at`: a name and the address to dial for it instead of looking it up. `tell` hears of every stage that begins.
    """

    gate: Gate
    resolver: Resolver = field(repr=False)
    allowance: Allowance
    at: tuple[str, str] | None = field(default=None, repr=False)
    tell: Callable[[], None] | None = field(default=None, repr=False)
    stage: str = "dns"
    leg: Leg = field(default_factory=Leg)
    tried: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list, repr=False)
    """The head of the request under way; it is put together before the connection is there."""
    sends_whole_address: bool = False
    """Whether a plain request names the whole address, as a proxy wants it."""

    def enter(self, stage: str) -> None:
        self.stage = stage
        if self.tell is not None:
            self.tell()

    def dial(self, host: str, port: int, *, is_tls: bool = False) -> MeteredSocket:  # noqa: ARG002 - for proxies
        """Connects to a name. Raises RefusedAddressError, LookupFailedError, or OSError from the last address tried.

        is_tls: what is going to be spoken; it matters to a proxy only.
        """
        self._begin()
        port = self.gate.port_for(host, port)
        if not self.gate.allows_port(port):
            raise refusal("port")
        ips = self._addresses(host)
        for ip in ips:
            self.gate.check(ip)
        self.leg.ips = ips
        return self._connected(ips, port)

    def _begin(self) -> None:
        self.leg = Leg()
        self.enter("dns")

    def _addresses(self, host: str) -> tuple[str, ...]:
        if self.at is not None and plain_host(host) == plain_host(self.at[0]):
            return (self.at[1],)
        return self.resolver.addresses(host, lifetime_s=self.allowance.left_s())

    def _connected(self, ips: tuple[str, ...], port: int) -> MeteredSocket:
        failure: OSError = ConnectionError("no address to dial")
        ips = ips[:MAX_TRIED]
        for rest, ip in zip(range(len(ips), 0, -1), ips, strict=True):
            self.tried.append(ip)
            self.enter("connect")
            try:
                sock = self._connected_to(ip, port, self.allowance.left_s() / rest)
            except OSError as error:
                failure = error
            else:
                self.leg.ip = ip
                return sock
        raise failure

    def _connected_to(self, ip: str, port: int, timeout_s: float) -> MeteredSocket:
        sock = MeteredSocket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
        with closed_on_error(sock):
            sock.allowance = self.allowance
            sock.settimeout(timeout_s)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect((ip, port))
            self._check_peer(sock.getpeername()[0], ip)
            sock.settimeout(self.allowance.left_s())
        return sock

    def _check_peer(self, peer: str, ip: str) -> None:
        self.gate.check(peer)
        if ipaddress.ip_address(peer) != ipaddress.ip_address(ip):
            raise refusal("address")


@contextlib.contextmanager
def closed_on_error(sock: socket.socket) -> Iterator[None]:
    try:
        yield
    except BaseException:
        sock.close()
        raise


def dial_own_server(
    host: str,
    port: int,
    *,
    gate: Gate | None,
    resolver: Resolver | None,
    allowance: Allowance,
    if_beyond: ChannelError | None = None,
) -> MeteredSocket:
    """Connects to the operator's own mail server, which may well have a private address; in a lab through the gate.

    Raises `if_beyond`, where it is given, for a server beyond this machine.
    """
    if gate is not None and gate.is_lab:
        return Dialer(gate, resolver or Resolver(is_lab=True), allowance).dial(host, port)
    family, kind, _, _, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    if if_beyond is not None and not ipaddress.ip_address(str(target[0]).partition("%")[0]).is_loopback:
        raise if_beyond
    sock = MeteredSocket(family, kind)
    sock.allowance = allowance
    with closed_on_error(sock):
        sock.settimeout(allowance.left_s())
        sock.connect(target)
    return sock
