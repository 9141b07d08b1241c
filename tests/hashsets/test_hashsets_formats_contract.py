"""What every list format does alike: found by its content, the same facts out, bad values refused without a word of
them, a file that ends early not taken for a short one.
"""

import gzip
import io
import zipfile
from dataclasses import replace

import pytest

from hashsets.errors import BrokenListError
from hashsets.formats import FORMATS, Doubt, ListRow, Refusal, Row, choose_format, read_delivery
from tests.hashsets.databases import ALL_SAMPLES
from tests.hashsets.samples import SAMPLES, Sample

NAMES = sorted(ALL_SAMPLES)
TEXTS = sorted(SAMPLES)
STRUCTURED = [name for name in NAMES if name.endswith(("json", "xml")) or name == "vics"]
EMPTY_FILE = {"md5": "d41d8cd98f00b204e9800998ecf8427e", "pdq": "0" * 64}


def read(content: bytes, name: str | None = None) -> list[Row]:
    return list(read_delivery(io.BytesIO(content), name, None)[1])


def facts(rows: list[Row]) -> list[Row]:
    """Rows with the one id that is made up from the file's bytes replaced by a word."""
    return [replace(row, entry="video") if _is_frame(row) else row for row in rows]  # type: ignore[type-var]


def _is_frame(row: Row) -> bool:
    return isinstance(row, ListRow) and row.entry is not None and len(row.entry) == 16


def test_every_format_has_a_sample() -> None:
    assert {known.NAME for known in FORMATS} == set(ALL_SAMPLES)


@pytest.mark.parametrize("name", NAMES)
def test_a_format_is_found_by_what_the_file_says(name: str) -> None:
    stream = io.BytesIO(ALL_SAMPLES[name].content())

    assert name == choose_format(stream).NAME
    assert stream.tell() == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_of_every_format_gives_its_facts(name: str) -> None:
    assert ALL_SAMPLES[name].expected == facts(read(ALL_SAMPLES[name].content()))


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("__MACOSX/._list", "of the system")
        made.writestr("list", content)
    return packed.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_a_list_that_was_packed_gives_the_same_facts(name: str) -> None:
    sample = ALL_SAMPLES[name]

    assert sample.expected == facts(read(gzip.compress(sample.content())))
    assert sample.expected == facts(read(zipped(sample.content())))


@pytest.mark.parametrize("name", TEXTS)
def test_a_byte_order_mark_and_line_ends_of_windows_change_nothing(name: str) -> None:
    text = SAMPLES[name].text.replace("\n", "\r\n")

    assert SAMPLES[name].expected == facts(read(b"\xef\xbb\xbf" + text.encode()))


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_an_export_of_windows_in_utf_16_gives_the_same_facts(name: str, encoding: str) -> None:
    text = "\ufeff" + SAMPLES[name].text.replace("\n", "\r\n")

    assert SAMPLES[name].expected == facts(read(text.encode(encoding)))


@pytest.mark.parametrize("name", TEXTS)
def test_blank_lines_at_the_end_change_nothing(name: str) -> None:
    assert SAMPLES[name].expected == facts(read(SAMPLES[name].content() + b"\n\n\r\n\n"))


@pytest.mark.parametrize("name", NAMES)
def test_a_hash_in_upper_case_is_the_same_hash(name: str) -> None:
    sample = ALL_SAMPLES[name]

    assert sample.expected == facts(read(sample.content(sample.good.upper())))


def hostile(sample: Sample) -> list[tuple[str, str]]:
    """Values that a lenient parser would take for hashes, with the reason for which each is refused."""
    good, kind = sample.good, sample.refused_as
    return [
        ("0x" + good[2:], "0x prefix"),  # int() reads it
        ("0X" + good[2:], "0x prefix"),
        (good[:5] + "_" + good[6:], "an underscore among the digits"),  # int() reads it
        (good[:-2] + " f", "a blank before, among or after the digits"),
        (" " + good, "a blank before, among or after the digits"),  # bytes.fromhex() and strip() swallow it
        (good + " ", "a blank before, among or after the digits"),
        (" " + good[1:], "a blank before, among or after the digits"),  # of the right length
        (good + "\u00a0", "a blank before, among or after the digits"),
        (good[:-1] + "\u0661", "not hexadecimal digits"),  # a digit, but not ours
        (good[:-1], f"{len(good) - 1} digits, {kind} has {len(good)}"),
        (good + "0", f"{len(good) + 1} digits, {kind} has {len(good)}"),
        ("0" * 16, f"16 digits, {kind} has {len(good)}"),  # ThreatExchange issue 1609: zeros that were cut off
        ("0" * len(good), "hash of a blank picture" if kind == "pdq" else "a placeholder, no hash"),
        ("f" * len(good), "hash of a blank picture" if kind == "pdq" else "a placeholder, no hash"),
        (EMPTY_FILE[kind], ""),
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_value_is_refused_alone_by_line_and_cause_and_never_repeated(name: str) -> None:
    sample = ALL_SAMPLES[name]
    for value, cause in hostile(sample):
        rows = read(sample.content(value), name)
        refused = [row for row in rows if isinstance(row, Refusal)]

        assert [(sample.refused_line, value)] == [(row.line, value) for row in refused]
        assert refused[0].cause.startswith(f"{sample.refused_as}: {cause}")
        assert value not in repr(rows)
        untouched = [row for row in sample.expected if sample.good not in repr(row)]
        assert untouched == [row for row in facts(rows) if row in untouched]


@pytest.mark.parametrize("name", [name for name in NAMES if ALL_SAMPLES[name].refused_as == "pdq"])
def test_a_pdq_far_from_half_its_bits_is_taken_and_told(name: str) -> None:
    sample = ALL_SAMPLES[name]
    odd = "1" * 63 + "2"
    rows = read(sample.content(odd), name)

    told = [row for row in rows if not isinstance(row, ListRow)]
    assert Doubt(sample.refused_line, "pdq: far from half of its bits are set") in told
    assert odd in repr([row for row in rows if isinstance(row, ListRow)])
    assert odd not in repr(told)


@pytest.mark.parametrize("name", NAMES)
def test_a_record_without_its_hash_does_not_stop_the_rest(name: str) -> None:
    sample = ALL_SAMPLES[name]
    whole = read(sample.content(""), name)

    assert [row for row in whole if isinstance(row, ListRow)]
    assert facts(whole)[-1] == sample.expected[-1]


@pytest.mark.parametrize("name", [*STRUCTURED, "nsrl-sqlite"])
def test_a_file_that_ends_early_is_not_taken_for_a_short_list(name: str) -> None:
    content = ALL_SAMPLES[name].content().rstrip(b"\n")
    for end in (len(content) - 1, len(content) // 2):
        with pytest.raises(BrokenListError):
            read(content[:end], name)
        with pytest.raises(BrokenListError):
            read(gzip.compress(content)[:-9], name)


@pytest.mark.parametrize("name", STRUCTURED)
def test_deep_nesting_and_records_without_end_are_refused_before_they_fill_the_memory(name: str) -> None:
    for flood in (b"[" * 300_000, b'{"value":' * 100_000, b'{"a":"' + b"x" * 5_000_000, b"<a>" * 2_000_000):
        with pytest.raises(BrokenListError):
            read(flood, name)
