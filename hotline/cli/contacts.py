"""`hotline contact`: the address book of who can remove material."""

from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, ids, number, numbers, read_address_and_reason, read_private
from hotline.states import Channel, ContactRole, Language

app = typer.Typer(
    cls=Group, help="The address book: who can remove material, and who approved them.", no_args_is_help=True
)
ContactId = Annotated[str, typer.Argument(metavar="ID", help="The contact, K3.")]
Hours = Annotated[
    int | None, typer.Option(metavar="HOURS", help="Within how many hours it is asked to act, where not the usual.")
]


def add_to(root: typer.Typer) -> None:
    root.add_typer(app, name="contact")


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the address book.

    Example: hotline contact list
    """
    desk = opened(ctx)
    from hotline.views.contacts import contact_list

    columns = "id state role address answers_for channel origin bounces"
    print_rows(desk.home, contact_list(desk.home), columns, as_json=as_json, none="No contact yet.")


@app.command("show")
def show(ctx: typer.Context, contact: ContactId, as_json: Json = False) -> None:
    """Show one contact with where it came from and what it got.

    Example: hotline contact show K3
    """
    desk = opened(ctx)
    from hotline.views.contacts import contact_show

    found = contact_show(desk.home, number(contact, "K"))
    if as_json:
        print_json(found)
    else:
        print_fields(desk.home, found)


@app.command("add")
def add(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(help="The mailbox; - reads it from stdin.")],
    answers_for: Annotated[
        str,
        typer.Option(
            metavar="DOMAIN|NETWORK|AS|country:DE|any",
            help="What it answers for: host.example, 192.0.2.0/24, AS64500 …",
        ),
    ],
    role: Annotated[ContactRole, typer.Option(help="What it is to the material.")],
    channel: Annotated[Channel, typer.Option(help="How it is told.")] = Channel.EMAIL,
    language: Annotated[Language, typer.Option(help="The language of its notices.")] = Language.EN,
    requested_h: Hours = None,
    as_json: Json = False,
) -> None:
    """Add a contact; it gets nothing until somebody approves it.

    Example: hotline contact add abuse@host.example --answers-for 192.0.2.0/24 --role host
    """
    desk = opened(ctx)
    from hotline.decisions import contacts

    mailbox = read_private(address, "The mailbox") or ""
    made = f"K{contacts.add(desk, mailbox, answers_for, role, channel, language, requested_h)}"
    print_changed([made], f"{made} is proposed; next: hotline contact approve {made}", as_json=as_json)


@app.command("approve")
def approve(
    ctx: typer.Context,
    chosen: Annotated[list[str], typer.Argument(metavar="ID...", help="The contacts, K3 K4 …")],
    as_json: Json = False,
) -> None:
    """Approve contacts; what waited for them is due at once.

    Example: hotline contact approve K3
    """
    desk = opened(ctx)
    from hotline.decisions import contacts

    done = ids("K", contacts.approve(desk, numbers(chosen, "K")))
    print_changed(done, f"approved: {', '.join(done)}", as_json=as_json)


@app.command("block")
def block(ctx: typer.Context, contact: ContactId, as_json: Json = False) -> None:
    """Block a contact; nothing goes there any more.

    Example: hotline contact block K3
    """
    desk = opened(ctx)
    from hotline.decisions import contacts

    contacts.block(desk, number(contact, "K"))
    print_changed([contact.upper()], f"{contact.upper()} is blocked", as_json=as_json)


@app.command("terms")
def terms(
    ctx: typer.Context,
    contact: ContactId,
    requested_h: Hours = None,
    usual: Annotated[bool, typer.Option("--usual", help="Back to what the settings say.")] = False,
    language: Annotated[Language | None, typer.Option(help="The language it asked for.")] = None,
    as_json: Json = False,
) -> None:
    """Set within how many hours a contact is asked to act, after which it is told again, and in which language.

    Example: hotline contact terms K3 --requested-h 12
    """
    desk = opened(ctx)
    from hotline.decisions import contacts
    from hotline.errors import InputError

    if (usual and requested_h is not None) or not (usual or requested_h or language):
        raise InputError("say --requested-h HOURS or --usual, --language LANGUAGE, or both")
    if language is not None:
        contacts.set_language(desk, number(contact, "K"), language)
    if usual or requested_h is not None:
        contacts.set_terms(desk, number(contact, "K"), requested_h)
    print_changed([contact.upper()], f"{contact.upper()} is written to by these terms from now on", as_json=as_json)


@app.command("avoid")
def avoid(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(metavar="ADDRESS|DOMAIN", help="The mailbox or domain; - reads stdin.")],
    reason: Annotated[str | None, typer.Option(help="Why; - reads it from stdin. Can be erased later.")] = None,
    as_json: Json = False,
) -> None:
    """Send nothing to a mailbox or to a whole domain, whatever it answers for.

    Example: hotline contact avoid host.example --reason "its owner is a suspect"
    """
    desk = opened(ctx)
    from hotline.decisions import avoiding

    mailbox, why = read_address_and_reason(address, reason)
    made = f"D{avoiding.avoid(desk, mailbox, why)}"
    print_changed([made], f"{made}: nothing is sent there; to end it: hotline contact readmit {made}", as_json=as_json)


@app.command("avoided")
def avoided(ctx: typer.Context, as_json: Json = False) -> None:
    """List the mailboxes and domains that nothing is sent to.

    Example: hotline contact avoided
    """
    desk = opened(ctx)
    from hotline.views.contacts import avoided_list

    columns = "id state address reason by at ended_by"
    print_rows(desk.home, avoided_list(desk.home), columns, as_json=as_json, none="Nobody is avoided.")


@app.command("readmit")
def readmit(
    ctx: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ID", help="The entry, D2; hotline contact avoided lists them.")],
    as_json: Json = False,
) -> None:
    """End an entry of whom not to contact; contacts stay blocked until somebody approves them.

    Example: hotline contact readmit D2
    """
    desk = opened(ctx)
    from hotline.decisions import avoiding

    avoiding.readmit(desk, number(entry, "D"))
    print_changed([entry.upper()], f"{entry.upper()} is over; next: hotline contact approve ID", as_json=as_json)
