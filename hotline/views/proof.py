"""The proof that nothing was altered: the chain of custody recomputed against an anchor."""

from pathlib import Path

from hotline import custody, db
from hotline.errors import AuditError
from hotline.home import Home
from hotline.views.shapes import Document


def proof(home: Home, anchor_file: Path | None = None) -> Document:
    """Verifies the whole chain and every row. Raises AuditError naming the first thing wrong."""
    anchor = custody.read_anchor(anchor_file or home.anchor)
    if anchor is None and anchor_file is not None:
        raise AuditError(f"there is no anchor in {anchor_file}; give the file in which it was kept")
    with db.reading(home.engine) as session:
        found = custody.verify(session, anchor)
    return {"ok": True, "entries": found.entries, "rows": found.rows, "behind": found.behind, "head": found.head}
