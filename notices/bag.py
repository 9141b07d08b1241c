"""A BagIt bag (RFC 8493) as a dictionary of paths and bytes: made whole, or proven whole. Knows no case."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from notices.errors import PacketError

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ALGORITHMS = ("sha256", "sha512")
_INFO_LINE = re.compile(r"([A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*): (\S|\S.*\S)")


def make_bag(info: Mapping[str, str], payload: Mapping[str, bytes], beside: Mapping[str, bytes]) -> dict[str, bytes]:
    """All files of a bag. ``payload`` paths begin with ``data/``; ``info`` becomes bag-info.txt in its own order.

    ``beside`` are files outside the payload: hashed as tag files are, so they may change without changing it.
    """
    tags = {**beside, "bagit.txt": DECLARATION, "bag-info.txt": _write_info({**info, "Payload-Oxum": _oxum(payload)})}
    tags |= {f"manifest-{name}.txt": _manifest(name, payload) for name in ALGORITHMS}
    tag_manifests = {f"tagmanifest-{name}.txt": _manifest(name, tags) for name in ALGORITHMS}
    return {**payload, **tags, **tag_manifests}


def payload_sha256(payload: Mapping[str, bytes]) -> str:
    """The SHA-256 of the manifest that the payload has: one hash for all of it."""
    return hashlib.sha256(_manifest("sha256", payload)).hexdigest()


def require_whole(files: Mapping[str, bytes], beside: Sequence[str]) -> dict[str, str]:
    """Prove that these files are a bag as made here, byte for byte, and give back its bag-info.

    ``beside`` names the files outside the payload that must be there.

    Raises:
        PacketError: names the first file that differs, payload first.
    """
    payload = {path: content for path, content in files.items() if path.startswith("data/")}
    for path in ("bag-info.txt", *beside, *(f"manifest-{name}.txt" for name in ALGORITHMS)):
        if path not in files:
            raise PacketError(f"{path} is missing. Get the packet again from its sender.")
    _require_payload(files, payload)
    info = read_info(files["bag-info.txt"])
    own = {name: value for name, value in info.items() if name != "Payload-Oxum"}
    made = make_bag(own, payload, {path: files[path] for path in beside})
    for path in sorted(made.keys() | files.keys()):
        if path not in files or path not in made:
            raise PacketError(f"{path} is {'missing' if path in made else 'no part of this packet'}. Get it again.")
        if files[path] != made[path]:
            raise PacketError(f"{path} was changed after the packet was built. Get it again from its sender.")
    return info


def read_info(content: bytes) -> dict[str, str]:
    """bag-info.txt as a dictionary.

    Raises:
        PacketError: it is no UTF-8, or a line is not ``Label: value``, or a label stands twice.
    """
    try:
        lines = content.decode("utf-8").removesuffix("\n").split("\n")
    except UnicodeDecodeError:
        raise PacketError("bag-info.txt is no UTF-8 text. Get the packet again from its sender.") from None
    info: dict[str, str] = {}
    for line in lines:
        found = _INFO_LINE.fullmatch(line)
        if not found or found[1] in info:
            raise PacketError(f"bag-info.txt has the odd line {line!a:.100}. Get the packet again from its sender.")
        info[found[1]] = found[2]
    return info


def _require_payload(files: Mapping[str, bytes], payload: Mapping[str, bytes]) -> None:
    """The fault most worth a clear name: a payload file that is not what its manifest says."""
    lines = files["manifest-sha256.txt"].decode("utf-8", "replace").splitlines()
    listed = {path: digest for digest, _, path in (line.partition("  ") for line in lines)}
    for path in sorted(listed.keys() | payload.keys()):
        if path not in payload or path not in listed:
            raise PacketError(f"{path} is {'missing' if path in listed else 'not in the manifest'}. Get it again.")
        if hashlib.sha256(payload[path]).hexdigest() != listed[path]:
            raise PacketError(f"{path} does not have the SHA-256 of the manifest. Get the packet again.")


def _manifest(algorithm: str, files: Mapping[str, bytes]) -> bytes:
    lines = [f"{hashlib.new(algorithm, files[path]).hexdigest()}  {path}\n" for path in sorted(files)]
    return "".join(lines).encode("utf-8")


def _oxum(payload: Mapping[str, bytes]) -> str:
    return f"{sum(map(len, payload.values()))}.{len(payload)}"


def _write_info(info: Mapping[str, str]) -> bytes:
    lines = [f"{name}: {value}" for name, value in info.items()]
    for line in lines:
        if not _INFO_LINE.fullmatch(line):
            raise PacketError(f"{line!a:.100} cannot stand in bag-info.txt; give a text on one line that is not empty.")
    return "".join(line + "\n" for line in lines).encode("utf-8")
