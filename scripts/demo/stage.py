"""The demo's corner of the lab internet: who hosts what, and what each host does when it acts. Drawn pictures only."""

import hashlib
from dataclasses import dataclass

import numpy as np

from hashsets.pdq import hash_pixels
from scripts import pictures
from scripts.lab import Lab, Site
from scripts.pictures import Picture

SLOW, QUICK, PLATFORM = "abuse@slow-hosting.example", "abuse@quick-hosting.example", "safety@social.example"
THREAD, COPY, PROFILE = "/thread/17", "/up/9f3.jpg", "/@arta.real"
LISTED_SEED, ENLARGED_SEED, UNKNOWN_SEED, AVATAR_SEED = 1, 2, 3, 4
_SITES = {
    "forum.example": "127.1.0.10",
    "img1.example": "127.1.0.11",
    "img2.example": "127.1.0.12",
    "img3.example": "127.1.0.13",
    "copies.example": "127.2.0.10",
    "social.example": "127.3.0.10",
    "media.social.example": "127.3.0.11",
}


@dataclass(frozen=True)
class Stage:
    """The sites of the story by name, and the partner's hash list as a CSV file."""

    sites: dict[str, Site]
    hash_list: str

    def url(self, site: str, path: str) -> str:
        return self.sites[site].url(path)

    def slow_host_removes(self) -> None:
        """One picture answers 404, one 410; one and the page answer a friendly 200 that says it is not available."""
        self.sites["img1.example"].remove("/a.jpg")
        self.sites["img3.example"].remove("/c.jpg", 410)
        self._remove_softly("img2.example", "/b.jpg", "sq", "Kjo përmbajtje nuk është në dispozicion.")
        self._remove_softly("forum.example", THREAD, "en", "This content is not available.")

    def others_remove(self) -> None:
        """The second host and the platform act on the first notice they get."""
        self.sites["copies.example"].remove(COPY)
        self.sites["social.example"].remove(PROFILE, 410)
        self.sites["media.social.example"].remove("/arta.jpg")

    def _remove_softly(self, site: str, path: str, language: str, text: str) -> None:
        self.sites[site].remove(path)
        self.sites[site].soft_404(title=site, text=text, language=language)


def set_stage(lab: Lab) -> Stage:
    """Builds the sites with their pictures and registers the networks they stand in."""
    sites = {name: lab.site(name, ip) for name, ip in _SITES.items()}
    listed, enlarged = pictures.draw(LISTED_SEED), pictures.draw(ENLARGED_SEED)
    exact = pictures.jpeg(listed)
    shown = [
        sites["img1.example"].put("/a.jpg", exact),
        sites["img2.example"].put("/b.jpg", pictures.jpeg(pictures.resized(enlarged, 0.5))),
        sites["img3.example"].put("/c.jpg", pictures.jpeg(pictures.draw(UNKNOWN_SEED))),
    ]
    sites["forum.example"].page(THREAD, shown, title="Thread 17")
    sites["copies.example"].put(COPY, pictures.jpeg(pictures.mirrored(listed)))
    avatar = sites["media.social.example"].put("/arta.jpg", pictures.jpeg(pictures.draw(AVATAR_SEED, (400, 400))))
    sites["social.example"].page(PROFILE, [avatar], title="Arta", extra_html="<p>Hi, this is the real Arta!</p>")
    lab.rdap.network("127.1.0.0/16", abuse=SLOW, name="SLOW-HOSTING", country="NL", asn=64500, org="Slow Hosting")
    lab.rdap.network("127.2.0.0/16", abuse=QUICK, name="QUICK-HOSTING", country="DE", asn=64501, org="Quick Hosting")
    return Stage(sites, _hash_list(exact, listed, enlarged))


def _hash_list(exact: bytes, listed: Picture, enlarged: Picture) -> str:
    """Two rows, as a partner would deliver them: one with the file's SHA-256, one with the PDQ of a larger original."""
    rows = [
        "id,sha256,pdq,label",
        f"4711,{hashlib.sha256(exact).hexdigest()},{_pdq(listed)},A1",
        f"4712,,{_pdq(enlarged)},A2",
    ]
    return "\n".join(rows) + "\n"


def _pdq(picture: Picture) -> str:
    found = hash_pixels(np.asarray(picture))
    return "" if found is None else found.orientations[0]
