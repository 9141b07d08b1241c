"""The first schema, frozen as the SQL it is."""

from pathlib import Path

from hotline.migrations import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    raise RuntimeError("there is nothing before the first schema; put back the copy made before the upgrade")
