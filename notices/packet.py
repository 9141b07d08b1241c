"""A packet for the police, a partner or a blocking authority: built as one file, released, and proven whole."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from notices import bag, casefile, guard, histories, pdf, receipt, report, tables, tarball, words
from notices.casedata import REPORT_KEYS, read_case
from notices.errors import MissingTextError, PacketError
from notices.facts import PacketFacts, Release

FORMAT = "1"
README_FOLDER = Path(__file__).parent / "templates" / "packet"
PAYLOAD = (
    "data/README-en.txt",
    "data/README-sq.txt",
    "data/raport.pdf",
    "data/teknike/case.jsonld",
    "data/teknike/custody.jsonl",
    "data/teknike/items.csv",
)
"""What every packet holds; timelines come on top where the case has families seen more than once."""
BESIDE = (receipt.NAME,)


@dataclass(frozen=True, slots=True)
class Verified:
    """A packet that is whole. ``files`` counts the payload; ``payload_sha256`` is the same before and after release."""

    number: str
    kind: str
    released: bool
    items: int
    files: int
    payload_sha256: str


def build(facts: PacketFacts) -> bytes:
    """The packet as a canonical tar of a bag; the same facts give the same bytes.

    Raises:
        PacketError: the case lacks something, or a fact cannot stand in a packet.
        UnsafeTextError: a fact of the frame holds a control character.
    """
    guard.require_plain_facts(facts)
    if facts.kind not in REPORT_KEYS:
        raise MissingTextError(f"There is no packet of kind “{facts.kind}”; use {', '.join(REPORT_KEYS)}.")
    case = read_case(facts)
    payload = _payload(facts, case)
    timelines = len(payload) - len(PAYLOAD)
    info = _info(facts, len(case["items"])) | ({"Timeline-Count": str(timelines)} if timelines else {})
    return _pack(info | _release_info(facts.release), payload)


def release(data: bytes, word: Release) -> bytes:
    """The same packet marked released: only bag-info.txt, vertetim.pdf and what hashes them change.

    Raises:
        PacketError: the packet is not whole, or is released already.
    """
    if verify(data).released:
        raise PacketError("This packet is released already. Hand over the file as it is.")
    files = _unrooted(tarball.read_tar(data))[1]
    info = bag.read_info(files["bag-info.txt"])
    info = {name: value for name, value in info.items() if name not in ("Release-Status", "Payload-Oxum")}
    guard.require_plain_facts(word)
    return _pack(info | _release_info(word), _data(files))


def verify(data: bytes) -> Verified:
    """Prove a packet whole: its bag, its chain, and that its bytes are the only ones these files could have.

    Raises:
        PacketError: names the first thing wrong. Nothing is ever unpacked.
    """
    root, files = _unrooted(tarball.read_tar(data))
    info = bag.require_whole(files, BESIDE)
    _require_info(root, info)
    _require_payload(info, _data(files))
    tables.require_custody(files["data/teknike/custody.jsonl"])
    items = tables.count_items(files["data/teknike/items.csv"])
    if str(items) != info["Item-Count"]:
        raise PacketError(f"items.csv holds {items} items, bag-info.txt says {info['Item-Count']}. Get it again.")
    _require_same_bytes(data, _tar(root, info, files))
    digest = hashlib.sha256(files["manifest-sha256.txt"]).hexdigest()
    return Verified(root, info["Packet-Kind"], info["Release-Status"] == "released", items, len(_data(files)), digest)


def _data(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path.startswith("data/")}


def _require_payload(info: Mapping[str, str], data: Mapping[str, bytes]) -> None:
    pictures = {path for path in data if histories.FILE.fullmatch(path)}
    if missing := sorted(set(PAYLOAD) ^ (data.keys() - pictures)):
        raise PacketError(f"{missing[0]} is missing or no part of a packet. Get it again from its sender.")
    if str(len(pictures)) != (told := info.get("Timeline-Count", "0")):
        raise PacketError(f"The packet holds {len(pictures)} timelines, bag-info.txt says {told}. Get it again.")


def _payload(facts: PacketFacts, case: dict[str, Any]) -> dict[str, bytes]:
    try:
        timelines = dict(histories.files(case, facts.built_at))
        raport = pdf.write_pdf(report.report_data(facts, case), facts.built_at)
    except ValueError as error:
        raise PacketError(f"A time in the case cannot be read ({error}). Times are RFC 3339.") from error
    return {
        "data/README-en.txt": (README_FOLDER / "README-en.txt").read_bytes(),
        "data/README-sq.txt": (README_FOLDER / "README-sq.txt").read_bytes(),
        "data/raport.pdf": raport,
        "data/teknike/case.jsonld": casefile.write_case_jsonld(facts, case, words.utc_text(facts.built_at)),
        "data/teknike/custody.jsonl": tables.write_custody(case["custody"]),
        "data/teknike/items.csv": tables.write_items_csv(case["items"]),
        **timelines,
    }


def _info(facts: PacketFacts, items: int) -> dict[str, str]:
    contact = {"Contact-Email": facts.sender.reply_to, "Contact-Phone": facts.sender.phone}
    return {
        "Source-Organization": facts.sender.name,
        **{name: value for name, value in contact.items() if value},
        "External-Identifier": facts.number,
        "Packet-Format": FORMAT,
        "Packet-Kind": facts.kind,
        "Receiver": facts.receiver,
        "Copy-Number": str(facts.copy_number),
        **({"Addendum-To": ", ".join(facts.adds_to)} if facts.adds_to else {}),
        "Built-At": words.utc_text(facts.built_at),
        "Built-By": facts.built_by,
        "Bagging-Date": words.utc_text(facts.built_at)[:10],
        "Item-Count": str(items),
    }


def _release_info(word: Release | None) -> dict[str, str]:
    if word is None:
        return {"Release-Status": "unreleased"}
    at = words.utc_text(word.released_at)
    return {"Release-Status": "released", "Released-By": word.released_by, "Released-At": at}


def _pack(info: Mapping[str, str], payload: Mapping[str, bytes]) -> bytes:
    sheet = receipt.write_receipt(info, bag.payload_sha256(payload), _read_built_at(info))
    return _tar(info["External-Identifier"], info, bag.make_bag(info, payload, {receipt.NAME: sheet}))


def _tar(root: str, info: Mapping[str, str], files: Mapping[str, bytes]) -> bytes:
    members = {f"{root}/{path}": content for path, content in files.items()}
    return tarball.write_tar(members, int(_read_built_at(info).timestamp()))


def _read_built_at(info: Mapping[str, str]) -> datetime:
    try:
        return datetime.strptime(info["Built-At"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise PacketError(f"bag-info.txt has the odd Built-At {info['Built-At']!a}. Get the packet again.") from None


def _unrooted(members: Mapping[str, bytes]) -> tuple[str, dict[str, bytes]]:
    roots = {path.partition("/")[0] for path in members}
    if len(roots) != 1:
        raise PacketError(f"A packet is one folder; this has {len(roots)}. Get it again from its sender.")
    root = roots.pop()
    return root, {path.removeprefix(f"{root}/"): content for path, content in members.items()}


def _require_info(root: str, info: Mapping[str, str]) -> None:
    wanted = ("External-Identifier", "Packet-Format", "Packet-Kind", "Built-At", "Item-Count", "Release-Status")
    for name in wanted:
        if name not in info:
            raise PacketError(f"bag-info.txt lacks {name}. Get the packet again from its sender.")
    if info["External-Identifier"] != root or info["Packet-Format"] != FORMAT:
        raise PacketError(f"bag-info.txt belongs to packet {info['External-Identifier']} of another name or format.")
    if info["Release-Status"] not in ("released", "unreleased"):
        raise PacketError(f"bag-info.txt has the unknown release status {info['Release-Status']!a}.")


def _require_same_bytes(data: bytes, rebuilt: bytes) -> None:
    if data == rebuilt:
        return
    at = next((i for i, (a, b) in enumerate(zip(data, rebuilt, strict=False)) if a != b), min(len(data), len(rebuilt)))
    raise PacketError(f"The container differs at byte {at} from the one its files make. Get it again from its sender.")
