"""Platforms told by their addresses, their rules by ground, and an operator's own table."""

from pathlib import Path

import pytest

from hotline.addresses import read_address
from hotline.errors import SettingsError
from hotline.platforms import account_on_page, load_platforms, read_platform, rule_for
from hotline.states import Ground, Kind, Language

# Identifiers here are made up.
KNOWN = [
    # address, platform, kind, media id, account
    ("https://www.youtube.com/watch?v=AAAAAAAAAAA&t=3s", "YouTube", Kind.VIDEO, "AAAAAAAAAAA", None),
    ("https://m.youtube.com/watch?app=m&v=AAAAAAAAAAA", "YouTube", Kind.VIDEO, "AAAAAAAAAAA", None),
    ("https://youtu.be/AAAAAAAAAAA?si=x", "YouTube", Kind.VIDEO, "AAAAAAAAAAA", None),
    ("https://www.youtube.com/shorts/AAAAAAAAAAA", "YouTube", Kind.VIDEO, "AAAAAAAAAAA", None),
    ("https://www.youtube.com/@made-up", "YouTube", Kind.PROFILE, None, "made-up"),
    ("https://www.youtube.com/feed/trending", "YouTube", Kind.UNKNOWN, None, None),
    ("https://www.instagram.com/p/AAAAAAAAA/", "Instagram", Kind.PAGE, "AAAAAAAAA", None),
    ("https://instagram.com/reel/AAAAAAAAA/?igsh=x", "Instagram", Kind.VIDEO, "AAAAAAAAA", None),
    ("https://www.instagram.com/made.up/", "Instagram", Kind.PROFILE, None, "made.up"),
    ("https://www.instagram.com/accounts/login/", "Instagram", Kind.UNKNOWN, None, None),
    ("https://www.facebook.com/profile.php?id=10000000000", "Facebook", Kind.PROFILE, None, "10000000000"),
    ("https://www.facebook.com/made.up.page/posts/123456", "Facebook", Kind.PAGE, "123456", "made.up.page"),
    ("https://www.facebook.com/photo/?fbid=123456&set=a", "Facebook", Kind.PICTURE, "123456", None),
    ("https://www.facebook.com/watch/?v=123456", "Facebook", Kind.VIDEO, "123456", None),
    ("https://fb.watch/AAAAAAAA/", "Facebook", Kind.VIDEO, "AAAAAAAA", None),
    ("https://www.tiktok.com/@made.up/video/70000000000", "TikTok", Kind.VIDEO, "70000000000", "made.up"),
    ("https://www.tiktok.com/@made.up", "TikTok", Kind.PROFILE, None, "made.up"),
    ("https://x.com/made_up/status/1000000000000?s=20", "X", Kind.PAGE, "1000000000000", "made_up"),
    ("https://mobile.twitter.com/made_up", "X", Kind.PROFILE, None, "made_up"),
    ("https://t.me/made_up/42", "Telegram", Kind.PAGE, "made_up/42", "made_up"),
    ("https://t.me/s/made_up", "Telegram", Kind.PROFILE, None, "made_up"),
    ("https://t.me/+AAAAAAAAAAAAAAAA", "Telegram", Kind.UNKNOWN, None, None),  # an invite is never joined
    ("https://t.me/joinchat/AAAAAAAA", "Telegram", Kind.UNKNOWN, None, None),
    # Words of the platform's own that stand where accounts do collect nobody's uploads.
    ("https://x.com/i/status/1000000000000", "X", Kind.PAGE, "1000000000000", None),
    ("https://www.facebook.com/permalink.php?story_fbid=123456&id=10000000000", "Facebook", Kind.PAGE, "123456", None),
    ("https://www.instagram.com/share/reel/AAAAAAAAA", "Instagram", Kind.VIDEO, "AAAAAAAAA", None),
    ("https://www.instagram.com/made.up/reel/AAAAAAAAA", "Instagram", Kind.VIDEO, "AAAAAAAAA", "made.up"),
    ("https://www.instagram.com/stories/highlights/10000000", "Instagram", Kind.UNKNOWN, None, None),
    ("https://www.youtube.com/user/madeup", "YouTube", Kind.PROFILE, None, None),
    ("https://www.snapchat.com/add/made.up", "Snapchat", Kind.PROFILE, None, "made.up"),
    ("https://discord.com/channels/10000/20000/30000", "Discord", Kind.PAGE, "30000", None),
    ("https://cdn.discordapp.com/attachments/10000/20000/a.png", "Discord", Kind.FILE, "20000", None),
]  # fmt: skip
HARSH = ("csam", "sexual abuse", "abuzim seksual", "illegal", "criminal code")


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "a b", "<script>", "", "x" * 101])
def test_what_a_page_calls_its_account_is_taken_only_where_it_is_a_name(name: str) -> None:
    text = f'"uniqueId":"{name}","authorId":"700000"'

    assert account_on_page("TikTok", text) == (None, "700000")
    assert account_on_page("TikTok", '"uniqueId":"made.up"') == ("made.up", None)
    assert account_on_page("TikTok", "nothing") is None
    assert account_on_page("Nobody", text) is None


@pytest.mark.parametrize(("text", "platform", "kind", "media_id", "account"), KNOWN)
def test_a_platforms_address_says_who_and_what(
    text: str, platform: str, kind: Kind, media_id: str | None, account: str | None
) -> None:
    found = read_platform(read_address(text))

    assert found is not None
    named = found.account or found.account_number
    assert (found.platform, found.kind, found.media_id, named) == (platform, kind, media_id, account)


def test_other_hosts_are_no_platform() -> None:
    for text in (
        "http://img.example/",
        "http://notx.com/made_up",
        "http://youtube.com.evil.example/watch?v=AAAAAAAAAAA",
    ):
        assert read_platform(read_address(text)) is None


def test_a_wall_of_signing_in_is_known_beforehand() -> None:
    instagram = read_platform(read_address("https://www.instagram.com/made.up/"))
    youtube = read_platform(read_address("https://youtu.be/AAAAAAAAAAA"))

    assert [found.has_login_wall for found in (instagram, youtube) if found] == [True, False]


def test_every_platform_names_a_rule_for_every_ground_in_both_languages() -> None:
    for platform in load_platforms():
        for ground in Ground:
            for language in Language:
                rule = rule_for(platform.name, ground, language)
                assert rule, (platform.name, ground, language)
                assert not any(word in rule.lower() for word in HARSH)
    assert rule_for("Nobody", Ground.HATE, "en") is None
    assert rule_for("YouTube", "no_ground", "en") is None


def test_nothing_is_called_confirmed_without_a_date() -> None:
    for platform in load_platforms():
        assert platform.source
        assert (platform.status == "confirmed") == bool(platform.tested_on)


OWN = """
[[platform]]
name = "Lab"
domains = ["lab.example"]
source = "our own"
patterns = [{ kind = "profile", path = '/u/(?P<account>[a-z]+)' }]
[platform.rules]
bullying = { en = "Be kind", sq = "Ji i mirë" }
"""


def test_an_operators_table_is_added_and_wins_by_name(tmp_path: Path) -> None:
    path = tmp_path / "platforms.toml"
    path.write_text(OWN + OWN.replace('"Lab"', '"X"').replace("lab.example", "x.lab.example"), encoding="utf-8")
    platforms = load_platforms(path)
    found = read_platform(read_address("http://www.lab.example/u/abc"), platforms)

    assert found is not None
    assert (found.platform, found.account) == ("Lab", "abc")
    assert rule_for("Lab", Ground.BULLYING, Language.SQ, platforms) == "Ji i mirë"
    assert read_platform(read_address("https://x.com/made_up"), platforms) is None
    assert len(platforms) == len(load_platforms()) + 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("source =", "sorce ="),
        ('"profile"', '"person"'),
        ("[a-z]+)", "[a-z+)"),
        ("bullying =", "rudeness ="),
        ("en =", "de ="),
        ("source =", 'status = "confirmed"\nsource ='),
        ("[[platform]]", "[[platform"),
    ],
)
def test_a_wrong_table_is_refused_with_its_name(tmp_path: Path, right: str, wrong: str) -> None:
    path = tmp_path / "platforms.toml"
    path.write_text(OWN.replace(right, wrong), encoding="utf-8")
    with pytest.raises(SettingsError, match=r"platforms\.toml"):
        load_platforms(path)
