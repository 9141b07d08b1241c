"""`hotline hashset hash`, `match`, `share`, `export`: what a file is, where it is listed, what others get of it."""

from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from hotline.cli.printing import print_changed, print_fields, print_json, print_rows
from hotline.cli.running import opened
from hotline.cli.words import Json, Out, ids, numbers, write_new
from hotline.errors import InputError


class ListFormat(StrEnum):
    """The formats we write, by the names of hashsets.formats, which is too heavy to load for a help text."""

    PDQ_TEXT = "pdq-text"
    THREATEXCHANGE = "threatexchange-csv"
    VICS = "vics"


def add_to(app: typer.Typer) -> None:
    """Adds the commands of this file to those of the noun."""
    app.command("hash")(hash_)
    app.command("match")(match)
    app.command("share")(share)
    app.command("export")(export)


def quarantined(desk: Any) -> frozenset[tuple[str, str]]:
    """List and entry of what is in quarantine."""
    from hotline.views.sharing import quarantined_entries

    return quarantined_entries(desk.home)


class VideoFormat(StrEnum):
    """How the frames of one video are written."""

    VPDQ_TEXT = "vpdq-text"
    VPDQ_JSON = "vpdq-json"


def hash_(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Pictures or short videos.")],
    format_: Annotated[
        VideoFormat | None, typer.Option("--format", help="The frames of one video, for others.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Hash files as the pipeline does, in memory only, without showing them.

    Example: hotline hashset hash a.jpg b.mp4 --json
    """
    desk = opened(ctx)
    from hashsets.decode import DecoderPool
    from hotline.views.sharing import fingerprint_row, video_text

    unread = Unread()
    with DecoderPool(workers=1) as pool:
        read = [(path, unread.take(_fingerprint, pool, path, number)) for number, path in enumerate(files, 1)]
    unread.tell(least=len(files))
    found = [fingerprint for _, fingerprint in read if fingerprint]
    if format_ is not None:
        if len(found) != 1 or not found[0].is_video:
            raise InputError(f"--format {format_} writes the frames of one video; give one file that is a video")
        typer.echo(video_text(found[0], format_.value), nl=False)
        return
    rows = [{"input": str(path), **fingerprint_row(one)} for path, one in read if one]
    if as_json:
        print_json(rows)
    for row in () if as_json else rows:
        print_fields(desk.home, {**row, "frames": len(row["frames"])})
    unread.tell()


def match(
    ctx: typer.Context,
    inputs: Annotated[list[str], typer.Argument(metavar="FILE|HASH...", help="Pictures, short videos or hashes.")],
    as_json: Json = False,
) -> None:
    """Look pictures, videos or hashes up in all lists; a file is read into memory only.

    A hit names its algorithm (md5, sha1, sha256, pdq, phash), how sure it is (same_file, strong, review) and what was
    done to the file to find it: upright, mirror, rot90, rot180, rot270, transpose, transverse, flip; box (what stands
    inside a border or a screenshot), quadrant (a quarter of a collage), frame (of a video or an animation).

    Example: hotline hashset match a.jpg 8b1a9953c4611296a827abf8c47804d7
    """
    desk = opened(ctx)
    stopped = quarantined(desk)
    unread = Unread()
    rows = [{"input": text, **_row(hit, stopped)} for text, hit in _hits(desk, inputs, unread)]
    unread.tell(least=len(inputs))
    columns = "input list entry algorithm distance strength label variant"
    print_rows(desk.home, rows, columns, as_json=as_json, none="On no list.")
    unread.tell()


class Unread:
    """Inputs that could not be taken: the others are answered first, then the first of these is told."""

    def __init__(self) -> None:
        self._errors: list[Exception] = []

    def take(self, work: Callable[..., Any], *given: Any) -> Any:
        """What work gives, None where it could not."""
        from hashsets.errors import InvalidHashError

        try:
            return work(*given)
        except (InputError, InvalidHashError) as error:
            self._errors.append(error)
            return None

    def tell(self, *, least: int = 1) -> None:
        """Raises the first error where there are at least so many; it says how many more there were."""
        if len(self._errors) < least:
            return
        if len(self._errors) > 1:
            raise InputError(f"{self._errors[0]} (and {len(self._errors) - 1} more that could not be taken)")
        raise self._errors[0]


def _hits(desk: Any, inputs: list[str], unread: Unread) -> Iterator[tuple[str, Any]]:
    from hashsets.decode import DecoderPool
    from hashsets.lists import Library
    from hotline.screen import search_policy

    library, policy = Library(desk.home.lists), search_policy(desk.settings.match)
    with DecoderPool(workers=1) as pool:
        for number, text in enumerate(inputs, 1):
            path = Path(text)
            if path.is_file() or not text.strip().isalnum():
                fingerprint = unread.take(_fingerprint, pool, path, number)
                found = library.search(fingerprint, policy) if fingerprint else ()
            else:
                found = unread.take(library.search_hash, text, None, policy) or ()
            yield from ((text, hit) for hit in found)


def _fingerprint(pool: Any, path: Path, number: int) -> Any:
    """A file that we cannot decode is looked up by its bytes alone, and that is said, without its name."""
    fingerprint = pool.fingerprint(_read(path))
    if fingerprint.problem is not None:
        told = f"file {number} cannot be decoded ({fingerprint.problem.replace('_', ' ')})"
        typer.echo(f"hotline: {told}; only its md5, sha1 and sha256 count", err=True)
    elif fingerprint.is_partial:
        typer.echo(f"hotline: file {number} is damaged or too long; it counts as far as it goes", err=True)
    return fingerprint


def _read(path: Path) -> bytes:
    from hashsets.decode import MAX_BYTES

    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"{path} is larger than {MAX_BYTES // 1_000_000} MB; look its md5, sha1 or sha256 up instead"
            )
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); give a file you may read") from None


def _row(hit: Any, stopped: frozenset[tuple[str, str]]) -> dict[str, Any]:
    return {
        "list": hit.list,
        "entry": hit.entry,
        "algorithm": hit.algorithm.value,
        "distance": hit.distance,
        "label": hit.label,
        "variant": hit.variant.value,
        "strength": hit.strength.value,
        "role": hit.role.value,
        "list_version": hit.list_version,
        "is_quarantined": (hit.list, hit.entry) in stopped,
    }


def share(
    ctx: typer.Context,
    items: Annotated[list[str], typer.Argument(metavar="ITEM...", help="Items that another person assessed illegal.")],
    as_json: Json = False,
) -> None:
    """Give the second person's word that the hashes of what an item shows may be shared out.

    Where `assess.second_reader` is set, the second reader's word is that already.

    Example: hotline hashset share I31
    """
    desk = opened(ctx)
    from hotline.decisions import hashsets

    shared = hashsets.share(desk, numbers(items, "I"))
    print_changed(ids("I", shared), f"{', '.join(ids('I', shared))}: their hashes may be exported", as_json=as_json)


def export(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="`own`, or another list of role own.")],
    format_: Annotated[ListFormat, typer.Option("--format", help="How to write them.")] = ListFormat.PDQ_TEXT,
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Write the hashes computed here of what two people assessed baseline or national, to share them out.

    No value of a list that somebody gave us is ever written, whatever its role.

    Example: hotline hashset export own --format vics --out own.json
    """
    desk = opened(ctx)
    from hashsets.lists import Library
    from hotline.views.sharing import exported

    lines = exported(desk.home, Library(desk.home.lists), name, format_.value)
    if out and lines:
        write_new(out, "".join(lines).encode())
        print_changed([name], f"the hashes are in {out}", as_json=as_json, file=str(out))
    elif as_json:
        print_json([line.rstrip("\n") for line in lines])
    else:
        typer.echo("".join(lines), nl=False)
    if not lines and not as_json:
        typer.echo("hotline: nothing was assessed illegal by two people yet; see hotline hashset share", err=True)
