"""One thing that waits for a person, before it is given its case, its priority and its place."""

from dataclasses import dataclass, field
from datetime import datetime

from hotline.states import QueueKind
from hotline.views.shapes import Document


@dataclass(frozen=True)
class Wait:
    """`subject` is what `queue take` takes; where `case_id` is None, the item's first case counts."""

    kind: QueueKind
    subject: str
    why: str
    since: datetime
    case_id: int | None = None
    item_id: int | None = None
    media_id: int | None = None
    extra: Document = field(default_factory=dict)
