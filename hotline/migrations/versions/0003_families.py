"""Families without bytes, accounts, local features, and how a picture shows another."""

from pathlib import Path

from hotline.migrations import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    raise RuntimeError("what is known of families would be lost; put back the copy made before the upgrade")
