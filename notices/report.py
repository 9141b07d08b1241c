"""What raport.pdf says, in Albanian and then in English, as data for its layout (templates/packet/raport.typ)."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from notices import words
from notices.facts import Language, PacketFacts

Row = tuple[str, str]
PDF_LANGUAGES: tuple[Language, ...] = ("sq", "en")
MAX_TIMELINE = 300
LAYOUT_LABELS = (
    *("title", "urgency", "state_of_things", "not_checked", "reports", "items", "timeline"),
    *("address", "ascii", "receipt", "receipt_text", "confidential"),
)
_NOT_YET_LOOKED = ("received", "unreachable")


def report_data(facts: PacketFacts, case: Mapping[str, Any]) -> dict[str, Any]:
    """The whole document: a header for every page and one part per language."""
    return {
        "header": f"{facts.number} · {_both('copy')} {facts.copy_number} · {_both('receiver')}: {facts.receiver}",
        "page": _both("page"),
        "title": f"{facts.number} – {facts.receiver}",
        "parts": [Part(language, facts, case).data() for language in PDF_LANGUAGES],
    }


def _both(label: str) -> str:
    return " / ".join(words.word(language, "label", label) for language in PDF_LANGUAGES)


class Part:
    """The report in one language."""

    def __init__(self, language: Language, facts: PacketFacts, case: Mapping[str, Any]) -> None:
        self.facts, self.case, self.language = facts, case, language
        self.label: Callable[[str], str] = partial(words.word, language, "label")
        self.name: Callable[[str, str | None], str] = partial(words.word_or_code, language)

    def data(self) -> dict[str, Any]:
        """The part as the layout takes it: texts, rows of label and value, no markup."""
        return {
            "lang": self.language,
            "label": {name: self.label(name) for name in LAYOUT_LABELS},
            "kind": self.name("packet_kind", self.facts.kind),
            "is_urgent": self._is_urgent(),
            "urgency": self._urgency(),
            "cover": self._cover(),
            "state": self._state_of_things(),
            "not_checked": self._not_checked(),
            "reports": [self._report(report) for report in self.case["reports"]],
            "items": [self._item(item) for item in self.case["items"]],
            "timeline": self._timeline(),
            "receipt": [self.label(name) for name in ("protocol", "name", "rank_unit", "date", "signature")],
        }

    def _at_risk(self) -> list[str]:
        return [report["at_risk"] for report in self.case["reports"] if report.get("at_risk")]

    def _is_urgent(self) -> bool:
        return bool(self._at_risk()) or self.case.get("priority") == "P0"

    def _urgency(self) -> str:
        reasons = [self.name("at_risk", kind) for kind in dict.fromkeys(self._at_risk())]
        priority = self.case.get("priority")
        shown = f"{priority}: {self.name('priority', priority)}" if priority else self.label("none")
        return shown + (f" – {', '.join(reasons)}" if reasons else "")

    def _cover(self) -> list[Row]:
        facts, sender, label = self.facts, self.facts.sender, self.label
        head = self.case["custody"][-1] if self.case["custody"] else None
        rows: list[tuple[str, str | None]] = [
            (label("packet"), facts.number),
            (label("kind"), self.name("packet_kind", facts.kind)),
            (label("receiver"), facts.receiver),
            (label("copy"), str(facts.copy_number)),
            (label("built"), words.moment(self.language, facts.built_at, facts.time_zone)),
            (label("built_by"), facts.built_by),
            (label("sender"), sender.name),
            (label("reply_to"), sender.reply_to),
            (label("phone"), sender.phone),
            (label("mandate"), sender.mandate_reference),
            (label("case"), self.case["id"]),
            (label("custody_head"), f"{head['seq']} {head['hash']}" if head else None),
        ]
        return [(name, value) for name, value in rows if value]

    def _state_of_things(self) -> list[str]:
        items = self.case["items"]
        lines = [f"{self.label('case')} {self.case['id']}: {self.name('state', self.case['state'])}"]
        lines.append(self._counted(len(self.case["reports"]), "report"))
        for state in dict.fromkeys(item["state"] for item in items):
            count = sum(item["state"] == state for item in items)
            lines.append(f"{self._counted(count, 'item')}: {self.name('state', state)}")
        lines.append(self._counted(len({notice for item in items for notice in item.get("notices") or ()}), "notice"))
        return [*lines, self.label("stop_gap")] if self.facts.kind == "blocking" else lines

    def _not_checked(self) -> list[str]:
        items = self.case["items"]
        lines = [self._word("not_checked", code) for code in ("identity", "imagery", "law")]
        if not items:
            lines.append(self._word("not_checked", "no_items"))
        gaps = {
            "not_looked": [item["id"] for item in items if item["state"] in _NOT_YET_LOOKED],
            "not_assessed": [item["id"] for item in items if not item.get("assessment")],
            "not_traced": [item["id"] for item in items if not item.get("hosting")],
            "not_rechecked": [item["id"] for item in items if not item.get("rechecks")],
        }
        return lines + [f"{self._word('not_checked', code)}: {', '.join(ids)}" for code, ids in gaps.items() if ids]

    def _report(self, report: Mapping[str, Any]) -> str:
        parts = [str(report.get("id", "")), self._time(report.get("received_at"))]
        for key, group in (("source", "source"), ("category", "category"), ("at_risk", "at_risk")):
            if report.get(key):
                parts.append(self.name(group, report[key]))
        return " · ".join([*parts, *([report["city"]] if report.get("city") else [])])

    def _item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        url = item["url"]
        rows = [*self._life(item), *self._file(item), *self._leads(item), *self._assessment(item)]
        rows += [*self._hosting(item), *self._notices(item), *self._rechecks(item)]
        heading = f"{item['id']} · {self.name('kind', item['kind'])} · {self.name('state', item['state'])}"
        # A printed letter of another script may be missing or mistaken for one of ours; its code cannot be.
        ascii_form = (
            None if all(letter <= "ſ" for letter in url) else url.encode("ascii", "backslashreplace").decode("ascii")
        )
        return {"heading": heading, "url": url, "ascii": ascii_form, "rows": rows}

    def _life(self, item: Mapping[str, Any]) -> list[Row]:
        rows = [(self.label("received"), self._time(item.get("received_at")))]
        if item.get("removed_at"):
            rows.append((self.label("removed"), self._time(item["removed_at"])))
        return [*rows, (self.label("returns"), str(item.get("returns") or 0))]

    def _file(self, item: Mapping[str, Any]) -> list[Row]:
        media = item.get("media")
        if not media:
            return []
        size = f"{media['size_bytes']} {self.label('size')}" if media.get("size_bytes") is not None else ""
        shape = f"{media['width']} × {media['height']}" if media.get("width") else ""
        rows = [(self.label("file"), " · ".join(filter(None, (media["id"], media.get("mime"), shape, size))))]
        rows += [(name.upper(), str(media[name])) for name in ("sha256", "sha1", "md5", "pdq") if media.get(name)]
        return [*rows, *([(self.label("family"), item["family"])] if item.get("family") else [])]

    def _leads(self, item: Mapping[str, Any]) -> list[Row]:
        return [
            (
                self.label("leads"),
                f"{lead['list']} · {lead['entry']} · {lead['algorithm']}, {self.label('distance')} {lead['distance']}"
                + (f" · {lead['label']}" if lead.get("label") else ""),
            )
            for lead in item.get("leads") or ()
        ]

    def _assessment(self, item: Mapping[str, Any]) -> list[Row]:
        decided = item.get("assessment")
        if not decided:
            return [(self.label("assessment"), self.label("none"))]
        parts = [self.name("verdict", decided.get("verdict"))]
        if decided.get("ground"):
            parts.append(f"{self.label('ground')}: {self.name('ground', decided['ground'])}")
        parts.append(f"{self.label('basis')}: {self.name('basis', decided.get('basis'))}")
        parts += [str(decided.get("by") or ""), self._time(decided.get("at"))]
        codes = {key: decided[key] for key in ("classes", "facts") if isinstance(decided.get(key), dict)}
        shown = {key: "; ".join(f"{name}: {value}" for name, value in values.items()) for key, values in codes.items()}
        known = [(self.label(key), text) for key, text in shown.items() if text]
        return [(self.label("assessment"), " · ".join(filter(None, parts))), *known]

    def _hosting(self, item: Mapping[str, Any]) -> list[Row]:
        hosting = item.get("hosting") or {}
        parts = (hosting.get("ip"), hosting.get("asn"), hosting.get("network"), hosting.get("country"))
        shown = [str(part) for part in (*parts, hosting.get("cdn")) if part]
        return [(self.label("hosting"), " · ".join(shown) or self.label("none"))]

    def _notices(self, item: Mapping[str, Any]) -> list[Row]:
        sent = {notice.get("id"): notice for notice in self.facts.notices}
        shown = [self._notice(id_, sent.get(id_) or {}) for id_ in item.get("notices") or ()]
        return [(self.label("notices"), line) for line in shown or [self.label("none")]]

    def _notice(self, id_: str, notice: Mapping[str, Any]) -> str:
        parts = [id_]
        if notice:
            parts += [self.name("role", notice.get("role")), f"{self.label('round')} {notice.get('round')}"]
            parts += [self._time(notice.get("sent_at")), str(notice.get("outcome") or "")]
        return " · ".join(filter(None, parts))

    def _rechecks(self, item: Mapping[str, Any]) -> list[Row]:
        return [
            (
                self.label("rechecks"),
                f"{self._time(seen['at'])} · {self.name('recheck', seen['verdict'])} · {seen['vantage']}",
            )
            for seen in item.get("rechecks") or ()
        ]

    def _timeline(self) -> dict[str, Any]:
        entries = self.case["custody"]
        rest = len(entries) - MAX_TIMELINE
        heads = [self.label(name) for name in ("time", "actor", "action", "subject", "change")]
        more = f"{self._counted(rest, 'entry')}: {self.label('more')}" if rest > 0 else ""
        rows = [self._entry(entry) for entry in entries[:MAX_TIMELINE]]
        return {"head": ["#", *heads], "rows": rows, "more": more}

    def _entry(self, entry: Mapping[str, Any]) -> list[str]:
        change = " → ".join(str(part) for part in (entry.get("from"), entry.get("to")) if part)
        texts: Iterable[object] = (entry["seq"], entry["at"], entry.get("actor"), entry["action"], entry.get("subject"))
        why = f" ({entry['why']})" if entry.get("why") else ""
        return [*("" if text is None else str(text) for text in texts), change + why]

    def _time(self, text: object) -> str:
        if not text:
            return "–"
        if not isinstance(text, str):
            raise ValueError(f"{text!a} is not a text")
        return words.moment(self.language, datetime.fromisoformat(text), self.facts.time_zone)

    def _counted(self, count: int, code: str) -> str:
        return words.counted(self.language, count, code)

    def _word(self, group: str, code: str) -> str:
        return words.word(self.language, group, code)
