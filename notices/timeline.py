"""A family's history as a picture (SVG): where the same material was seen, from when to when, and what was done.

Drawn for print in black and white, without scripts, fonts or anything from outside. It shows nothing of the material.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from typing import Any

from notices import timemarks, words
from notices.facts import Language
from notices.pdf import drawable
from notices.timeaxis import Axis, spanning

MAX_ROWS = 32  # what stands on one printed page in letters that can be read
WIDTH = 620
_ROW = 20
_LEFT, _ITEM, _PLOT, _RIGHT = 8, 178, 226, 598
_LETTER = 0.602  # width of a letter of the fixed-width font, as a share of its size
_SIZE = 9
_FONT = "DejaVu Sans Mono, Menlo, Consolas, monospace"


@dataclass(frozen=True, slots=True)
class _Seen:
    """One sighting with its times read; ``is_back`` where the same item had a sighting before."""

    item: str
    host: str
    account: str
    first: datetime
    last: datetime | None
    gone: datetime | None
    is_confirmed: bool
    noticed: tuple[datetime, ...]
    is_back: bool = False

    @property
    def moments(self) -> list[datetime]:
        return [at for at in (self.first, self.last, self.gone, *self.noticed) if at]


def timeline_svg(sightings: Sequence[Mapping[str, Any]], now: datetime, language: Language) -> str:
    """The picture in one language.

    A sighting has item, host, first_seen_at and confirmed, and where known account, last_seen_at, gone_at and
    noticed_at (a list); times are RFC 3339. Rows stand by host and account. At most :data:`MAX_ROWS` are drawn, the
    first sighting and the newest; a line says how many are left out.

    Raises:
        ValueError: a time that is not RFC 3339 or has no zone.
        MissingTextError: there are no words in this language.
    """
    return timeline_svg_in([language], sightings, now)


def timeline_svg_in(languages: Sequence[Language], sightings: Sequence[Mapping[str, Any]], now: datetime) -> str:
    """The same picture with every label in each of these languages. Raises as :func:`timeline_svg`."""
    seen = _read(sightings)
    shown = seen if len(seen) <= MAX_ROWS else [seen[0], *seen[-(MAX_ROWS - 1) :]]
    now = _aware(now)
    axis = _axis(seen, now)
    titles = [words.word(language, "timeline", "title") for language in languages]
    summary = [_summary(language, seen) for language in languages]
    head, top = _head(titles, summary)
    bottom = top + _ROW * len(shown)
    foot, height = _foot(languages, len(seen) - len(shown), bottom)
    about = (
        f'<title id="title">{_plain(" / ".join(titles))}</title>\n<desc id="desc">{_plain(" ".join(summary))}</desc>'
    )
    parts = [about, *head, *_grid(axis, top, bottom), *_rows(shown, axis, now, top), *foot]
    return _document(languages[0], height, parts)


def _axis(seen: Sequence[_Seen], now: datetime) -> Axis:
    """From the first moment to the last, and to now where one is not known to be gone."""
    moments = [at for one in seen for at in one.moments]
    if not all(one.gone for one in seen) or not moments:
        moments.append(now)
    return spanning(moments, _PLOT, _RIGHT)


def _head(titles: Sequence[str], summary: Sequence[str]) -> tuple[list[str], float]:
    """Titles and summary, and where the rows begin; the axis is written above them."""
    under = 4 + 15 * len(titles)
    texts = [_text(_LEFT, 18 + 15 * index, title, size=11) for index, title in enumerate(titles)]
    return [*texts, *_lines(summary, under + 14, "#444")], under + 34 + 12 * len(summary)


def _foot(languages: Sequence[Language], left_out: int, bottom: float) -> tuple[list[str], float]:
    """The legend and what is left out, and how high the picture is."""
    legend, y = _legend(languages, bottom + 18)
    notes = [_left_out(language, left_out) for language in languages if left_out]
    return [*legend, *_lines(notes, y + 12, "#000")], y + 12 * len(notes) + 8


def _document(language: Language, height: float, parts: Sequence[str]) -> str:
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" width="{WIDTH}" '
        f'height="{height:.0f}" role="img" aria-labelledby="title desc" xml:lang="{language}" '
        f'font-family="{_FONT}" font-size="{_SIZE}">'
    )
    about, *drawn = parts
    return "\n".join([head, about, f'<rect width="{WIDTH}" height="{height:.0f}" fill="#fff"/>', *drawn, "</svg>", ""])


def _summary(language: Language, seen: Sequence[_Seen]) -> str:
    say = words.load_words()[language]["timeline"]
    days = [words.utc_day(at) for one in seen for at in one.moments]
    span = f"{' – '.join(dict.fromkeys([min(days), max(days)]))} (UTC)" if days else ""
    hosts = words.counted(language, len({one.host for one in seen}), "host")
    found = ", ".join(filter(None, [words.counted(language, len(seen), "sighting"), hosts, span]))
    open_, unsure = sum(not one.gone for one in seen), sum(not one.is_confirmed for one in seen)
    return f"{found}; {say['open']}: {open_}; {say['unconfirmed']}: {unsure}."


def _left_out(language: Language, count: int) -> str:
    say = words.load_words()[language]["timeline"]
    return f"{say['left_out']}: {words.counted(language, count, 'sighting')}; {say['shown']}"


def _grid(axis: Axis, top: float, bottom: float) -> list[str]:
    parts = [timemarks.line(_LEFT, top, _RIGHT + 14, top, 1)]
    for tick in axis.ticks():
        x = axis.place(tick.at)
        parts.append(timemarks.line(x, top, x, bottom, 0.4))
        parts.append(_text(x, top - (14 if tick.below else 4), tick.text, size=8, anchor="middle"))
        if tick.below:
            parts.append(_text(x, top - 4, tick.below, size=8, anchor="middle"))
    return [*parts, timemarks.line(_LEFT, bottom, _RIGHT + 14, bottom, 1)]


def _rows(shown: Sequence[_Seen], axis: Axis, now: datetime, top: float) -> list[str]:
    begun = {group: min(one.first for one in shown if _group(one) == group) for group in map(_group, shown)}
    ordered = sorted(shown, key=lambda one: (begun[_group(one)], _group(one), one.first))
    parts: list[str] = []
    y = top + _ROW / 2
    for (host, account), rows in groupby(ordered, key=_group):
        if parts:
            parts.append(timemarks.line(_LEFT, y - _ROW / 2, _RIGHT + 14, y - _ROW / 2, 0.4))
        parts.append(_text(_LEFT, y + (-2 if account else 3), _cut(host, 30)))
        if account:
            parts.append(_text(_LEFT + 6, y + 7, _cut(account, 32), size=8, colour="#444"))
        for one in rows:
            parts += ["<g>", f"<title>{_plain(_in_words(one))}</title>", *_row(one, axis, now, y), "</g>"]
            y += _ROW
    return parts


def _group(one: _Seen) -> tuple[str, str]:
    return one.host, one.account


def _row(one: _Seen, axis: Axis, now: datetime, y: float) -> list[str]:
    start = axis.place(one.first)
    end = axis.place(max(one.first, one.gone or one.last or now))
    parts = [_text(_ITEM, y + 3, _cut(one.item, 8)), timemarks.bar(start, end, y, one.is_confirmed)]
    if one.is_back:
        parts.append(timemarks.back(start, y))
    if one.gone:
        parts.append(timemarks.gone(end, y, has_rim=end - start > 8))
    else:
        parts.append(timemarks.open_end(end, max(end, axis.place(now)), y))
    places = dict.fromkeys(round(axis.place(at)) for at in one.noticed)
    return [*parts, *(timemarks.noticed(place, y) for place in places)]


def _in_words(one: _Seen) -> str:
    end = words.utc_text(one.gone) if one.gone else "…"
    return " · ".join(filter(None, [one.item, one.host, one.account, f"{words.utc_text(one.first)} – {end}"]))


def _legend(languages: Sequence[Language], y: float) -> tuple[list[str], float]:
    """What the marks mean, in as many lines as that takes, and where the last line stands."""
    parts: list[str] = []
    x: float = _LEFT
    for code, drawn in timemarks.SAMPLES.items():
        text = " / ".join(words.word(language, "timeline", code) for language in languages)
        width = 38 + len(text) * _LETTER * 8 + 14
        if x > _LEFT and x + width > WIDTH:
            x, y = _LEFT, y + 18
        parts += [*drawn(x, y), _text(x + 38, y + 3, text, size=8)]
        x += width
    return parts, y + 10


def _lines(texts: Sequence[str], y: float, colour: str) -> list[str]:
    return [_text(_LEFT, y + 12 * index, text, size=8, colour=colour) for index, text in enumerate(texts)]


def _text(x: float, y: float, text: str, *, size: int = _SIZE, anchor: str = "start", colour: str = "#000") -> str:
    where = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{colour}"'
    return f"<text {where}>{_plain(text)}</text>"


def _plain(text: str) -> str:
    """Letters that cannot be drawn or seen as codes, so that no name hides or turns anything; then safe in markup."""
    return escape(_visible(text))


def _visible(text: str) -> str:
    return str(drawable(text)).replace("\n", "\\n")


def _cut(text: str, most: int) -> str:
    """The middle of a long name left out: a host's end tells who it is."""
    text = _visible(text)
    tail = most * 2 // 3
    return text if len(text) <= most else f"{text[: most - tail - 1]}…{text[-tail:]}"


def _read(sightings: Sequence[Mapping[str, Any]]) -> list[_Seen]:
    """The sightings, the first one first."""
    before: set[str] = set()
    seen = []
    for one in sorted(map(_sighting, sightings), key=lambda one: (one.first, one.item)):
        seen.append(one if one.item not in before else replace(one, is_back=True))
        before.add(one.item)
    return seen


def _sighting(row: Mapping[str, Any]) -> _Seen:
    first = _time(row["first_seen_at"])
    last, gone = (_time(row[key]) if row.get(key) else None for key in ("last_seen_at", "gone_at"))
    noticed = tuple(sorted(map(_time, row.get("noticed_at") or ())))
    item, host, account = (str(row.get(key) or "") for key in ("item", "host", "account"))
    return _Seen(item, host, account, first, last, gone, bool(row.get("confirmed", True)), noticed)


def _time(text: object) -> datetime:
    if not isinstance(text, str):
        raise ValueError(f"{text!a:.100} is not a text")
    return _aware(datetime.fromisoformat(text))


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no zone")
    return at.astimezone(UTC)
