"""The picture of a family's history: hostile names first, then what each mark means, then every span of time."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st
from notice_samples import NOW

from notices import timemarks
from notices.errors import MissingTextError
from notices.facts import LANGUAGES
from notices.timeline import MAX_ROWS, WIDTH, timeline_svg, timeline_svg_in

SVG = "{http://www.w3.org/2000/svg}"
DAY = timedelta(days=1)
ALLOWED = {"svg", "title", "desc", "rect", "line", "polygon", "circle", "text", "g"}


def text_of(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def sighting(days_ago: float, gone: float | None = None, **changes: Any) -> dict[str, Any]:
    first = {"item": "I1", "host": "img.example", "account": None, "first_seen_at": text_of(NOW - days_ago * DAY)}
    gone_at = None if gone is None else text_of(NOW - gone * DAY)
    return first | {"last_seen_at": None, "gone_at": gone_at, "confirmed": True} | changes


def rows_of(count: int) -> list[dict[str, Any]]:
    """So many sightings over three hosts and two accounts, each gone before the next one but the last."""
    return [
        sighting(count - n, count - n - 0.5 if n < count - 1 else None, item=f"I{n}", host=f"h{n % 3}.example")
        | {"account": f"a{n % 2}" if n % 3 else None, "noticed_at": [text_of(NOW - (count - n - 0.2) * DAY)]}
        for n in range(count)
    ]


def drawn(sightings: list[dict[str, Any]], language: Any = "en") -> ElementTree.Element:
    return ElementTree.fromstring(timeline_svg(sightings, NOW, language))


def texts(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{SVG}text")]


def groups(picture: ElementTree.Element) -> list[ElementTree.Element]:
    return list(picture.iter(f"{SVG}g"))


def marks(row: ElementTree.Element) -> Counter[str]:
    return Counter(element.tag.removeprefix(SVG) for element in row)


HOSTILE = [
    "<script>alert(1)</script>",
    '"><script>alert(1)</script>',
    "' onload='alert(1)",
    "&lt;script&gt; &#0; ]]> <!-- <?x ?>",
    "\x00\x01\x08\x0b\x1b\x7f\x85\r\n\t",
    "\u202egnp.ana\u202c \u2028\u200b",
    "\ud800",
    "用户😀",
    "a" * 5000,
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("field", ["host", "account", "item"])
def test_no_name_adds_markup_or_hides_a_letter(field: str, hostile: str) -> None:
    svg = timeline_svg([sighting(3, 1, **{field: hostile})], NOW, "en")
    picture = ElementTree.fromstring(svg)
    plain = drawn([sighting(3, 1, **{field: "x"})])

    assert Counter(e.tag for e in picture.iter()) == Counter(e.tag for e in plain.iter())
    assert all(line.isprintable() for line in svg.split("\n"))
    assert all((element.text or "").strip("\n").isprintable() for element in picture.iter())
    assert max(map(len, texts(picture))) <= 120


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_name_makes_a_picture_that_reads_as_markup(host: str, account: str) -> None:
    picture = drawn([sighting(3, 1, host=host, account=account)])

    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= ALLOWED
    assert len(groups(picture)) == 1


@pytest.mark.parametrize("count", [1, 17, 200])
@pytest.mark.parametrize("language", LANGUAGES)
def test_picture_holds_no_script_no_reference_and_no_font_file(count: int, language: Any) -> None:
    svg = timeline_svg(rows_of(count), NOW, language)

    assert {element.tag.removeprefix(SVG) for element in ElementTree.fromstring(svg).iter()} <= ALLOWED
    assert re.findall(r"\S*(?:href|url\(|src=|style|@|javascript|on[a-z]+=|<!)\S*", svg) == []
    assert re.findall(r"https?://[^\"]*", svg) == ["http://www.w3.org/2000/svg"]


@pytest.mark.parametrize("wrong", ["yesterday", "2026-11-20T10:00:00", "", None, 5])
def test_first_time_that_cannot_be_read_is_refused(wrong: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        timeline_svg([sighting(3, first_seen_at=wrong)], NOW, "en")


def test_now_without_a_zone_and_a_language_without_words_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        timeline_svg([sighting(3)], NOW.replace(tzinfo=None), "en")
    with pytest.raises(MissingTextError):
        timeline_svg([sighting(3)], NOW, "de")  # type: ignore[arg-type]


def test_same_sightings_give_the_same_picture_in_any_order() -> None:
    assert timeline_svg(rows_of(9), NOW, "en") == timeline_svg(rows_of(9)[::-1], NOW, "en")


@pytest.mark.parametrize("count", [1, 17, MAX_ROWS])
def test_every_sighting_has_a_row(count: int) -> None:
    picture = drawn(rows_of(count))

    assert len(groups(picture)) == count
    assert not any("Left out" in text for text in texts(picture))


def test_too_many_sightings_show_the_first_and_the_newest_and_say_how_many_are_left_out() -> None:
    picture = drawn(rows_of(200))
    items = {row[1].text for row in groups(picture)}

    assert items == {"I0", *(f"I{n}" for n in range(200 - MAX_ROWS + 1, 200))}
    assert texts(picture)[-1] == f"Left out: {200 - MAX_ROWS} sightings; shown are the first and the newest."


def test_rows_stand_by_host_and_account_in_the_order_they_began() -> None:
    sightings = [
        sighting(9, 8, item="I1"),
        sighting(7, 6, item="I2", host="social.example", account="ana"),
        sighting(5, 4, item="I3"),
        sighting(3, 2, item="I4", host="social.example", account="ben"),
        sighting(1, None, item="I5", host="social.example", account="ana"),
    ]
    picture = drawn(sightings)

    assert [row[1].text for row in groups(picture)] == ["I1", "I3", "I2", "I5", "I4"]
    assert [text for text in texts(picture) if text in ("img.example", "social.example", "ana", "ben")] == [
        *("img.example", "social.example", "ana", "social.example", "ben")
    ]


def test_name_too_long_keeps_its_ends_and_stands_whole_in_the_title() -> None:
    host = "a" * 100 + ".cdn.example"
    picture = drawn([sighting(3, 1, host=host)])

    shown = next(text for text in texts(picture) if "…" in text)
    assert len(shown) == 30
    assert shown.startswith("aaaa")
    assert shown.endswith(".cdn.example")
    assert host in str(groups(picture)[0][0].text)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # Gone: a bar, a cross of two lines with its white rim.
        (sighting(3, 1), {"rect": 1, "line": 4}),
        # Not known to be gone: a bar, a line on to now, an arrow.
        (sighting(3), {"rect": 1, "line": 1, "polygon": 1}),
        # Two notices are two triangles more.
        (
            sighting(3, noticed_at=[text_of(NOW - 2 * DAY), text_of(NOW - DAY)]),
            {"rect": 1, "line": 1, "polygon": 3},
        ),
        (sighting(3, noticed_at=None), {"rect": 1, "line": 1, "polygon": 1}),
    ],
)
def test_row_has_the_marks_of_what_happened(one: dict[str, Any], expected: dict[str, int]) -> None:
    assert marks(groups(drawn([one]))[0]) == Counter({"title": 1, "text": 1} | expected)


def test_return_at_the_same_item_has_a_ring_and_a_new_item_has_none() -> None:
    rows = groups(drawn([sighting(9, 8), sighting(7, 6), sighting(5, 4, item="I2"), sighting(3)]))

    assert [marks(row)["circle"] for row in rows] == [0, 1, 0, 1]


def test_unconfirmed_sighting_is_hollow_and_dashed() -> None:
    sure, unsure = groups(drawn([sighting(9, 8), sighting(7, 6, item="I2", confirmed=False)]))
    sure_bar, unsure_bar = sure.find(f"{SVG}rect"), unsure.find(f"{SVG}rect")
    assert sure_bar is not None
    assert unsure_bar is not None

    assert (sure_bar.get("fill"), sure_bar.get("stroke-dasharray")) == ("#333", None)
    assert (unsure_bar.get("fill"), unsure_bar.get("stroke-dasharray")) == ("#fff", "3 2")


def test_bar_ends_where_it_was_last_seen_and_its_arrow_stands_at_now() -> None:
    row = groups(drawn([sighting(10, last_seen_at=text_of(NOW - 5 * DAY))]))[0]
    bar, on = row.find(f"{SVG}rect"), row.find(f"{SVG}line")
    assert bar is not None
    assert on is not None
    start, width = float(bar.get("x", "")), float(bar.get("width", ""))

    assert width == pytest.approx((598 - 226) / 2, abs=0.2)
    assert float(on.get("x1", "")) == pytest.approx(start + width, abs=0.2)
    assert float(on.get("x2", "")) == 598


def test_axis_ends_with_the_last_event_once_all_is_gone() -> None:
    row = groups(drawn([sighting(300, 298)]))[0]
    bar = row.find(f"{SVG}rect")
    assert bar is not None

    assert float(bar.get("width", "")) == pytest.approx(598 - 226, abs=0.2)


@pytest.mark.parametrize(
    "sightings",
    [
        [sighting(0)],
        [sighting(0, 0)],
        [sighting(3, 3) for _ in range(17)],
        [sighting(3, 9)],  # gone before it was seen: a clock was wrong
        [sighting(-2)],  # seen after now
        [],
    ],
)
def test_one_instant_equal_times_and_wrong_clocks_still_make_a_picture(sightings: list[dict[str, Any]]) -> None:
    picture = drawn(sightings)
    numbers = [float(v) for e in picture.iter() for k, v in e.items() if k in ("x", "y", "x1", "x2", "width", "height")]

    assert len(groups(picture)) == len(sightings)
    assert all(-1 <= number < 1000 for number in numbers)


@pytest.mark.parametrize(
    ("language", "title", "summary"),
    [
        (
            "en",
            "Where and when the same picture or video was seen",
            "2 sightings, 1 host, 2026-11-12 – 2026-11-18 (UTC); not known to be gone: 1; "
            "not confirmed by a person: 1.",
        ),
        (
            "sq",
            "Ku dhe kur është parë e njëjta fotografi ose video",
            "2 shfaqje, 1 strehues, 2026-11-12 – 2026-11-18 (UTC); nuk dihet të jetë hequr: 1; "
            "e pakonfirmuar nga një person: 1.",
        ),
    ],
)
def test_picture_tells_itself_to_who_cannot_see_it(language: Any, title: str, summary: str) -> None:
    picture = drawn([sighting(9, 8), sighting(3, confirmed=False)], language)

    assert (picture[0].tag, picture[0].text) == (f"{SVG}title", title)
    assert (picture[1].tag, picture[1].text) == (f"{SVG}desc", summary)
    assert picture.get("role") == "img"
    assert picture.get("aria-labelledby") == f"{picture[0].get('id')} {picture[1].get('id')}"
    assert groups(picture)[0][0].text == "I1 · img.example · 2026-11-12T13:05:00Z – 2026-11-13T13:05:00Z"


def test_both_languages_stand_in_one_picture_for_the_packet() -> None:
    shown = texts(ElementTree.fromstring(timeline_svg_in(LANGUAGES, rows_of(200), NOW)))

    assert {"found gone / gjetur e hequr", "notice sent / njoftim i dërguar"} <= set(shown)
    assert [text.split(":")[0] for text in shown[-2:]] == ["Left out", "Lënë jashtë"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mark_stands_in_the_legend(language: Any) -> None:
    every = [sighting(9, 8), sighting(7, 6, confirmed=False), sighting(3, noticed_at=[text_of(NOW - DAY)])]
    words = texts(drawn(every, language))

    assert len(words[-len(timemarks.SAMPLES) :]) == 6
    assert len(set(words[-6:])) == 6


@pytest.mark.parametrize("count", [1, 17, 200])
def test_no_text_runs_over_the_edge_of_the_picture(count: int) -> None:
    rows = [row | {"host": "h" * 80 + row["host"], "account": "w" * 90} for row in rows_of(count)]
    for languages in (("en",), ("sq",), ("sq", "en")):
        picture = ElementTree.fromstring(timeline_svg_in(languages, rows, NOW))
        for text in picture.iter(f"{SVG}text"):
            width = len(text.text or "") * 0.602 * int(text.get("font-size", "9"))
            end = float(text.get("x", "")) + (width / 2 if text.get("text-anchor") == "middle" else width)
            assert end <= WIDTH, text.text


def test_picture_is_drawn_by_an_independent_reader() -> None:
    layout = b'#set page(width: auto, height: auto)\n#image(bytes(sys.inputs.svg), format: "svg")'
    fonts = typst.Fonts(include_system_fonts=False)
    for hostile in HOSTILE[:6]:
        svg = timeline_svg([sighting(3, 1, host=hostile, account=hostile)], NOW, "en")
        assert typst.Compiler(font_paths=fonts).compile(layout, format="svg", sys_inputs={"svg": svg})
