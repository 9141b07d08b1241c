"""What pages of platforms say, whether something still exists, and a platform that is only a table of its own."""

import time
from pathlib import Path

import pytest

from hotline.addresses import read_address
from hotline.errors import SettingsError
from hotline.platforms import (
    Existence,
    PageSays,
    Platform,
    PlatformIds,
    SiteKind,
    account_on_page,
    existence_of,
    form_of,
    load_platforms,
    page_says,
    read_platform,
    rule_for,
)
from hotline.states import Ground, Kind

LOGIN, GEO, AGE, PRIVATE, REMOVED = PageSays
LONG = "What people wrote below what is shown here. " * 50


# What an uploader wrote into a description stands quoted in the page.
QUOTED = '"videoDetails":{"shortDescription":"\\"playabilityStatus\\":{\\"status\\":\\"ERROR\\",\\"reason\\":\\"?\\""}'
COUNTRY = "The uploader has not made this video available in your country"


def player(status: str, rest: str) -> str:
    """The part of a video page that says whether it plays, in the shape other open projects report."""
    said = f'"playabilityStatus":{{"status":"{status}",{rest}}}'
    return f'<!doctype html><script>var ytInitialPlayerResponse = {{"responseContext":{{}},{said},{QUOTED}}};</script>'


def screen(subreason: str) -> str:
    return f'"reason":"Video unavailable","errorScreen":{{"playerErrorMessageRenderer":{{"subreason":{subreason}}}}}'


PAGES = [
    # platform, title, visible text, raw page, what it says
    # The player's own words, whatever else the page holds.
    ("YouTube", "YouTube", "", player("ERROR", '"reason":"Video unavailable"'), REMOVED),
    ("YouTube", "YouTube", LONG, player("ERROR", '"reason":"This video has been removed by the uploader"'), REMOVED),
    ("YouTube", "YouTube", "", player("ERROR", '"reason":"This video isn\'t available anymore"'), REMOVED),
    ("YouTube", "YouTube", "", player("ERROR", '"reason":"Video e padisponueshme"'), REMOVED),
    ("YouTube", "YouTube", "", player("ERROR", '"reason":"Kjo video \\u00ebsht\\u00eb hequr"'), REMOVED),
    ("YouTube", "YouTube", "", player("LOGIN_REQUIRED", '"messages":["This is a private video."]'), PRIVATE),
    ("YouTube", "YouTube", "", player("LOGIN_REQUIRED", '"reason":"nj\\u00eb video private"'), PRIVATE),
    ("YouTube", "YouTube", "", player("UNPLAYABLE", '"reason":"members-only content"'), PRIVATE),
    ("YouTube", "YouTube", "", player("LOGIN_REQUIRED", '"reason":"Sign in to confirm your age"'), AGE),
    ("YouTube", "YouTube", "", player("LOGIN_REQUIRED", '"reason":"konfirmuar mosh\\u00ebn"'), AGE),
    ("YouTube", "YouTube", "", player("LOGIN_REQUIRED", '"reason":"?","desktopLegacyAgeGateReason":1'), AGE),
    ("YouTube", "YouTube", "", player("AGE_CHECK_REQUIRED", '"reason":"?"'), AGE),
    ("YouTube", "YouTube", "", player("UNPLAYABLE", screen(f'{{"simpleText":"{COUNTRY}"}}')), GEO),
    ("YouTube", "YouTube", "", player("UNPLAYABLE", '"reason":"Nuk ofrohet n\\u00eb vendin t\\u00ebnd"'), GEO),
    ("YouTube", "YouTube", "", player("LOGIN_REQUIRED", '"reason":"Sign in to confirm you’re not a bot"'), LOGIN),
    # A wall is believed before a removal: "unavailable" is what the player says of both.
    ("YouTube", "YouTube", "", player("ERROR", screen(f'{{"runs":[{{"text":"{COUNTRY}"}}]}}')), GEO),
    # What plays is there, whatever its uploader calls it; what he wrote in its description is quoted by the page.
    ("YouTube", "Video unavailable - YouTube", "", player("OK", '"playableInEmbed":true'), None),
    ("YouTube", "This video has been removed - YouTube", "", player("OK", '"playableInEmbed":true'), None),
    ("YouTube", "A title - YouTube", "", player("OK", '"playableInEmbed":true'), None),
    ("YouTube", "A title - YouTube", "", player("LIVE_STREAM_OFFLINE", '"reason":"Premieres soon"'), None),
    ("YouTube", "A title - YouTube", "", player("ERROR", '"reason":"Something went wrong"'), None),
    # Sentences in a short text, in both languages, with any case, blank and apostrophe.
    ("YouTube", "Video unavailable - YouTube", "", "", REMOVED),
    ("YouTube", "", "This  video isn’t\u00a0available ANYMORE", "", REMOVED),
    ("YouTube", "", "Ky kanal nuk ekziston.", "", REMOVED),
    ("Instagram", "Instagram", "This account is private. Follow to see their photos.", "", PRIVATE),
    ("Instagram", "Instagram", "Kjo llogari është private", "", PRIVATE),
    ("Instagram", "Login • Instagram", "", "", LOGIN),
    ("Instagram", "", "Hyr në Instagram", "", LOGIN),
    ("Instagram", "", "Content unavailable in your country", "", GEO),
    ("Instagram", "", "Restricted profile: you must be 18 years old or over to see this profile", "", AGE),
    ("Facebook", "Log in to Facebook", "", "", LOGIN),
    ("Facebook", "", "Duhet të identifikohesh për të vazhduar", "", LOGIN),
    ("TikTok", "", "Couldn't find this account", "", REMOVED),
    ("TikTok", "", "Nuk mund të gjendet kjo llogari", "", REMOVED),
    ("TikTok", "", "This video isn't available in your country or region", "", GEO),
    ("TikTok", "TikTok", "", '{"itemInfo":{},"statusCode":10222,"statusMsg":"x"}', PRIVATE),
    ("TikTok", "TikTok", "", '{"itemInfo":{},"statusCode":0,"statusMsg":""}', None),
    ("X", "Page not found / X", "Hmm...this page doesn’t exist. Try searching for something else.", "", REMOVED),
    ("X", "X", "Llogaria është pezulluar", "", REMOVED),
    ("X", "X", "These posts are protected", "", PRIVATE),
    ("X", "X", "@made_up has been withheld in Albania in response to a legal demand", "", GEO),
    ("X", "X", "Age-restricted adult content", "", AGE),
    ("Telegram", "", "", '<div class="tgme_widget_message_error">Post not found</div>', REMOVED),
    ("Telegram", "", "", '<div class="tgme_widget_message_error js">\n Please open Telegram to view', LOGIN),
    ("Telegram", "", "This channel can’t be displayed", "", PRIVATE),
    ("Telegram", "Telegram: Contact @made_up", "If you have Telegram, you can contact @made_up right away.", "", None),
    ("Reddit", "", "Sorry, this post was deleted by the person who originally posted it.", "", REMOVED),
    ("Reddit", "", "Ky komunitet është privat", "", PRIVATE),
    ("Pastebin", "Pastebin.com - Not Found (#404)", "", "", REMOVED),
    ("Pastebin", "", "Ky tekst mbrohet me fjalëkalim", "", PRIVATE),
    ("PrivateBin", "", "Paste does not exist, has expired or has been deleted.", "", REMOVED),
    ("Imgur", "Imgur", "Content not available in your region", "", GEO),
    ("MediaFire", "", "Invalid or Deleted File.", "", REMOVED),
    ("Google Drive", "", "You need access", "", PRIVATE),
    ("Google Drive", "", "Na vjen keq, skedari që keni kërkuar nuk ekziston.", "", REMOVED),
    ("Dropbox", "", "This item was deleted", "", REMOVED),
    ("WeTransfer", "", "This transfer has expired", "", REMOVED),
    # What is said both of removed and of hidden things closes nothing.
    ("Instagram", "", "Sorry, this page isn't available. It may have been removed.", "", PRIVATE),
    ("Facebook", "", "This content isn't available right now. Or it's been deleted.", "", PRIVATE),
    ("TikTok", "", "Video currently unavailable", "", PRIVATE),
    ("TikTok", "TikTok", "", '{"itemInfo":{},"statusCode":10204,"statusMsg":"item doesn\'t exist"}', PRIVATE),
    ("Discord", "", "This content is no longer available.", "", PRIVATE),  # also when an address has ended
    # A page to sign in at that says more.
    ("Instagram", "Login • Instagram", "Sorry, this page isn't available.", "", LOGIN),
    ("TikTok", "", "Log in to TikTok. This video has been removed for violating our rules.", "", LOGIN),
    ("X", "X", "Sign in to X. This page doesn't exist.", "", LOGIN),
    ("Dropbox", "", "Sign in to Dropbox to see it. This item was deleted.", "", LOGIN),
    # A long page shows something, whatever people write below it; only a title that says nothing else is heard.
    ("YouTube", "A title", f"{LONG} this video has been removed, sign in to confirm your age", "", None),
    ("Reddit", "A title", f"{LONG} sorry, this post was deleted by the person who originally posted it", "", None),
    ("Reddit", "Why it says this page has been removed", LONG, "", None),
    ("YouTube", "My song: This video has been removed", LONG, "", None),
    ("X", "Account suspended / X", LONG, "", REMOVED),
    ("Pastebin", "Pastebin.com - Not Found (#404)", LONG, "", REMOVED),
    # Whoever puts up a text may write in it what he likes.
    ("Pastebin", "", "This page has been removed", '<div class="highlighted-code">', None),
    ("Telegraph", "Page not found", "Page not found", '<article class="tl_article_content">', None),
    ("Telegram", "", "This channel is private", '<div class="tgme_widget_message_text js-message_text">', None),
    # A platform nobody knows, and one that says nothing.
    ("Nobody", "Video unavailable", "Video unavailable", player("ERROR", '"reason":"Video unavailable"'), None),
    (None, "Video unavailable", "Video unavailable", "", None),
    ("Catbox", "Page not found", "Page not found", "", None),
    ("YouTube", "", "", "", None),
]  # fmt: skip


@pytest.mark.parametrize(("name", "title", "text", "raw", "says"), PAGES)
def test_a_page_says_what_it_shows_instead(
    name: str | None, title: str, text: str, raw: str, says: PageSays | None
) -> None:
    assert page_says(name, title, text, raw) == says


def test_every_sentence_of_the_table_is_heard_as_what_it_stands_under() -> None:
    wrong = [
        (platform.name, says, phrase)
        for platform in load_platforms()
        for says, phrases in platform.pages.items()
        for phrase in phrases
        if page_says(platform.name, "", f"Oh: {phrase.upper()}.", "") != says
    ]

    assert wrong == []


def test_walls_are_believed_before_a_removal() -> None:
    assert list(PageSays)[-1] is REMOVED
    for platform in load_platforms():
        for wall in (LOGIN, GEO, AGE, PRIVATE):
            for one in platform.pages.get(wall, ()):
                text = " / ".join((*platform.pages.get(REMOVED, ()), one))
                if len(text) <= 1500:
                    assert page_says(platform.name, "", text, "") in (LOGIN, GEO, AGE, PRIVATE)


# Whatever stands before the repeat of a pattern, over and over; and what the repeat itself takes.
HOSTILE = [
    '"playabilityStatus":{"status":"ERROR"',
    '"playabilityStatus":{"status":"LOGIN_REQUIRED"' + "x" * 390,
    '"subreason":{"simpleText":"n' + "n" * 290,
    '"subreason":{"runs":[{"text":"',
    'class="tgme_widget_message_error' + " " * 60,
    'class="tgme_widget_message_error">' + " " * 20,
    '"statusCode":1020',
    "\\" * 40,
    "{" * 40,
    '"' * 40,
    " ",
    "video unavailable " * 3,
]


@pytest.mark.parametrize("name", [platform.name for platform in load_platforms() if platform.markup or platform.shown])
@pytest.mark.parametrize("part", HOSTILE, ids=lambda part: part[:40])
def test_a_hostile_page_of_two_million_signs_is_read_within_a_second(name: str, part: str) -> None:
    raw = (part * (2_000_000 // len(part) + 1))[:2_000_000]
    began = time.perf_counter()
    page_says(name, raw[:500_000], raw[:20_000], raw)

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("name", [platform.name for platform in load_platforms()])
def test_a_hostile_address_is_read_within_a_second(name: str) -> None:
    platform = next(one for one in load_platforms() if one.name == name)
    began = time.perf_counter()
    for domain in platform.domains:
        for part in ("a", "/", "a/", "&v=", "?id=&", "--", "%2B", "1_", "videos/", "a-"):
            for start in ("", "watch?", "gallery/", "pin/", "a?z=", "permalink.php?", "send?", "photos/", "@"):
                read_platform(read_address(f"https://{domain}/{start}{part * (7900 // len(part))}"))

    assert time.perf_counter() - began < 5


ASKED = [
    # address, the question's address (None: not asked), then statuses and what each means
    (
        "https://youtu.be/AAAAAAAAAAA",
        "https://www.youtube.com/oembed?format=json&url=https%3A%2F%2Fwww.youtube.com%2Fwatch%3Fv%3DAAAAAAAAAAA",
        {200: "online", 401: "restricted", 403: "restricted", 404: "removed", 400: "removed"},
    ),
    (
        "https://x.com/made_up/status/1000000000000",
        "https://publish.twitter.com/oembed?omit_script=true&url=https%3A%2F%2Fx.com%2Fi%2Fstatus%2F1000000000000",
        {200: "online", 403: "restricted", 404: "removed", 400: "unknown", 401: "unknown"},
    ),
    # What a refusal means is not known: nothing is removed by it.
    (
        "https://www.tiktok.com/@made.up/video/70000000000",
        "https://www.tiktok.com/oembed?url=https%3A%2F%2Fwww.tiktok.com%2F%40made.up%2Fvideo%2F70000000000",
        {200: "online", 400: "unknown", 404: "unknown", 403: "unknown"},
    ),
    (
        "https://www.instagram.com/p/AAAAAAAAA/",
        "https://graph.facebook.com/instagram_oembed?url=https%3A%2F%2Fwww.instagram.com%2Fp%2FAAAAAAAAA%2F",
        {200: "online", 400: "unknown", 404: "unknown", 403: "unknown"},
    ),
    (
        "https://vimeo.com/100000000",
        "https://vimeo.com/api/oembed.json?url=https%3A%2F%2Fvimeo.com%2F100000000",
        {200: "online", 403: "restricted", 404: "unknown"},
    ),
    # Accounts are not asked for: oEmbed would call every one of them missing.
    ("https://www.youtube.com/@made-up", None, {}),
    ("https://x.com/made_up", None, {}),
    # Nor what has no plain address, is of another kind, or of a platform without such a service.
    ("https://www.youtube.com/post/UgAAAAAAAAAAAAAAAA", None, {}),
    ("https://vm.tiktok.com/AAAAAAAAA/", None, {}),
    ("https://i.redd.it/aaaaaaaaaaaaa.jpg", None, {}),
    ("https://www.facebook.com/watch/?v=123456", None, {}),
    ("https://mega.nz/file/AAAAAAAA", None, {}),
]


@pytest.mark.parametrize(("text", "href", "meanings"), ASKED)
def test_whether_it_exists_is_asked_where_the_platform_tells(
    text: str, href: str | None, meanings: dict[int, str]
) -> None:
    ids = read_platform(read_address(text))
    assert ids is not None
    question = existence_of(ids)

    assert (question.href if question else None) == href
    for status, meaning in meanings.items():
        assert question is not None
        assert question.told(status) == meaning


@pytest.mark.parametrize("status", [0, 204, 301, 407, 429, 451, 500, 502, 503, 504, 599])
def test_an_answer_of_no_known_meaning_closes_nothing(status: int) -> None:
    for platform in load_platforms():
        meanings = platform.exists.meanings if platform.exists else {}
        assert meanings.get(status, Existence.UNKNOWN) is not Existence.REMOVED
    ids = read_platform(read_address("https://youtu.be/AAAAAAAAAAA"))
    assert ids is not None
    question = existence_of(ids)
    assert question is not None
    assert question.told(status) is Existence.UNKNOWN


def test_a_question_keeps_its_address_to_itself() -> None:
    ids = read_platform(read_address("https://youtu.be/AAAAAAAAAAA"))
    assert ids is not None

    assert "AAAAAAAAAAA" not in repr(existence_of(ids))


OWN = """
[[platform]]
name = "Made Up"
domains = ["platform.example"]
kind_of_site = "video"
form = "https://platform.example/report"
source = "our own"
on_page = { account = 'data-account="([a-z]+)"' }
[[platform.patterns]]
invite = true
path = '/join/.*'
[[platform.patterns]]
kind = "video"
path = '/v/(?P<media_id>[a-z0-9]{6})(?:\\?.*)?'
canonical = "https://platform.example/v/{media_id}"
[[platform.patterns]]
kind = "page"
path = '/p/(?P<media_id>[a-z0-9]{6})'
canonical = "https://platform.example/p/{media_id}"
[[platform.patterns]]
kind = "video"
per_account = true
path = '/u/(?P<account>[a-z]+)/(?P<media_id>[0-9]+)'
canonical = "https://platform.example/u/{media_id}"
[[platform.patterns]]
kind = "file"
fragment = true
path = '/#f/(?P<media_id>[a-z]+)(?:!.*)?'
[[platform.patterns]]
kind = "video"
has_login_wall = true
path = '/members/(?P<media_id>[a-z0-9]{6})'
[[platform.patterns]]
kind = "profile"
path = '/u/(?P<account>[a-z]+)(?:\\?n=(?P<account_number>[0-9]+))?'
canonical = "https://platform.example/n/{account_number}"
[platform.exists]
oembed = "https://platform.example/oembed?url={canonical}"
kinds = ["video"]
online = [200]
removed = [404, 410]
restricted = [403]
[platform.pages]
removed = ["This clip was taken away"]
private = ["This clip is for friends only"]
age_gated = ["This clip is for grown-ups only"]
geo_blocked = ["This clip is not for your country"]
login = ["Come in to see this clip"]
[platform.markup]
shown = ['data-state="playing"']
removed = ['data-state="gone" data-why="[a-z ]{0,40}"']
private = ['data-state="private"']
age_gated = ['data-state="age"']
geo_blocked = ['data-state="country"']
login = ['data-state="door"']
[platform.rules]
any = { en = "House rules", sq = "Rregullat e shtëpisë" }
bullying = { en = "Be kind", sq = "Ji i mirë" }
"""


@pytest.fixture
def platforms(tmp_path: Path) -> tuple[Platform, ...]:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return load_platforms(path)


def test_a_platform_is_a_table_and_nothing_else(platforms: tuple[Platform, ...]) -> None:
    """Whatever the shipped platforms can do, a table of one's own can: no name of a platform stands in the code."""

    def ids(path: str) -> PlatformIds:
        found = read_platform(read_address(f"https://www.platform.example{path}"), platforms)
        assert found is not None
        return found

    plain = "https://platform.example"
    assert ids("/v/aaaaa1?x=1") == PlatformIds("Made Up", Kind.VIDEO, "aaaaa1", None, None, False, f"{plain}/v/aaaaa1")
    assert ids("/u/Abc") == PlatformIds("Made Up", Kind.UNKNOWN, None, None, None, False)
    assert ids("/u/abc/7") == PlatformIds("Made Up", Kind.VIDEO, "abc/7", "abc", None, False, f"{plain}/u/abc/7")
    assert ids("/u/abc?n=7") == PlatformIds("Made Up", Kind.PROFILE, None, "abc", "7", False, f"{plain}/n/7")
    assert ids("/u/abc").canonical is None  # a part that this address does not have
    assert ids("/#f/abc!secret") == PlatformIds("Made Up", Kind.FILE, "abc", None, None, False)
    assert ids("/members/aaaaa1").has_login_wall
    assert ids("/join/x") == PlatformIds("Made Up", Kind.UNKNOWN, None, None, None, True, None, True)
    assert platforms[0].kind_of_site is SiteKind.VIDEO

    question = existence_of(ids("/v/aaaaa1"), platforms)
    assert question is not None
    assert question.href == "https://platform.example/oembed?url=https%3A%2F%2Fplatform.example%2Fv%2Faaaaa1"
    assert [question.told(status) for status in (200, 404, 410, 403, 500)] == [
        "online", "removed", "removed", "restricted", "unknown",
    ]  # fmt: skip
    assert existence_of(ids("/p/aaaaa1"), platforms) is None  # not of a kind that is asked for
    assert existence_of(ids("/u/abc?n=7"), platforms) is None
    assert existence_of(ids("/v/aaaaa1")) is None  # the shipped tables do not know it

    assert form_of("Made Up", platforms) == "https://platform.example/report"
    assert rule_for("Made Up", Ground.BULLYING, "sq", platforms) == "Ji i mirë"
    assert rule_for("Made Up", Ground.HATE, "en", platforms) == "House rules"
    assert rule_for("Made Up", "no_ground", "en", platforms) is None
    assert account_on_page("Made Up", '<a data-account="abc">', platforms) == ("abc", None)


@pytest.mark.parametrize(
    ("says", "phrase", "state"),
    [
        (LOGIN, "Come in to see this clip", "door"),
        (GEO, "This clip is not for your country", "country"),
        (AGE, "This clip is for grown-ups only", "age"),
        (PRIVATE, "This clip is for friends only", "private"),
        (REMOVED, "This clip was taken away", 'gone" data-why="by us'),
    ],
)
def test_a_table_of_ones_own_says_what_its_pages_look_like(
    platforms: tuple[Platform, ...], says: PageSays, phrase: str, state: str
) -> None:
    markup = f'<div data-state="{state}">'

    assert page_says("Made Up", "", phrase, "", platforms) == says
    assert page_says("Made Up", f"{phrase} | platform.example", LONG, "", platforms) == says
    assert page_says("Made Up", "", LONG, markup, platforms) == says
    assert page_says("Made Up", phrase, phrase, f'{markup}<b data-state="playing">', platforms) is None
    assert page_says("Made Up", "", LONG + phrase, "", platforms) is None
    assert page_says("Made Up", "", phrase, markup) is None


def test_an_operators_table_is_asked_first(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace("platform.example", "youtube.com"), encoding="utf-8")
    found = read_platform(read_address("https://www.youtube.com/v/aaaaa1"), load_platforms(path))

    assert found is not None
    assert (found.platform, found.media_id) == ("Made Up", "aaaaa1")


WRONG = [
    # what stands in the table, what stands there instead, what the cause says
    ('kind_of_site = "video"', 'kind_of_site = "shop"', "kind_of_site"),
    ('kind_of_site = "video"', 'kind_of_size = "video"', "kind_of_size"),
    ('name = "Made Up"', "name = 7", "name"),
    ('domains = ["platform.example"]', 'domains = "platform.example"', "domains"),
    ('domains = ["platform.example"]', "domains = []", "domains"),
    ('source = "our own"', "", "source"),
    ('source = "our own"', 'source = "our own"\nstatus = "sure"', "status"),
    ('source = "our own"', 'source = "our own"\nstatus = "confirmed"', "tested_on"),
    ('source = "our own"', 'source = "our own"\ntested_on = 2026-11-25', "tested_on"),
    ('source = "our own"', 'source = "our own"\nhas_login_wall = "no"', "has_login_wall"),
    ('"https://platform.example/report"', '"http://platform.example/report"', "form"),
    ('"https://platform.example/report"', '"mailto:abuse@platform.example"', "form"),
    ('"https://platform.example/report"', "7", "form"),
    ("[platform.rules]", "[platform.rules]\nrudeness = { en = 'x' }", "rudeness"),
    ("[platform.rules]", "[platform.rules]\nhate = 'x'", "hate"),
    ('sq = "Ji i mirë"', 'sq = ["Ji i mirë"]', "bullying"),
    ('sq = "Ji i mirë"', 'de = "Sei nett"', "bullying"),
    # Patterns and their canonical.
    ("path = '/p/(?P<media_id>[a-z0-9]{6})'", "path = '/p/(?P<media_id>[a-z0-9]{6}'", "regular expression"),
    ("path = '/p/(?P<media_id>[a-z0-9]{6})'", "path = '/p/(?P<secret>[a-z0-9]{6})'", "secret"),
    ("path = '/p/(?P<media_id>[a-z0-9]{6})'", "pat = '/p/(?P<media_id>[a-z0-9]{6})'", "pat"),
    ('kind = "page"', 'kind = "persons"', "kind"),
    ('kind = "page"', "", "kind"),
    ('kind = "page"', 'kind = "page"\nper_account = 1', "per_account"),
    ('kind = "page"', 'kind = "page"\nfragment = "yes"', "fragment"),
    ('kind = "page"', 'kind = "page"\nhas_login_wall = "yes"', "has_login_wall"),
    ('kind = "page"', 'kind = "page"\nhost = 7', "host"),
    ("example/p/{media_id}", "example/p/{account}", "canonical"),
    ("example/p/{media_id}", "example/p/{key}", "canonical"),
    ("example/p/{media_id}", "example/p/{media_id!r}", "canonical"),
    ("example/p/{media_id}", "example/p/{media_id:>99}", "canonical"),
    ("example/p/{media_id}", "example/p/{media_id.__class__}", "canonical"),
    ("example/p/{media_id}", "example/p/{}", "canonical"),
    ("example/p/{media_id}", "example/p/{media_id", "canonical"),
    ("example/p/{media_id}", "example/p/", "canonical"),
    ("https://platform.example/p/{media_id}", "http://platform.example/p/{media_id}", "canonical"),
    ("https://platform.example/p/{media_id}", "https://{media_id}.platform.example/", "canonical"),
    # An invite leads nowhere.
    ("path = '/join/.*'", "path = '/join/(?P<media_id>.*)'", "invite"),
    ("path = '/join/.*'", "path = '/join/.*'\ncanonical = 'https://platform.example/join'", "invite"),
    ("invite = true", "invite = 1", "invite"),
    # Whether it exists.
    ("oembed = ", "oembet = ", "oembet"),
    ("example/oembed?url={canonical}", "example/oembed?url={media_id}", "oembed"),
    ("example/oembed?url={canonical}", "example/oembed", "oembed"),
    ("https://platform.example/oembed", "http://platform.example/oembed", "oembed"),
    ("online = [200]", "online = 200", "online"),
    ("online = [200]", 'online = ["200"]', "online"),
    ("online = [200]", "online = [20]", "online"),
    ("online = [200]", "online = [true]", "online"),
    ("online = [200]", "online = [200, 404]", "404"),
    ("online = [200]", "online = [500]", "online"),
    ("removed = [404, 410]", "removed = [200]", "200"),
    # Answers to who may not ask, asks too often or meets a fault can never mean removed.
    *(("removed = [404, 410]", f"removed = [{status}]", "removed") for status in (301, 401, 429, 451, 500, 503)),
    ('kinds = ["video"]', 'kinds = ["clip"]', "kinds"),
    ('kinds = ["video"]', 'kinds = "video"', "kinds"),
    # What pages say.
    ("private = [\"This", "secret = [\"This", "secret"),
    ('["This clip was taken away"]', '"This clip was taken away"', "removed"),
    ('["This clip was taken away"]', '["gone"]', "too short"),
    ('["This clip was taken away"]', '[""]', "removed"),
    ("shown = ['data", "seen = ['data", "seen"),
    ("'data-state=\"private\"'", "'data-state=\"(private\"'", "regular expression"),
    ("'data-state=\"private\"'", "'.{0,9}private'", "plain signs"),
    ("'data-state=\"private\"'", "'(?i)data-state'", "plain signs"),
    ("'data-state=\"private\"'", "'data-state=.*private'", "repeat"),
    ("'data-state=\"private\"'", "'data-state=[^>]+private'", "repeat"),
    ("'data-state=\"private\"'", "'data-state=(?:a|b){0,9}private'", "repeat"),
    ("'data-state=\"private\"'", "'data-state=a{2,}private'", "repeat"),
    ("'data-state=\"private\"'", "'data-state=.{0,9999}private'", "repeat"),
    ("'data-state=\"private\"'", "'data-state=a{0,9}b{0,9}c{0,9}'", "repeat"),
    ("on_page = { account =", "on_page = { owner =", "on_page"),
    ("data-account=\"([a-z]+)\"", "data-account=\"[a-z]+\"", "on_page"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "cause"), WRONG)
def test_a_wrong_table_is_refused_by_name_with_its_cause(tmp_path: Path, right: str, wrong: str, cause: str) -> None:
    assert right in OWN
    path = tmp_path / "own.toml"
    path.write_text(OWN.replace(right, wrong), encoding="utf-8")

    with pytest.raises(SettingsError) as refused:
        load_platforms(path)
    name = "7" if wrong == "name = 7" else "Made Up"
    assert f'own.toml: the table of "{name}" is wrong: ' in str(refused.value)
    assert cause in str(refused.value)


@pytest.mark.parametrize(
    ("key", "value"),
    [("patterns", "[7]"), ("patterns", "7"), ("exists", "7"), ("pages", "7"), ("markup", "7"), ("rules", "7")],
)
def test_what_is_no_table_is_refused(tmp_path: Path, key: str, value: str) -> None:
    lines = {
        "name": '"Made Up"',
        "domains": '["platform.example"]',
        "source": '"our own"',
        "patterns": "[]",
        key: value,
    }
    path = tmp_path / "own.toml"
    path.write_text("[[platform]]\n" + "\n".join(f"{one} = {what}" for one, what in lines.items()), encoding="utf-8")

    with pytest.raises(SettingsError, match=f'"Made Up" is wrong: .*{key.removesuffix("s")}'):
        load_platforms(path)


def test_existence_needs_an_address_to_ask_about(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    kept = [line for line in OWN.splitlines() if "canonical = " not in line]
    path.write_text("\n".join(kept), encoding="utf-8")

    with pytest.raises(SettingsError, match="exists needs a pattern"):
        load_platforms(path)


@pytest.mark.parametrize(
    "text", ["platform = 7", "platform = [7]", "[platform]\nname = 'x'", "\x00", "platform = " + "[" * 5000]
)
def test_a_file_without_tables_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "own.toml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(SettingsError, match=r"own\.toml"):
        load_platforms(path)
