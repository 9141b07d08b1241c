"""Harmless pictures under free licences: Debian's wallpaper and picture packages, those inside scikit-image, and drawn
ones. Packages are unpacked into a folder that git ignores, never installed; what is there already is not fetched again.
"""

import importlib.util
import subprocess
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from scripts.alterations import filler
from scripts.bench.figures import say
from scripts.pictures import Picture, Size

FOLDER = Path(__file__).parent.parent.parent / "bench-out" / "photographs"
# Licences of the pictures as the packages' copyright files of Debian 12 name them, read 2026-11-24.
PACKAGES = {
    "lomiri-wallpapers-16.04": "CC0-1.0, CC-BY-4.0, CC-BY-SA-3.0, CC-BY-SA-4.0",
    "lomiri-wallpapers-20.04": "CC0-1.0, CC-BY-4.0, CC-BY-SA-3.0, CC-BY-SA-4.0",
    "mate-backgrounds": "GPL-2+, CC-BY-SA-4.0",
    "plasma-workspace-wallpapers": "GPL-2+",
    "ukui-wallpapers": "CC-BY-SA-3.0",
    "lxqt-themes": "LGPL-2.1+, LGPL-3, CC-BY-SA-3.0",
    "gnome-backgrounds": "CC-BY-2.0, CC-BY-SA-2.0, CC-BY-SA-3.0, GPL-2+",
    "tuxpaint-data": "GPL-2+",
    "palapeli-data": "GPL-2+",
    "kphotoalbum": "GPL-2+",
    "opencv-doc": "Apache-2.0, BSD-3-Clause",
}
# Of packages that hold more than wallpapers, by name: things, places and animals only, looked at one by one.
CHOSEN = {
    "tuxpaint-data": frozenset(
        {"burnt_bark", "cliff", "corn_maze", "jellyfish", "lighthouse", "mossy_bark", "mossy_log", "mudstone"}
        | {"ocean_splash", "ocean_waves", "redwoods_above", "rocks", "sheep", "spiders_web", "sun_behind_clouds"}
        | {"sun_behind_leaves", "trees_above", "trees_at_dusk", "wool_mill_machine", "reef-back"}
        | {"skyline-sf-dusk-back"}
    ),
    "palapeli-data": frozenset(
        {"castle-maintenon", "cincinnati-bridge", "citrus-fruits", "european-honey-bee", "panther-chameleon-female"}
    ),
    "kphotoalbum": frozenset(
        {"blackie", "donna", "donna_2", "grand_canyon_3", "skagen", "skagen_2", "snow", "spiff", "spiff_2", "sunset"}
    ),
    "opencv-doc": frozenset(
        {"aero1", "aloeL", "apple", "baboon", "board", "box_in_scene", "building", "chicky_512", "fruits", "graf1"}
        | {"home", "leuvenA", "orange", "rubberwhale1", "squirrel_cls", "stuff"}
    ),
}
PHOTOGRAPHS = "lomiri-wallpapers-16.04"
# Of scikit-image's own data: public domain or CC0, things and animals only.
SCIKIT = frozenset(
    {"brick", "camera", "cell", "chelsea", "clock_motion", "coffee", "coins", "grass", "gravel", "horse"}
    | {"hubble_deep_field", "moon", "motorcycle_left", "page", "rocket", "text"}
)
KINDS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
LEAST_SIDE = 300


def gather() -> list[Path]:
    """The files of all that can be had here, the same picture in several sizes once; says what was used."""
    files = [*_wallpapers(), *_scikit()]
    return [file for file in files if _is_picture(file)]


def load(file: Path, longest: int) -> Picture:
    """The picture in RGB, reduced to a longest side."""
    with Image.open(file) as image:
        image.draft("RGB", (longest, longest))
        shown = image.convert("RGBA")
    page = Image.new("RGB", shown.size, "white")
    page.paste(shown, mask=shown.getchannel("A"))
    page.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    return page


def photographs(count: int, size: Size) -> list[Picture]:
    """Photographs cut and scaled to a size; drawn pictures where there are none."""
    folder = _unpacked(PHOTOGRAPHS)
    files = sorted(folder.rglob("*.jpg"))[:count] if folder else []
    if len(files) < count:
        say("no photographs here: drawn pictures stand in for them")
        return [filler(number, size) for number in range(count)]
    say(f"photographs of Debian's {PHOTOGRAPHS} ({PACKAGES[PHOTOGRAPHS]})")
    return [_filling(file, size) for file in files]


def _filling(file: Path, size: Size) -> Picture:
    with Image.open(file) as image:
        share = min(image.width / size[0], image.height / size[1])
        width, height = (round(side * share) for side in size)
        left, top = (image.width - width) // 2, (image.height - height) // 2
        cut = image.convert("RGB").crop((left, top, left + width, top + height))
    return cut.resize(size, Image.Resampling.LANCZOS)


def _wallpapers() -> Iterator[Path]:
    for package, licences in PACKAGES.items():
        folder = _unpacked(package)
        if folder is None:
            say(f"{package} cannot be had here: going on without its pictures")
            continue
        found = _largest_of_each(sorted(_shown(folder, CHOSEN.get(package))))
        say(f"{len(found)} pictures of Debian's {package} ({licences})")
        yield from found


def _shown(folder: Path, chosen: frozenset[str] | None) -> Iterator[Path]:
    """Its pictures; of a choice those only, and none of the documentation that shows them again."""
    for file in folder.rglob("*"):
        if file.suffix.lower() in KINDS and (chosen is None or (file.stem in chosen and "html" not in file.parts)):
            yield file


def _largest_of_each(files: list[Path]) -> list[Path]:
    """Packages keep one picture in several sizes in a folder of its own, named by the size; previews beside it."""
    chosen: dict[Path, Path] = {}
    for file in files:
        if file.stem in ("screenshot", "preview"):
            continue
        place = file.parent if file.stem.replace("x", "").isdecimal() else file
        if place not in chosen or file.stat().st_size > chosen[place].stat().st_size:
            chosen[place] = file
    return list(chosen.values())


def _scikit() -> list[Path]:
    found = importlib.util.find_spec("skimage")
    if found is None or found.origin is None:
        say("scikit-image is not installed: going on without its pictures")
        return []
    held = sorted((Path(found.origin).parent / "data").iterdir())
    files = [file for file in held if file.stem in SCIKIT and file.suffix in KINDS]
    say(f"{len(files)} pictures of scikit-image (public domain, CC0)")
    return files


def _is_picture(file: Path) -> bool:
    with Image.open(file) as image:
        return min(image.size) >= LEAST_SIDE


def _unpacked(package: str) -> Path | None:
    """The folder of a package's files, fetched if need be; None where that cannot be."""
    place = FOLDER / package
    if not place.exists():
        fetched = FOLDER / f".{package}"
        fetched.mkdir(parents=True, exist_ok=True)
        archive = next(fetched.glob("*.deb"), None) or _fetched(package, fetched)
        if archive is None or not _ran(["dpkg-deb", "-x", archive.name, "files"], fetched):
            return None
        (fetched / "files").rename(place)
        archive.unlink()
        fetched.rmdir()
    return place


def _fetched(package: str, into: Path) -> Path | None:
    """apt's archive of a package. The lists of packages are kept beside it where the system has none."""
    lists = FOLDER / ".lists"
    own = ["-o", f"Dir::State::Lists={lists}", "-o", f"Dir::Cache={lists}"]
    if not _ran(["apt-get", "download", package], into):
        lists.mkdir(exist_ok=True)
        if not any(lists.iterdir()):
            _ran(["apt-get", *own, "update"], into)
        _ran(["apt-get", *own, "download", package], into)
    return next(into.glob("*.deb"), None)


def _ran(command: list[str], folder: Path) -> bool:
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, timeout=600, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
