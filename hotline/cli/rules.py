"""`hotline rule`, `hotline site` and `hotline reach`: what goes without a person looking at each, which sites are
wholly given to such material, and how one gets to what a notice means."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, number, read_private
from hotline.states import NoticeKind

rule = typer.Typer(
    cls=Group, help="Rules of approval: drafts that go without a person looking at each.", no_args_is_help=True
)
RuleId = Annotated[str, typer.Argument(metavar="ID", help="The rule, G1.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(rule, name="rule")
    root.command("site")(site)
    root.command("reach")(reach)


@rule.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the rules.

    Example: hotline rule list
    """
    desk = opened(ctx)
    from hotline.views.rules import rule_list

    columns = "id state contact address kind proposed_by approved_by ended_by"
    print_rows(desk.home, rule_list(desk.home), columns, as_json=as_json, none="No rule.")


@rule.command("add")
def add(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(help="The contact, K3.")],
    kind: Annotated[NoticeKind, typer.Option(help="Which drafts to it.")] = NoticeKind.ILLEGAL,
    as_json: Json = False,
) -> None:
    """Propose that drafts to a contact are approved by a rule; another person approves it.

    Example: hotline rule add K3 --kind illegal
    """
    desk = opened(ctx)
    from hotline.decisions import rules

    made = f"G{rules.propose(desk, number(contact, 'K'), kind)}"
    print_changed([made], f"{made} is proposed; another person runs: hotline rule approve {made}", as_json=as_json)


@rule.command("approve")
def approve(ctx: typer.Context, chosen: RuleId, as_json: Json = False) -> None:
    """Approve a rule that another person proposed; drafts that wait go out.

    Example: hotline rule approve G1
    """
    desk = opened(ctx)
    from hotline.decisions import rules

    rules.approve(desk, number(chosen, "G"))
    print_changed([chosen.upper()], f"{chosen.upper()} stands", as_json=as_json)


@rule.command("end")
def end(ctx: typer.Context, chosen: RuleId, as_json: Json = False) -> None:
    """End a rule; drafts wait for a person again.

    Example: hotline rule end G1
    """
    desk = opened(ctx)
    from hotline.decisions import rules

    rules.end(desk, number(chosen, "G"))
    print_changed([chosen.upper()], f"{chosen.upper()} is over", as_json=as_json)


def site(
    ctx: typer.Context,
    domain: Annotated[str, typer.Argument(help="The site, site.example.")],
    wholly_given: Annotated[bool, typer.Option("--wholly-given", help="All of it is such material.")] = False,
    as_json: Json = False,
) -> None:
    """Record that a whole site is given to such material, so that its registrar may be told.

    Example: hotline site site.example --wholly-given
    """
    desk = opened(ctx)
    from hotline.decisions import rules
    from hotline.errors import InputError

    if not wholly_given:
        raise InputError("say what you found of the site: --wholly-given")
    print_changed([rules.mark_wholly_given(desk, domain)], f"{domain} is recorded", as_json=as_json)


def reach(
    ctx: typer.Context,
    item: Annotated[str, typer.Argument(help="The item, I5.")],
    steps: Annotated[str, typer.Argument(help="How one gets there; - reads it from stdin.")],
    as_json: Json = False,
) -> None:
    """Record how one gets to what a notice means: a passphrase, a page to come from.

    Example: hotline reach I5 "open the album, then the third picture"
    """
    desk = opened(ctx)
    from hotline.decisions import access

    access.set_steps(desk, number(item, "I"), read_private(steps, "The steps") or "")
    message = f"recorded for {item.upper()}; whoever was told hears it in the next round, which you approve"
    print_changed([item.upper()], message, as_json=as_json)
