"""Reads what was fetched: a page's pictures and text, signs that it is gone. Pure; bounded whatever the bytes."""

from hotline.extract.gone import (
    GoneSign,
    ParkedSign,
    looks_gone,
    names_are_parked,
    parked_by,
    redirects_to_login,
    sibling_of,
    wall_of,
)
from hotline.extract.page import is_page, read_page

__all__ = [
    "GoneSign",
    "ParkedSign",
    "is_page",
    "looks_gone",
    "names_are_parked",
    "parked_by",
    "read_page",
    "redirects_to_login",
    "sibling_of",
    "wall_of",
]
