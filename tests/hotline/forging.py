"""Addresses that lead inside by every disguise known for them, drawn from a seed: encodings of numbers, forms of IPv6,
user names, look-alike signs, and what parsers read differently."""

import random
from collections.abc import Iterator

SEED = 20261125
IPV4_INSIDE = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/4", "240.0.0.0/4",
)  # fmt: skip
KNOWN = (
    "127.0.0.1", "169.254.169.254", "10.0.0.1", "192.168.1.1", "0.0.0.0", "100.100.100.200", "255.255.255.255",
    "168.63.129.16", "192.0.0.192",
)  # fmt: skip
IPV6_INSIDE = (
    "::1", "::", "100::1", "2001::1", "2001:10::1", "2001:20::1", "2001:2::1", "2001:db8::1", "3ffe::1", "3fff::1",
    "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::a9fe:a9fe", "fec0::1", "ff02::1", "ff0e::1",
    "64:ff9b:1::1", "4000::1", "1000::1", "e000::1",
)  # fmt: skip
WIDE = {ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789abcdefghijklmnopqrstuvwxyz"}
CIRCLED = {ord("0"): "⓪"} | {ord(str(n)): chr(0x245F + n) for n in range(1, 10)}
BOLD = {ord(str(n)): chr(0x1D7CE + n) for n in range(10)}
SUPERSCRIPT = dict(zip(map(ord, "0123456789"), "⁰¹²³⁴⁵⁶⁷⁸⁹", strict=True))


def numbers_of(network: str) -> tuple[int, int]:
    ip, _, length = network.partition("/")
    first = sum(int(part) << (24 - 8 * at) for at, part in enumerate(ip.split(".")))
    return first, first + (1 << (32 - int(length))) - 1


def dotted(number: int) -> str:
    return ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))


def drawn_inside(chance: random.Random) -> list[str]:
    return [*KNOWN, *(dotted(chance.randint(*numbers_of(network))) for network in IPV4_INSIDE)]


def encodings(ip: str) -> Iterator[str]:
    """The ways in which parsers have read one IPv4 address, as hosts."""
    a, b, c, d = (int(part) for part in ip.split("."))
    number = a << 24 | b << 16 | c << 8 | d
    yield from (ip, f"{ip}.", str(number), f"0x{number:08x}", f"0X{number:X}", f"0{number:o}", f"0x0000{number:08x}")
    yield from (f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"000{a:o}.{b}.{c}.{d}")
    yield from (f"{a}.{b}.{(c << 8) + d}", f"{a}.{(b << 16) + (c << 8) + d}", f"0x{a:x}.{b}.0{c:o}.{d}")
    yield from (f"{a}.0x{(b << 16) + (c << 8) + d:x}", f"{a + 256}.{b}.{c}.{d}", str(number + (1 << 32)))
    yield from (ip.translate(WIDE), ip.translate(CIRCLED), ip.translate(BOLD), ip.translate(SUPERSCRIPT))
    yield from (ip.replace(".", mark) for mark in ("。", "．", "｡", "%2e", "%E3%80%82"))
    yield from ("".join(f"%{ord(sign):02x}" for sign in ip), ip.replace("0", "%30"), f"\u00ad{ip}", f"{ip}\u200b")
    yield from embedded(ip)


def embedded(ip: str) -> Iterator[str]:
    """Forms of IPv6 that carry an IPv4 address."""
    a, b, c, d = (int(part) for part in ip.split("."))
    high, low = f"{a << 8 | b:x}", f"{c << 8 | d:x}"
    yield from (f"[::ffff:{ip}]", f"[::ffff:{high}:{low}]", f"[0:0:0:0:0:ffff:{ip}]", f"[::FFFF:{ip}]", f"[::{ip}]")
    yield from (f"[::ffff:0:{ip}]", f"[64:ff9b::{ip}]", f"[64:ff9b::{high}:{low}]", f"[64:ff9b:1::{ip}]")
    yield from (f"[2002:{high}:{low}::]", f"[2002:{high}:{low}::1]", f"[fe80::5efe:{ip}]", f"[::ffff:{ip}%25eth0]")
    yield f"[2001:0:4136:e378:8000:63bf:{(a << 8 | b) ^ 0xFFFF:x}:{(c << 8 | d) ^ 0xFFFF:x}]"  # Teredo


def disguises(ip: str) -> Iterator[str]:
    """Whole addresses that one parser reads as leading to `ip`, another elsewhere."""
    yield from (f"http://8.8.8.8@{ip}/", f"http://8.8.8.8:80@{ip}/", f"http://8.8.8.8:80:@{ip}/", f"http://:@{ip}/")
    yield from (f"http://{ip}@8.8.8.8@{ip}/", f"http://8.8.8.8%40{ip}/", f"http://a%3Ab@{ip}/", f"http://@@{ip}/")
    yield from (f"http://{ip}#@8.8.8.8/", f"http://{ip}?@8.8.8.8/", f"http://{ip}\\@8.8.8.8/", f"http://{ip};@8.8.8.8/")
    yield from (
        f"http://8.8.8.8\\@{ip}/",
        f"http://8.8.8.8;@{ip}/",
        f"http://8.8.8.8 @{ip}/",
        f"http://8.8.8.8\t@{ip}/",
    )
    yield from (f"http:\\\\{ip}\\", f"http:/{ip}/", f"http:{ip}/", f"http:///{ip}/", f"http:////{ip}/", f"\\\\{ip}\\")
    yield from (f"http://{ip}:80/", f"http://{ip}:00080/", f"http://{ip}:/", f"http://{ip}%00.example/")
    yield from (
        f"http://{ip}%2f@8.8.8.8/",
        f"http://{ip}%23@8.8.8.8/",
        f"http://{ip}\u2025.example/",
        f"//{ip}/",
        f"{ip}/",
    )
    yield from (f"h\tttp://{ip}/", f"ht\ntp://{ip}/", f"http://{ip[:3]}\t{ip[3:]}/", f"http://{ip[:2]}\n{ip[2:]}/")
    yield from (f"\x00http://{ip}/", f"http://{ip}\x00/", f"http://\u200d{ip}/", f"hxxp://{ip.replace('.', '[.]')}/")
    yield from (
        f"http://{ip}\u2044@8.8.8.8/",
        f"http://{ip}／@8.8.8.8/",
        f"http://{ip}＠8.8.8.8/",
        f"http://8.8.8.8＠{ip}/",
    )
    yield from (
        f"http://{ip}℀.example/",
        f"http://{ip}:80#:443/",
        f"HTTP://{ip}/",
        f"http://{ip}..//",
        f"http://[{ip}]/",
    )


def spellings(ip: str) -> Iterator[str]:
    """One IPv6 address spelt otherwise, as hosts."""
    yield from (f"[{ip}]", f"[{ip.upper()}]", f"[{ip}%25eth0]", f"[{ip}%eth0]", f"[{ip}%251]", f"[{ip}%25]")
    if "::" in ip:
        left, _, right = ip.partition("::")
        zeros = ["0"] * (8 - sum(len(part.split(":")) for part in (left, right) if part))
        groups = [*(left.split(":") if left else []), *zeros, *(right.split(":") if right else [])]
        yield from ("[" + ":".join(f"{group:0>4}" for group in groups) + "]", "[" + ":".join(groups) + "]")


NAMES = (
    "localhost", "localhost.", "LOCALHOST", "a.localhost", "localhost.localdomain", "localhost6", "ip6-localhost",
    "ip6-loopback", "localhost".translate(WIDE), "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "lоcalhost", "loc\u00adalhost", "ℓocalhost",
    "xn--lcalhost-n0a", "broadcasthost", "metadata", "metadata.google.internal", "instance-data",
    "kubernetes.default.svc", "host.docker.internal", "gateway.docker.internal", "router.local", "0", "00", "0x0", "1",
    "127.1", "127.0.1", "0x7f.1", "0177.1", "017700000001", "2130706433", "0x7f000001", "127.0.0.1.",
    "127.000.000.001", "①②⑦.⓪.⓪.①", "127。0。0。1", "0.0.0.0", "[::]", "[::1]",
    "[0:0:0:0:0:0:0:1]", "[::ffff:7f00:1]", "[::1%25lo]", "[::1]:80", "0.0.0.0:443", "127.1:80", "[::]:443",
)  # fmt: skip


def forged() -> list[str]:
    """All of them, without repetitions, in an order that a seed gives."""
    chance = random.Random(SEED)
    found = [f"http://{host}/" for host in NAMES] + [f"https://{host}/" for host in NAMES]
    for ip in drawn_inside(chance):
        hosts = list(encodings(ip))
        found += [f"http://{host}/" for host in hosts] + [f"https://{host}/x" for host in chance.sample(hosts, 8)]
        found += list(disguises(ip))
    for ip in IPV6_INSIDE:
        found += [f"{scheme}://{host}/" for scheme in ("http", "https") for host in spellings(ip)]
    return list(dict.fromkeys(found))
