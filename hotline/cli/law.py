"""`hotline law`: which statutes and platforms' rules notices may quote, and who compared them with their source."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows, print_sentence, print_table
from hotline.cli.running import opened
from hotline.cli.words import Group, Json

law = typer.Typer(
    cls=Group, help="Statutes and platforms' rules that notices may quote: who checked them.", no_args_is_help=True
)
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="The entry: al-cc-117-2, YouTube/bullying.")]
_CHECKS = "by at is_of_this_text withdrawn_by withdrawn_at"


def add_to(root: typer.Typer) -> None:
    root.add_typer(law, name="law")


@law.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List citations and platforms' rules: usable, unchecked, stale, changed, not_in_force.

    Example: hotline law list
    """
    desk = opened(ctx)
    from hotline.views.law import law_list

    columns = "id state checked_by checked_at valid_from valid_to source"
    print_rows(desk.home, law_list(desk.home, desk.now), columns, as_json=as_json, none="No entry.")


@law.command("show")
def show(ctx: typer.Context, entry: Entry, as_json: Json = False) -> None:
    """Show an entry's text in both languages, its source, and who checked it.

    Example: hotline law show al-cc-117-2
    """
    desk = opened(ctx)
    from hotline.views.law import law_show

    found = law_show(desk.home, entry, desk.now)
    if as_json:
        print_json(found)
        return
    print_fields(desk.home, found, [key for key in found if key not in ("text_en", "text_sq", "checks")])
    for language in ("en", "sq"):
        typer.echo(f"{language}:")
        print_sentence(found[f"text_{language}"] or "–")
    if found["checks"]:
        print_table(desk.home, found["checks"], _CHECKS, "  ")


@law.command("check")
def check(
    ctx: typer.Context,
    entries: Annotated[list[str], typer.Argument(metavar="ENTRY...", help="What you compared with its source.")],
    as_json: Json = False,
) -> None:
    """Record that you compared entries, as `law show` prints them, with their source; notices quote them from now on.

    Example: hotline law check al-cc-117-2 YouTube/bullying
    """
    desk = opened(ctx)
    from hotline.decisions.law import check

    checked = check(desk, entries)
    print_changed(checked, f"checked: {', '.join(checked)}", as_json=as_json)


@law.command("withdraw")
def withdraw(ctx: typer.Context, entry: Entry, as_json: Json = False) -> None:
    """Withdraw the checks of an entry that is wrong after all; notices go without it.

    Example: hotline law withdraw al-cc-117-2
    """
    desk = opened(ctx)
    from hotline.decisions.law import withdraw

    is_usable = withdraw(desk, entry)
    on = "; it is quoted on, for your own file vouches for it: correct it there" if is_usable else ""
    print_changed([entry], f"withdrawn: {entry}{on}", as_json=as_json, usable=is_usable)
