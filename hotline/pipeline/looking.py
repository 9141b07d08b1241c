"""Taking a look at an address: fetch, extract and fingerprint in one go, because bytes may not rest."""

from collections.abc import Sequence
from dataclasses import replace

from hashsets.wire import Wanted
from hotline.addresses import Address
from hotline.errors import FetchError
from hotline.pipeline.answers import read_answer
from hotline.pipeline.besides import ask_besides, look_unchanged
from hotline.pipeline.exchanges import Exchanges
from hotline.pipeline.station import Station
from hotline.platforms import read_platform
from hotline.records.looks import Capture
from hotline.records.seen import NOTHING_REMEMBERED, Remembered, Seen
from hotline.states import Unreachable

REFUSED_HERE = frozenset({Unreachable.GEO_BLOCKED, Unreachable.FORBIDDEN})
"""Where one way out is refused, the next may not be."""


def take_look(
    station: Station,
    address: Address,
    remembered: Remembered = NOTHING_REMEMBERED,
    wanted: Wanted = Wanted.HASHES,
    vantages: Sequence[str] = ("direct",),
) -> Seen:
    """Looks at an address once. Never raises for what the outside does; the reason stands in what is returned.

    By the first of `vantages`, and by the next ones where that one is refused. With something `remembered`, what does
    not show it is looked at more closely. `wanted` says which local features a file is decoded for.
    """
    captures: list[Capture] = []
    refused_from: list[str] = []
    for vantage in vantages:
        asking = Exchanges(station, address, remembered, vantage, captures)
        seen = _look_from(asking, wanted)
        if seen.reason not in REFUSED_HERE:
            break
        refused_from.append(vantage)
    evidence = {**seen.evidence, "refused_from": refused_from} if refused_from else seen.evidence
    return replace(seen, captures=tuple(captures), evidence=evidence)


def _look_from(asking: Exchanges, wanted: Wanted) -> Seen:
    refused = why_not(asking.station, asking.address)
    if refused is not None:
        seen = asking.seen(reason=refused, rest_s=0.0, evidence={"stage": "not_fetched"})
        is_walled = refused is Unreachable.LOGIN_WALL and asking.remembered is not NOTHING_REMEMBERED
        return ask_besides(asking, seen) if is_walled else seen
    seen = _fetched(asking, wanted)
    return seen if asking.remembered is NOTHING_REMEMBERED else ask_besides(asking, seen)


def _fetched(asking: Exchanges, wanted: Wanted) -> Seen:
    unchanged = look_unchanged(asking) if wanted is not Wanted.KEPT else None
    if unchanged is not None:
        return unchanged
    try:
        fetched = asking.ask(asking.address.href)
    except FetchError as error:
        return asking.failed(error)
    return read_answer(asking, fetched, wanted)


def why_not(station: Station, address: Address) -> Unreachable | None:
    """The reason for which an address is not fetched at all, None where it may be."""
    if not station.settings.may_fetch(station.now()):
        return Unreachable.NO_MANDATE
    if address.is_onion:
        return Unreachable.ONION
    platform = read_platform(address, station.home.platforms)
    if platform is not None and platform.is_invite:
        return Unreachable.INVITE
    return Unreachable.LOGIN_WALL if platform and platform.has_login_wall else None
