"""`python -m scripts.demo [OUT]`: tells the story and leaves its files in OUT. Exit 0 only if everything went so."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from scripts.cli import Hotline
from scripts.demo.ending import ask_outcome, end
from scripts.demo.folder import FolderError, make_anew
from scripts.demo.scene import Scene
from scripts.demo.stage import set_stage
from scripts.demo.story import CHAPTERS, hand_over
from scripts.demo.teller import StoryError, Teller
from scripts.lab import Lab, LabClock

DEFAULT = "demo-out"
PREFACE = (
    "A national hotline gets reports of addresses that may show child sexual abuse material. This is how one of them "
    "is carried to its confirmed removal. Every picture is drawn, every host is local, no address is real. Each "
    "command also says on stderr that this is a lab; that line is left out here."
)


def main(args: list[str]) -> int:
    """Exit code: 0 told to the end, 1 something came otherwise, 2 the folder cannot be used."""
    if len(args) > 1 or args[:1] in (["-h"], ["--help"]):
        print(f"python -m scripts.demo [OUT]   tells the hotline's story; its files are left in OUT ({DEFAULT})")
        return 2 if len(args) > 1 else 0
    try:
        return tell(make_anew(Path(args[0] if args else DEFAULT)))
    except FolderError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 2


def tell(out: Path) -> int:
    """Tells the whole story into a folder made for it."""
    began = time.monotonic()
    clock = LabClock()
    with Lab() as lab, (out / "transcript.txt").open("w", encoding="utf-8") as transcript:
        teller = Teller(Hotline(out / "home", clock=clock), clock, sys.stdout, transcript)
        try:
            _tell(Scene(teller, set_stage(lab), lab, out))
        except StoryError as error:
            teller.line(f"\ndemo: {error}")
            return 1
        teller.line(f"\nEverything went as told, in {time.monotonic() - began:.0f} seconds.")
    return 0


def _tell(scene: Scene) -> None:
    tell = scene.teller
    tell.say(PREFACE)
    tell.line(f"\n$ export HOTLINE_HOME={scene.out / 'home'}")
    for chapter in CHAPTERS:
        chapter(scene)
    with ThreadPoolExecutor() as pool:
        outcome = ask_outcome(scene, pool)
        hand_over(scene)
        end(scene, outcome)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
