"""`hotline assess`, `hold` and `recheck`: what a person decides and asks about items."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from hotline.assess import known_facts
from hotline.cli.printing import print_changed
from hotline.cli.running import opened, station
from hotline.cli.words import AccountOf, Group, Json, ids, number, numbers, read_private
from hotline.errors import InputError
from hotline.states import Basis, Ground, NotIllegalReason, Verdict

hold = typer.Typer(cls=Group, help="Police first: keep an item from being noticed until a time.", no_args_is_help=True)
Items = Annotated[list[str], typer.Argument(metavar="ITEM...", help="The items, I31.")]
ItemId = Annotated[str, typer.Argument(metavar="ITEM", help="The item, I31.")]


FACTS = "; ".join(f"{name}: {' '.join(values)}" for name, values in known_facts().items())


class Seen(StrEnum):
    """What a person can say about an item."""

    ONLINE = "online"
    GONE = "gone"


def add_to(root: typer.Typer) -> None:
    root.command("assess")(assess)
    root.add_typer(hold, name="hold")
    root.command("recheck")(recheck)


def assess(
    ctx: typer.Context,
    items: Items,
    verdict: Annotated[Verdict, typer.Option(help="What it is.")],
    ground: Annotated[Ground | None, typer.Option(help="With harmful: which harm.")] = None,
    reason: Annotated[NotIllegalReason | None, typer.Option(help="With not_illegal: why.")] = None,
    basis: Annotated[
        Basis | None, typer.Option(help="What the decision rests on; match where there is a lead.")
    ] = None,
    fact: Annotated[list[str] | None, typer.Option(metavar="K=V", help=f"A fact seen; repeatable. {FACTS}")] = None,
    account_of: AccountOf = None,
    revise: Annotated[bool, typer.Option("--revise", help="Change a colleague's decision.")] = False,
    as_json: Json = False,
) -> None:
    """Record your decision about items.

    Example: hotline assess I31 I32 --verdict baseline --basis looked --fact age_band=prepubescent
    """
    desk = opened(ctx)
    from hotline.assess import Judgement
    from hotline.decisions import assessments

    # A shell user writes --fact a=b c=d: what follows the first is taken as an item by the parser.
    facts = _facts([*(fact or ()), *(text for text in items if "=" in text)])
    chosen = numbers([text for text in items if "=" not in text], "I")
    judgement = Judgement(verdict, ground, reason, basis, facts)
    done = ids("I", assessments.assess(desk, chosen, judgement, is_revision=revise, account_of=account_of))
    print_changed(done, f"{', '.join(done)}: {verdict.value}", as_json=as_json)


def _facts(texts: list[str]) -> dict[str, str]:
    facts = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name or not value:
            raise InputError("a fact is written --fact NAME=VALUE, for example --fact viral=yes")
        facts[name] = value
    return facts


@hold.command("add")
def hold_add(
    ctx: typer.Context,
    item: ItemId,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; - reads it from stdin.")],
    until: Annotated[str, typer.Option(metavar="TIME", help="When it ends by itself, 2026-11-25 or with a time.")],
    as_json: Json = False,
) -> None:
    """Keep an item from being noticed until a time, for the police.

    Example: hotline hold add I31 --reason "asked by the cyber unit" --until 2026-11-25T12:00:00Z
    """
    desk = opened(ctx)
    from hotline.decisions import holds
    from hotline.settings import read_time

    moment = read_time(until, end_of_day=True)
    holds.add(desk, number(item, "I"), read_private(reason, "The reason") or "", moment)
    print_changed([item.upper()], f"{item.upper()} is held; it goes on by itself when the hold ends", as_json=as_json)


@hold.command("release")
def hold_release(ctx: typer.Context, item: ItemId, as_json: Json = False) -> None:
    """End a hold; the item's notices go on.

    Example: hotline hold release I31
    """
    desk = opened(ctx)
    from hotline.decisions import holds

    holds.release(desk, number(item, "I"))
    print_changed([item.upper()], f"{item.upper()} is not held any more", as_json=as_json)


def recheck(
    ctx: typer.Context,
    items: Items,
    seen: Annotated[Seen | None, typer.Option(help="What a person saw, instead of a look.")] = None,
    as_json: Json = False,
) -> None:
    """Look at items now, or record what a person saw on an authorised station.

    A look is judged as one of: online, removed_at_source, page_only_removed, soft_removed, access_restricted,
    geo_blocked, cdn_cached, moved, parked, unreachable, inconclusive. Three that say removed, over 24 hours, close.

    Example: hotline recheck I31 --seen gone
    """
    desk = opened(ctx)
    chosen = numbers(items, "I")
    verdicts = _look_now(desk, chosen) if seen is None else _record_seen(desk, chosen, seen)
    done = ids("I", chosen)
    told = ", ".join(f"{item}: {verdict}" for item, verdict in zip(done, verdicts, strict=True))
    print_changed(done, told, as_json=as_json, verdicts=dict(zip(done, verdicts, strict=True)))


def _look_now(desk: Any, chosen: list[int]) -> list[str]:
    from hotline import pipeline
    from hotline.decisions import rechecks
    from hotline.views.items import newest_verdicts

    rechecks.ask(desk, chosen)
    with station(desk) as equipment:
        pipeline.recheck_now(equipment, chosen)
    return newest_verdicts(desk.home, chosen)


def _record_seen(desk: Any, chosen: list[int], seen: Seen) -> list[str]:
    from hotline.decisions import rechecks

    for item_id in chosen:
        rechecks.seen(desk, item_id, "online" if seen is Seen.ONLINE else "gone")
    return [seen.value] * len(chosen)
