"""Lists of known hashes from the command line: whose they are, how they are read, and what one entry went through."""

import json
from pathlib import Path

import pytest

from tests.hashsets.samples import MD5, OTHER_MD5, PHOTODNA, SAMPLES, SHA1
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
