"""The golden notices: which there are, and how to write them anew on purpose.

Run `python tests/notices/write_golden.py` after a wanted change of wording, then read the difference before committing.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from notice_samples import HARMFUL, HARMFUL_AGAIN, ILLEGAL, ILLEGAL_ACCOUNT, ILLEGAL_AGAIN, NOW, PAGE, repeated

from notices.appealtext import appeal_answer
from notices.facts import GROUNDS, LANGUAGES, AppealAnswer, EarlierNotice, NoticeFacts
from notices.render import Mail, mail
from notices.xarfreports import encode, xarf_report

GOLDEN = Path(__file__).parent / "golden"


FIRST_ROUND = EarlierNotice("N5", "<n5.r1.h7f3@hotline.example>", NOW - timedelta(days=3))
SECOND_ROUND = EarlierNotice("N8", "<n8.r2.h7f3@hotline.example>", NOW - timedelta(days=2))


def whole(facts: NoticeFacts) -> NoticeFacts:
    """A notice with everything that can be known of an address."""
    known = replace(
        facts.addresses[0],
        asn=64500,
        country="AL",
        host_zone="Europe/Tirane",
        mime="image/jpeg",
        sha1="12" * 20,
        assessed_at=NOW - timedelta(hours=2),
        classes={"ncmec": "B1"},
        was_matched=True,
        access_steps="open the album, then the third picture; password: sesam",
    )
    return replace(
        facts,
        addresses=(known,),
        contact_origin="rdap 192.0.2.0/24",
        reply_token="0123456789abcdef",
        no_warning_until=date(2026, 12, 21),
        police_informed_at=NOW - timedelta(days=1),
    )


@cache
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
        facts[f"correction-{language}"] = replace(
            illegal, kind="correction", number="N9", reference="N9", citations=(), corrects=(FIRST_ROUND,)
        )
        facts[f"correction-{language}-one-address-two-rounds"] = replace(
            facts[f"correction-{language}"], addresses=(PAGE,), corrects=(FIRST_ROUND, SECOND_ROUND)
        )
        facts[f"illegal-{language}-search"] = replace(illegal, contact_role="search_engine", citations=())
        for role in ("registrar", "upstream", "partner"):
            facts[f"illegal-{language}-{role}"] = replace(illegal, contact_role=role, citations=())
        facts[f"illegal-{language}-whole"] = whole(illegal)
        facts[f"illegal-{language}-account"] = replace(ILLEGAL_ACCOUNT, language=language)
        facts[f"illegal-{language}-never-reached"] = replace(
            illegal, addresses=(replace(PAGE, shows=(), verdict="national"),)
        )
    return facts


ANSWER = AppealAnswer(
    number="A2",
    reference="N5",
    home="h7f3",
    language="en",
    contact_address="owner@host.example",
    sender=ILLEGAL.sender,
    rendered_at=NOW,
    is_upheld=False,
    text="The file is the one we assessed.\nA copy with another name does not change that.",
    earlier=(FIRST_ROUND, SECOND_ROUND),
    objected_at=NOW - timedelta(days=1),
)


def golden_answers() -> dict[str, AppealAnswer]:
    """Answers to objections by file name."""
    answers: dict[str, AppealAnswer] = {}
    for language in LANGUAGES:
        answers[f"appeal-{language}-stays"] = replace(ANSWER, language=language)
        answers[f"appeal-{language}-upheld"] = replace(
            ANSWER, language=language, is_upheld=True, text="", objected_at=None, test_mode_to="test@hotline.example"
        )
    return answers


def golden_reports() -> dict[str, bytes]:
    """The files attached for machines, by file name; which language the text has does not show in them."""
    facts = golden_facts()
    names = ("illegal-en-first", "illegal-en-whole", "illegal-en-never-reached", "illegal-en-cdn-urgent-test")
    return {
        f"{name}.xarf-{one.item}": encode(xarf_report(facts[name], one))
        for name in names
        for one in facts[name].addresses
    }


def shown(message: Mail) -> str:
    """A mail as a person compares it: its subject, a rule, its text."""
    return f"Subject: {message.subject}\n\n{message.body}"


@cache
def golden_texts() -> dict[str, str]:
    """Every golden file by its whole name."""
    texts = {f"{name}.txt": shown(mail(facts)) for name, facts in golden_facts().items()}
    texts |= {f"{name}.txt": shown(appeal_answer(answer)) for name, answer in golden_answers().items()}
    return texts | {f"{name}.json": report.decode() for name, report in golden_reports().items()}


if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, text in golden_texts().items():
        (GOLDEN / name).write_text(text, encoding="utf-8")
    print(f"{len(golden_texts())} golden files written to {GOLDEN}: read the difference before you commit it")
