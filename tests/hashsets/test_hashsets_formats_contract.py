"""What every list format does alike: found by its content, the same facts out, bad values refused without a word of
them, a file that ends early not taken for a short one.
"""

import io
import random
from dataclasses import replace

import pytest

from hashsets.errors import BrokenListError, ListFormatError
from hashsets.formats import FORMATS, Doubt, ListRow, Refusal, Row, Withdrawal, choose_format
from hashsets.formats.rows import MAX_TEXT
from hashsets.values import problem_of
from tests.hashsets.samples import SAMPLES, Sample

NAMES = sorted(SAMPLES)
STRUCTURED = [name for name in NAMES if name.endswith(("json", "xml")) or name == "vics"]
EMPTY_FILE = {"md5": "d41d8cd98f00b204e9800998ecf8427e", "pdq": "0" * 64}
TYPED_BY_LENGTH = ("threatexchange-csv",)


def read(content: bytes, name: str | None = None) -> list[Row]:
    stream = io.BytesIO(content)
    return list(choose_format(stream, name).read_rows(stream))


def facts(rows: list[Row]) -> list[Row]:
    """Rows with the one id that is made up from the file's bytes replaced by a word."""
    return [replace(row, entry="video") if _is_frame(row) else row for row in rows]  # type: ignore[type-var]


def _is_frame(row: Row) -> bool:
    return isinstance(row, ListRow) and row.entry is not None and len(row.entry) == 16


def test_every_format_has_a_sample() -> None:
    assert {known.NAME for known in FORMATS} == set(SAMPLES)


@pytest.mark.parametrize("name", NAMES)
def test_a_format_is_found_by_what_the_file_says(name: str) -> None:
    stream = io.BytesIO(SAMPLES[name].text.encode())

    assert name == choose_format(stream).NAME
    assert stream.tell() == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_of_every_format_gives_its_facts(name: str) -> None:
    assert SAMPLES[name].expected == facts(read(SAMPLES[name].text.encode()))


@pytest.mark.parametrize("name", NAMES)
def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(name: str) -> None:
    text = SAMPLES[name].text.replace("\n", "\r\n")

    assert SAMPLES[name].expected == facts(read(b"\xef\xbb\xbf" + text.encode()))


def hostile(sample: Sample) -> list[tuple[str, str]]:
    """Values that a lenient parser would take for hashes, with the reason for which each is refused."""
    good = sample.good
    return [
        ("0x" + good[2:], "0x prefix"),
        (good[:5] + "_" + good[6:], "not hexadecimal digits"),
        (good[:-2] + " f", "not hexadecimal digits"),
        (good[:-1] + "\u0661", "not hexadecimal digits"),
        (good[:-1], f"{len(good) - 1} digits, {sample.refused_as} has {len(good)}"),
        (good + "0", f"{len(good) + 1} digits, {sample.refused_as} has {len(good)}"),
        (EMPTY_FILE[sample.refused_as], ""),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_value_is_refused_alone_by_line_and_cause_and_never_repeated(name: str) -> None:
    sample = SAMPLES[name]
    for value, cause in hostile(sample):
        rows = read(sample.make(value).encode(), name)
        refused = [row for row in rows if isinstance(row, Refusal)]

        assert [sample.refused_line] == [row.line for row in refused]
        assert refused[0].cause.startswith(f"{sample.refused_as}: {cause}")
        assert value not in repr(rows)
        untouched = [row for row in sample.expected if sample.good not in repr(row)]
        assert untouched == [row for row in facts(rows) if row in untouched]


@pytest.mark.parametrize("name", NAMES)
def test_a_record_without_its_hash_does_not_stop_the_rest(name: str) -> None:
    sample = SAMPLES[name]
    whole = read(sample.make("").encode(), name)

    assert [row for row in whole if isinstance(row, ListRow)]
    assert facts(whole)[-1] == sample.expected[-1]


@pytest.mark.parametrize("name", STRUCTURED)
def test_a_file_that_ends_early_is_not_taken_for_a_short_list(name: str) -> None:
    content = SAMPLES[name].text.rstrip().encode()
    for end in (len(content) - 1, len(content) // 2):
        with pytest.raises(BrokenListError):
            read(content[:end], name)


@pytest.mark.parametrize("name", STRUCTURED)
def test_deep_nesting_and_records_without_end_are_refused_before_they_fill_the_memory(name: str) -> None:
    for flood in (b"[" * 300_000, b'{"value":' * 100_000, b'{"a":"' + b"x" * 5_000_000, b"<a>" * 2_000_000):
        with pytest.raises(BrokenListError):
            read(flood, name)


def mutated(content: bytes, rng: random.Random) -> bytes:
    """The file with a few pieces changed, doubled, cut out or put elsewhere."""
    body = bytearray(content)
    for _ in range(rng.randrange(1, 5)):
        start, other = rng.randrange(len(body)), rng.randrange(len(body))
        piece = body[start : start + rng.choice((1, 2, 8, 64))]
        match rng.randrange(4):
            case 0:
                body[start : start + 1] = rng.randbytes(1)
            case 1:
                body[other:other] = piece
            case 2 if len(body) > 200:
                del body[start : start + len(piece)]
            case _:
                body[start : start + 1] = rng.choice((b'"', b"\0", b"<", b"]", b"}", b",", b"\n", b"\xff", b"\\u0000"))
    return bytes(body)


def is_clean(row: Row) -> bool:
    """Whether a row holds nothing that a library must not hold: every hash sound, every text printable and short."""
    if isinstance(row, Refusal | Doubt):
        return True
    texts = [row.entry] if isinstance(row, Withdrawal) else [row.entry, row.label]
    pairs = row.hashes if isinstance(row, ListRow) else ()
    is_short = all(text is None or (text.isprintable() and 0 < len(text) <= MAX_TEXT) for text in texts)
    return is_short and all(problem_of(value, algorithm) is None for algorithm, value in pairs)


@pytest.mark.parametrize("name", NAMES)
def test_a_damaged_file_gives_sound_rows_or_an_error_of_ours_and_nothing_else(name: str) -> None:
    rng = random.Random(name)
    content = SAMPLES[name].text.encode()
    for _ in range(300):
        try:
            rows = read(mutated(content, rng), name)
        except ListFormatError:
            continue
        assert all(is_clean(row) for row in rows)


def test_a_pdq_far_from_half_its_bits_is_taken_and_told() -> None:
    odd = "1" * 63 + "2"

    rows = read(f"{odd}\n".encode())

    assert [type(row) for row in rows] == [Doubt, ListRow]
    assert odd not in repr(rows[0])
