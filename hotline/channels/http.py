"""The one guarded HTTP session: requests, but every connection is opened by our dialer, no proxy but the dialer's
own, no netrc, no redirect by itself. Knows nothing of what is fetched or why."""

import logging
import ssl
from functools import cache, partial
from typing import Any, NoReturn

import requests
import requests.adapters
import requests.utils
import urllib3
import urllib3.connection
import urllib3.util.ssl_

from hotline.channels.dial import Dialer, MeteredTlsSocket
from hotline.channels.heads import tls_facts

# urllib3 writes whole addresses into its warnings and debug lines; an address is confidential.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)


class _Dialled:
    """A connection of urllib3 that our dialer opens, and that notes the head it sends."""

    dialer: Dialer

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self.dialer.enter("headers")

    def putheader(self, header: str | bytes, *values: Any) -> None:
        super().putheader(header, *values)  # type: ignore[misc]
        self.dialer.sent.append((_text(header), ", ".join(map(_text, values))))


class _HttpConnection(_Dialled, urllib3.connection.HTTPConnection):
    def _new_conn(self) -> Any:
        return self.dialer.dial(self._dns_host, self.port)


class _HttpsConnection(_Dialled, urllib3.connection.HTTPSConnection):
    def _new_conn(self) -> Any:
        sock = self.dialer.dial(self._dns_host, self.port, is_tls=True)
        self.dialer.enter("tls")
        return sock

    def connect(self) -> None:
        super().connect()
        assert isinstance(self.sock, MeteredTlsSocket)
        self.sock.allowance = self.dialer.allowance
        self.dialer.leg.tls = tls_facts(self.sock)


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection

    def __init__(self, *args: Any, dialer: Dialer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialer = dialer

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        connection.dialer = self.dialer  # type: ignore[attr-defined]
        return connection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection

    def __init__(self, *args: Any, dialer: Dialer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dialer = dialer

    def _new_conn(self) -> Any:
        connection = super()._new_conn()
        connection.dialer = self.dialer  # type: ignore[attr-defined]
        return connection


class _GuardedAdapter(requests.adapters.HTTPAdapter):
    def __init__(self, dialer: Dialer, context: ssl.SSLContext) -> None:
        self._dialer, self._context = dialer, context
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kwargs)
        pools = {"http": partial(_HttpPool, dialer=self._dialer), "https": partial(_HttpsPool, dialer=self._dialer)}
        self.poolmanager.pool_classes_by_scheme = pools

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing to do: the shared context verifies; loading the authorities anew costs 10 ms for each connection."""

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:  # noqa: ARG002 - never any
        """The path, or to a proxy that connects by itself the whole address."""
        href = str(request.url)
        is_whole = self._dialer.sends_whole_address and href.startswith("http:")
        return requests.utils.urldefragauth(href) if is_whole else super().request_url(request, None)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError("a proxy of requests would connect past the gate; the dialer knows the ways out")


class GuardedSession(requests.Session):
    """One exchange's session; `dialer` tells the address dialled and the stage reached."""

    def __init__(self, dialer: Dialer, context: ssl.SSLContext, user_agent: str) -> None:
        super().__init__()
        self.dialer = dialer
        self.trust_env = False
        self.headers.clear()
        self.headers.update(
            {"User-Agent": user_agent, "Accept": "*/*", "Accept-Encoding": "gzip, identity", "Connection": "close"}
        )
        adapter = _GuardedAdapter(dialer, context)
        self.mount("http://", adapter)
        self.mount("https://", adapter)

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Never one: requests would read the redirect's whole body, unbounded, to prepare a next request."""

    def send_bare(self, method: str, href: str, headers: dict[str, str] | None = None) -> requests.Response:
        """Sends one request and returns its answer with the body unread; the address goes out as WHATWG wrote it."""
        self.dialer.sent.clear()
        prepared = self.prepare_request(requests.Request(method, href, headers=headers))
        prepared.url = href
        return self.send(prepared, stream=True, allow_redirects=False, timeout=self.dialer.allowance.left_s())


def guarded_session(dialer: Dialer, *, user_agent: str, context: ssl.SSLContext | None = None) -> GuardedSession:
    """Builds a session whose connections all go through `dialer`. `context`: other TLS authorities, for tests."""
    if context is not None:
        context.sslsocket_class = MeteredTlsSocket
    return GuardedSession(dialer, context or tls_context(), user_agent)


@cache
def tls_context(authorities: str = "") -> ssl.SSLContext:
    """Verifies against these authorities, a PEM file; empty: those that requests ships with."""
    context = urllib3.util.ssl_.create_urllib3_context()
    context.load_verify_locations(authorities or requests.utils.DEFAULT_CA_BUNDLE_PATH)
    context.sslsocket_class = MeteredTlsSocket
    return context
