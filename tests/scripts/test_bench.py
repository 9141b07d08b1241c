"""The benchmarks on tiny sizes: every figure is printed with its goal and hangs together. No test asserts a time."""

import io
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlmodel import func, select

from hashsets.formats import FORMATS, ListRow, choose_format
from hotline import custody, db, work
from hotline.decisions import homes
from hotline.decisions.desk import Desk
from hotline.models import Case, Item
from hotline.settings import settings_from_assignments
from scripts import pictures
from scripts.alterations import ALTERATIONS, query
from scripts.bench import filling, listfiles, recalling
from scripts.bench.figures import Faster, Ratio, Within
from scripts.bench.turns import take_turns

ROOT = Path(__file__).parent.parent.parent
TINY = {
    "pipeline": ("--starts", "1", "--items", "3", "--block", "2", "--width", "256", "--cases", "0", "5", "60"),
    "hashing": ("--photographs", "1", "--rounds", "0.01", "--drawn"),
    "search": ("--hashes", "30000", "--lookups", "40"),
    "imports": ("--rows", "200"),
    "recall": ("--pictures", "2", "--drawn"),
}
RATIOS = {
    "hotline --help / a bare typer program": ("1.6", 1),
    "one item through the pipeline / fetch, decode, hash alone": ("1.5", 2),
    "one item with 60 cases in the home / with 5": ("1.2", 2),
    "a JPEG of 4032 x 3024 to all its fingerprints / decoding it": ("1.4", 2),
    "a JPEG of 1155 x 866 to all its fingerprints / decoding it": ("2.5", 2),
}
TOLD = (
    "start of the decoder's child",
    "first item of a program, 0 cases",
    "first item of a program, 5 cases",
    "first item of a program, 60 cases",
    "hotline case list --json, 60 cases",
    "hotline queue --json, 60 cases",
    "hotline audit verify, 60 cases",
    "of which MD5, SHA-1 and SHA-256",
    "beside it, the hop into the sandbox and back",
    "numpy, p50",
    "numpy, p99",
    "building our index",
    "import, from text to a version that counts",
    "the first look-up of a process, numpy",
    "look-up by the library, numpy, p50",
    "look-up by the library, numpy, p99",
)
SAID = (
    "our index",
    "files of the PDQ hashes and their index",
    "memory that the look-ups took, numpy, mapped files included",
)
TITLES = ("Start", "Pipeline", "Lists", "Hashing", "Look-up in 30,000 hashes", "A list of 30,000 hashes", "Imports")
# What it is held against where the extra `bench` is installed, and with what goal.
PEERS = {
    "one PDQ of 683 x 512 / pdqhash": "4",
    "one PDQ of 4032 x 3024 / pdqhash": "6",
    "PDQ in eight orientations / eight times pdqhash, 683 x 512": "15",
    "one PDQ, each of a size not met before / pdqhash": "",
    "a JPEG of 1155 x 866 to all its fingerprints / threatexchange's PDQ": "",
    "numpy / faiss IndexBinaryFlat": "",
    "numpy / threatexchange PDQIndex": "",
    "numpy / comparing with all by numpy": "",
    "numba / comparing with all by numpy": "",
}
RATIO_LINE = (
    r"{} +([0-9.]+) times   goal ([0-9.]+)   (met|NOT MET) +([0-9,.]+) ms against ([0-9,.]+) ms, ([0-9]+) pairs"
)
FASTER_LINE = r"{} +([0-9.]+) times faster(?:   goal ([0-9.]+)   (met|NOT MET) *)? +[0-9,.]+ ms against [0-9,.]+ ms"


def run(*arguments: str) -> str:
    command = [sys.executable, "-W", "error", "-m", "scripts.bench", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


@pytest.fixture(scope="module")
def printed() -> str:
    """All parts but families in one run, as `make bench` does it."""
    return run(*TINY, *(option for options in TINY.values() for option in options))


@pytest.mark.parametrize("name", RATIOS)
def test_each_ratio_is_printed_with_its_goal_and_whether_it_is_met(printed: str, name: str) -> None:
    goal, pairs = RATIOS[name]
    line = re.search(RATIO_LINE.format(re.escape(name)), printed)
    assert line is not None, printed
    value, times, peer = (float(line[group].replace(",", "")) for group in (1, 4, 5))

    assert (goal, str(pairs)) == (line[2], line[6])
    assert min(value, times, peer) > 0
    # the printed value is rounded, so at the goal itself either word may stand
    assert (line[3] == "met") == (value <= float(goal)) or value == float(goal)


@pytest.mark.parametrize("name", TOLD)
def test_each_time_for_information_is_printed(printed: str, name: str) -> None:
    line = re.search(rf"^ +{re.escape(name)} +([0-9,.]+) ms", printed, re.MULTILINE)

    assert line is not None, printed
    assert float(line[1].replace(",", "")) > 0


@pytest.mark.parametrize("name", SAID)
def test_what_a_list_takes_is_printed(printed: str, name: str) -> None:
    line = re.search(rf"^ +{re.escape(name)} +.*?([0-9,]+) MB", printed, re.MULTILINE)

    assert line is not None, printed
    assert int(line[1].replace(",", "")) > 0


def test_a_list_is_opened_within_a_goal(printed: str) -> None:
    assert re.search(r"opening it in a new process +[0-9.]+ ms   goal 50   (met|NOT MET)", printed)


def test_each_peer_that_is_there_is_held_against_the_same_questions(printed: str) -> None:
    found = {name: re.search(FASTER_LINE.format(re.escape(name)), printed) for name in PEERS}

    assert found["numpy / comparing with all by numpy"]
    for name, line in found.items():
        assert line is None or (line[2] or "") == PEERS[name]


def test_every_format_is_imported_whole(printed: str) -> None:
    lines = re.findall(
        r"import of (\d+) rows of ([a-z-]+)(?:, one video)? +[0-9,]+ rows a second.* MB of memory", printed
    )

    assert [("200", known.NAME) for known in FORMATS] == lines


def test_recall_has_a_row_for_each_alteration_and_a_share_in_each_column(printed: str) -> None:
    for name in (*ALTERATIONS, "all"):
        line = re.search(rf"^  {re.escape(name)} {{2,}}(.*)$", printed, re.MULTILINE)
        assert line is not None, name
        *shares, _, _ = (float(value) for value in line[1].split())

        assert len(recalling.COLUMNS) == len(shares)
        assert sorted(shares[2:]) == shares[2:]
        assert set(shares) <= {0.0, 50.0, 100.0} or name == "all"


def test_an_unaltered_picture_is_always_found(printed: str) -> None:
    assert re.search(r"^  none +(100\.0 +){7}\d+ +\d+$", printed, re.MULTILINE)


def test_each_part_stands_under_its_title(printed: str) -> None:
    lines = [line for line in printed.splitlines() if not line.startswith("  ")]

    originals = "Originals: 2, 2 of them drawn. Left out: none."
    assert [*TITLES, originals, "Recall of 2 pictures, in percent"] == lines


def test_families_have_two_columns_more_and_find_all_that_hashes_find() -> None:
    printed = run("families", "--photographed", "2", "--drawn")
    lines = [re.search(rf"^  {re.escape(name)} {{2,}}(.*)$", printed, re.MULTILINE) for name in (*ALTERATIONS, "all")]

    for line in lines:
        assert line is not None
        *shares, strong, review, alike = (float(value) for value in line[1].split())
        assert len(recalling.FAMILY_COLUMNS) == len(shares)
        assert max(shares) == shares[-1]
        assert (strong, review, alike) == (0, 0, 0)
    assert shares[-2] > shares[-3] > 50


def test_a_part_runs_alone() -> None:
    printed = run("imports", "--rows", "30")

    assert [line for line in printed.splitlines() if not line.startswith("  ")] == ["Imports"]


@pytest.mark.parametrize("known", FORMATS, ids=[known.NAME for known in FORMATS])
def test_a_file_for_the_imports_is_recognised_and_has_the_rows_it_says(tmp_path: Path, known: Any) -> None:
    path = tmp_path / "some.list"
    count = listfiles.write(path, known.NAME, 25)
    with path.open("rb") as stream:
        rows = list(choose_format(stream).read_rows(stream))

    again = tmp_path / "again" / path.name
    again.parent.mkdir()
    listfiles.write(again, known.NAME, 25)

    assert [ListRow] * count == [type(row) for row in rows]
    assert path.read_bytes() == again.read_bytes()


@pytest.mark.parametrize("name", ALTERATIONS)
def test_an_alteration_gives_the_same_picture_for_the_same_seed(name: str) -> None:
    picture = pictures.draw(1, (320, 240))
    before = picture.tobytes()
    once, again = query(picture, name, 7), query(picture, name, 7)

    assert once == again
    assert before == picture.tobytes()
    assert (name == "none") == (once == query(picture, "none", 7))
    with Image.open(io.BytesIO(once)) as image:
        assert (image.format, image.mode) == ("JPEG", "RGB")


def test_ways_take_turns_at_beginning_and_each_answers_every_question() -> None:
    asked: list[tuple[str, int]] = []
    ways = [lambda number, way=way: asked.append((way, number)) for way in "ab"]
    times = take_turns(ways, [1, 2, 3, 4], block=2)

    assert asked == [("a", 1), ("b", 1), ("a", 1), ("a", 2), ("b", 1), ("b", 2), ("b", 3), ("b", 4), ("a", 3), ("a", 4)]
    assert [len(seconds) for seconds in times] == [4, 4]


@pytest.mark.parametrize(
    ("times_s", "value", "is_met"),
    [
        # each time is held against the peer's in the same pair, so one slow moment counts once
        ((1.0, 2.0, 30.0), 1.0, True),
        # at the goal it is met
        ((1.5, 3.0, 30.0), 1.5, True),
        ((1.6, 3.2, 3.0), 1.6, False),
    ],
)
def test_a_ratio_is_the_median_of_its_pairs(times_s: tuple[float, ...], value: float, is_met: bool) -> None:
    ratio = Ratio("a / b", times_s, (1.0, 2.0, 3.0), 1.5)

    assert (value, is_met) == (ratio.value, ratio.is_met)


def test_faster_turns_the_ratio_round_and_an_amount_may_be_as_large_as_its_goal() -> None:
    faster = Faster("a / b", (1.0, 2.0, 3.0), (20.0, 40.0, 3.0), 20)

    assert (faster.value, faster.is_met) == (20.0, True)
    assert "goal 20   met" in faster.line()
    assert [Within("opening", amount, 50, "ms").is_met for amount in (50.0, 50.1)] == [True, False]


def test_a_ratio_without_a_goal_says_neither_word() -> None:
    line = Ratio("a / b", (1.0,), (2.0,), None).line()

    assert "0.50 times" in line
    assert "goal" not in line


@pytest.fixture
def desk(tmp_path: Path) -> Any:
    made = homes.make(tmp_path / "home", settings_from_assignments(['lab.clock="2026-11-21T10:00:00Z"']))
    made.engine.dispose()
    opened = Desk.open(tmp_path / "home")
    yield opened
    opened.home.engine.dispose()


def test_a_filled_home_is_one_whose_chain_holds_and_in_which_nothing_is_due(desk: Desk) -> None:
    filling.fill(desk, 130)

    with db.reading(desk.home.engine) as session:
        audit = custody.verify(session, custody.read_anchor(desk.home.anchor))
        cases = session.exec(select(func.count()).select_from(Case)).one()
        states = Counter(session.exec(select(Item.state)))
        due = work.due_counts(session, desk.now)
    assert (cases, states.total(), audit.behind, due) == (130, 130, 0, {})
    assert set(states) == {state.value for state in filling.SHARES}
