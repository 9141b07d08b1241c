"""Parts of pictures and frames of videos, entries in quarantine, and an index to count what an entry hits."""

from pathlib import Path

from hotline.migrations import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    raise RuntimeError("what was looked up by parts would be lost; put back the copy made before the upgrade")
