"""The golden sheets: which there are, and how to write them anew on purpose.

Run `python tests/notices/write_golden_sheets.py` after a wanted change, then read the difference before committing.
"""

from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from notice_samples import ACCOUNT, HARMFUL, ILLEGAL, NOW, REPEAT, VIDEO, repeated

from hotline.platforms import load_platforms
from notices.facts import LANGUAGES, EarlierNotice, Language, NoticeFacts
from notices.sheets import Form, FormField, plain_form, sheets

GOLDEN_SHEETS = Path(__file__).parent / "golden-sheets"
PLATFORMS = ("YouTube", "Instagram", "Facebook", "TikTok", "X", "Telegram", "Snapchat")


@cache
def form_of(platform: str) -> Form:
    """The shipped form of a platform."""
    one = next(each for each in load_platforms() if each.name == platform)
    fields = [FormField(f.label, f.value, f.max_chars, f.is_required, f.grounds, f.kinds) for f in one.form_fields]
    return Form(one.name, str(one.form), tuple(fields))


def fake_profile(platform: str, language: Language) -> NoticeFacts:
    """A profile that pretends to be a child, reported for the mother."""
    address = replace(HARMFUL.addresses[0], account=ACCOUNT)
    return replace(
        HARMFUL,
        language=language,
        platform=platform,
        platform_rule={"en": "Pretending to be somebody else", "sq": "Hiqja si dikush tjetër"}[language],
        addresses=(address,),
        genuine=("https://social.example/@ana.e.vërtetë",),
        for_whom="the child's mother",
        authorised_by="nëna",
        reply_token="0123456789abcdef",
    )


def video(platform: str, language: Language) -> NoticeFacts:
    """A video that a person assessed as illegal, put up again before."""
    address = replace(VIDEO, sha256="ab" * 32, last_online=HARMFUL.addresses[0].last_online)
    other = replace(address, item="I61", url="https://social.example/v/772", platform_media="v-772")
    return replace(
        ILLEGAL,
        language=language,
        contact_role="platform",
        platform=platform,
        addresses=(address, other),
        police_informed_at=NOW - timedelta(days=1),
        no_warning_until=date(2026, 12, 21),
    )


@cache
def golden_sheets() -> dict[str, str]:
    """The printed sheets of a notice by file name: platform, kind, language."""
    found: dict[str, tuple[NoticeFacts, Form]] = {}
    for language in LANGUAGES:
        for platform in PLATFORMS:
            found[f"{platform}-harmful-{language}"] = fake_profile(platform, language), form_of(platform)
            found[f"{platform}-illegal-{language}"] = video(platform, language), form_of(platform)
        found |= special(language)
    return {f"{name}.txt": "\f\n".join(one.text for one in sheets(*made)) for name, made in found.items()}


def special(language: Language) -> dict[str, tuple[NoticeFacts, Form]]:
    """A search engine's plain form, a repeat in test mode with a field that is missing, and a correction."""
    search = replace(ILLEGAL, language=language, contact_role="search_engine", citations=())
    bullying = replace(
        repeated(fake_profile("TikTok", language)),
        ground="private_image",
        for_whom="Ana Shembulli",
        test_mode_to="test@hotline.example",
        addresses=(replace(HARMFUL.addresses[0], repeat=REPEAT),),
    )
    told = EarlierNotice("N5", "<n5.r1.h7f3@hotline.example>", NOW - timedelta(days=3))
    correction = replace(search, kind="correction", number="N9", contact_role="platform", corrects=(told,))
    return {
        f"search-illegal-{language}": (search, plain_form("Sample Search", "https://search.example/delist")),
        f"TikTok-harmful-{language}-test-not-ready": (bullying, form_of("TikTok")),
        f"X-correction-{language}": (correction, form_of("X")),
    }


if __name__ == "__main__":
    GOLDEN_SHEETS.mkdir(exist_ok=True)
    for name, text in golden_sheets().items():
        (GOLDEN_SHEETS / name).write_text(text, encoding="utf-8")
    print(f"{len(golden_sheets())} sheets written to {GOLDEN_SHEETS}: read the difference before you commit it")
