"""Situations in which decided material may be found again, each with the verdict that a careful person would give.

A situation is a picture, a page that shows one, a page that was decided itself, or something on a platform; `change`
does what its host did to it since. Hosts and words are made up.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO

from PIL import Image, ImageOps
from scenes import SMALL

from scripts.lab import Connection, LabRequest, Site, garbage, reset, stall
from scripts.lab.behaviours import HTML
from scripts.pictures import draw, jpeg, resized

PICTURE, PAGE, WORDS = "picture", "page", "words"
FILLER = "Ky forum ka shumë biseda. Here people talk about many things every day, and some of it is long. " * 30


@dataclass
class Stage:
    """Where one situation plays: its site, another site, and what the picture on it looks like."""

    seed: int
    site: Site
    other: Site

    def drawn(self) -> Image.Image:
        return draw(self.seed, SMALL)

    def picture(self, quality: int = 88) -> bytes:
        return jpeg(self.drawn(), quality)

    def another(self) -> bytes:
        """A picture that has nothing to do with it."""
        return jpeg(draw(self.seed + 5_000, SMALL))

    def html(self, body: str, title: str = "Page", status: int = 200, path: str | None = None) -> None:
        """Every unknown path keeps its 404; the path of the situation answers with this page."""
        text = f"<!doctype html><html><head><title>{title}</title></head><body>{body}</body></html>"
        self.site.put(path or self.path, text.encode(), content_type=HTML, status=status, headers={"ETag": None})

    path: str = "/album/one.jpg"


Change = Callable[[Stage], object]


@dataclass(frozen=True)
class Situation:
    name: str
    kind: str
    verdict: str
    change: Change


def situations() -> Iterator[Situation]:
    for kind, verdict, name, change in (*_pictures(), *_pages(), *_words(), *_walls()):
        yield Situation(f"{kind}: {name}", kind, verdict, change)


Row = tuple[str, str, str, Change]


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _only_get(stage: Stage, head: Callable[[LabRequest, Connection], None]) -> None:
    """GET as before; HEAD as `head` says."""
    body = stage.picture()

    def behave(request: LabRequest, connection: Connection) -> None:
        if request.method == "HEAD":
            head(request, connection)
            return
        connection.head(200, {"Content-Type": "image/jpeg", "Content-Length": str(len(body))})
        connection.send(body)

    stage.site.script(stage.path, behave)


def _status(status: int) -> Callable[[LabRequest, Connection], None]:
    return lambda _, connection: connection.head(status, {"Content-Length": "0"})


def _cached(stage: Stage, signs: dict[str, str], behind: int) -> None:
    """A cache in front: what it has it gives out; anything else it asks the origin, which answers `behind`."""
    body = stage.site.standing_at(stage.path)
    kept = getattr(body, "body", b"")
    kind = "text/html" if kept.startswith(b"<") else "image/jpeg"

    def behave(request: LabRequest, connection: Connection) -> None:
        is_asked_anew = "?" in request.path
        status = behind if is_asked_anew else 200
        heads = {} if is_asked_anew else dict(signs)
        content = kept if status == 200 else b""
        connection.head(status, {"Content-Type": kind, "Content-Length": str(len(content)), **heads})
        if request.method != "HEAD":
            connection.send(content)

    stage.site.script(stage.path, behave)
    if behind != 200:
        stage.site.script(f"{stage.path}", behave)


def _pictures() -> Iterator[Row]:
    up = partial(_row, PICTURE, "online")
    yield up("nothing changed", lambda _: None)
    yield up("no ETag any more", lambda s: s.site.put(s.path, s.picture(), headers={"ETag": None}))
    yield up("another ETag for the same bytes", lambda s: s.site.put(s.path, s.picture(), headers={"ETag": '"new"'}))
    yield up("a date instead", lambda s: s.site.put(s.path, s.picture(), headers={"ETag": None, "Last-Modified": "x"}))
    yield up("saved anew at low quality", lambda s: s.site.put(s.path, s.picture(40)))
    yield up("made smaller", lambda s: s.site.put(s.path, jpeg(resized(s.drawn(), 0.7))))
    yield up("mirrored", lambda s: s.site.put(s.path, jpeg(ImageOps.mirror(s.drawn()))))
    yield up("turned by a quarter", lambda s: s.site.put(s.path, jpeg(s.drawn().rotate(90, expand=True))))
    yield up("a PNG now", lambda s: s.site.put(s.path, _png(s.drawn()), content_type="image/png"))
    yield up("of no type", lambda s: s.site.put(s.path, s.picture(), content_type="application/octet-stream"))
    yield up("called text", lambda s: s.site.put(s.path, s.picture(), content_type="text/plain"))
    yield up("HEAD not allowed", lambda s: _only_get(s, _status(405)))
    yield up("HEAD unknown", lambda s: _only_get(s, _status(501)))
    yield up("HEAD answered with 404", lambda s: _only_get(s, _status(404)))
    yield up("HEAD refused", lambda s: _only_get(s, _status(403)))
    yield up("HEAD cut off", lambda s: _only_get(s, reset()))
    yield up("redirected on the same site", _renamed)
    yield up("from a cache, the origin has it, too", lambda s: _cached(s, {"X-Cache": "HIT", "Age": "90"}, 200))

    gone = partial(_row, PICTURE, "removed_at_source")
    yield gone("404", lambda s: s.site.remove(s.path))
    yield gone("410", lambda s: s.site.remove(s.path, 410))
    yield gone("404 with a picture of its own", lambda s: s.site.put(s.path, s.another(), status=404))
    yield gone("404 in Albanian", lambda s: s.html("<p>Faqja nuk u gjet</p>", status=404))
    yield gone("404 with the old page's words", lambda s: s.html(FILLER, status=404))
    yield gone("redirect to a 404", lambda s: s.site.redirect(s.path, "/gone"))

    soft = partial(_row, PICTURE, "soft_removed")
    yield soft("a placeholder in its place", lambda s: s.site.put(s.path, s.another()))
    yield soft("a friendly page", lambda s: (s.site.remove(s.path), s.site.soft_404()))
    yield soft("a friendly page in Albanian", lambda s: (s.site.remove(s.path), s.site.soft_404(language="sq")))
    yield soft("a page without a word of it", _mute_soft_404)
    yield soft("redirect to the front page", _sent_home)
    yield soft("the host says why", lambda s: s.html("<h1>This image was removed for violating our terms</h1>"))
    yield soft("the host says it in Albanian", lambda s: s.html("<h1>Kjo foto është fshirë</h1>"))

    shut = partial(_row, PICTURE, "access_restricted")
    yield from (shut(f"status {code}", partial(_stands, code)) for code in (401, 403))
    yield shut("redirect to signing in", _sent_to_login)
    yield shut("a login page", _login_page)
    yield shut("members only, in Albanian", lambda s: s.html("<p>Vetëm për anëtarët: kyçuni për të parë</p>"))
    yield shut("are you a robot", lambda s: s.html("<p>Please verify you are human</p>", title="Just a moment..."))

    far = partial(_row, PICTURE, "geo_blocked")
    yield far("451", partial(_stands, 451))
    yield far("by words", lambda s: s.html("<p>This content is not available in your country.</p>"))
    yield far("by words in Albanian", lambda s: s.html("<p>Nuk është në dispozicion në vendin tuaj.</p>"))

    away = partial(_row, PICTURE, "unreachable")
    yield from (away(f"status {code}", partial(_stands, code)) for code in (500, 502, 503, 504, 520))
    yield away("every connection cut", lambda s: s.site.down())
    yield away("no answer in time", lambda s: s.site.script(s.path, stall()))
    yield away("no HTTP", lambda s: s.site.script(s.path, garbage()))
    yield away("under maintenance", lambda s: s.html("<p>Be right back: scheduled maintenance</p>"))
    yield away("under maintenance, in Albanian", lambda s: s.html("<p>Faqja është në mirëmbajtje</p>"))

    dark = partial(_row, PICTURE, "inconclusive")
    yield dark("asked to come later", partial(_stands, 429))
    yield dark("redirects without end", _circle)
    yield dark("cut off in the middle", lambda s: s.site.put(s.path, s.another()[:3000]))
    yield dark("nothing in it", lambda s: s.site.put(s.path, b""))
    yield dark("a page that says nothing of it", lambda s: s.html(FILLER))

    kept = partial(_row, PICTURE, "cdn_cached")
    yield kept("X-Cache", lambda s: _cached(s, {"X-Cache": "HIT from edge-3"}, 404))
    yield kept("Age", lambda s: _cached(s, {"Age": "86400"}, 410))
    yield kept("cf-cache-status", lambda s: _cached(s, {"CF-Cache-Status": "HIT", "Age": "5"}, 404))

    moved = partial(_row, PICTURE, "moved")
    yield from (moved(f"redirect {code} to another site", partial(_moved, code)) for code in (301, 302, 307, 308))

    parked = partial(_row, PICTURE, "parked")
    yield parked("for sale", lambda s: s.html("<h1>This domain is for sale</h1>"))
    yield parked("for sale in Albanian", lambda s: s.html("<h1>Ky domen është në shitje</h1>"))
    yield parked("expired", lambda s: s.html("<p>This domain has expired.</p>", title="expired"))


def _pages() -> Iterator[Row]:
    up = partial(_row, PAGE, "online")
    show = '<img src="/p.jpg">'
    yield up("nothing changed", lambda _: None)
    yield up("another text", lambda s: s.html(f"<p>New words today</p>{show}"))
    yield up("a long talk about removed things", lambda s: s.html(f"{show}<p>{FILLER} it has been removed</p>"))
    yield up("says removed and still shows it", lambda s: s.html(f"<p>This content has been removed.</p>{show}"))
    yield up("a login box in its head", lambda s: s.html(f"<input type=password>{show}<p>{FILLER}</p>"))
    yield up("only a srcset", lambda s: s.html('<img srcset="/p.jpg 2x, /small.jpg 1x">'))
    yield up("in a picture element", lambda s: s.html('<picture><source srcset="/p.jpg"></picture>'))
    yield up("loaded lazily", lambda s: s.html('<img src="data:," data-src="/p.jpg">'))
    yield up("as a background", lambda s: s.html('<div style="background-image:url(/p.jpg)"></div>'))
    yield up("in a style sheet", lambda s: s.html("<style>.a{background:url('/p.jpg')}</style><p>x</p>"))
    yield up("as a link", lambda s: s.html('<a href="/p.jpg">open</a>'))
    yield up("as JSON-LD", lambda s: s.html('<script type="application/ld+json">{"image":"/p.jpg"}</script><p>x</p>'))
    yield up("for other sites' previews", lambda s: s.html('<meta property="og:image" content="/p.jpg"><p>x</p>'))
    yield up("without scripts only", lambda s: s.html('<noscript><img src="/p.jpg"></noscript><p>x</p>'))
    yield up("a poster of a video", lambda s: s.html('<video poster="/p.jpg" src="/v.mp4"></video>'))

    gone = partial(_row, PAGE, "removed_at_source")
    yield gone("404, the picture too", lambda s: (s.site.remove("/p.jpg"), s.site.remove(s.path)))
    yield gone("410, the picture too", lambda s: (s.site.remove("/p.jpg", 410), s.site.remove(s.path, 410)))
    yield gone("shows others, the picture gone", lambda s: (s.site.remove("/p.jpg"), s.html('<img src="/q.jpg">')))

    half = partial(_row, PAGE, "page_only_removed")
    yield half("404", lambda s: s.site.remove(s.path))
    yield half("410", lambda s: s.site.remove(s.path, 410))
    yield half("shows others", lambda s: s.html(f'<img src="/q.jpg"><p>{FILLER}</p>'))
    yield half("shows none", lambda s: s.html(f"<p>{FILLER}</p>"))
    yield half("says it is gone", lambda s: s.html("<h1>This album was deleted</h1>"))
    yield half("says it is gone in Albanian", lambda s: s.html("<h1>Albumi nuk ekziston</h1>"))
    yield half("redirect to the front page, the picture still there", _sent_home)

    soft = partial(_row, PAGE, "soft_removed")
    yield soft("says so", lambda s: (s.site.remove("/p.jpg"), s.html("<h1>Page not found</h1>")))
    yield soft("says so in Albanian", lambda s: (s.site.remove("/p.jpg"), s.html("<h1>Faqja nuk u gjet</h1>")))
    yield soft("says so in its title", lambda s: (s.site.remove("/p.jpg"), s.html(FILLER, title="Page not found")))
    yield soft("as any unknown page", lambda s: (s.site.remove("/p.jpg"), _mute_soft_404(s)))
    yield soft("redirect to the front page", lambda s: (s.site.remove("/p.jpg"), _sent_home(s)))

    shut = partial(_row, PAGE, "access_restricted")
    yield from (shut(f"status {code}", partial(_stands, code)) for code in (401, 403))
    yield shut("redirect to signing in", _sent_to_login)
    yield shut("a login page", _login_page)
    yield shut("sign in to continue", lambda s: s.html("<p>Sign in to continue</p>"))
    yield shut("identifikohuni", lambda s: s.html("<p>Identifikohuni për të vazhduar</p>"))
    yield shut("asks for the age", lambda s: s.html("<p>Verify your age</p>"))
    yield shut("kërkon moshën", lambda s: s.html("<p>Vërtetoni moshën për të hyrë</p>"))

    far = partial(_row, PAGE, "geo_blocked")
    yield far("451", partial(_stands, 451))
    yield far("by words", lambda s: s.html("<p>Blocked in your country</p>"))
    yield far("by words in Albanian", lambda s: s.html("<p>Nuk është e disponueshme në vendin tuaj</p>"))

    away = partial(_row, PAGE, "unreachable")
    yield from (away(f"status {code}", partial(_stands, code)) for code in (500, 503))
    yield away("maintenance", lambda s: s.html("<p>Temporarily unavailable</p>"))
    yield away("cut off", lambda s: s.site.script(s.path, reset()))
    yield away("përkohësisht jashtë", lambda s: s.html("<p>Përkohësisht jashtë shërbimit</p>"))

    dark = partial(_row, PAGE, "inconclusive")
    yield dark("too many pictures to read", _many_pictures)
    yield dark("asked to come later", partial(_stands, 429))

    yield _row(PAGE, "moved", "redirect to another site that shows it", _page_moved)
    yield _row(PAGE, "cdn_cached", "gone behind the cache", lambda s: _cached(s, {"X-Cache": "HIT"}, 404))

    parked = partial(_row, PAGE, "parked")
    yield parked("for sale", lambda s: (s.site.remove("/p.jpg"), s.html("<h1>Buy this domain</h1>")))
    yield parked("blini", lambda s: (s.site.remove("/p.jpg"), s.html("<h1>Blini këtë domen sot</h1>")))


def _words() -> Iterator[Row]:
    """Pages that were decided for what they say."""
    up = partial(_row, WORDS, "online")
    yield up("nothing changed", lambda _: None)
    yield up("another comment below", lambda s: s.html(f"<p>They mock her. {FILLER}</p><p>New comment</p>"))
    gone = partial(_row, WORDS, "removed_at_source")
    yield gone("404", lambda s: s.site.remove(s.path))
    yield gone("410", lambda s: s.site.remove(s.path, 410))
    soft = partial(_row, WORDS, "soft_removed")
    yield soft("says so", lambda s: s.html("<h1>This post has been removed</h1>"))
    yield soft("says so in Albanian", lambda s: s.html("<h1>Postimi u fshi</h1>"))
    yield soft("the account is gone", lambda s: s.html("<h1>Account suspended</h1>"))
    yield soft("the account is gone, in Albanian", lambda s: s.html("<h1>Llogaria është pezulluar</h1>"))
    yield soft("as any unknown page", _mute_soft_404)
    yield soft("redirect to the front page", _sent_home)
    shut = partial(_row, WORDS, "access_restricted")
    yield from (shut(f"status {code}", partial(_stands, code)) for code in (401, 403))
    yield shut("redirect to signing in", _sent_to_login)
    yield shut("a login page", _login_page)


def _walls() -> Iterator[Row]:
    """Walls whose words also speak of what is not available: whoever stands before one has seen nothing."""
    shut = partial(_row, PAGE, "access_restricted")
    yield shut("not available unless one signs in", lambda s: s.html("<p>Not available. You must log in.</p>"))
    far = partial(_row, PAGE, "geo_blocked")
    yield far("a video unavailable in one's country", lambda s: s.html("<p>Video unavailable in your country</p>"))
    away = partial(_row, PAGE, "unreachable")
    yield away("no longer available, try again later", lambda s: s.html("<p>Not available. Try again later.</p>"))


def _row(kind: str, verdict: str, name: str, change: Change) -> Row:
    return kind, verdict, name, change


def _stands(status: int, stage: Stage) -> None:
    stage.site.put(stage.path, b"<p>x</p>", content_type=HTML, status=status)


def _renamed(stage: Stage) -> None:
    stage.site.put("/new/name.jpg", stage.picture())
    stage.site.redirect(stage.path, "/new/name.jpg")


def _mute_soft_404(stage: Stage) -> None:
    stage.site.remove(stage.path)
    stage.site.soft_404(title="Our albums", text="Welcome! Choose from the menu what you would like to see today.")


def _sent_home(stage: Stage) -> None:
    stage.html("<h1>Welcome</h1><p>Albums of the day</p>", path="/")
    stage.site.redirect(stage.path, "/")


def _sent_to_login(stage: Stage) -> None:
    stage.html("<h1>Hello</h1>", path="/login?next=x")
    stage.site.redirect(stage.path, "/login?next=x")


def _login_page(stage: Stage) -> None:
    stage.html("<h1>Hyrje</h1><form><input name=u><input type=password></form>", title="Login")


def _circle(stage: Stage) -> None:
    stage.site.redirect(stage.path, "/there")
    stage.site.redirect("/there", stage.path)


def _moved(status: int, stage: Stage) -> None:
    stage.site.redirect(stage.path, stage.other.put("/x.jpg", stage.picture()), status)


def _page_moved(stage: Stage) -> None:
    there = stage.other.page("/x", [stage.site.url("/p.jpg")])
    stage.site.redirect(stage.path, there)


def _many_pictures(stage: Stage) -> None:
    stage.html("".join(f'<img src="/m{number}.jpg">' for number in range(40)))
