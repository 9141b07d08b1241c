"""`hotline trace`: who can remove what is at an address, in sections that a person reads from top to bottom."""

import re
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from hotline.cli.printing import print_json, print_sentence, print_table
from hotline.cli.running import opened, station
from hotline.cli.words import Json, number

_ITEM = re.compile(r"\s*[Ii][0-9]+\s*")
_ROLES = ("operator", "host", "cdn", "registrar", "upstream")
_WIDTH = 10


def add_to(root: typer.Typer) -> None:
    root.command("trace")(trace)


def trace(
    ctx: typer.Context,
    what: Annotated[str, typer.Argument(metavar="ITEM|URL", help="An item, I31, or an address.")],
    as_json: Json = False,
) -> None:
    """Find out who can remove an item or what is at an address; records nothing.

    Shows the address, its names, the network, and by role whom to tell: operator, host, delivery network (CDN),
    registrar, upstream, each mailbox with where it was found. Of an item also whether its host moved.

    Example: hotline trace I31
    """
    desk = opened(ctx)
    from hotline import pipeline
    from hotline.addresses import read_address
    from hotline.views.hosting import traced
    from hotline.views.items import item_address

    item_id = number(what, "I") if _ITEM.fullmatch(what) else None
    address = item_address(desk.home, item_id) if item_id is not None else what
    host = read_address(address).host
    with station(desk) as equipment:
        if item_id is not None:
            facts = pipeline.trace_item(equipment, item_id)
        else:
            facts = pipeline.trace_address(equipment, address)
    found = traced(desk.home, host, facts, item_id)
    if as_json:
        print_json(found)
    else:
        _print_traced(desk.home, found)


def _print_traced(home: Any, found: dict[str, Any]) -> None:
    _print_section("address", _address(found))
    _print_section("names", _names(found))
    _print_section("network", _network(found))
    typer.secho("who can remove it", bold=True)
    print_table(home, list(_whom(found)), "role who id state address answers_for found", indent="  ")
    if found["moved"] or found["told"]:
        typer.secho("moved", bold=True)
        print_sentence(_plain(found["told"] or f"the host moved {found['moved']} since the last trace"), indent="  ")
    if found["problems"]:
        typer.secho("not found out", bold=True)
        for problem in found["problems"]:
            print_sentence(_plain(problem), indent="  ")


def _print_section(title: str, lines: Iterator[tuple[str, Any]]) -> None:
    typer.secho(title, bold=True)
    for key, value in lines:
        if value:
            typer.echo(f"  {key.ljust(_WIDTH)}{_plain(str(value))}")


def _address(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "ip", found["ip"] or "unknown"
    if found["country"]:
        yield "country", f"{found['country']} by {found['country_source']}"
        yield "", f"confidence {found['country_confidence']}: {found['country_why']}"


def _names(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "domain", found["domain"] or "none, the address is a number"
    for kind, values in found["dns"].items():
        yield kind, ", ".join(values)


def _network(found: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "network", " ".join(part for part in (found["network"], found["network_name"]) if part) or "unknown"
    if found["asn"]:
        yield "system", f"AS{found['asn']} by {found['asn_source']}"
    if found["cdn"]:
        yield "cdn", f"{found['cdn']}, told by its {found['cdn_source']}"


def _whom(found: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each role with who it is and whom to tell: those found now, then the directory's, then those of the book."""
    book = {(one["role"], one["address"], one["answers_for"]): one for one in found["contacts"]}
    told = [*found["abuse"], *found["directory"], *found["contacts"]]
    whom = {(one["role"], one["address"], one["answers_for"]): one for one in reversed(told)}
    rows = [{**one, "found": one["origin"]} for one in reversed(whom.values())]
    roles = (*_ROLES, *sorted({row["role"] for row in rows} - set(_ROLES)))
    for role in roles:
        for row in [row for row in rows if row["role"] == role] or [{"role": role}]:
            kept = book.get((role, row.get("address", ""), row.get("answers_for", "")), {})
            yield {**row, "who": _who(found, role), "id": kept.get("id"), "state": kept.get("state")}


def _who(found: dict[str, Any], role: str) -> str | None:
    registrar, upstream = found["registrar"], found["upstream"]
    if role == "registrar" and registrar:
        number_at_iana = f" (IANA {registrar['iana_id']})" if registrar["iana_id"] else ""
        return f"{registrar['name']}{number_at_iana}"
    if role == "upstream" and upstream:
        return f"AS{upstream['asn']} {upstream['name'] or ''}".strip()
    if role == "host":
        return "unknown" if found["cdn"] else found["network_name"]
    return str(found["cdn"]) if role == "cdn" and found["cdn"] else None


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else "�" for sign in text)
