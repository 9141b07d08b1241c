"""Whatever is done to a packet is found; hostile files are refused unread."""

import io
import random
import tarfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from notice_samples import CASE, PACKET, case_with, custody

from notices import bag, packet, tables, tarball
from notices.errors import PacketError

SEED = 20261121
TIMELINE = "data/teknike/timeline-F3.svg"


@pytest.fixture(scope="module")
def built() -> bytes:
    return packet.build(PACKET)


def unrooted(data: bytes) -> dict[str, bytes]:
    return {path.partition("/")[2]: content for path, content in tarball.read_tar(data).items()}


def test_any_flipped_byte_is_found(built: bytes) -> None:
    chance = random.Random(SEED)
    for at in chance.sample(range(len(built)), 300):
        changed = bytearray(built)
        changed[at] ^= 1 << chance.randrange(8)
        with pytest.raises(PacketError):
            packet.verify(bytes(changed))


def test_any_flipped_byte_outside_the_pdf_is_found(built: bytes) -> None:
    """Headers, manifests and padding are a small part of the file, so they are tried apart."""
    start = built.index(b"%PDF")
    end = built.index(b"%%EOF", start)
    places = [*range(start), *range(end, len(built))]
    chance = random.Random(SEED)
    for at in chance.sample(places, 1500):
        changed = bytearray(built)
        changed[at] ^= chance.randrange(1, 256)
        with pytest.raises(PacketError):
            packet.verify(bytes(changed))


def test_any_cut_or_addition_is_found(built: bytes) -> None:
    chance = random.Random(SEED)
    cuts = [0, 1, 511, 512, len(built) - 1, len(built) - 512, *(chance.randrange(len(built)) for _ in range(60))]
    for broken in [*(built[:cut] for cut in cuts), built + b"\0", built + bytes(10240), built + built, b"x" + built]:
        with pytest.raises(PacketError):
            packet.verify(broken)


def remade(built: bytes, change: Callable[[dict[str, bytes]], object], info: dict[str, str] | None = None) -> bytes:
    """A packet whose maker re-hashed everything after a change."""
    files = unrooted(built)
    own = bag.read_info(files["bag-info.txt"]) | (info or {})
    own.pop("Payload-Oxum")
    payload = {path: content for path, content in files.items() if path.startswith("data/")}
    change(payload)
    whole = bag.make_bag(own, payload, {path: files[path] for path in packet.BESIDE})
    return tarball.write_tar({f"P2/{path}": content for path, content in whole.items()}, 1795266300)


def test_remade_packet_without_a_change_is_the_packet(built: bytes) -> None:
    assert remade(built, len) == built


@pytest.mark.parametrize("path", packet.PAYLOAD)
def test_missing_file_is_named_even_when_all_was_hashed_anew(built: bytes, path: str) -> None:
    with pytest.raises(PacketError, match=path):
        packet.verify(remade(built, lambda payload: payload.pop(path)))


def test_missing_timeline_is_found_even_when_all_was_hashed_anew(built: bytes) -> None:
    with pytest.raises(PacketError, match=r"holds 0 timelines, bag-info\.txt says 1"):
        packet.verify(remade(built, lambda payload: payload.pop(TIMELINE)))


@pytest.mark.parametrize("path", ["timeline-F4.svg", "timeline-F03.svg"])
def test_added_timeline_is_found_even_when_all_was_hashed_anew(built: bytes, path: str) -> None:
    with pytest.raises(PacketError, match=r"holds 2 timelines, bag-info\.txt says 1"):
        packet.verify(remade(built, lambda payload: payload.update({f"data/teknike/{path}": b"<svg/>"})))


@pytest.mark.parametrize("path", ["timeline-F.svg", "timeline-F3.html", "timeline-F3.svg.exe", "timeline-M3.svg"])
def test_file_that_only_looks_like_a_timeline_is_refused_by_name(built: bytes, path: str) -> None:
    with pytest.raises(PacketError, match=path):
        packet.verify(remade(built, lambda payload: payload.update({f"data/teknike/{path}": b"x"})))


def test_missing_sheet_is_named_even_when_all_was_hashed_anew(built: bytes) -> None:
    files = unrooted(built)
    own = bag.read_info(files["bag-info.txt"])
    own.pop("Payload-Oxum")
    whole = bag.make_bag(own, {path: files[path] for path in packet.PAYLOAD}, {})

    with pytest.raises(PacketError, match=r"vertetim\.pdf is missing"):
        packet.verify(tarball.write_tar({f"P2/{path}": content for path, content in whole.items()}, 1795266300))


def test_extra_file_is_named_even_when_all_was_hashed_anew(built: bytes) -> None:
    with pytest.raises(PacketError, match=r"data/extra\.exe"):
        packet.verify(remade(built, lambda payload: payload.update({"data/extra.exe": b"MZ"})))


CUSTODY = tables.write_custody(CASE["custody"]).splitlines(keepends=True)


@pytest.mark.parametrize(
    "content",
    [
        b"".join(CUSTODY[1:]),  # first line cut
        b"".join(CUSTODY[:3] + CUSTODY[4:]),  # one taken out
        b"".join([CUSTODY[1], CUSTODY[0], *CUSTODY[2:]]),  # two swapped
        b"".join(CUSTODY).replace(b"analisti-2", b"analisti-3", 1),  # one rewritten
        b"".join(CUSTODY)[:-1],  # cut off
        b"[]\n",
        b"[" * 100_000 + b"\n",
        b"\xff\n",
        tables.write_custody([*custody(2), *custody(2)]),  # linked, but going back in sequence
    ],
)
def test_broken_chain_is_found_even_when_all_was_hashed_anew(built: bytes, content: bytes) -> None:
    with pytest.raises(PacketError, match=r"custody\.jsonl"):
        packet.verify(remade(built, lambda payload: payload.update({"data/teknike/custody.jsonl": content})))


@pytest.mark.parametrize("content", [b"\xff", b'"item"\r\n', b""])
def test_items_that_do_not_fit_the_count_are_found(built: bytes, content: bytes) -> None:
    with pytest.raises(PacketError, match=r"items\.csv"):
        packet.verify(remade(built, lambda payload: payload.update({"data/teknike/items.csv": content})))


@pytest.mark.parametrize(
    "info",
    [
        {"External-Identifier": "P3"},
        {"Packet-Format": "2"},
        {"Built-At": "2026-99-99"},
        {"Built-At": "2026-11-21T13:05:01Z"},
        {"Release-Status": "yes"},
        {"Item-Count": "9"},
    ],
)
def test_frame_that_does_not_fit_is_found_even_when_all_was_hashed_anew(built: bytes, info: dict[str, str]) -> None:
    with pytest.raises(PacketError):
        packet.verify(remade(built, len, info))


def tar_of(*entries: tarfile.TarInfo, content: bytes = b"x", form: int = tarfile.USTAR_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as tar:
        for entry in entries:
            entry.size = len(content) if entry.isreg() else 0
            tar.addfile(entry, io.BytesIO(content) if entry.isreg() else None)
    return out.getvalue()


def entry(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, link
    return made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(10240),
        b"no tar at all",
        tar_of(entry("/etc/passwd")),
        tar_of(entry("P2/../../x")),
        tar_of(entry("P2/.hidden")),
        tar_of(entry("P2/a\\b")),
        tar_of(entry("P2/a", tarfile.SYMTYPE, "/etc/passwd")),
        tar_of(entry("P2/a", tarfile.LNKTYPE, "/etc/passwd")),
        tar_of(entry("P2/a", tarfile.CHRTYPE)),
        tar_of(entry("P2", tarfile.DIRTYPE)),
        tar_of(entry("P2/bagit.txt"), entry("P2/bagit.txt")),
        tar_of(entry("P2/bagit.txt"), entry("P3/bagit.txt")),
        tar_of(entry("P2/" + "a" * 300), form=tarfile.PAX_FORMAT),
        tar_of(entry("P2/" + "a" * 300), form=tarfile.GNU_FORMAT),
        tar_of(entry("P2/bag-info.txt"), content=b"\xff"),
        tar_of(*(entry(f"P2/{n}") for n in range(tarball.MAX_MEMBERS + 1))),
    ],
)
def test_hostile_file_is_refused(data: bytes) -> None:
    with pytest.raises(PacketError):
        packet.verify(data)


def test_claimed_size_is_never_believed(built: bytes) -> None:
    for size in (b"77777777777\0", b"\x80" + b"\xff" * 11, b"-0000000001\0", b"00000000_12\0"):
        with pytest.raises(PacketError):
            packet.verify(built[:124] + size + built[136:])


def test_too_large_a_file_is_not_read() -> None:
    with pytest.raises(PacketError, match="not read"):
        packet.verify(bytes(tarball.MAX_BYTES + 1))


def test_first_thing_wrong_is_named(built: bytes) -> None:
    changed = built.replace(b'"actor":"analisti-2"', b'"actor":"analisti-9"', 1)

    with pytest.raises(PacketError, match=r"data/teknike/custody\.jsonl does not have the SHA-256"):
        packet.verify(changed)


def test_random_bytes_never_crash_the_reader() -> None:
    chance = random.Random(SEED)
    for _ in range(200):
        with pytest.raises(PacketError):
            packet.verify(chance.randbytes(chance.randrange(3000)))


def test_large_case_makes_a_packet_that_verifies() -> None:
    items = [CASE["items"][n % 2] | {"id": f"I{n}"} for n in range(60)]
    facts = replace(PACKET, case=case_with(items=items, custody=custody(400)))

    assert packet.verify(packet.build(facts)).items == 60
