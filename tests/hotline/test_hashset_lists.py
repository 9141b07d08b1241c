"""Lists of known hashes from the command line: whose they are, how they are read, and what one entry went through."""

import json
from pathlib import Path

import pytest

from tests.hashsets.drawing import draw, encode
from tests.hashsets.filming import film, scenes
from tests.hashsets.samples import MD5, OTHER_MD5, PDQ, PHOTODNA, SAMPLES, SHA1
from tests.hotline.test_cli_contract import LAB, Station


@pytest.fixture
def station(tmp_path: Path) -> Station:
    made = Station(tmp_path / "home")
    assert made.run("init", *LAB).returncode == 0
    return made


def file_of(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return str(path)


def test_a_list_with_columns_of_its_own_names_is_imported_and_shown(station: Station, tmp_path: Path) -> None:
    source = file_of(tmp_path, "list.csv", f"ref;hash_md5;severity;PhotoDNA\n7;{MD5};A;{PHOTODNA}\n")
    terms = ("--owner", "A partner", "--licence", "members", "--handling", "police may see it")
    done = station.ask("hashset", "import", "iwf", source, "--columns", "md5=hash_md5,entry=ref,label=severity", *terms)
    shown = station.ask("hashset", "show", "iwf")
    entry = station.ask("hashset", "show", "iwf", "--entry", "7")

    assert (done["new"], done["warned"], done["warnings"]) == (1, 0, [])
    wanted = {"owner": "A partner", "licence": "members", "handling": "police may see it", "others": {"photodna": 1}}
    assert shown == {**shown, **wanted, "role": "known", "withdrawn_by_source": 0}
    assert entry == {
        "id": "7",
        "list": "iwf",
        "label": "A",
        "algorithms": ["md5", "photodna"],
        "added_at": "2026-11-21T10:00:00Z",
        "withdrawn_at": None,
        "withdrawn_by": None,
        "is_quarantined": False,
    }
    assert (
        MD5 not in json.dumps(shown) + json.dumps(entry) + station.run("hashset", "show", "iwf", "--entry", "7").stdout
    )


def test_a_folder_of_pages_is_one_delivery_that_adds_and_withdraws(station: Station, tmp_path: Path) -> None:
    first = SAMPLES["ncmec-xml"].text
    link = "<paging><next>/v2/entries?start=2001</next></paging></queryResult>"
    file_of(tmp_path / "pages", "1.xml", first.replace("</queryResult>", link))
    taken = first.replace("<image>", "<gone>").replace("</image>", "</gone>").replace("deletedImage2", "image1")
    file_of(tmp_path / "pages", "2.xml", taken.replace("01-02T", "01-09T"))
    done = station.ask("hashset", "import", "ncmec", str(tmp_path / "pages"))
    told = station.run("hashset", "import", "ncmec", str(tmp_path / "pages")).stdout

    assert done["warnings"] == [{"line": 6, "cause": "file 1: more pages follow this one: import them all"}]
    assert (done["new"], station.ask("hashset", "show", "ncmec")["entries"]) == (2, 2)
    assert "more pages follow" in told
    assert station.ask("hashset", "match", OTHER_MD5) == []
    assert station.ask("hashset", "show", "ncmec", "--entry", "42-image1")["withdrawn_by"] == "source"


def test_software_that_is_known_good_is_so_without_being_told(station: Station, tmp_path: Path) -> None:
    source = file_of(tmp_path, "NSRLFile.txt", SAMPLES["nsrl-csv"].text)
    station.ask("hashset", "import", "nsrl", source)

    assert station.ask("hashset", "show", "nsrl")["role"] == "known-good"


def test_an_import_without_a_role_leaves_the_list_what_it_is(station: Station, tmp_path: Path) -> None:
    source = file_of(tmp_path, "own.csv", f"id,md5\n1,{MD5}\n")
    station.ask("hashset", "import", "ours", source, "--role", "own")
    station.ask("hashset", "import", "ours", source)

    assert station.ask("hashset", "show", "ours")["role"] == "own"


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("md5", "--columns takes WHAT=COLUMN"),  # no column
        ("=a,md5=b", "--columns takes WHAT=COLUMN"),  # nothing it holds
        ("md5=nowhere", "columns the file has"),  # a column that is not there
        ("colour=ref", "columns the file has"),  # something no list has
    ],
)
def test_columns_that_cannot_be_used_change_nothing_and_say_so(
    station: Station, tmp_path: Path, columns: str, said: str
) -> None:
    source = file_of(tmp_path, "list.csv", f"ref,hash_x\n7,{SHA1}\n")
    done = station.run("hashset", "import", "iwf", source, "--columns", columns)

    assert (done.returncode, said in done.stderr) == (2, True)
    assert station.ask("hashset", "list") == []


def test_a_file_is_hashed_without_being_shown(station: Station, tmp_path: Path) -> None:
    picture, video = tmp_path / "a.png", tmp_path / "b.mp4"
    picture.write_bytes(encode(draw(1)))
    video.write_bytes(film(scenes(1, 3)))
    first, second = station.ask("hashset", "hash", str(picture), str(video))
    text = station.run("hashset", "hash", str(video), "--format", "vpdq-text").stdout
    refused = station.run("hashset", "hash", str(picture), "--format", "vpdq-text")

    assert (first["mime"], len(first["pdq"]), first["frames"]) == ("image/png", 64, [])
    assert (second["mime"], second["pdq"], len(second["frames"])) == ("video/mp4", None, 3)
    assert [frame["pdq"] for frame in second["frames"]] == [line.split(",")[2] for line in text.splitlines()]
    assert (refused.returncode, "one file that is a video" in refused.stderr) == (2, True)


def test_a_video_of_a_partner_is_recognised_in_another_container(station: Station, tmp_path: Path) -> None:
    video, again = tmp_path / "a.mp4", tmp_path / "b.webm"
    video.write_bytes(film(scenes(1, 6)))
    again.write_bytes(film(scenes(1, 6), "webm", "libvpx-vp9"))
    listed = file_of(tmp_path, "v.json", station.run("hashset", "hash", str(video), "--format", "vpdq-json").stdout)
    station.ask("hashset", "import", "videos", listed)
    [hit] = station.ask("hashset", "match", str(again))

    assert (hit["algorithm"], hit["variant"], hit["strength"]) == ("pdq", "frame", "strong")


def test_thresholds_are_set_and_shown(station: Station, tmp_path: Path) -> None:
    source = file_of(tmp_path, "list.csv", f"id,pdq\n1,{PDQ}\n")
    station.ask("hashset", "import", "iwf", source, "--threshold", "pdq=20", "--threshold", "pdq_quality=60")
    station.ask("hashset", "set", "iwf", "--threshold", "phash=4", "--owner", "A partner")
    shown = station.ask("hashset", "show", "iwf")
    refused = [station.run("hashset", "set", "iwf", "--threshold", text) for text in ("pdq=70", "pdq", "colour=1")]

    assert shown["thresholds"] == {"pdq": 20, "pdq_quality": 60, "phash": 4}
    assert (shown["owner"], shown["entries"], shown["version"]) == ("A partner", 1, 1)
    assert [one.returncode for one in refused] == [2, 2, 2]


def test_a_withdrawn_entry_is_reinstated(station: Station, tmp_path: Path) -> None:
    source = file_of(tmp_path, "list.csv", f"id,md5\n7,{MD5}\n")
    station.ask("hashset", "import", "iwf", source)
    station.ask("hashset", "withdraw", "iwf", "7")
    assert station.ask("hashset", "match", MD5) == []
    station.ask("hashset", "reinstate", "iwf", "7")

    assert [hit["entry"] for hit in station.ask("hashset", "match", MD5)] == ["7"]
    assert station.run("hashset", "reinstate", "iwf", "7").returncode == 2


@pytest.mark.parametrize("format", ["pdq-text", "threatexchange-csv", "vics"])
def test_no_value_that_was_imported_is_ever_exported(station: Station, tmp_path: Path, format: str) -> None:
    source = file_of(tmp_path, "list.csv", f"id,pdq,md5\n7,{PDQ},{MD5}\n")
    station.ask("hashset", "import", "ours", source, "--role", "own")
    station.ask("hashset", "import", "theirs", source)
    told = [station.run("hashset", "export", name, "--format", format) for name in ("ours", "own", "theirs")]

    assert [one.returncode for one in told] == [0, 0, 2]
    assert not any(value in one.stdout + one.stderr for one in told for value in (PDQ, MD5))
