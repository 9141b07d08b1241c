"""Thousands of damaged deliveries of every format: sound rows or an error of ours, in little time and memory."""

import gzip
import io
import random
import time
import tracemalloc

import pytest

from hashsets.errors import ListFormatError
from hashsets.formats import Doubt, ListRow, Refusal, Row, Withdrawal, read_delivery
from hashsets.formats.rows import MAX_TEXT
from hashsets.values import problem_of
from tests.hashsets.databases import ALL_SAMPLES

NAMES = sorted(ALL_SAMPLES)
# What each format's own words are, so that damage goes deeper than its surface.
WORDS = (
    *(
        b'"',
        b'""',
        b"\0",
        b"<",
        b"]]>",
        b"<!--",
        b"<![CDATA[",
        b"&lt;",
        b"&#0;",
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b";",
        b"\t",
    ),
    *(
        b"\n",
        b"\r",
        b"\xff",
        b"\xef\xbb\xbf",
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"true",
        b"-1e999",
        b"9" * 40,
        b"md5",
        b"#",
    ),
)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The file with a few pieces changed, doubled, cut out or put elsewhere."""
    body = bytearray(content)
    for _ in range(rng.randrange(1, 6)):
        start, other = rng.randrange(len(body)), rng.randrange(len(body))
        piece = body[start : start + rng.choice((1, 2, 8, 64, 512))]
        match rng.randrange(6):
            case 0:
                body[start : start + 1] = rng.randbytes(1)
            case 1:
                body[other:other] = piece * rng.choice((1, 1, 1, 20))
            case 2 if len(body) > 2 * len(piece):
                del body[start : start + len(piece)]
            case 3:
                body[start] ^= 1 << rng.randrange(8)
            case 4:
                body[start:start] = rng.choice(WORDS)
            case _:
                body[start : start + 1] = rng.choice(WORDS)
    return bytes(body)


def is_clean(row: Row) -> bool:
    """Whether a row holds nothing that a library must not hold: every hash sound, every text printable and short."""
    if isinstance(row, Refusal | Doubt):
        return row.line >= 0 and row.cause.isprintable() and len(row.cause) < MAX_TEXT
    texts = [row.entry] if isinstance(row, Withdrawal) else [row.entry, row.label]
    pairs = row.hashes if isinstance(row, ListRow) else ()
    others = row.others if isinstance(row, ListRow) else ()
    is_short = all(text is None or (text.isprintable() and 0 < len(text) <= MAX_TEXT) for text in texts)
    is_kept = all(kind.isalnum() or "_" in kind for kind, _ in others) and all(
        value.isprintable() for _, value in others
    )
    return is_short and is_kept and all(problem_of(value, algorithm) is None for algorithm, value in pairs)


def survive(content: bytes, name: str | None) -> None:
    try:
        rows = list(read_delivery(io.BytesIO(content), name, None)[1])
    except ListFormatError:
        return
    assert all(is_clean(row) for row in rows)
    repr(rows).encode()  # no half of a character that nothing could write


def fuzz(name: str, count: int) -> None:
    rng = random.Random(name)
    content = ALL_SAMPLES[name].content()
    for number in range(count):
        damaged = mutated(content, rng)
        survive(damaged, name)
        if number % 3 == 0:
            survive(damaged, None)
        if number % 10 == 0:
            survive(mutated(gzip.compress(content), rng), None)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_gives_sound_rows_or_an_error_of_ours_and_nothing_else(name: str) -> None:
    fuzz(name, 300)


@pytest.mark.soak
@pytest.mark.parametrize("name", NAMES)
def test_damaged_files_by_the_thousand_give_sound_rows_or_an_error_of_ours(name: str) -> None:
    fuzz(name, 20_000)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_one_format_that_is_called_another_is_harmless(name: str) -> None:
    for other in NAMES:
        survive(ALL_SAMPLES[other].content(), name)


NCMEC = b'<queryResult xmlns="https://hashsharing.ncmec.org/hashsharing/v2">'


def floods(many: int) -> dict[str, bytes]:
    """What grows without end, each of some bytes for each of `many`."""
    return {
        "one line": b"a" * 80 * many,
        "one quoted cell": b'id,md5\n1,"' + b"a" * 80 * many,
        "quotes": b'id,md5\n"' + b'"\n"' * many,
        "odd quotes and nothing else": b"id,md5,note\n" + b'1,"\n' * many,
        "delimiters": b"id,md5\n" + b"," * 9 * many + b"\n",
        "a header without end": b"md5," + b"a," * 4 * many + b"\n" + b"x\n" * 1000,
        "a name without end": b"md5," + b"a" * 9 * many + b"\nx\n",
        "empty lines": b"md5\n" + b"\n" * many,
        "names in a record": b'[{"md5":"x",' + b",".join(b'"n%d":1' % number for number in range(many)) + b"}]",
        "empty objects": b'[{"md5":"x"},' + b"{}," * many + b"{}]",
        "documents": b'{"md5":"x"}\n' * many,
        "a text without end": b'[{"md5":"' + b"x" * 80 * many,
        "blanks": b'[{"md5":' + b" " * 80 * many,
        "a number": b'[{"md5":' + b"1" * 80 * many,
        "an attribute": NCMEC + b'<image a="' + b"x" * 80 * many,
        "elements": NCMEC + b"<image/>" * many,
    }


def bear(content: bytes, name: str) -> None:
    """Read a flood; memory must not grow with it, nor time faster than it."""
    tracemalloc.start()
    start = time.process_time()
    try:
        for row in read_delivery(io.BytesIO(content), name, None)[1]:
            assert is_clean(row)
    except ListFormatError:
        pass
    finally:
        spent, peak = time.process_time() - start, tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert peak < 60_000_000
    assert spent < 5 + len(content) / 100_000


TEXTS = [name for name in NAMES if name != "nsrl-sqlite"]
SMALL, LARGE = floods(5_000), floods(100_000)


@pytest.mark.parametrize("name", TEXTS)
def test_a_flood_takes_little_time_and_memory(name: str) -> None:
    for content in SMALL.values():
        bear(content, name)


@pytest.mark.soak
@pytest.mark.parametrize("flood", LARGE)
@pytest.mark.parametrize("name", TEXTS)
def test_a_large_flood_takes_little_time_and_memory(name: str, flood: str) -> None:
    bear(LARGE[flood], name)
