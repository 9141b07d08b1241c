"""Renewing the data files about the internet from those who publish them: a list is taken whole or not at all."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from hotline import custody, db, people
from hotline.channels.published import Publishers
from hotline.datafiles import CDN, NAMES, RDAP, Cdn, Cdns, DataFiles, Network, Registries
from hotline.datafiles.lists import Service, networks_in, require_no_shrinking, services_in
from hotline.datafiles.writing import cdn_text, rdap_text, save_file
from hotline.decisions.desk import Desk
from hotline.errors import HomeError, InputError, LookupFailedError


@dataclass(frozen=True)
class Refreshed:
    """How many entries a data file had, and has now."""

    name: str
    before: int
    after: int


def refresh(desk: Desk, names: Sequence[str], publishers: Publishers) -> list[Refreshed]:
    """Fetches the lists behind the named data files and puts them into the home, each file by itself.

    Raises NotAllowedError, InputError for an unknown name, and after all files were tried LookupFailedError that names
    every list that could not be taken; their files stay as they were.
    """
    if unknown := [name for name in names if name not in NAMES]:
        raise InputError(f'there is no data file "{unknown[0]}"; there are {", ".join(NAMES)}')
    with db.reading(desk.home.engine) as session:
        people.require(session, desk.actor, "data")
    done, failed = [], []
    for name in dict.fromkeys(names or NAMES):
        try:
            done.append(_refresh(desk, name, publishers))
        except LookupFailedError as error:
            failed.append(str(error))
    if failed:
        kept = f"; renewed: {', '.join(one.name for one in done)}" if done else ""
        raise LookupFailedError(f"{'; '.join(failed)}: what is in use stays{kept}", reason="bad_list")
    return done


def _refresh(desk: Desk, name: str, publishers: Publishers) -> Refreshed:
    files, today = DataFiles(desk.home.data), desk.now.date()
    if name == RDAP:
        text, done = _new_registries(files.registries(), publishers, today)
    else:
        text, done = _new_cdns(files.cdns(), publishers, today)
    with desk.writing("data") as session:
        custody.record(session, "data.refresh", f"data:{name}", reason=f"{done.before} entries, now {done.after}")
        try:
            save_file(desk.home.data, name, text)
        except OSError as error:
            raise HomeError(f"data/{name}.toml cannot be written ({error.strerror}); ask for that right") from None
    return done


def _new_registries(before: Registries, publishers: Publishers, today: date) -> tuple[str, Refreshed]:
    services: dict[str, list[Service]] = {}
    for kind, url in before.lists.items():
        with _told_of(f"IANA's {kind} list"):
            services[kind] = services_in(publishers.list_at(url), kind)
            require_no_shrinking(_count(before, kind), sum(len(holds) for holds, _ in services[kind]))
    had = sum(_count(before, kind) for kind in services)
    has = sum(len(holds) for found in services.values() for holds, _ in found)
    return rdap_text(before, services, today, f"IANA's bootstrap files as published on {today}"), Refreshed(
        RDAP, had, has
    )


def _count(before: Registries, kind: str) -> int:
    if kind == "asn":
        return len(before.asns)
    return len(before.domains) if kind == "dns" else sum(f"ipv{net.version}" == kind for net, _ in before.networks)


def _new_cdns(before: Cdns, publishers: Publishers, today: date) -> tuple[str, Refreshed]:
    known = tuple(_renewed(one, publishers) if one.lists else one for one in before.known)
    renewed = ", ".join(one.name for one in known if one.lists)
    source = f"networks of {renewed} as they published them on {today}; all else as generally known"
    had, has = (sum(len(one.networks) for one in cdns) for cdns in (before.known, known))
    return cdn_text(replace(before, known=known), today, source), Refreshed(CDN, had, has)


def _renewed(cdn: Cdn, publishers: Publishers) -> Cdn:
    found: list[Network] = []
    with _told_of(f"the list of {cdn.name}"):
        for one in cdn.lists:
            part = networks_in(publishers.list_at(one.url), one.form)
            require_no_shrinking(0, len(part))
            found += part
        networks = tuple(dict.fromkeys(found))
        require_no_shrinking(len(cdn.networks), len(networks))
    return replace(cdn, networks=networks)


@contextmanager
def _told_of(what: str) -> Iterator[None]:
    """Says of which list a refusal is."""
    try:
        yield
    except (InputError, LookupFailedError) as error:
        raise LookupFailedError(f"{what} was not taken: {error}", reason="bad_list") from None
