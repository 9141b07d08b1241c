"""The folder that a demo leaves behind: made anew each time, and never taken from anybody else."""

import shutil
from pathlib import Path

MARK = ".hotline-demo"
"""The file that says a folder is a demo's, and that its content may be deleted by the next one."""


class FolderError(Exception):
    """The folder is not a demo's; name an empty or a new one."""


def make_anew(out: Path) -> Path:
    """Empties the folder of an earlier demo, or makes a new one. Raises FolderError for anybody else's folder."""
    if out.exists() and not out.is_dir():
        raise FolderError(f"{out} is a file; name a folder that the demo may fill")
    if out.is_dir() and any(out.iterdir()):
        if not (out / MARK).is_file():
            raise FolderError(f"{out} holds files that are not a demo's and is left alone; name another folder")
        _empty(out)
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).write_text("Made by scripts.demo, which deletes this folder's content when it runs again.\n")
    return out


def _empty(out: Path) -> None:
    for entry in out.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
