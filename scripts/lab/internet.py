"""The lab as a whole: addresses for named sites, mail, DNS and RDAP started when first asked for.

It also says which settings put a home into it.
"""

import ipaddress
import json
import ssl
from collections.abc import Iterator, Mapping
from types import TracebackType

from scripts.lab.apis import LabAbuseSignal, LabCloudflare
from scripts.lab.http import Connection, HttpServer, LabRequest
from scripts.lab.imap import LabImap
from scripts.lab.mail import LabMail
from scripts.lab.names import LabDNS
from scripts.lab.proxies import LabHttpProxy, LabSocksProxy
from scripts.lab.rdap import LabRDAP
from scripts.lab.sites import Site

FIRST_SITE = int(ipaddress.ip_address("127.0.0.2"))
LAST_SITE = int(ipaddress.ip_address("127.255.255.254"))


class Host:
    """One address of the lab with the sites on it; an unknown Host header gets the first, as on most real servers."""

    def __init__(self, ip: str, context: ssl.SSLContext | None = None) -> None:
        self.sites: dict[str, Site] = {}
        self.server = HttpServer(ip, self._answer, context)

    def _answer(self, request: LabRequest, connection: Connection) -> None:
        site = self.sites.get(request.host) or next(iter(self.sites.values()))
        site.answer(request, connection)


class Lab:
    """An internet of its own: `with Lab() as lab`, or `stop()` at the end."""

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}
        self._names: dict[str, Site] = {}
        self._free = _addresses()
        self._mail: LabMail | None = None
        self._imap: LabImap | None = None
        self._dns: LabDNS | None = None
        self._rdap: LabRDAP | None = None
        self._http_proxy: LabHttpProxy | None = None
        self._socks_proxy: LabSocksProxy | None = None
        self._cloudflare: LabCloudflare | None = None
        self._abuse_signal: LabAbuseSignal | None = None

    def __enter__(self) -> "Lab":
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        self.stop()

    def site(self, name: str, ip: str | None = None, *, context: ssl.SSLContext | None = None) -> Site:
        """A new web site on an address of its own; with the `ip` of another site, a virtual host beside it.

        With a `context` its address speaks TLS only.
        """
        self._check_free(name)
        host = self._host(ip or next(each for each in self._free if each not in self._hosts), context)
        site = Site(name.lower(), host.server)
        host.sites[site.name] = self._names[site.name] = site
        return site

    def alias(self, name: str, site: Site) -> Site:
        """One more name for a site: the same address, content and recorder."""
        self._check_free(name)
        self._hosts[site.ip].sites[name.lower()] = self._names[name.lower()] = site
        return site

    def _check_free(self, name: str) -> None:
        if name.lower() in self._names:
            raise ValueError(f"the lab already has a site {name!r}")

    def _host(self, ip: str, context: ssl.SSLContext | None = None) -> Host:
        if not ipaddress.ip_address(ip).is_loopback:
            raise ValueError(f"the lab listens on loopback addresses only, not on {ip}")
        if ip not in self._hosts:
            self._hosts[ip] = Host(ip, context)
        return self._hosts[ip]

    @property
    def sites(self) -> dict[str, Site]:
        """Every name with its site; a copy."""
        return dict(self._names)

    @property
    def mail(self) -> LabMail:
        if self._mail is None:
            self._mail = LabMail()
        return self._mail

    @property
    def imap(self) -> LabImap:
        if self._imap is None:
            self._imap = LabImap()
        return self._imap

    @property
    def dns(self) -> LabDNS:
        if self._dns is None:
            self._dns = LabDNS(lambda name: self._names[name].ip if name in self._names else None)
        return self._dns

    @property
    def rdap(self) -> LabRDAP:
        if self._rdap is None:
            self._rdap = LabRDAP()
        return self._rdap

    @property
    def cloudflare(self) -> LabCloudflare:
        if self._cloudflare is None:
            self._cloudflare = LabCloudflare()
        return self._cloudflare

    @property
    def abuse_signal(self) -> LabAbuseSignal:
        if self._abuse_signal is None:
            self._abuse_signal = LabAbuseSignal()
        return self._abuse_signal

    @property
    def http_proxy(self) -> LabHttpProxy:
        if self._http_proxy is None:
            self._http_proxy = LabHttpProxy(self._whereabouts)
        return self._http_proxy

    @property
    def socks_proxy(self) -> LabSocksProxy:
        if self._socks_proxy is None:
            self._socks_proxy = LabSocksProxy(self._whereabouts)
        return self._socks_proxy

    def _whereabouts(self, host: str, _port: int) -> tuple[str, int] | None:
        """Where a site really listens, by its name or its address at the usual ports."""
        site = self._names.get(host.lower())
        if site is not None:
            return site.ip, site.port
        listening = self._hosts.get(host)
        return (listening.server.ip, listening.server.port) if listening is not None else None

    def settings(self) -> dict[str, object]:
        """Dotted keys for `hotline init --set`: all a home needs here (the DNS server only once it was used)."""
        found: dict[str, object] = {
            "hotline.name": "Lab Hotline",
            "hotline.reply_to": "reply@hotline.example",
            "mail.host": self.mail.host,
            "mail.port": self.mail.port,
            "mail.security": "none",
            "mail.from_address": "notices@hotline.example",
            "lab.allow": ["127.0.0.0/8"],
            "lab.resolve": {name: site.ip for name, site in self._names.items()},
            "lab.port": {name: site.port for name, site in self._names.items()},
            "lab.rdap": self.rdap.url,
        }
        return found if self._dns is None else found | {"lab.dns": self._dns.address}

    def set_options(self, **more: object) -> list[str]:
        """`settings()` as arguments: `["--set", "mail.port=2525", …]`; `more` adds keys, `__` standing for the dot."""
        wanted = self.settings() | {key.replace("__", "."): value for key, value in more.items()}
        return [word for key, value in wanted.items() for word in ("--set", f"{key}={toml_value(value)}")]

    def stop(self) -> None:
        """Stop every server; a second time does nothing."""
        for host in self._hosts.values():
            host.server.stop()
        apis = (self._cloudflare, self._abuse_signal, self._imap)
        for each in (self._http_proxy, self._socks_proxy, self._mail, self._dns, self._rdap, *apis):
            if each is not None:
                each.stop()
        self._hosts, self._mail, self._dns, self._rdap = {}, None, None, None
        self._http_proxy = self._socks_proxy = None
        self._cloudflare = self._abuse_signal = self._imap = None


def _addresses() -> Iterator[str]:
    for number in range(FIRST_SITE, LAST_SITE):
        if number % 256 not in (0, 255):
            yield str(ipaddress.ip_address(number))


def toml_value(value: object) -> str:
    """A value as inline TOML, names quoted; TypeError for what TOML has not."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, Mapping):
        pairs = ", ".join(f"{toml_value(str(key))} = {toml_value(each)}" for key, each in value.items())
        return f"{{{pairs}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(toml_value(each) for each in value)}]"
    raise TypeError(f"TOML has no {type(value).__name__}")
