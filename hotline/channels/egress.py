"""Ways out other than our own address: HTTP proxies and SOCKS5 proxies of the operator, which resolve the names they
are asked for. The gate is asked before the proxy is; a proxy's own refusal is never taken for a host's answer."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

import socks

from hotline.addresses.gate import plain_host
from hotline.channels.dial import Dialer, MeteredSocket, closed_on_error
from hotline.errors import LookupFailedError

MAX_HEAD_BYTES = 16_384
_PORTS = {"http": 3128, "socks5h": 1080}


@dataclass(frozen=True)
class Way:
    """One way out: its name, and the proxy it leads through, none for `direct`. scheme: http or socks5h."""

    name: str = "direct"
    scheme: str = ""
    host: str = field(default="", repr=False)
    port: int = 0

    @property
    def is_direct(self) -> bool:
        return not self.scheme

    @classmethod
    def read_all(cls, profiles: Mapping[str, str]) -> "dict[str, Way]":
        """All ways of a home by their names, from profiles as the settings checked them."""
        ways = {"direct": cls()}
        for name, text in profiles.items():
            proxy = urlsplit(text)
            ways[name] = cls(name, proxy.scheme, proxy.hostname or "", proxy.port or _PORTS[proxy.scheme])
        return ways


class _SocksSocket(MeteredSocket, socks.socksocket):  # type: ignore[misc]
    """PySocks's socket under an allowance."""


@dataclass
class ProxyDialer(Dialer):
    """Has a proxy connect. The proxy is the operator's choice, so it may well have an address that is not public; in a
    lab it must lie in the lab. Of the host it reaches we learn no address."""

    way: Way = field(default_factory=Way)

    def __post_init__(self) -> None:
        self.sends_whole_address = self.way.scheme == "http"

    def dial(self, host: str, port: int, *, is_tls: bool = False) -> MeteredSocket:
        """Connects through the proxy. Raises RefusedAddressError before it is asked, LookupFailedError, OSError."""
        self._begin()
        self.gate.check_remote(host, port)
        host = _name(host)
        ips = self._proxy_addresses()
        for ip in ips if self.gate.is_lab else ():
            self.gate.check(ip)
        if self.way.scheme == "socks5h":
            return self._through_socks(ips[0], host, port)
        sock = self._connected(ips, self.way.port)
        self.leg.ip = ""
        if is_tls:
            with closed_on_error(sock):
                _open_tunnel(sock, host, port)
        return sock

    def _proxy_addresses(self) -> tuple[str, ...]:
        try:
            return self.resolver.addresses(self.way.host, lifetime_s=self.allowance.left_s())
        except LookupFailedError:
            self.enter("connect")
            raise ConnectionError("the proxy's own name leads nowhere") from None

    def _check_peer(self, peer: str, ip: str) -> None:
        if self.gate.is_lab:
            super()._check_peer(peer, ip)

    def _through_socks(self, ip: str, host: str, port: int) -> MeteredSocket:
        self.tried.append(ip)
        self.enter("connect")
        sock = _SocksSocket(socket.AF_INET6 if ":" in ip else socket.AF_INET, socket.SOCK_STREAM)
        with closed_on_error(sock):
            sock.allowance = self.allowance
            sock.settimeout(self.allowance.left_s())
            sock.set_proxy(socks.SOCKS5, ip, self.way.port, rdns=True)
            sock.connect((host, port))
            sock.settimeout(self.allowance.left_s())
        return cast(MeteredSocket, sock)


def _name(host: str) -> str:
    """The host as a proxy is asked for it. Raises LookupFailedError where no such name can exist."""
    host = plain_host(host)
    try:
        host.encode("idna")
    except UnicodeError:
        raise LookupFailedError("no such name can exist; check it", reason="dns", may_retry=False) from None
    return host


def _open_tunnel(sock: MeteredSocket, host: str, port: int) -> None:
    """CONNECT (RFC 9110, 9.3.6). Raises ConnectionError for whatever is not a yes."""
    target = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    sock.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("ascii"))
    status = _read_head(sock).partition(b"\r\n")[0].split(b" ")
    if len(status) < 2 or not status[0].startswith(b"HTTP/1.") or len(status[1]) != 3 or status[1][:1] != b"2":
        raise ConnectionError("the proxy refused")


def _read_head(sock: MeteredSocket) -> bytes:
    """A head, byte by byte: what follows it belongs to the tunnel."""
    head, byte = bytearray(), bytearray(1)
    while not head.endswith(b"\r\n\r\n"):
        if len(head) > MAX_HEAD_BYTES or not sock.recv_into(byte):
            raise ConnectionError("the proxy gave no answer")
        head += byte
    return bytes(head)


def is_answer_of_proxy(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer to a whole address was made by the proxy itself, as far as that can be told.

    407 is a proxy's only; Squid marks its errors by X-Squid-Error; others by an `error` in Proxy-Status (RFC 9209).
    """
    proxy_status = headers.get("proxy-status", "").lower().replace(" ", "")
    return status == 407 or "x-squid-error" in headers or ";error=" in proxy_status
