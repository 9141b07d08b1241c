"""`hotline appeal`: what owners object to, and the answer by somebody who did not decide about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows
from hotline.cli.running import opened
from hotline.cli.words import (
    Group,
    Json,
    Out,
    number,
    read_contact_and_note,
    read_file_or_stdin,
    require_free,
    write_new,
)
from hotline.states import AppealOutcome, Language

if TYPE_CHECKING:
    from hotline.decisions.desk import Desk

app = typer.Typer(
    cls=Group, help="Owners' objections to notices, answered by who did not decide.", no_args_is_help=True
)
AppealId = Annotated[str, typer.Argument(metavar="ID", help="The objection, J1.")]
InLanguage = Annotated[
    Language | None,
    typer.Option(help="The language to answer in; else that of the contact."),
]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="appeal")


@app.command("add")
def add(
    ctx: typer.Context,
    notice: Annotated[str, typer.Argument(metavar="NOTICE", help="The notice that is objected to, N5.")],
    language: InLanguage = None,
    sender: Annotated[
        str | None,
        typer.Option("--from", metavar="-", help="The owner's mailbox, from stdin; else the contact's."),
    ] = None,
    note: Annotated[str | None, typer.Option(metavar="FILE|-", help="What the owner says.")] = None,
    message: Annotated[str | None, typer.Option(help="The mail that says it, E3; it is dealt with by this.")] = None,
    as_json: Json = False,
) -> None:
    """Take in an owner's objection to a notice; repeats wait until it is answered or due.

    Example: hotline appeal add N5 --message E3
    """
    from hotline.errors import InputError

    if sender not in (None, "-"):
        raise InputError("a mailbox does not stand in the arguments; write --from - and type it, or pipe it in")
    desk = opened(ctx)
    from hotline.decisions import appeals

    mailbox, text = read_contact_and_note(sender, note, whose="the owner's")
    told = appeals.Objection(text, mailbox, number(message, "E") if message else None, language)
    made = f"J{appeals.add(desk, number(notice, 'N'), told)}"
    sentence = f"{made} is open; who did not decide about it runs: hotline appeal answer {made} --outcome OUTCOME"
    print_changed([made], sentence, as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the objections, the oldest first.

    Example: hotline appeal list
    """
    desk = opened(ctx)
    from hotline.views.appeals import appeal_list

    columns = "id state notice received_at due_at is_overdue decided_at to_revise"
    print_rows(desk.home, appeal_list(desk.home, desk.now), columns, as_json=as_json, none="No objection.")


@app.command("show")
def show(ctx: typer.Context, appeal: AppealId, out: Out = None, as_json: Json = False) -> None:
    """Show one objection, and the letter that answers it for you to send; --out writes that as a mail.

    Example: hotline appeal show J1
    """
    require_free(out)
    desk = opened(ctx)
    from hotline.views.appeals import appeal_show, letter_bytes

    found = appeal_show(desk.home, number(appeal, "J"), desk.now)
    if out:
        write_new(out, _written(letter_bytes(desk.home, number(appeal, "J"))))
    if as_json:
        print_json(found)
        return
    letter = found.pop("letter")
    print_fields(desk.home, found)
    if letter:
        typer.echo(f"\n{_when(found['to_revise'])}\nTo: {letter['to']}\nSubject: {letter['subject']}\n")
        typer.echo(letter["body"])


@app.command("answer")
def answer(
    ctx: typer.Context,
    appeal: AppealId,
    outcome: Annotated[AppealOutcome, typer.Option(help="Upheld is about all that the notice names.")],
    text: Annotated[str | None, typer.Option(metavar="FILE|-", help="What you say to the owner.")] = None,
    language: InLanguage = None,
    as_json: Json = False,
) -> None:
    """Decide an objection, if you did not decide what it is about, and write the letter that answers it.

    Example: hotline appeal answer J1 --outcome rejected --text -
    """
    desk = opened(ctx)
    from hotline.decisions import appeals
    from hotline.pipeline.wording import sender_of

    ruling = appeals.Ruling(outcome, read_file_or_stdin(text, "What you say to the owner") or "", language)
    name = f"J{appeals.answer(desk, number(appeal, 'J'), ruling, sender_of(desk.settings))}"
    print_changed([name], f"{name} is {outcome.value}; {_next(desk, name)}", as_json=as_json)


def _next(desk: "Desk", name: str) -> str:
    from hotline.views.appeals import appeal_show

    revise = appeal_show(desk.home, number(name, "J"), desk.now)["to_revise"]
    first = f"first, by --revise: hotline assess {' '.join(revise)} --revise --verdict V; then " if revise else ""
    return f"{first}send the letter: hotline appeal show {name}"


def _when(revise: list[str]) -> str:
    if revise:
        return f"NOT YET: it says that the notice is withdrawn; send it when {', '.join(revise)} is revised."
    return "The letter, for you to send:"


def _written(letter: bytes | None) -> bytes:
    from hotline.errors import InputError

    if letter is None:
        raise InputError("there is no letter yet; first: hotline appeal answer")
    return letter
