"""What an earlier packet says was decided, and what of it was revised since. Knows packets as files, no home."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from notices import tarball
from notices.errors import PacketError
from notices.facts import Decision, Revised

_GRAPH = "/data/teknike/case.jsonld"
_ADDRESS = "uco-observable:URL"


def revised(data: bytes, now: Mapping[str, Decision]) -> tuple[Revised, ...]:
    """The items of which a packet says something else than is decided now, in its order. `now` has the decision about
    each item by its number; an item that is not in it, or had none in the packet, is left out."""
    before = decisions_in(data)
    return tuple(Revised(item, said, now[item]) for item, said in before.items() if item in now and said != now[item])


def decisions_in(data: bytes) -> dict[str, Decision]:
    """What a packet says was decided, by the item's number. Of a file that is no packet, nothing: proving it whole is
    another's work."""
    try:
        files = tarball.read_tar(data)
        graph: Any = next((json.loads(content) for path, content in files.items() if path.endswith(_GRAPH)), {})
    except (PacketError, ValueError, RecursionError):
        return {}
    return dict(sorted(_decisions(graph), key=lambda pair: (len(pair[0]), pair[0])))


def _decisions(graph: Any) -> Iterator[tuple[str, Decision]]:
    nodes = graph.get("@graph") if isinstance(graph, dict) else None
    for node in nodes if isinstance(nodes, list) else ():
        if isinstance(node, dict) and node.get("@type") == _ADDRESS and node.get("hotline:verdict"):
            ground = node.get("hotline:ground")
            said = Decision(
                str(node["hotline:verdict"]), str(ground) if ground else None, str(node.get("hotline:assessed_at"))
            )
            yield str(node.get("uco-core:name")), said
