"""Named web sites of the lab: what stands at each path, soft 404s, redirects, scripts, and who asked for what."""

import hashlib
import html
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scripts.lab.behaviours import HTML, reset
from scripts.lab.http import Behaviour, Connection, HttpServer, LabRequest, head_bytes

FRIENDLY = {
    "en": ("Page not found", "Sorry, the page you are looking for is no longer available."),
    "sq": ("Faqja nuk u gjet", "Na vjen keq, faqja që kërkoni nuk është më në dispozicion."),
}


@dataclass(frozen=True)
class Answer:
    """An ordinary response: status, headers, body."""

    status: int = 200
    headers: Mapping[str, str | None] = field(default_factory=dict)
    body: bytes = b""


def text_answer(status: int, title: str, text: str, language: str = "en") -> Answer:
    """A small HTML page."""
    head = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    )
    page = f"{head}<body><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p></body></html>"
    return Answer(status, {"Content-Type": HTML}, page.encode())


class Site:
    """One named host; several may share a server (virtual hosts), each with its own content and recorder."""

    def __init__(self, name: str, server: HttpServer) -> None:
        self.name, self.server = name, server
        self._lock = threading.Lock()
        self._content: dict[str, Answer | Behaviour] = {}
        self._soft: tuple[str, Answer] | None = None
        self._down: Behaviour | None = None
        self._requests: list[LabRequest] = []
        self._now_open = 0
        self.most_at_once = 0

    @property
    def ip(self) -> str:
        return self.server.ip

    @property
    def port(self) -> int:
        return self.server.port

    @property
    def requests(self) -> list[LabRequest]:
        """Every request so far, in the order of arrival; a copy."""
        with self._lock:
            return list(self._requests)

    def url(self, path: str = "/") -> str:
        """The address of a path, with the name and without the port (`lab.port` maps it)."""
        return f"http://{self.name}{path}"

    def requested(self, path: str) -> list[LabRequest]:
        """The requests for one path."""
        return [request for request in self.requests if request.path == path]

    def forget_requests(self) -> None:
        """Start the recorder anew."""
        with self._lock:
            self._requests.clear()
            self.most_at_once = 0

    def put(
        self,
        path: str,
        body: bytes = b"",
        *,
        content_type: str = "image/jpeg",
        status: int = 200,
        headers: Mapping[str, str | None] | None = None,
    ) -> str:
        """Put a body at a path, return its address; a 200 gets an ETag, a header given as None is left out."""
        given: dict[str, str | None] = {"Content-Type": content_type}
        if status == 200:
            given["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        return self._set(path, Answer(status, given | dict(headers or {}), body))

    def page(
        self,
        path: str,
        pictures: Iterable[str] = (),
        *,
        title: str = "A page",
        extra_html: str = "",
        language: str = "en",
        status: int = 200,
        headers: Mapping[str, str | None] | None = None,
    ) -> str:
        """Put an HTML page that shows the pictures (paths or addresses) and return its address."""
        shown = "\n".join(f'<img src="{html.escape(each)}" alt="">' for each in pictures)
        text = (
            f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title>{html.escape(title)}</title>'
            f"</head>\n<body><h1>{html.escape(title)}</h1>\n{shown}\n{extra_html}\n</body></html>\n"
        )
        return self.put(path, text.encode(), content_type=HTML, status=status, headers=headers)

    def remove(self, path: str, status: int = 404) -> None:
        """Take a path away; with 404 it becomes an unknown path (a soft 404, if on), else it answers `status`."""
        if status == 404:
            with self._lock:
                self._content.pop(path, None)
        else:
            self._set(path, text_answer(status, "Removed", "This content was removed."))

    def soft_404(
        self,
        where: bool | str = True,
        *,
        language: str = "en",
        title: str | None = None,
        text: str | None = None,
        status: int = 200,
    ) -> None:
        """Answer every unknown path (under the path `where`) with the same friendly 200; False turns it off."""
        known_title, known_text = FRIENDLY[language]
        answer = text_answer(status, title or known_title, text or known_text, language)
        self._soft = None if where is False else ("/" if where is True else where, answer)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Redirect a path to an address or path; returns its address."""
        return self._set(path, Answer(status, {"Location": to}))

    def script(self, path: str, behaviour: Behaviour) -> str:
        """Let `behaviour(request, connection)` answer a path; the connection is closed after it."""
        return self._set(path, behaviour)

    def down(self, is_down: bool = True, *, status: int | None = None) -> None:
        """While down every request is recorded and reset, or answered with `status`."""
        answer = reset() if status is None else _writer(text_answer(status, "Unavailable", "Please try again later."))
        self._down = answer if is_down else None

    def _set(self, path: str, content: Answer | Behaviour) -> str:
        with self._lock:
            self._content[path] = content
        return self.url(path)

    def standing_at(self, path: str) -> Answer | Behaviour | None:
        """What was put at a path, with its query or without."""
        with self._lock:
            return self._content.get(path) or self._content.get(path.partition("?")[0])

    def respond(self, request: LabRequest) -> Answer | Behaviour:
        """The answer to a request: what stands at its path, the friendly page, or a 404."""
        content, soft = self.standing_at(request.path), self._soft
        if content is not None:
            return content
        if soft is not None and request.path.startswith(soft[0]):
            return soft[1]
        return text_answer(404, "Not Found", "No such page.")

    def answer(self, request: LabRequest, connection: Connection) -> None:
        """Record a request and answer it."""
        with self._lock:
            self._requests.append(request)
            self._now_open += 1
            self.most_at_once = max(self.most_at_once, self._now_open)
        try:
            content = self._down or self.respond(request)
            behaviour = _writer(content) if isinstance(content, Answer) else content
            behaviour(request, connection)
        finally:
            with self._lock:
                self._now_open -= 1


def _writer(answer: Answer) -> Behaviour:
    """The behaviour of an honest server: HEAD, If-None-Match, Content-Length, keep-alive."""

    def behave(request: LabRequest, connection: Connection) -> None:
        sent, etag = answer, answer.headers.get("ETag")
        if answer.status == 200 and etag is not None and request.headers.get("if-none-match") == etag:
            sent = Answer(304, {"ETag": etag})
        length = {} if sent.status in (204, 304) else {"Content-Length": str(len(sent.body))}
        body = b"" if request.method == "HEAD" else sent.body
        connection.is_kept = True
        connection.send(head_bytes(sent.status, length | dict(sent.headers)) + body)

    return behave
