"""The golden notices: which there are, and how to write them anew on purpose.

Run `python tests/notices/write_golden.py` after a wanted change of wording, then read the difference before committing.
"""

from dataclasses import replace
from pathlib import Path

from notice_samples import HARMFUL, HARMFUL_AGAIN, ILLEGAL, ILLEGAL_ACCOUNT, ILLEGAL_AGAIN, PAGE, repeated

from notices.facts import GROUNDS, LANGUAGES, NoticeFacts
from notices.render import Mail, mail

GOLDEN = Path(__file__).parent / "golden"


def golden_facts() -> dict[str, NoticeFacts]:
    """Facts by file name: kind, language, round, ground, and the special cases."""
    facts: dict[str, NoticeFacts] = {}
    for language in LANGUAGES:
        illegal, harmful = replace(ILLEGAL, language=language), replace(HARMFUL, language=language)
        facts[f"illegal-{language}-first"] = illegal
        facts[f"illegal-{language}-repeat"] = repeated(illegal)
        facts[f"illegal-{language}-cdn-urgent-test"] = replace(
            illegal, contact_role="cdn", is_urgent=True, test_mode_to="test@hotline.example", citations=()
        )
        facts[f"harmful-{language}-repeat"] = repeated(harmful)
        for ground in GROUNDS:
            facts[f"harmful-{language}-{ground}"] = replace(harmful, ground=ground)
        facts[f"harmful-{language}-no-platform"] = replace(
            harmful, platform=None, platform_rule=None, contact_role="operator"
        )
        facts[f"harmful-{language}-genuine"] = replace(harmful, genuine=("https://social.example/@ana.e.vërtetë",))
        again = {"illegal": ILLEGAL_AGAIN, "harmful": HARMFUL_AGAIN}
        for kind, put_up_again in again.items():
            facts[f"{kind}-{language}-put-up-again"] = replace(put_up_again, language=language)
        facts[f"illegal-{language}-account"] = replace(ILLEGAL_ACCOUNT, language=language)
        facts[f"illegal-{language}-never-reached"] = replace(
            illegal, addresses=(replace(PAGE, shows=(), verdict="national"),)
        )
    return facts


def shown(message: Mail) -> str:
    """A mail as a person compares it: its subject, a rule, its text."""
    return f"Subject: {message.subject}\n\n{message.body}"


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, facts in golden_facts().items():
        (GOLDEN / f"{name}.txt").write_text(shown(mail(facts)), encoding="utf-8")
    print(f"{len(golden_facts())} golden notices written to {GOLDEN}: read the difference before you commit it")
