"""One check of `hotline doctor`: what was looked at, whether it is well, and the cure where it is not."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One check; `cure` is empty where all is well."""

    check: str
    ok: bool
    found: str
    cure: str = ""


def cure_if(is_ill: object, cure: str) -> str:
    return cure if is_ill else ""
