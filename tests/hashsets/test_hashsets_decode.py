"""The decoder pool gives a fingerprint for every file there is, and a guilty one loses only itself."""

import hashlib
import io
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hashsets.decode import MAX_BYTES, MAX_PIXELS, DecoderPool
from hashsets.errors import DecoderClosedError, DecoderStartError
from hashsets.examine import examine
from hashsets.pdq import hash_pixels
from hashsets.wire import BadAnswerError, Decoded, decode_answer
from tests.hashsets.drawing import draw, encode

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURE = encode(draw(1))


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + png_chunk(b"IDAT", zlib.compress(b"")) + png_chunk(b"IEND", b"")


def children_of(pid: int) -> list[int]:
    listing = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for path in listing for child in path.read_text().split()]


@pytest.mark.parametrize(
    ("format", "mime", "options"),
    [
        ("PNG", "image/png", {}),
        ("JPEG", "image/jpeg", {"quality": 92}),
        ("GIF", "image/gif", {}),
        ("WEBP", "image/webp", {"lossless": True}),
        ("AVIF", "image/avif", {"quality": 90}),
        ("BMP", "image/bmp", {}),
        ("TIFF", "image/tiff", {}),
        ("JPEG2000", "image/jp2", {}),
    ],
)
def test_every_allowed_format_gives_nearly_the_same_hashes(
    pool: DecoderPool, format: str, mime: str, options: dict[str, object]
) -> None:
    body = encode(draw(1), format, **options)
    found, original = pool.fingerprint(body), pool.fingerprint(PICTURE)

    assert (mime, 320, 240, None, False, False) == (
        found.mime,
        found.width,
        found.height,
        found.problem,
        found.is_blank,
        found.is_partial,
    )
    assert bits_apart(found.pdq, original.pdq) <= 12
    assert bits_apart(found.phash, original.phash) <= 8
    assert hashlib.sha256(body).hexdigest() == found.sha256


def bits_apart(one: str | None, other: str | None) -> int:
    assert one is not None
    assert other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_hashes_of_the_bytes_are_those_of_hashlib(pool: DecoderPool) -> None:
    found = pool.fingerprint(b"no picture")

    assert found.problem == "not_an_image"
    assert hashlib.md5(b"no picture").hexdigest() == found.md5
    assert hashlib.sha1(b"no picture").hexdigest() == found.sha1
    assert hashlib.sha256(b"no picture").hexdigest() == found.sha256
    assert found.size_bytes == 10


def test_a_fingerprint_says_which_hasher_made_it(pool: DecoderPool) -> None:
    assert sorted(part.partition("/")[0] for part in pool.fingerprint(PICTURE).hasher.split()) == [
        "av",
        "imagehash",
        "pdq-matrix",
        "pillow",
    ]


def test_a_drawn_picture_is_hashed_from_its_own_pixels(pool: DecoderPool) -> None:
    found, expected = pool.fingerprint(PICTURE), hash_pixels(np.asarray(draw(1)))

    assert expected is not None
    assert (expected.orientations, expected.quality) == (found.orientations, found.pdq_quality)
    assert found.orientations[0] == found.pdq


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b"\x00" * 1000, "not_an_image"),
        (b"<!doctype html><title>photo.jpg</title>", "not_an_image"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "not_an_image"),  # Pillow would run Ghostscript
        (b"\xff\xd8\xff\xe0" + b"\x11" * 500, "not_an_image"),
        (PICTURE[:20], "not_an_image"),
        (png_header(60_000, 60_000), "too_many_pixels"),
        (png_header(2**31 - 1, 2**31 - 1), "too_many_pixels"),
        (png_header(12_000, 9_000), "too_many_pixels"),  # between the limit and twice it Pillow only warns
        (encode(draw(1), "ICO"), "not_an_image"),  # not on the allow-list
    ],
)
def test_a_hostile_file_gets_a_reason_and_its_exact_hashes(pool: DecoderPool, body: bytes, problem: str) -> None:
    found = pool.fingerprint(body)

    assert problem == found.problem
    assert hashlib.sha256(body).hexdigest() == found.sha256
    assert (found.pdq, found.phash, found.orientations, found.mime, found.width) == (None, None, (), None, None)


def test_a_file_of_too_many_bytes_is_known_by_its_digests(pool: DecoderPool) -> None:
    body = bytes(MAX_BYTES + 1)
    found = pool.fingerprint(body)

    assert (found.problem, found.size_bytes) == ("too_many_bytes", MAX_BYTES + 1)
    assert hashlib.md5(body).hexdigest() == found.md5


def test_a_truncated_jpeg_is_hashed_as_far_as_it_goes(pool: DecoderPool) -> None:
    whole = encode(draw(1), "JPEG", quality=90)
    found = pool.fingerprint(whole[: len(whole) // 2])

    assert found.is_partial
    assert found.problem is None
    assert found.pdq is not None


def test_mutated_files_never_end_the_pool(pool: DecoderPool) -> None:
    rng = np.random.default_rng(7)
    bodies = [encode(draw(2, 64, 64), format) for format in ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "JPEG2000", "AVIF")]
    for body in bodies * 25:
        mutated = bytearray(body[: rng.integers(1, len(body) + 1)])
        for at in rng.integers(0, len(mutated), size=5):
            mutated[at] ^= int(rng.integers(1, 256))
        found = pool.fingerprint(bytes(mutated))

        assert hashlib.sha256(mutated).hexdigest() == found.sha256
        assert found.problem in (None, "not_an_image", "not_a_video", "too_many_pixels", "decoder_died")


@pytest.mark.parametrize("level", [0, 128, 255])
@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_a_blank_picture_is_marked(pool: DecoderPool, level: int, format: str) -> None:
    assert pool.fingerprint(encode(Image.new("RGB", (300, 200), (level,) * 3), format)).is_blank


def test_a_tiny_picture_has_no_pdq_and_no_problem(pool: DecoderPool) -> None:
    found = pool.fingerprint(encode(draw(1).resize((3, 3))))

    assert (found.pdq, found.problem, found.width, found.height) == (None, None, 3, 3)


def test_exif_orientation_is_applied_before_hashing(pool: DecoderPool) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned clockwise by 90 degrees
    stored = draw(5).transpose(Image.Transpose.ROTATE_90)
    for format in ("PNG", "TIFF"):
        found = pool.fingerprint(encode(stored, format, exif=exif.tobytes()))

        assert (found.width, found.height) == (320, 240)
        assert pool.fingerprint(encode(draw(5))).pdq == found.pdq


def test_a_broken_exif_block_does_not_hide_the_picture(pool: DecoderPool) -> None:
    found = pool.fingerprint(encode(draw(5), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"))

    assert found.problem is None


def test_a_large_jpeg_is_drafted_but_keeps_its_size_and_nearly_its_hash(pool: DecoderPool) -> None:
    large = draw(6, 2400, 1800)
    found, full = pool.fingerprint(encode(large, "JPEG", quality=92)), hash_pixels(np.asarray(large))

    assert full is not None
    assert (found.width, found.height) == (2400, 1800)
    assert bits_apart(found.pdq, full.orientations[0]) <= 8


def test_modes_are_brought_to_rgb_without_losing_the_picture(pool: DecoderPool) -> None:
    grey = draw(8).convert("L")
    expected = pool.fingerprint(encode(grey)).pdq
    sixteen = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
    floating = Image.fromarray(np.asarray(grey).astype(np.float32))
    with_alpha = grey.convert("LA")
    for body in (encode(sixteen), encode(with_alpha), encode(floating, "TIFF"), encode(grey.convert("CMYK"), "TIFF")):
        assert bits_apart(expected, pool.fingerprint(body).pdq) <= 8


def test_transparency_is_shown_on_white(pool: DecoderPool) -> None:
    hole = Image.new("L", (320, 240), 255)
    hole.paste(0, (0, 0, 160, 240))
    transparent, white = draw(9).convert("RGBA"), draw(9)
    transparent.putalpha(hole)
    white.paste("white", (0, 0, 160, 240))

    assert pool.fingerprint(encode(white)).pdq == pool.fingerprint(encode(transparent)).pdq


def test_a_palette_picture_is_hashed_by_its_colours(pool: DecoderPool) -> None:
    palette = draw(9).quantize(64)

    assert pool.fingerprint(encode(palette.convert("RGB"))).pdq == pool.fingerprint(encode(palette)).pdq


def test_only_the_first_frame_of_an_animation_is_hashed(pool: DecoderPool) -> None:
    first = draw(9).quantize(64)
    stream = io.BytesIO()
    first.save(stream, "GIF", save_all=True, append_images=[draw(10).quantize(64)])

    assert pool.fingerprint(encode(first, "GIF")).pdq == pool.fingerprint(stream.getvalue()).pdq


def test_a_file_over_its_deadline_is_given_up_and_the_next_one_is_hashed() -> None:
    with DecoderPool(deadline_s=0.3) as hasty:
        hasty.start()
        (child,) = decoders()
        os.kill(child, signal.SIGSTOP)
        late = hasty.fingerprint(bytes(5_000_000))

        assert late.problem == "decode_timeout"
        assert late.md5 == hashlib.md5(bytes(5_000_000)).hexdigest()
        assert not Path(f"/proc/{child}").exists()
        assert hasty.fingerprint(encode(draw(1, 32, 32))).problem is None


def test_a_file_over_the_memory_limit_is_no_crash() -> None:
    with DecoderPool(memory_bytes=600 << 20) as small:
        found = small.fingerprint(encode(Image.new("RGBA", (9000, 9000)), compress_level=1))

        assert found.problem in ("too_many_pixels", "decoder_died")
        assert small.fingerprint(PICTURE).problem is None


def test_a_child_killed_in_its_work_loses_only_its_file() -> None:
    with DecoderPool() as pool:
        pool.start()
        (child,) = decoders()
        os.kill(child, signal.SIGSTOP)
        killer = threading.Timer(0.2, os.kill, (child, signal.SIGKILL))
        killer.start()
        lost = pool.fingerprint(PICTURE)
        killer.join()

        assert lost.problem == "decoder_died"
        assert pool.fingerprint(PICTURE).problem is None


def test_a_child_killed_while_idle_is_replaced_unnoticed() -> None:
    with DecoderPool() as pool:
        pool.start()
        before = set(decoders())
        for child in before:
            os.kill(child, signal.SIGKILL)
        time.sleep(0.1)

        assert pool.fingerprint(PICTURE).problem is None


def decoders() -> list[int]:
    """The youngest decoder among this process's children."""
    found = [pid for pid in children_of(os.getpid()) if b"decoder_child" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return [max(found)]


def test_many_threads_share_the_children() -> None:
    bodies = [encode(draw(seed, 64, 64)) for seed in range(24)]
    found: dict[int, str | None] = {}
    with DecoderPool(workers=2) as pool:

        def work(first: int) -> None:
            for at in range(first, len(bodies), 4):
                found[at] = pool.fingerprint(bodies[at]).pdq

        threads = [threading.Thread(target=work, args=(first,)) for first in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert [pool.fingerprint(body).pdq for body in bodies] == [found[at] for at in range(len(bodies))]


def test_a_closed_pool_says_so_and_leaves_no_child() -> None:
    pool = DecoderPool()
    pool.start()
    (child,) = decoders()
    pool.close()

    assert not Path(f"/proc/{child}").exists()
    with pytest.raises(DecoderClosedError):
        pool.fingerprint(PICTURE)


def test_children_have_no_rights_and_none_of_our_handles(tmp_path: Path) -> None:
    with (tmp_path / "database").open("w") as handle, DecoderPool() as pool:
        os.set_inheritable(handle.fileno(), True)
        pool.start()
        (child,) = decoders()
        limits = Path(f"/proc/{child}/limits").read_text()
        handles = [os.readlink(entry) for entry in Path(f"/proc/{child}/fd").iterdir()]
        environment = Path(f"/proc/{child}/environ").read_bytes()

        assert "Max file size             0                    0" in limits
        assert "Max core file size        0                    0" in limits
        assert "Max open files            16" in limits
        assert {True} == {entry.startswith(("socket:", "/dev/null")) for entry in handles}
        assert b"PYTEST" not in environment
        # Ctrl-C on the terminal is for the parent.
        assert os.getsid(child) != os.getsid(0)
        os.kill(child, signal.SIGINT)
        assert pool.fingerprint(PICTURE).problem is None


def test_a_child_ends_when_its_parent_dies() -> None:
    program = (
        "import os, time; from hashsets.decode import DecoderPool; p = DecoderPool(); p.start(); "
        "print(p._free.queue[0]._process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=REPOSITORY)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.communicate()
    until = time.monotonic() + 5
    while is_running(child) and time.monotonic() < until:
        time.sleep(0.02)

    assert not is_running(child)


def is_running(pid: int) -> bool:
    """A zombie, which waits for whoever adopted it, has ended."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", ["command", "script", "unguarded_script"])
def test_the_pool_starts_from_any_kind_of_program(tmp_path: Path, how: str) -> None:
    program = (
        "import sys\nfrom hashsets.decode import DecoderPool\nprint('main ran')\n"
        "with DecoderPool() as pool:\n    print(pool.fingerprint(sys.stdin.buffer.read()).width)\n"
    )
    if how == "script":
        program = f"def main():\n{''.join('    ' + line + chr(10) for line in program.splitlines())}\n"
        program += "if __name__ == '__main__':\n    main()\n"
    script = tmp_path / "program.py"
    script.write_text(program)
    command = ["-c", program] if how == "command" else [str(script)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, *command], input=PICTURE, capture_output=True, cwd=tmp_path, env=environment)

    assert (done.stdout, done.stderr) == (b"main ran\n320\n", b"")


def test_importing_the_pool_loads_neither_numpy_nor_pillow() -> None:
    program = "import sys, hashsets, hashsets.decode; print({'numpy', 'PIL'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=REPOSITORY, check=True)

    assert done.stdout == "set()\n"


@pytest.mark.parametrize(
    "change",
    [
        {"pdq_quality": 101},
        {"orientations": ["00"] * 8},
        {"orientations": None},
        {"phash": "0x11111111111111"},
        {"mime": "<script>"},
        {"width": -1},
        {"width": True},
        {"problem": "free text"},
        {"is_blank": "no"},
        {"more": 1},
    ],
)
def test_an_answer_that_a_child_made_up_is_refused(change: dict[str, object]) -> None:
    sound = Decoded("image/png", 9, 9, 50, ("0" * 64,) * 8, "0" * 16)

    assert sound == decode_answer(sound.encode())
    with pytest.raises(BadAnswerError):
        decode_answer(json.dumps(json.loads(sound.encode()) | change).encode())


@pytest.mark.parametrize(
    "body",
    [
        PICTURE,
        b"no picture",
        png_header(60_000, 60_000),
        encode(draw(1), "JPEG")[:4000],
        encode(draw(1).convert("LA")),
        encode(draw(1).convert("L").convert("F"), "TIFF"),
        encode(draw(1).convert("LAB"), "TIFF"),
        encode(draw(1).resize((2, 2))),
    ],
)
def test_a_child_says_what_examining_the_file_says(pool: DecoderPool, body: bytes) -> None:
    said, found = examine(body, max_pixels=MAX_PIXELS, deadline_s=20), pool.fingerprint(body)

    assert (found.problem, found.mime, found.orientations, found.phash) == (
        said.problem,
        said.mime,
        said.orientations,
        said.phash,
    )


def test_a_decoder_that_cannot_start_is_the_operators_to_fix_not_the_files_fault() -> None:
    with DecoderPool(memory_bytes=1 << 70) as pool:  # no such limit: the child dies as it sets it
        with pytest.raises(DecoderStartError):
            pool.start()
        with pytest.raises(DecoderStartError):
            pool.fingerprint(PICTURE)
