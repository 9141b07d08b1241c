"""The lab's DNS server, UDP and TCP on one port: records, answers that change from query to query, failures."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from scripts.lab.serve import Peer, TcpServer, Watcher

TTL_S = 60
MAX_CHAIN = 8
Records = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True)
class LabQuery:
    """One question: name in lower case without the last dot, type as text, transport `udp` or `tcp`."""

    name: str
    type: str
    transport: str
    at_monotonic: float
    peer: Peer


def plain(name: str) -> str:
    """A name as the lab keeps it."""
    return name.lower().rstrip(".")


def records_of(name: str, type: str, values: Sequence[str]) -> dns.rrset.RRset:
    """Values as in a zone file, as records; names are absolute with or without their last dot."""
    owner = dns.name.from_text(name)
    return dns.rrset.from_text_list(owner, TTL_S, "IN", type, values, origin=dns.name.root, relativize=False)


class LabDNS:
    """Answers on 127.0.0.1; names it has no record of are asked of `hosts` (the lab's sites), then do not exist."""

    def __init__(self, hosts: Callable[[str], str | None] = lambda _name: None, ip: str = "127.0.0.1") -> None:
        self._hosts = hosts
        self._lock = threading.Lock()
        self._records: dict[tuple[str, str], list[list[str]]] = {}
        self._failing: dict[str, dns.rcode.Rcode | None] = {}
        self._truncated: set[str] = set()
        self._queries: list[LabQuery] = []
        self._udp, self._tcp = self._listen(ip)
        self.ip, self.port = ip, self._tcp.port
        self.address = f"{ip}:{self.port}"
        self._watcher = Watcher(self._udp, self._on_datagram)

    def _listen(self, ip: str) -> tuple[socket.socket, TcpServer]:
        for _ in range(50):
            tcp = TcpServer(ip, self._serve_tcp)
            udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            try:
                udp.bind((ip, tcp.port))
            except OSError:  # another program has the UDP port of that number
                udp.close()
                tcp.stop()
            else:
                udp.setblocking(False)
                return udp, tcp
        raise OSError(f"no port of {ip} is free for both UDP and TCP")

    def add(self, name: str, type: str, *values: str) -> None:
        """Set the records of a name and type, as in a zone file: `add("img.example", "MX", "10 mx.img.example")`."""
        self.sequence(name, type, values)

    def zone(self, records: Records) -> None:
        """Set many records: `{"img.example": {"A": ["127.0.0.2"], "NS": ["ns1.host.example."]}}`."""
        for name, types in records.items():
            for type_, values in types.items():
                self.add(name, type_, *values)

    def sequence(self, name: str, type: str, *answers: Sequence[str]) -> None:
        """A different set of records at each query, for rebinding; the last one stays."""
        for answer in answers:
            records_of(name, type, answer)  # a wrong type or value raises here, not in the server
        with self._lock:
            self._records[plain(name), type.upper()] = [list(answer) for answer in answers]

    def nxdomain(self, name: str) -> None:
        """The name does not exist."""
        self._failing[plain(name)] = dns.rcode.NXDOMAIN

    def servfail(self, name: str) -> None:
        """Every question about the name fails."""
        self._failing[plain(name)] = dns.rcode.SERVFAIL

    def refused(self, name: str) -> None:
        """Every question about the name is refused."""
        self._failing[plain(name)] = dns.rcode.REFUSED

    def silent(self, name: str) -> None:
        """No question about the name is answered."""
        self._failing[plain(name)] = None

    def truncated(self, name: str) -> None:
        """Over UDP the answer is cut (TC), so that the asker must come by TCP."""
        self._truncated.add(plain(name))

    def remove(self, name: str) -> None:
        """Forget records and failures of a name."""
        with self._lock:
            for key in [key for key in self._records if key[0] == plain(name)]:
                del self._records[key]
        self._failing.pop(plain(name), None)
        self._truncated.discard(plain(name))

    @property
    def queries(self) -> list[LabQuery]:
        """Every question so far; a copy."""
        with self._lock:
            return list(self._queries)

    def _values(self, name: str, type: str) -> list[str]:
        with self._lock:
            answers = self._records.get((name, type), [])
            if answers:
                return answers.pop(0) if len(answers) > 1 else answers[0]
        host = self._hosts(name) if type == "A" and not self._is_known(name) else None
        return [] if host is None else [host]

    def _is_known(self, name: str) -> bool:
        return any(key[0] == name for key in list(self._records))

    def _chain(self, name: str, type: str) -> list[dns.rrset.RRset]:
        found: list[dns.rrset.RRset] = []
        for _ in range(MAX_CHAIN):
            if values := self._values(name, type):
                return [*found, records_of(name, type, values)]
            targets = self._values(name, "CNAME")
            if not targets:
                break
            found.append(records_of(name, "CNAME", targets))
            name = plain(targets[0])
        return found

    def _reply(self, wire: bytes, transport: str, peer: Peer) -> bytes | None:
        """The answer to one message; None where there shall be none."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, type_ = plain(question.name.to_text()), dns.rdatatype.to_text(question.rdtype)
        with self._lock:
            self._queries.append(LabQuery(name, type_, transport, time.monotonic(), peer))
        if name in self._failing and self._failing[name] is None:
            return None
        reply = dns.message.make_response(query, recursion_available=True)
        if transport == "udp" and name in self._truncated:
            reply.flags |= dns.flags.TC
        elif (code := self._failing.get(name)) is not None:
            reply.set_rcode(code)
        else:
            reply.answer.extend(self._chain(name, type_))
            if not reply.answer and not self._is_known(name) and self._hosts(name) is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
        return reply.to_wire(max_size=65_535)

    def _on_datagram(self) -> None:
        with contextlib.suppress(OSError, dns.exception.DNSException, IndexError):  # junk is not answered
            wire, peer = self._udp.recvfrom(65_535)
            if (reply := self._reply(wire, "udp", peer)) is not None:
                self._udp.sendto(reply, peer)

    def _serve_tcp(self, sock: socket.socket, peer: Peer) -> None:
        with sock.makefile("rb") as stream, contextlib.suppress(dns.exception.DNSException, IndexError):
            while len(head := stream.read(2)) == 2:
                reply = self._reply(stream.read(struct.unpack("!H", head)[0]), "tcp", peer)
                if reply is None:
                    self._tcp.stopping.wait()
                else:
                    sock.sendall(struct.pack("!H", len(reply)) + reply)

    def stop(self) -> None:
        self._watcher.stop()
        self._tcp.stop()
