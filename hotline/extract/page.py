"""What a page shows: its pictures, videos and files as absolute addresses, the files it carries in itself, its frames,
its title and visible text. Bytes in, facts out; nothing outside the page is asked for."""

from hotline.extract.gathered import MAX_FRAMES, Gathered
from hotline.extract.gone import SHORT_TEXT, is_login_path
from hotline.extract.html import read_markup
from hotline.records.looks import PageFacts

MAX_TEXT = 20_000


def is_page(mime: str | None, body: bytes) -> bool:
    """Tells whether an answer is a page to read rather than a file, by its type or, without one, its first bytes."""
    if mime in ("text/html", "application/xhtml+xml"):
        return True
    start = body[:1000].lstrip(b"\xef\xbb\xbf\x00\t\r\n ").lower()
    return mime in (None, "text/plain", "application/octet-stream") and start.startswith((b"<!doctype html", b"<html"))


def read_page(body: bytes, base_url: str, content_type: str | None, *, max_pictures: int) -> PageFacts:
    """Reads what a page shows in the order of its tags, each address once by its key, as absolute http(s) hrefs.

    At most `max_pictures` pictures, MAX_FRAMES frames and MAX_EMBEDDED files of at most MAX_EMBEDDED_BYTES; the rest is
    counted in `left_out`. Read are tags and their attributes, those that scripts fill in later, styles within the page
    and JSON-LD; a page written into a frame belongs to it. Style sheets and scripts are not read.
    """
    markup = read_markup(body, content_type)
    gathered = Gathered(base_url, markup.lifted.put_back)
    gathered.add_tags(markup.flat.tags, base_url)
    pictures, frames = gathered.pictures, gathered.frames
    beyond = max(0, len(pictures) - max_pictures) + max(0, len(frames) - MAX_FRAMES)
    text = _one_line(markup.flat.words)[:MAX_TEXT]
    return PageFacts(
        pictures=tuple(pictures[:max_pictures]),
        left_out=markup.left_out + gathered.left_out + beyond,
        text=text,
        title=_one_line(markup.flat.title)[:300],
        is_login=(gathered.has_password + (len(text) <= SHORT_TEXT) + is_login_path(base_url)) >= 2,
        frames=tuple(frames[:MAX_FRAMES]),
        embedded=tuple(gathered.files),
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())
