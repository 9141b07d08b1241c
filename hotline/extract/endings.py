"""What an address points at by its look, before anybody asks: the ending of its path, or that it carries its file in
itself. A table; knows no page."""

import re
from urllib.parse import unquote

from hotline.states import Kind

_ENDINGS = {
    Kind.PICTURE: ("jpg", "jpeg", "jpe", "jfif", "png", "gif", "webp", "avif", "bmp", "tif", "tiff", "heic", "heif"),
    Kind.VIDEO: ("mp4", "m4v", "mov", "webm", "mkv", "avi", "mpg", "mpeg", "ts", "3gp", "flv", "wmv", "ogv"),
    Kind.FILE: ("zip", "rar", "7z", "tar", "gz", "tgz", "pdf"),
    Kind.PAGE: ("html", "htm", "xhtml"),
}
_KINDS = {ending: kind for kind, endings in _ENDINGS.items() for ending in endings}
_MAX_PATH = 9000

_HOST = re.compile(r"^(?:[a-zA-Z][a-zA-Z0-9+.-]{0,30}:)?[/\\]{2}[^/\\]*+")
# Hosts of pictures put a size behind the ending: a.jpg:large, a.jpg!thumb.
_ENDING = re.compile(r"\.([a-z0-9]{2,5})(?:[;:!@,][^/]*)?$")


def kind_of_ending(address: str) -> Kind | None:
    """Names what an address points at by the ending of its path; None where the path has no known one."""
    return _KINDS.get(ending_of(address))


def ending_of(address: str) -> str:
    """Returns the ending of the path, two to five lower-case letters or digits, "" where there is none."""
    path = re.split(r"[?#]", address[:_MAX_PATH], maxsplit=1)[0].strip()
    found = _ENDING.search(unquote(_HOST.sub("", path)[-300:]).lower())
    return found[1] if found else ""


def is_data(address: str) -> bool:
    """Tells whether an address carries its file in itself."""
    return address[:30].lstrip().lower().startswith("data:")
