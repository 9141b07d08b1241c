"""Connections that pass the gate: resolves once, checks every answer, dials a checked address, compares the peer. Its
sockets end at a deadline and at a count of bytes, whatever is sent how slowly. Knows no protocol above TCP and TLS."""

import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import Any

from hotline.addresses import Gate
from hotline.channels.dns import Resolver
from hotline.errors import RefusedAddressError

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


class MeteredSocket(socket.socket):
    """A TCP socket whose every read and write asks the allowance first: a drip of single bytes cannot prolong it."""

    allowance: Allowance

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.allowance.left_s())
        return self.allowance.spend(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.allowance.left_s())
        super().sendall(*args, **kwargs)


class MeteredTlsSocket(ssl.SSLSocket):
    """The same over TLS; made by `SSLContext.wrap_socket`, so the allowance is set after the handshake."""

    allowance: Allowance

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.allowance.left_s())
        return self.allowance.spend(super().recv_into(*args, **kwargs))

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        self.settimeout(self.allowance.left_s())
        super().sendall(*args, **kwargs)


@dataclass
class Dialer:
    """Opens connections for one exchange and remembers the stage it is in and the address it dialled last."""

    gate: Gate
    resolver: Resolver = field(repr=False)
    allowance: Allowance
    stage: str = "dns"
    ip: str = ""

    def dial(self, host: str, port: int) -> MeteredSocket:
        """Connects to a name. Raises RefusedAddressError, LookupFailedError, or OSError from the last address tried."""
        self.stage = "dns"
        port = self.gate.port_for(host, port)
        if not self.gate.allows_port(port):
            raise RefusedAddressError(
                "the gate refused to dial this port; see fetch.ports", reason="refused_address", may_retry=False
            )
        ips = self.resolver.addresses(host, lifetime_s=self.allowance.left_s())
        for ip in ips:
            self.gate.check(ip)
        self.stage = "connect"
        return self._connected(ips[:MAX_TRIED], port)

    def _connected(self, ips: tuple[str, ...], port: int) -> MeteredSocket:
        failure: OSError = ConnectionError("no address to dial")
        for rest, ip in zip(range(len(ips), 0, -1), ips, strict=True):
            try:
                return self._connected_to(ip, port, self.allowance.left_s() / rest)
            except OSError as error:
                failure = error
        raise failure

    def _connected_to(self, ip: str, port: int, timeout_s: float) -> MeteredSocket:
        self.ip = ip
        sock = MeteredSocket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
        sock.allowance = self.allowance
        try:
            sock.settimeout(timeout_s)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect((ip, port))
            self._check_peer(sock.getpeername()[0], ip)
            sock.settimeout(self.allowance.left_s())
        except BaseException:
            sock.close()
            raise
        return sock

    def _check_peer(self, peer: str, ip: str) -> None:
        self.gate.check(peer)
        if ipaddress.ip_address(peer) != ipaddress.ip_address(ip):
            raise RefusedAddressError(reason="refused_address", may_retry=False)
