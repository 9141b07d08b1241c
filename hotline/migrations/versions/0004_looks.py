"""How each look was taken, parts of pages, what a trace found besides, and hosts that are left alone for a while."""

from pathlib import Path

from hotline.migrations import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    raise RuntimeError("how looks were taken would be lost; put back the copy made before the upgrade")
