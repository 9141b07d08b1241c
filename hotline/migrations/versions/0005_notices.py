"""Tokens, corrections, rules of approval, mails that came in, sites wholly given, questions before a notice; reports to
abuse APIs, checks of citations, what is particular about a contact, keys to seal to, appeals."""

from pathlib import Path

from hotline.migrations import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script(Path(__file__).with_suffix(".sql"))


def downgrade() -> None:
    raise RuntimeError("corrections and answers would be lost; put back the copy made before the upgrade")
