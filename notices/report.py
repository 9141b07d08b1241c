"""What raport.pdf says, in Albanian and then in English, as data for its layout (templates/packet/raport.typ)."""

from collections.abc import Mapping
from typing import Any

from notices import histories, words
from notices.annex import annex
from notices.facts import PDF_LANGUAGES, Decision, Language, PacketFacts
from notices.phrasing import Phrasing, joined
from notices.reportitem import ItemText
from notices.timeline import timeline_svg

Row = tuple[str, list[str]]
LAYOUT_LABELS = (
    "title",
    "urgency",
    "state_of_things",
    "not_checked",
    "reports",
    "items",
    "address",
    "ascii",
    "histories",
    "confidential",
    "addendum",
)
_NOT_YET_LOOKED = ("received", "unreachable")
_OVER = ("removed", "not_illegal", "closed")


def report_data(facts: PacketFacts, case: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document: a header for every page, one part per language, and the chain of custody once."""
    return {
        "header": f"{facts.number} · {_both('copy')} {facts.copy_number} · {_both('receiver')}: {facts.receiver}",
        "page": _both("page"),
        "title": f"{facts.number} – {facts.receiver}",
        "parts": [Part(language, facts, case).data() for language in PDF_LANGUAGES],
        "annex": annex(PDF_LANGUAGES, case["custody"]),
    }


def _both(label: str) -> str:
    return " / ".join(words.word(language, "label", label) for language in PDF_LANGUAGES)


class Part:
    """The report in one language."""

    def __init__(self, language: Language, facts: PacketFacts, case: Mapping[str, Any]) -> None:
        self.facts, self.case = facts, case
        self.say = Phrasing(language, facts.time_zone)
        self._seen_again = histories.seen_again(case)

    def data(self) -> dict[str, Any]:
        """The part as the layout takes it: texts, rows of a label and its lines, no markup."""
        say = self.say
        items = ItemText(say, self.case, self.facts.notices)
        return {
            "lang": say.language,
            "label": {name: say.label(name) for name in LAYOUT_LABELS},
            "kind": say.name("packet_kind", self.facts.kind),
            "is_urgent": self._is_urgent(),
            "urgency": self._urgency(),
            "cover": self._cover(),
            "addendum": self._addendum(),
            "state": self._state_of_things(),
            "not_checked": self._not_checked(),
            "reports": [self._report(report) for report in self.case["reports"]],
            "items": [items.section(item) for item in self.case["items"]],
            "histories": [self._history(*named) for named in self._seen_again[: histories.MAX_PRINTED]],
            "histories_more": self._histories_more(),
        }

    def _at_risk(self) -> list[str]:
        return [report["at_risk"] for report in self.case["reports"] if report.get("at_risk")]

    def _is_urgent(self) -> bool:
        return bool(self._at_risk()) or self.case.get("priority") == "P0"

    def _urgency(self) -> str:
        """The rank by its reasons; a case that is over and never ranked by a danger says that it is over."""
        say, priority, state = self.say, self.case.get("priority"), self.case["state"]
        if not priority or (priority == "P4" and state in _OVER):
            return say.name("state", state)
        reasons = [say.name("at_risk", kind) for kind in dict.fromkeys(self._at_risk())]
        shown = f"{priority}: {say.name('priority', priority)}"
        return shown + (f" – {', '.join(reasons)}" if reasons else "")

    def _cover(self) -> list[Row]:
        facts, sender, say = self.facts, self.facts.sender, self.say
        rows: list[tuple[str, str | None]] = [
            ("packet", facts.number),
            ("adds_to", ", ".join(facts.adds_to)),
            ("kind", say.name("packet_kind", facts.kind)),
            ("receiver", facts.receiver),
            ("copy", str(facts.copy_number)),
            ("built", say.time(words.utc_text(facts.built_at))),
            ("built_by", facts.built_by),
            ("release", say.label("release_where")),
            ("sender", sender.name),
            ("reply_to", sender.reply_to),
            ("phone", sender.phone),
            ("mandate", sender.mandate_reference),
            ("case", self.case["id"]),
            ("custody_head", self._custody_head()),
        ]
        return [(say.label(name), [value]) for name, value in rows if value]

    def _addendum(self) -> list[str]:
        """What is decided otherwise now than the receiver was told; empty in a first packet."""
        if not self.facts.adds_to:
            return []
        lines = [f"{one.item}: {self._decision(one.before)} → {self._decision(one.now)}" for one in self.facts.revised]
        return lines or [self.say.label("nothing_revised")]

    def _decision(self, decided: Decision) -> str:
        say = self.say
        ground = say.name("ground", decided.ground) if decided.ground else ""
        what = ": ".join(part for part in (say.name("verdict", decided.verdict), ground) if part)
        return f"{what} ({say.time(decided.at)})"

    def _custody_head(self) -> str | None:
        head = self.case["custody"][-1] if self.case["custody"] else None
        return f"{head['seq']} {head['hash']}" if head else None

    def _state_of_things(self) -> list[str]:
        items = self.case["items"]
        lines = [f"{self.say.label('case')} {self.case['id']}: {self.say.name('state', self.case['state'])}"]
        lines.append(self.say.counted(len(self.case["reports"]), "report"))
        for state in dict.fromkeys(item["state"] for item in items):
            count = sum(item["state"] == state for item in items)
            lines.append(f"{self.say.counted(count, 'item')}: {self.say.name('state', state)}")
        lines.append(
            self.say.counted(len({notice for item in items for notice in item.get("notices") or ()}), "notice")
        )
        return [*lines, self.say.label("stop_gap")] if self.facts.kind == "blocking" else lines

    def _not_checked(self) -> list[str]:
        items = self.case["items"]
        lines = [self.say.word("not_checked", code) for code in ("identity", "imagery", "law")]
        if not items:
            lines.append(self.say.word("not_checked", "no_items"))
        gaps = {
            "not_looked": [item["id"] for item in items if item["state"] in _NOT_YET_LOOKED],
            "not_assessed": [item["id"] for item in items if not item.get("assessment")],
            "not_traced": [item["id"] for item in items if not item.get("hosting")],
            "not_rechecked": [item["id"] for item in items if not item.get("rechecks")],
        }
        return lines + [f"{self.say.word('not_checked', code)}: {', '.join(ids)}" for code, ids in gaps.items() if ids]

    def _report(self, report: Mapping[str, Any]) -> str:
        say = self.say
        codes = [say.name(key, report[key]) for key in ("source", "category", "at_risk") if report.get(key)]
        return joined(report.get("id"), say.time(report.get("received_at")), *codes, report.get("city"))

    def _history(self, id_: str, family: Mapping[str, Any]) -> dict[str, str]:
        picture = timeline_svg(family["sightings"], self.facts.built_at, self.say.language)
        return {"heading": joined(id_, self.say.counted(family["reuploads"], "reupload")), "svg": picture}

    def _histories_more(self) -> str:
        rest = len(self._seen_again) - histories.MAX_PRINTED
        return f"{self.say.counted(rest, 'family')}: {self.say.label('histories_more')}" if rest > 0 else ""
