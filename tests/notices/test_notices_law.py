"""The file of citations is read whole, and what is wrong with an entry of it is named."""

from pathlib import Path

import pytest

from notices import law
from notices.errors import LawFileError

ENTRY = """
[[citation]]
id = "{id}"
statute = "Sample Act"
article = "Art. 1"
text_sq = "Tekst."
text_en = "Text."
valid_from = 2020-01-01
checked_by = "K. Shembulli"
checked_on = 2026-11-01
source = "invented"
applies_to = ["illegal"]
"""


def test_nobody_has_checked_a_shipped_citation() -> None:
    shipped = law.all_citations()

    assert list(shipped) == ["al-cc-117-2", "eu-dsa-16", "us-2258a-h"]
    assert {(entry.checked_by, entry.checked_on) for entry in shipped.values()} == {("", None)}


def test_own_file_adds_and_replaces(tmp_path: Path) -> None:
    own = tmp_path / "law.toml"
    own.write_text(ENTRY.format(id="eu-dsa-16") + ENTRY.format(id="sample"), encoding="utf-8")

    found = law.all_citations(own)

    assert list(found) == ["al-cc-117-2", "eu-dsa-16", "us-2258a-h", "sample"]
    assert [entry.id for entry in found.values() if entry.checked_by == "K. Shembulli"] == ["eu-dsa-16", "sample"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('id = "x"', 'id = ""', "id"),
        ("valid_from = 2020-01-01", "", "valid_from"),
        ("valid_from = 2020-01-01", 'valid_from = "2020"', "valid_from"),
        ("checked_on = 2026-11-01", "checked_on = 2026-11-01T00:00:00Z", "checked_on"),
        ('checked_by = "K. Shembulli"', "checked_by = 3", "checked_by"),
        ('["illegal"]', '["harmful"]', "applies_to"),
        ('source = "invented"', 'source = "invented"\nnote = "x"', "note"),
        ("[[citation]]", "[[citation", "law.toml"),
    ],
)
def test_faulty_entry_is_named(tmp_path: Path, old: str, new: str, named: str) -> None:
    own = tmp_path / "law.toml"
    own.write_text(ENTRY.format(id="x").replace(old, new), encoding="utf-8")

    with pytest.raises(LawFileError, match=named):
        law.all_citations(own)


def test_missing_own_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LawFileError, match=r"none\.toml"):
        law.all_citations(tmp_path / "none.toml")
