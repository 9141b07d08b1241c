"""The case as CASE/UCO JSON-LD for police tools; what the ontology has no plain term for are properties of our own.

Best effort: the ontology's own checker judges it in a later issue.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from notices.facts import PacketFacts

Node = dict[str, Any]

# Inline, so that no reader has to fetch it; plain names, because the checkers warn about other data types.
CONTEXT = {
    "kb": "urn:x-hotline:kb:",
    "hotline": "urn:x-hotline:term:",
    "case-investigation": "https://ontology.caseontology.org/case/investigation/",
    "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
    "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
    "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
    "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
    "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
    "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_NAMESPACE = UUID("5b6c2b5a-6a1e-5d0c-9d55-9f2d5f1b7c11")
_HASHES = {"md5": "MD5", "sha1": "SHA1", "sha256": "SHA256"}


def write_case_jsonld(facts: PacketFacts, case: Mapping[str, Any], built_at: str) -> bytes:
    """The graph: investigation, provenance, addresses, files with their hashes, and what was done when."""
    nodes = list(_item_nodes(facts, case))
    ids = sorted(node["@id"] for node in nodes)
    nodes += _frame_nodes(facts, case, ids, built_at)
    graph = {"@context": CONTEXT, "@graph": sorted(nodes, key=lambda node: str(node["@id"]))}
    return (json.dumps(graph, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _frame_nodes(facts: PacketFacts, case: Mapping[str, Any], ids: list[str], built_at: str) -> list[Node]:
    hotline = _node(facts, "uco-identity:Organization", "hotline", {"uco-core:name": facts.sender.name})
    provenance = _node(facts, "case-investigation:ProvenanceRecord", "packet", {"uco-core:name": facts.number})
    provenance |= {"case-investigation:exhibitNumber": facts.number, "uco-core:objectCreatedTime": _time(built_at)}
    provenance["uco-core:createdBy"] = _ref(hotline["@id"])
    if ids:
        provenance["uco-core:object"] = [_ref(id_) for id_ in ids]
    investigation = _node(facts, "case-investigation:Investigation", "case", {"uco-core:name": case["id"]})
    investigation["case-investigation:investigationForm"] = "case"
    investigation["uco-core:object"] = [_ref(id_) for id_ in (*ids, hotline["@id"], provenance["@id"])]
    return [hotline, provenance, investigation]


def _item_nodes(facts: PacketFacts, case: Mapping[str, Any]) -> Iterator[Node]:
    seen: set[str] = set()
    for item in case["items"]:
        address = _address(facts, item)
        yield address
        for index, recheck in enumerate(item.get("rechecks") or ()):
            yield _recheck(facts, item, index, recheck, address["@id"])
        media = item.get("media")
        if not media:
            continue
        file = _file(facts, media)
        if file["@id"] not in seen:
            seen.add(file["@id"])
            yield file
        yield _relationship(facts, item, file["@id"], address["@id"])


def _address(facts: PacketFacts, item: Mapping[str, Any]) -> Node:
    facet = _node(
        facts, "uco-observable:URLFacet", f"url-facet-{item['id']}", {"uco-observable:fullValue": item["url"]}
    )
    names = {"uco-core:name": item["id"], "uco-core:tag": [f"kind:{item['kind']}", f"state:{item['state']}"]}
    own = {f"hotline:{name}": value for name, value in _own(facts, item).items() if value}
    return _node(facts, "uco-observable:URL", f"url-{item['id']}", {**names, **own, "uco-core:hasFacet": facet})


def _own(facts: PacketFacts, item: Mapping[str, Any]) -> dict[str, Any]:
    """Decision, leads, hosting and notices as plain texts: what a reader needs without our schema."""
    decided, hosting = item.get("assessment") or {}, item.get("hosting") or {}
    known = {name: decided.get(name) for name in ("verdict", "ground", "basis")}
    known |= {f"hosting_{name}": hosting.get(name) for name in ("ip", "asn", "network", "country", "cdn")}
    known |= {name: item.get(name) for name in ("received_at", "police_at", "host_at", "gone_at", "removed_at")}
    leads = [_texts(lead, ("list", "entry", "algorithm", "distance", "label")) for lead in item.get("leads") or ()]
    sent = [row for row in facts.notices if row.get("id") in (item.get("notices") or ())]
    notices = [_texts(row, ("id", "state", "role", "address", "round", "sent_at", "outcome")) for row in sent]
    known |= {"assessed_at": decided.get("at"), "assessed_by": decided.get("by")}
    return {**known, "lead": leads, "notice": notices}


def _texts(row: Mapping[str, Any], names: tuple[str, ...]) -> str:
    return "; ".join(f"{name} {row[name]}" for name in names if row.get(name) is not None)


def _file(facts: PacketFacts, media: Mapping[str, Any]) -> Node:
    hashes = [_hash(facts, media, key, method) for key, method in _HASHES.items() if media.get(key)]
    content: Node = {"uco-observable:hash": hashes} if hashes else {}
    if media.get("size_bytes") is not None:
        content["uco-observable:sizeInBytes"] = {"@type": "xsd:integer", "@value": str(media["size_bytes"])}
    if media.get("mime"):
        content["uco-observable:mimeType"] = media["mime"]
    facet = _node(facts, "uco-observable:ContentDataFacet", f"content-{media['id']}", content)
    return _node(
        facts, "uco-observable:File", f"file-{media['id']}", {"uco-core:name": media["id"], "uco-core:hasFacet": facet}
    )


def _hash(facts: PacketFacts, media: Mapping[str, Any], key: str, method: str) -> Node:
    value = {"@type": "xsd:hexBinary", "@value": str(media[key]).upper()}
    fields = {"uco-types:hashMethod": method, "uco-types:hashValue": value}
    return _node(facts, "uco-types:Hash", f"hash-{key}-{media['id']}", fields)


def _relationship(facts: PacketFacts, item: Mapping[str, Any], file: str, address: str) -> Node:
    fields = {
        "uco-core:source": _ref(file),
        "uco-core:target": _ref(address),
        "uco-core:kindOfRelationship": "Downloaded_From",
        "uco-core:isDirectional": True,
    }
    return _node(facts, "uco-observable:ObservableRelationship", f"seen-{item['id']}", fields)


def _recheck(facts: PacketFacts, item: Mapping[str, Any], index: int, recheck: Mapping[str, Any], address: str) -> Node:
    fields = {
        "uco-core:name": "recheck",
        "uco-core:description": f"{recheck.get('vantage')}: {recheck.get('verdict')}",
        "uco-action:startTime": _time(str(recheck.get("at"))),
        "uco-action:object": _ref(address),
    }
    return _node(facts, "case-investigation:InvestigativeAction", f"recheck-{item['id']}-{index}", fields)


def _node(facts: PacketFacts, kind: str, name: str, fields: Mapping[str, Any]) -> Node:
    # Ids end in a UUID, made from the packet's number and the thing's, so that the same facts give the same bytes.
    identity = uuid5(_NAMESPACE, f"{facts.number}/{facts.sender.from_address}/{name}")
    return {"@id": f"kb:{name}-{identity}", "@type": kind, **fields}


def _ref(id_: str) -> Node:
    return {"@id": id_}


def _time(text: str) -> Node:
    return {"@type": "xsd:dateTime", "@value": text}
