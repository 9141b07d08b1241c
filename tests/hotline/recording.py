"""A recorder that shares no code with the gate: an audit hook that sees every connection of this process's main thread,
and lets none out but to servers named."""

import ipaddress
import socket
import sys
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import netaddr

# Public by registration, never by use: the platform's own address in Azure.
METADATA_IN_PUBLIC_SPACE = "168.63.129.16"


def is_public(ip: str) -> bool:
    """By netaddr's tables, which take multicast for global, and what stands inside an IPv6 address for no matter."""
    address = netaddr.IPAddress(ip.partition("%")[0])
    if address.is_ipv4_mapped() or address.is_ipv4_compat() or address.is_multicast() or address.is_reserved():
        return False
    return ip != METADATA_IN_PUBLIC_SPACE and bool(address.is_global())


def is_numeric(host: str) -> bool:
    """Whether the C library reads it as an address, and asks nobody."""
    try:
        socket.inet_aton(host)
    except (OSError, UnicodeError):
        return ":" in host
    return True


@dataclass
class Record:
    """Targets of this thread's connections and datagrams, but for those let out, and names asked of the system."""

    let_out: Collection[tuple[str, int]]
    targets: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def inside(self) -> list[str]:
        return [ip for ip in self.targets if not is_public(ip)]


_record: Record | None = None


def _watch(event: str, args: tuple[object, ...]) -> None:
    if _record is None or threading.current_thread() is not threading.main_thread():
        return
    if event in ("socket.connect", "socket.sendto"):
        _see(_record, args[-1])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = args[0].decode("latin-1") if isinstance(args[0], bytes) else str(args[0])
        _record.names.append(host)
        if not is_numeric(host):  # the real servers of names are not asked either
            raise socket.gaierror


def _see(record: Record, target: object) -> None:
    if isinstance(target, tuple) and target[:2] not in record.let_out:
        record.targets.append(str(ipaddress.ip_address(target[0])))
        raise ConnectionRefusedError


sys.addaudithook(_watch)


@contextmanager
def recorded(*let_out: tuple[str, int]) -> Iterator[Record]:
    """Records until the block ends; nothing but what goes to `let_out` is really sent."""
    global _record
    _record = Record(let_out)
    try:
        yield _record
    finally:
        _record = None
