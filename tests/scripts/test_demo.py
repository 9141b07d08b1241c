"""The demo, told once to its end, and what it leaves; its folder and its teller tried alone."""

import io
import os
import re
import subprocess
import sys
import tarfile
from email import message_from_bytes, policy
from pathlib import Path
from types import SimpleNamespace

import pytest

from notices import packet
from scripts.cli import Hotline
from scripts.demo.__main__ import main
from scripts.demo.folder import MARK, FolderError, make_anew
from scripts.demo.teller import Cut, StoryError, Teller, step
from scripts.lab import LabClock

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^  (I\d) +(\w+) +(\w+) +(\d) +(\d) days \d+ h +hxxp://(\S+)$", re.MULTILINE)
STAND_IN = '#!/bin/sh\necho "lab home: x" >&2; echo "4   look"; [ "$3" = fail ] && exit 2; exit 0\n'


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    out = tmp_path_factory.mktemp("demo") / "out"
    env = {name: value for name, value in os.environ.items() if not name.startswith("HOTLINE_")}
    command = [sys.executable, "-m", "scripts.demo", str(out)]
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=300, check=False)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr
    return SimpleNamespace(out=out, story=ended.stdout)


def test_the_end_table_shows_every_address_removed_after_its_rounds(told):
    assert ROW.findall(told.story) == [
        ("I1", "page", "removed", "3", "4", "forum[.]example/thread/17"),
        ("I2", "picture", "removed", "3", "4", "img1[.]example/a.jpg"),
        ("I3", "picture", "removed", "3", "4", "img2[.]example/b.jpg"),
        ("I4", "picture", "removed", "3", "4", "img3[.]example/c.jpg"),
        ("I5", "picture", "removed", "1", "2", "copies[.]example/up/9f3.jpg"),
        ("I6", "page", "removed", "1", "2", "social[.]example/@arta.real"),
        ("I7", "picture", "removed", "1", "2", "media[.]social[.]example/arta.jpg"),
    ]


def test_what_was_told_is_kept_as_a_transcript(told):
    assert (told.out / "transcript.txt").read_text() == told.story


def test_the_packet_is_whole_and_its_report_lies_beside_it(told):
    data = (told.out / "P1.tar").read_bytes()
    found = packet.verify(data)
    report = (told.out / "raport.pdf").read_bytes()

    assert (found.kind, found.released, found.items) == ("police", True, 4)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        assert tar.extractfile("P1/data/raport.pdf").read() == report
    assert report.startswith(b"%PDF-")


def test_the_notices_are_kept_as_they_were_received(told):
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in _mails(told)]

    assert [path.name for path in _mails(told)] == ["N1.eml", "N2.eml", "N3.eml", "N4.eml", "N5.eml"]
    assert len({mail["Message-ID"] for mail in mails}) == len(mails)
    assert [mail["To"] for mail in mails[:3]] == ["abuse@slow-hosting.example"] * 3
    assert {mail["To"] for mail in mails[3:]} == {"abuse@quick-hosting.example", "safety@social.example"}


def _mails(told):
    return sorted((told.out / "notices").iterdir())


def test_the_family_file_shows_the_mirrored_reupload_gone(told):
    family = (told.out / "family-F1.txt").read_text()

    assert "mirror" in family
    assert family.count("gone 2026-11-24") == 2


def test_the_home_that_is_left_still_proves_its_chain(told):
    hotline = Hotline(told.out / "home", {"HOTLINE_LAB_CLOCK": "2026-11-26T10:00:00Z"})

    assert hotline.json("audit", "verify")["behind"] == 0


def test_an_earlier_demos_folder_is_emptied(tmp_path):
    (make_anew(tmp_path / "out") / "home").mkdir()
    (tmp_path / "out" / "home" / "hotline.db").write_text("old")

    assert [path.name for path in make_anew(tmp_path / "out").iterdir()] == [MARK]


def test_a_folder_that_is_not_a_demos_is_left_alone(tmp_path, capsys):
    (tmp_path / "letter.txt").write_text("mine")

    with pytest.raises(FolderError, match="left alone"):
        make_anew(tmp_path)
    with pytest.raises(FolderError, match="is a file"):
        make_anew(tmp_path / "letter.txt")
    assert main([str(tmp_path)]) == 2
    assert "demo: " in capsys.readouterr().err
    assert (tmp_path / "letter.txt").read_text() == "mine"


def test_a_folder_linked_into_a_demos_is_unlinked_not_emptied(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("mine")
    (make_anew(tmp_path / "out") / "link").symlink_to(tmp_path / "mine")

    make_anew(tmp_path / "out")

    assert (tmp_path / "mine" / "letter.txt").read_text() == "mine"


@pytest.fixture
def screen():
    return io.StringIO()


@pytest.fixture
def teller(tmp_path, screen):
    program = tmp_path / "hotline"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    clock = LabClock()
    return Teller(Hotline(tmp_path, program=program, clock=clock), clock, screen, io.StringIO())


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (step("", "run", must=["5 look"]), "“5 look” in what was printed"),
        (step("", "fail"), "exit code 0, not 2"),
        (step("", "run", code=2), "exit code 2, not 0"),
    ],
)
def test_a_step_that_goes_otherwise_ends_the_story(teller, given, complaint):
    with pytest.raises(StoryError, match=complaint):
        teller.do(given)


def test_a_step_shows_the_command_and_its_output_without_the_lab_line(teller, screen):
    teller.do(step("Look.", "run 'two words'", must=["4 look"]))

    assert screen.getvalue() == "\nLook.\n\n$ hotline run 'two words'\n4   look\n"


def test_a_cut_says_what_it_leaves_out():
    lines = ["id N1", "", "To: a", "Subject: b", "text", "more"]

    assert Cut(2, "To: ").of(lines) == ["[… 2 lines]", "To: a", "Subject: b", "[… 2 more lines]"]
    assert Cut(9).of(lines) == lines
