"""What raport.pdf says about one item, as rows of a label and its lines, in one language."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from notices.phrasing import Phrasing, joined

Row = tuple[str, list[str]]
_HASHES = ("sha256", "sha1", "md5", "pdq")


class ItemText:
    """The items of a case in one language; `notices` are the case's notices by their id."""

    def __init__(self, say: Phrasing, case: Mapping[str, Any], notices: Iterable[Mapping[str, Any]]) -> None:
        self._say, self._case = say, case
        self._notices_by_id = {notice.get("id"): notice for notice in notices}

    def section(self, item: Mapping[str, Any]) -> dict[str, Any]:
        """One item as the layout takes it."""
        heading = f"{item['id']} · {self._say.name('kind', item['kind'])} · {self._say.name('state', item['state'])}"
        return {"heading": heading, "url": item["url"], "ascii": ascii_form(item["url"]), "rows": self._rows(item)}

    def _rows(self, item: Mapping[str, Any]) -> list[Row]:
        rows = [
            *self._life(item),
            self._shows(item),
            *self._account(item),
            *self._file(item),
            *self._family(item),
            *self._leads(item),
            *self._assessment(item),
        ]
        rows += [self._hosting(item), self._notices(item), *self._checks(item)]
        return [(self._say.label(name), lines) for name, lines in rows if lines]

    def _life(self, item: Mapping[str, Any]) -> Iterator[Row]:
        say = self._say
        yield "reported" if item.get("is_reported", True) else "found", [say.time(item.get("received_at"))]
        for name, key in (("to_police", "police_at"), ("first_gone", "gone_at"), ("confirmed_removed", "removed_at")):
            if item.get(key):
                yield name, [say.time(item[key])]
        yield "returns", [str(item.get("returns") or 0)]

    def _shows(self, item: Mapping[str, Any]) -> Row:
        return "shows", [", ".join(item["shows"])] if item.get("shows") else []

    def _account(self, item: Mapping[str, Any]) -> Iterator[Row]:
        """The account that the address is of, with its number, and the platform's own id of what it shows."""
        account = item.get("account")
        if account:
            known = account.get("whose") not in (None, "unknown")
            whose = self._say.name("whose", account["whose"]) if known else ""
            number = f"{self._say.label('number')} {account['number']}" if account.get("number") else ""
            yield "account", [joined(account.get("platform"), account.get("handle"), number, whose)]
        if item.get("platform_media"):
            yield "media_id", [str(item["platform_media"])]

    def _file(self, item: Mapping[str, Any]) -> Iterator[Row]:
        media = item.get("media")
        if not media:
            return
        size = f"{media['size_bytes']} {self._say.label('size')}" if media.get("size_bytes") is not None else ""
        shape = f"{media['width']} × {media['height']}" if media.get("width") else ""
        yield "file", [joined(media["id"], media.get("mime"), shape, size)]
        for name in _HASHES:
            if media.get(name):
                yield name, [str(media[name])]

    def _family(self, item: Mapping[str, Any]) -> Iterator[Row]:
        if not item.get("family"):
            return
        family = (self._case.get("families") or {}).get(item["family"]) or {}
        counted = self._say.counted(family["reuploads"], "reupload") if "reuploads" in family else ""
        yield "family", [joined(item["family"], counted)]
        others = [one for one in family.get("sightings") or () if one.get("item") != item["id"]]
        yield "other_sightings", [self._sighting(one) for one in others]

    def _sighting(self, one: Mapping[str, Any]) -> str:
        say = self._say
        gone = f"{say.label('first_gone')}: {say.time(one['gone_at'])}" if one.get("gone_at") else say.label("still_up")
        sure = "" if one.get("confirmed", True) else say.label("unconfirmed")
        return joined(
            one.get("item"), one.get("host"), one.get("account"), say.time(one.get("first_seen_at")), gone, sure
        )

    def _leads(self, item: Mapping[str, Any]) -> Iterator[Row]:
        distance = self._say.label("distance")
        yield (
            "leads",
            [
                joined(
                    lead["list"],
                    lead["entry"],
                    f"{lead['algorithm']}, {distance} {lead['distance']}",
                    lead.get("label"),
                )
                for lead in item.get("leads") or ()
            ],
        )

    def _assessment(self, item: Mapping[str, Any]) -> Iterator[Row]:
        say, decided = self._say, item.get("assessment")
        if not decided:
            yield "assessment", [say.label("none")]
            return
        ground = f"{say.label('ground')}: {say.name('ground', decided['ground'])}" if decided.get("ground") else ""
        basis = f"{say.label('basis')}: {say.name('basis', decided.get('basis'))}"
        by = f"{say.label('by')} {decided['by']}" if decided.get("by") else ""
        verdict = say.name("verdict", decided.get("verdict"))
        yield "assessment", [joined(verdict, ground, basis, by, say.time(decided.get("at")))]
        yield from self._facts(decided)

    def _facts(self, decided: Mapping[str, Any]) -> Iterator[Row]:
        if isinstance(decided.get("facts"), dict) and decided["facts"]:
            yield "facts", [self._say.facts(decided["facts"])]
        if isinstance(decided.get("classes"), dict):
            yield "classes", [joined(*(f"{scheme.upper()}: {value}" for scheme, value in decided["classes"].items()))]

    def _hosting(self, item: Mapping[str, Any]) -> Row:
        hosting = item.get("hosting") or {}
        number = f"AS{hosting['asn']}" if hosting.get("asn") else ""
        network = hosting.get("network"), hosting.get("network_name")
        shown = joined(hosting.get("ip"), number, *network, hosting.get("country"), hosting.get("cdn"))
        return "hosting", [shown or self._say.label("none")]

    def _notices(self, item: Mapping[str, Any]) -> Row:
        lines = [self._notice(id_, self._notices_by_id.get(id_) or {}) for id_ in item.get("notices") or ()]
        return "notices", lines or [self._say.label("none")]

    def _notice(self, id_: str, notice: Mapping[str, Any]) -> str:
        if not notice:
            return id_
        say = self._say
        when = say.time(notice["sent_at"]) if notice.get("sent_at") else say.name("notice_state", notice.get("state"))
        to = f"{say.name('role', notice.get('role'))} {notice.get('address') or ''}".rstrip()
        outcome = say.name("outcome", notice["outcome"]) if notice.get("outcome") else ""
        return joined(id_, when, to, f"{say.label('round')} {notice.get('round')}", outcome)

    def _checks(self, item: Mapping[str, Any]) -> Iterator[Row]:
        say = self._say
        looks = [
            joined(say.time(seen["at"]), say.name("recheck", seen["verdict"]), say.name("vantage", seen["vantage"]))
            for seen in item.get("rechecks") or ()
        ]
        yield "rechecks", [*self._first_look(item["id"]), *looks]

    def _first_look(self, id_: str) -> list[str]:
        say = self._say
        looks = (line for line in self._case["custody"] if line.get("subject") == id_ and line["action"] in _LOOKS)
        first = next(looks, None)
        if first is None:
            return []
        found = (
            say.name("reason", first["why"])
            if first["action"] == "item.look" and first.get("why")
            else say.label("seen")
        )
        return [joined(say.time(first["at"]), f"{say.label('first_look')}: {found}")]


_LOOKS = ("item.look", "item.carry_over")


def ascii_form(url: str) -> str | None:
    """The address with codes where it has letters of another script: a printed one may be missing or be mistaken."""
    if all(letter <= "ſ" for letter in url):
        return None
    return url.encode("ascii", "backslashreplace").decode("ascii")
