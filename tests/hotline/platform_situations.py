"""Situations on platforms: what was reported there plays, and what its page and the platform's oEmbed answer later."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from scripts.lab import Lab, Site, reset
from scripts.lab.behaviours import HTML
from scripts.lab.tls import LabAuthority

NAMES = {
    "youtube": "www.youtube.com",
    "tiktok": "www.tiktok.com",
    "vimeo": "vimeo.com",
    "telegram": "t.me",
    "pastebin": "pastebin.com",
    "mediafire": "www.mediafire.com",
    "x": "x.com",
    "x_oembed": "publish.twitter.com",
}
UP = {"title": "Ajo - a video", "text": "They mock her here."}


@dataclass(frozen=True)
class Later:
    """What a page and its oEmbed answer after the change; no status: the service says nothing."""

    title: str = ""
    text: str = ""
    player: str | None = None
    raw: str = ""
    status: int = 200
    oembed: int | None = None
    is_reset: bool = False


@dataclass(frozen=True)
class PlatformSituation:
    platform: str
    verdict: str
    name: str
    later: Later

    @property
    def label(self) -> str:
        return f"{self.platform}: {self.name}"


@dataclass(frozen=True)
class Spot:
    """One address on a platform: its site, the site that answers oEmbed, and both paths."""

    site: Site
    oembed_site: Site
    path: str
    oembed_path: str

    @property
    def url(self) -> str:
        return f"https://{self.site.name}{self.path}"

    def answer(self, later: Later) -> None:
        if later.is_reset:
            self.site.script(self.path, reset())
        else:
            self.site.put(self.path, _page(later), content_type=HTML, status=later.status, headers={"ETag": None})
        if later.oembed is not None:
            body = b'{"type":"video"}' if later.oembed == 200 else b"{}"
            self.oembed_site.put(self.oembed_path, body, content_type="application/json", status=later.oembed)
        else:
            self.oembed_site.script(self.oembed_path, reset())


def open_platforms(lab: Lab, authority: LabAuthority) -> None:
    """Every platform's names, by TLS only."""
    context = authority.context(*NAMES.values())
    first = lab.site(NAMES["youtube"], context=context)
    for name in NAMES.values():
        if name != first.name:
            lab.site(name, ip=first.ip)


def spot(lab: Lab, platform: str, number: int) -> Spot:
    digits, letters = f"{7_000_000_000 + number}", f"made{number:07}"
    path, canonical, service = {
        "youtube": (f"/watch?v={letters}", f"https://www.youtube.com/watch?v={letters}", "/oembed?format=json&url="),
        "tiktok": (f"/@made.up/video/{digits}", f"https://www.tiktok.com/@made.up/video/{digits}", "/oembed?url="),
        "vimeo": (f"/{digits}", f"https://vimeo.com/{digits}", "/api/oembed.json?url="),
        "x": (f"/made_up/status/{digits}", f"https://x.com/i/status/{digits}", "/oembed?omit_script=true&url="),
        "telegram": (f"/made_up/{number + 1}", "", "/nothing?"),
        "pastebin": (f"/{number:08}", "", "/nothing?"),
        "mediafire": (f"/file/{letters}/made_up.zip/file", "", "/nothing?"),
    }[platform]
    sites = lab.sites
    oembed_site = sites[NAMES["x_oembed"]] if platform == "x" else sites[NAMES[platform]]
    return Spot(
        sites[NAMES[platform]], oembed_site, path, service + quote(canonical, safe="") + f"#{number}" * (not canonical)
    )


def before(platform: str) -> Later:
    """What stands there when it is reported."""
    return Later(**UP, player=_player("OK") if platform == "youtube" else None, oembed=200)


def platform_situations() -> Iterator[PlatformSituation]:
    for platform, rows in _ROWS.items():
        for verdict, name, later in rows:
            yield PlatformSituation(platform, verdict, name, later)


def _page(later: Later) -> bytes:
    script = f"<script>var ytInitialPlayerResponse = {{{later.player}}};</script>" if later.player else ""
    head = f'<!doctype html><html><head><meta charset="utf-8"><title>{later.title}</title>{script}</head>'
    return f"{head}<body><p>{later.text}</p>{later.raw}</body></html>".encode()


def _player(status: str, reason: str = "") -> str:
    return f'"playabilityStatus":{{"status":"{status}","reason":{json.dumps(reason)}}}'


def _youtube() -> Iterable[tuple[str, str, Later]]:
    def at(status: str, reason: str = "", **more: object) -> Later:
        return Later(title="YouTube", player=_player(status, reason), **more)  # type: ignore[arg-type]

    yield "online", "plays, and may be embedded", Later(**UP, player=_player("OK"), oembed=200)
    yield "online", "plays, and may not be embedded", Later(**UP, player=_player("OK"), oembed=401)
    yield "online", "plays, the service is down", Later(**UP, player=_player("OK"), oembed=500)
    yield "online", "calls itself removed, and plays", Later(title="This video has been removed", player=_player("OK"))
    yield "online", "unavailable where we are, and there", at("UNPLAYABLE", "Not available in your country", oembed=200)
    yield "online", "asks for the age, and is there", at("LOGIN_REQUIRED", "Sign in to confirm your age", oembed=200)
    yield "online", "the page is cut off, the service knows it", Later(is_reset=True, oembed=200)
    yield "removed_at_source", "unavailable, the service too", at("ERROR", "Video unavailable", oembed=404)
    yield "removed_at_source", "e padisponueshme", at("ERROR", "Video e padisponueshme", oembed=404)
    yield "removed_at_source", "unavailable, the service calls it wrong", at("ERROR", "Video unavailable", oembed=400)
    yield "soft_removed", "unavailable, the service is down", at("ERROR", "Video unavailable", oembed=503)
    yield "soft_removed", "u hoq", at("ERROR", "Kjo video është hequr")
    yield "soft_removed", "its account is gone", Later(text="This account has been terminated", oembed=500)
    yield "inconclusive", "plays, the service has lost it", Later(**UP, player=_player("OK"), oembed=404)
    yield "access_restricted", "private", at("LOGIN_REQUIRED", "This is a private video", oembed=403)
    yield "access_restricted", "private in Albanian", at("LOGIN_REQUIRED", "Kjo video është private", oembed=403)
    yield "access_restricted", "asks for the age", at("LOGIN_REQUIRED", "Sign in to confirm your age")
    yield (
        "access_restricted",
        "asks for a robot",
        at("LOGIN_REQUIRED", "Sign in to confirm you're not a bot"),
    )
    yield "geo_blocked", "blocked in the country", at("UNPLAYABLE", "Not made this video available in your country")
    yield "geo_blocked", "në vendin tënd", at("UNPLAYABLE", "Kjo video nuk është e disponueshme në vendin tënd")


def _tiktok() -> Iterable[tuple[str, str, Later]]:
    yield "online", "shows", Later(**UP, oembed=200)
    yield "online", "asks to log in, the service knows it", Later(text="Log in to TikTok", oembed=200)
    yield "soft_removed", "the account is gone", Later(text="Couldn't find this account", oembed=400)
    yield "soft_removed", "llogaria nuk gjendet", Later(text="Nuk mund të gjendet kjo llogari", oembed=404)
    yield "soft_removed", "removed for its rules", Later(text="This video has been removed for violating our rules")
    yield "access_restricted", "a private account", Later(text="This account is private", oembed=400)
    yield "access_restricted", "llogari private", Later(text="Kjo llogari është private")
    yield "access_restricted", "currently unavailable may be hidden", Later(text="Video currently unavailable")
    yield "access_restricted", "log in to continue", Later(text="Please log in to continue")
    yield "geo_blocked", "not in this region", Later(text="This video isn't available in your country or region")
    yield "unreachable", "the page is cut off, the service has nothing", Later(is_reset=True, oembed=404)


def _others() -> dict[str, list[tuple[str, str, Later]]]:
    message, pasted = '<div class="tgme_widget_message_text">This channel is private', '<div class="highlighted-code">x'
    error = '<div class="tgme_widget_message_error">{}</div>'
    return {
        "vimeo": [
            ("online", "shows", Later(**UP, oembed=200)),
            ("access_restricted", "kept to some sites, and shut", Later(status=403, oembed=403)),
            ("removed_at_source", "404, and the service says nothing that counts", Later(status=404, oembed=404)),
        ],
        "telegram": [
            ("online", "shows", Later(**UP)),
            ("online", "speaks of being private", Later(raw=message)),
            ("soft_removed", "the post is gone", Later(raw=error.format("Post not found"))),
            ("soft_removed", "postimi nuk u gjet", Later(raw=error.format("Postimi nuk u gjet"))),
            ("access_restricted", "shown in the program only", Later(raw=error.format("Please open Telegram to view"))),
            ("access_restricted", "a private channel", Later(text="This channel is private")),
        ],
        "pastebin": [
            ("online", "shows", Later(**UP)),
            ("online", "says it is gone, in its text", Later(text="This page has been removed", raw=pasted)),
            ("soft_removed", "not found", Later(title="Pastebin.com - Not Found (#404)")),
            ("removed_at_source", "404", Later(title="Pastebin.com - Not Found (#404)", status=404)),
            ("access_restricted", "locked", Later(text="Ky tekst mbrohet me fjalëkalim")),
        ],
        "mediafire": [
            ("online", "shows", Later(**UP)),
            ("soft_removed", "deleted", Later(text="Invalid or Deleted File.")),
        ],
        "x": [
            ("online", "the service knows it", Later(oembed=200)),
            ("removed_at_source", "the service has it no more", Later(oembed=404)),
            ("access_restricted", "protected", Later(oembed=403)),
            ("access_restricted", "the service says nothing", Later()),
        ],
    }  # fmt: skip


_ROWS = {"youtube": list(_youtube()), "tiktok": list(_tiktok()), **_others()}
