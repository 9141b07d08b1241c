"""`hotline packet` and `referral`: what is handed to police, partners and those who help a child."""

from pathlib import Path
from typing import Annotated

import typer

from hotline.cli.printing import print_changed, print_json, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Group, Json, Out, number, read_private, require_free, write_new
from hotline.errors import InputError
from hotline.states import PacketTo, ReferralTo

packet = typer.Typer(
    cls=Group, help="Files for the police, a partner hotline or a blocking authority.", no_args_is_help=True
)
referral = typer.Typer(
    cls=Group, help="A person helped by somebody else: a task with an outcome.", no_args_is_help=True
)
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case, C7.")]
PacketId = Annotated[str, typer.Argument(metavar="ID", help="The packet, P2.")]


def add_to(root: typer.Typer) -> None:
    root.add_typer(packet, name="packet")
    root.add_typer(referral, name="referral")


@packet.command("build")
def build(
    ctx: typer.Context,
    case: CaseId,
    to: Annotated[PacketTo, typer.Option(help="Who gets it.")],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Build a packet about a case; another person releases it before it is handed over.

    Example: hotline packet build C7 --to police --out C7.tar
    """
    require_free(out)
    desk = opened(ctx)
    from hotline import db
    from hotline.decisions import packets
    from hotline.pipeline.wording import sender_of
    from hotline.views.cases import packet_document

    case_id = number(case, "C")
    with db.reading(desk.home.engine) as session:
        document = packet_document(session, case_id)
    made = packets.build(desk, case_id, document, to, sender_of(desk.settings))
    if out:
        write_new(out, made.content)
    name, where = f"P{made.number}", f"it is in {out}" if out else "kept in the home; --out FILE writes it"
    told = f"{name} for {to.value} is built and unreleased; {where}"
    if made.adds_to:
        told += f"\nAn addendum to {', '.join(made.adds_to)}; revised since: {', '.join(made.revised) or 'nothing'}"
    told += f"\nNext, by another person: hotline packet release {name}"
    more = {"adds_to": list(made.adds_to), "revised": list(made.revised)}
    print_changed([name], told, as_json=as_json, file=str(out) if out else None, **more)


@packet.command("release")
def release(ctx: typer.Context, packet_id: PacketId, out: Out = None, as_json: Json = False) -> None:
    """Allow the hand-over of a packet that a colleague built.

    Example: hotline packet release P2 --out P2.tar
    """
    require_free(out)
    desk = opened(ctx)
    from hotline.decisions import packets

    content = packets.release(desk, number(packet_id, "P"))
    if out:
        write_new(out, content)
    where = f"; it is in {out}" if out else ""
    told = f"{packet_id.upper()} may be handed over{where}"
    print_changed([packet_id.upper()], told, as_json=as_json, file=str(out) if out else None)


@packet.command("verify")
def verify(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The packet's .tar.")],
    as_json: Json = False,
) -> None:
    """Prove a packet whole; nothing is unpacked, and no home is needed.

    Example: hotline packet verify C7.tar
    """
    del ctx
    from dataclasses import asdict

    from notices.packet import verify as verify_packet

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read ({error.strerror}); name a packet's .tar") from None
    found = verify_packet(content)
    if as_json:
        print_json({"ok": True, **asdict(found)})
        return
    state = "released" if found.released else "not released"
    typer.echo(f"{found.number} is whole: for {found.kind}, {state}, {found.items} items, {found.files} files.")


@packet.command("receipt")
def receipt(
    ctx: typer.Context,
    packet_id: PacketId,
    protocol: Annotated[str | None, typer.Option(metavar="X", help="The receiver's protocol number.")] = None,
    as_json: Json = False,
) -> None:
    """Record that the receiver confirmed a packet.

    Example: hotline packet receipt P2 --protocol 4411/2026
    """
    desk = opened(ctx)
    from hotline.decisions import packets

    packets.receipt(desk, number(packet_id, "P"), protocol)
    print_changed([packet_id.upper()], f"{packet_id.upper()} was received", as_json=as_json)


@packet.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List all packets.

    Example: hotline packet list
    """
    desk = opened(ctx)
    from hotline.views.packets import packet_list

    columns = "id state case to built_at built_by released_at received_at"
    print_rows(desk.home, packet_list(desk.home), columns, as_json=as_json, none="No packet yet.")


@referral.command("add")
def referral_add(
    ctx: typer.Context,
    case: CaseId,
    to: Annotated[ReferralTo, typer.Option(help="Who helps.")],
    as_json: Json = False,
) -> None:
    """Open a referral: somebody helps a person of this case.

    Example: hotline referral add C7 --to helpline
    """
    desk = opened(ctx)
    from hotline.decisions import referrals

    made = f"Q{referrals.add(desk, number(case, 'C'), to)}"
    print_changed([made], f"{made} is open; when there is an outcome: hotline referral done {made}", as_json=as_json)


@referral.command("done")
def referral_done(
    ctx: typer.Context,
    referral_id: Annotated[str, typer.Argument(metavar="ID", help="The referral, Q8.")],
    outcome: Annotated[str | None, typer.Option(metavar="TEXT", help="What came of it; - reads it from stdin.")] = None,
    as_json: Json = False,
) -> None:
    """Close a referral with its outcome.

    Example: hotline referral done Q8 --outcome -
    """
    desk = opened(ctx)
    from hotline.decisions import referrals

    referrals.done(desk, number(referral_id, "Q"), read_private(outcome, "The outcome"))
    print_changed([referral_id.upper()], f"{referral_id.upper()} is done", as_json=as_json)


@referral.command("list")
def referral_list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List all referrals.

    Example: hotline referral list
    """
    desk = opened(ctx)
    from hotline.views.packets import referral_list

    columns = "id state case to made_at made_by done_at"
    print_rows(desk.home, referral_list(desk.home), columns, as_json=as_json, none="No referral yet.")
