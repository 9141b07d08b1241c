"""A law is cited only while somebody's check of it is fresh; what is left out is named."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from notice_samples import CITATION

from notices import law
from notices.errors import LawFileError

TODAY = date(2026, 11, 21)
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


def test_no_shipped_citation_is_used_because_nobody_checked_one() -> None:
    usable, left_out = law.citations(TODAY, max_age_days=365)

    assert usable == ()
    assert left_out == tuple((id_, "nobody has checked it") for id_ in ("al-cc-117-2", "eu-dsa-16", "us-2258a-h"))


def test_own_file_adds_and_replaces(tmp_path: Path) -> None:
    own = tmp_path / "law.toml"
    own.write_text(ENTRY.format(id="eu-dsa-16") + ENTRY.format(id="sample"), encoding="utf-8")

    usable, left_out = law.citations(TODAY, 365, own)

    assert [entry.id for entry in usable] == ["eu-dsa-16", "sample"]
    assert [id_ for id_, _ in left_out] == ["al-cc-117-2", "us-2258a-h"]


def test_no_law_applies_to_harmful_content() -> None:
    assert law.citations(TODAY, 365, kind="harmful") == ((), ())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"checked_by": ""}, "nobody"),
        ({"checked_on": None}, "nobody"),
        ({"checked_on": TODAY + timedelta(days=1)}, "still to come"),
        ({"checked_on": TODAY - timedelta(days=366)}, "more than 365 days"),
        ({"checked_on": TODAY - timedelta(days=365)}, None),
        ({"valid_from": TODAY + timedelta(days=1)}, "only from"),
        ({"valid_to": TODAY - timedelta(days=1)}, "only until"),
        ({"valid_to": TODAY}, None),
    ],
)
def test_reason_why_a_law_may_not_be_cited(changes: dict[str, date | str | None], reason: str | None) -> None:
    entry = replace(replace(CITATION, checked_on=TODAY), **changes)  # type: ignore[arg-type]

    why = law.why_not(entry, TODAY, max_age_days=365)

    assert (why is None) if reason is None else (reason in (why or ""))


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
        law.citations(TODAY, 365, own)


def test_missing_own_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(LawFileError, match=r"none\.toml"):
        law.citations(TODAY, 365, tmp_path / "none.toml")
