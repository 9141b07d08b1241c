"""What a draft goes without, and why, with the cure: citations and platforms' rules that nobody checked lately."""

import shlex
from collections.abc import Collection, Iterable
from datetime import datetime
from functools import cached_property

from sqlmodel import Session

from hotline.law import CURED_BY_A_CHECK, Judged
from hotline.models import Batch, Contact, Item, Notice
from hotline.settings import Settings
from hotline.states import NoticeKind, NoticeState
from hotline.store import documents, law
from hotline.views.shapes import words


class Lacking:
    """Tells of each of these notices what it would leave without now; nothing of what is no draft any more."""

    def __init__(self, session: Session, settings: Settings, now: datetime, notices: Collection[Notice]) -> None:
        self._book = law.book_of(session, settings, now)
        batches = {one.batch_id for one in notices if one.state == NoticeState.DRAFT}
        self._grounds = {row.id: row.ground for row in documents.load_by(session, Batch, Batch.id, batches)}

    def of(self, notice: Notice, contact: Contact, about: Iterable[Item]) -> str:
        """Begins with a semicolon, for it is said behind what the draft is; empty where nothing is left out."""
        if notice.state != NoticeState.DRAFT:
            return ""
        if notice.kind == NoticeKind.ILLEGAL:
            return self._citations
        urls = (item.url for item in about if item.platform)
        ground = self._grounds[notice.batch_id] if notice.kind == NoticeKind.HARMFUL else None
        return self._rule(urls, ground, contact.language) if ground else ""

    @cached_property
    def _citations(self) -> str:
        left_out = [one for one in self._book.citations() if not one.is_usable]
        told = ", ".join(f"{one.entry.id} ({one.why})" for one in left_out)
        return f"; citations left out: {told}{_cure(left_out)}" if left_out else ""

    def _rule(self, urls: Iterable[str], ground: str, language: str) -> str:
        platform, rule = self._book.rule(urls, ground)
        if platform is None or (rule is not None and rule.is_usable and rule.entry.text(language)):
            return ""
        if rule is None:
            return f"; rule left out: {platform} (none is known for {words(ground)}; add it in platforms.file)"
        if not rule.entry.text(language):
            return f"; rule left out: {rule.entry.id} (no text in {language}; add it in platforms.file)"
        return f"; rule left out: {rule.entry.id} ({rule.why}){_cure([rule])}"


def _cure(left_out: Iterable[Judged]) -> str:
    ids = [shlex.quote(one.entry.id) for one in left_out if one.state in CURED_BY_A_CHECK]
    return f": hotline law check {' '.join(ids)}" if ids else ""
