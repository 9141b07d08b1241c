"""The independent programs that our figures are held against. Each may be missing: then its figures are left out.
Run as a program it installs what the extras of pyproject.toml name, one by one, and says what cannot be had.
"""

import importlib
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

from scripts.bench.figures import say

ROOT = Path(__file__).parent.parent.parent
# These have no wheel. Everything else must have one: the benchmarks must not begin to build a scipy.
FROM_SOURCE = "pdqhash,weighted-levenshtein"


def find(name: str) -> ModuleType | None:
    """A peer's module, or None after saying that it is left out."""
    try:
        return importlib.import_module(name)
    except ImportError:
        say(f"{name} is not installed: figures against it are left out (`make bench` tries to install it)")
        return None


def install(extras: list[str]) -> None:
    """Installs what the extras name; what cannot be installed is said and left out."""
    optional = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    wanted = sorted({requirement for extra in extras for requirement in optional[extra]})
    if _is_installed(wanted):
        return
    for requirement in wanted:
        if not _is_installed([requirement]):
            print(f"{requirement} could not be installed here: going on without it", flush=True)


def _is_installed(requirements: list[str]) -> bool:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    command += ["--only-binary", ":all:", "--no-binary", FROM_SOURCE, "-c", str(ROOT / "constraints.txt")]
    return subprocess.run([*command, *requirements], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    install(sys.argv[1:])
