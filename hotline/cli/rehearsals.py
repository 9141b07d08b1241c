"""How `notice approve --dry-run` is printed: for each notice to whom it would go, without what, and why not yet."""

from dataclasses import asdict
from typing import TYPE_CHECKING

import typer

from hotline.cli.printing import local_time, print_json, print_sentence

if TYPE_CHECKING:
    from hotline.decisions.desk import Desk
    from hotline.pipeline.rehearsing import Rehearsal


def print_rehearsal(desk: "Desk", chosen: list[int], contact_id: int | None, *, as_json: bool) -> None:
    """What approving the chosen notices would do, or all drafts where none is chosen."""
    from hotline.pipeline.rehearsing import drafts, rehearse

    found = rehearse(desk.home, chosen or drafts(desk.home, contact_id), desk.now)
    if as_json:
        from hotline.views.shapes import at

        print_json([{**asdict(one), "leaves_after": at(one.leaves_after)} for one in found])
        return
    for one in found:
        _print(desk, one)
    typer.echo("Nothing was changed." if found else "No draft to approve.")


def _print(desk: "Desk", one: "Rehearsal") -> None:
    typer.echo(f"{one.id}  round {one.round} to {one.to} ({one.contact}, {one.channel}), {_counted(one.addresses)}")
    if one.recipient and one.recipient != one.to:
        print_sentence(f"test mode: it goes to {one.recipient}")
    if one.subject:
        print_sentence(f"Subject: {one.subject}")
    until = f" (until {local_time(desk.home, one.leaves_after.isoformat())})" if one.leaves_after else ""
    lines = {
        "attached": one.attachments,
        "goes without": one.goes_without,
        "left out of it": one.left_out,
        f"waits{until}": one.waits,
        "DOES NOT LEAVE": one.problems,
    }
    for head, said in lines.items():
        if said:
            print_sentence(f"{head}: {'; '.join(said)}")


def _counted(addresses: int) -> str:
    return f"{addresses} {'address' if addresses == 1 else 'addresses'}"
