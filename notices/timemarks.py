"""The marks of a timeline as SVG, told apart by their form alone, for print in black and white. Knows no times."""

from collections.abc import Callable, Mapping

_INK = "#000"


def line(x1: float, y1: float, x2: float, y2: float, width: float, colour: str = _INK) -> str:
    """A straight line."""
    where = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {where} stroke="{colour}" stroke-width="{width}"/>'


def bar(start: float, end: float, y: float, is_confirmed: bool) -> str:
    """From first seen to gone; hollow and dashed where nobody confirmed that it is the same material."""
    look = 'fill="#333"' if is_confirmed else f'fill="#fff" stroke="{_INK}" stroke-width="1" stroke-dasharray="3 2"'
    return f'<rect x="{start:.1f}" y="{y - 3:.1f}" width="{max(end - start, 2):.1f}" height="7" {look}/>'


def open_end(end: float, now: float, y: float) -> str:
    """On to now, with an arrow: not known to be gone."""
    head = f"{now:.1f},{y - 4.5:.1f} {now + 8:.1f},{y + 0.5:.1f} {now:.1f},{y + 5.5:.1f}"
    arrow = f'<polygon points="{head}" fill="#fff" stroke="{_INK}" stroke-width="1.2"/>'
    return line(end, y + 0.5, now, y + 0.5, 1.2) + arrow


def gone(x: float, y: float, has_rim: bool = True) -> str:
    """A cross; on a bar with a white rim, so that it shows."""
    corners = [(x - 4, y - 3.5, x + 4, y + 4.5), (x - 4, y + 4.5, x + 4, y - 3.5)]
    rim = [line(*ends, 4.5, "#fff") for ends in corners] if has_rim else []
    return "".join([*rim, *(line(*ends, 1.7) for ends in corners)])


def back(x: float, y: float) -> str:
    """A ring at the beginning of a return."""
    return f'<circle cx="{x:.1f}" cy="{y + 0.5:.1f}" r="4.5" fill="#fff" stroke="{_INK}" stroke-width="1.7"/>'


def noticed(x: float, y: float) -> str:
    """A triangle above the bar that points at it."""
    points = f"{x - 3.5:.1f},{y - 10:.1f} {x + 3.5:.1f},{y - 10:.1f} {x:.1f},{y - 3.5:.1f}"
    return f'<polygon points="{points}" fill="{_INK}"/>'


SAMPLES: Mapping[str, Callable[[float, float], list[str]]] = {
    "confirmed": lambda x, y: [bar(x, x + 30, y, True)],
    "unconfirmed": lambda x, y: [bar(x, x + 30, y, False)],
    "open": lambda x, y: [bar(x, x + 10, y, True), open_end(x + 10, x + 22, y)],
    "noticed": lambda x, y: [noticed(x + 15, y), bar(x, x + 30, y, True)],
    "gone": lambda x, y: [bar(x, x + 24, y, True), gone(x + 24, y)],
    "back": lambda x, y: [bar(x + 6, x + 30, y, True), back(x + 6, y)],
}
"""Each mark as the legend shows it, by the code of its words."""
