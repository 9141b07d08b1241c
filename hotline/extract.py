"""Reads a fetched page: the pictures it shows, its visible text, and signs that what was there is gone. Pure: bytes in,
facts out, and bounded whatever the bytes are."""

import codecs
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from hotline.addresses import key_of
from hotline.records.looks import PageFacts, PictureLink
from hotline.states import Kind

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

MAX_HTML_BYTES = 5_000_000
MAX_DEPTH = 400
MAX_TEXT = 20_000
MAX_LINKS = 20_000
