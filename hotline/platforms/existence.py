"""Where to ask a platform whether something still exists, and what its answer means. Asks nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from hotline.platforms.ids import PlatformIds
from hotline.platforms.reading import named_platform
from hotline.platforms.tables import Existence, Platform


@dataclass(frozen=True)
class ExistenceQuestion:
    """One GET to the platform's own service (oEmbed, https://oembed.com): only the status of its answer is heard."""

    platform: str
    href: str = field(repr=False)
    meanings: Mapping[int, Existence] = field(repr=False)

    def told(self, status: int) -> Existence:
        """Says what an HTTP status means here; UNKNOWN for every status whose meaning the table does not give."""
        return self.meanings.get(status, Existence.UNKNOWN)


def existence_of(ids: PlatformIds, platforms: tuple[Platform, ...] | None = None) -> ExistenceQuestion | None:
    """Returns the question for what these ids name; None where the platform has no such service for it.

    It is put for media only: the services know nothing of accounts, and would call every one of them missing.
    """
    platform = named_platform(ids.platform, platforms)
    exists = platform.exists if platform is not None else None
    if exists is None or ids.canonical is None or ids.media_id is None:
        return None
    if exists.kinds and ids.kind not in exists.kinds:
        return None
    href = exists.oembed.format_map({"canonical": quote(ids.canonical, safe="")})
    return ExistenceQuestion(ids.platform, href, exists.meanings)
