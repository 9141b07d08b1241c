"""Platforms told by their addresses, their rules by ground, and an operator's own table."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from hotline.addresses import read_address
from hotline.errors import SettingsError
from hotline.platforms import (
    FormField,
    Pattern,
    Platform,
    PlatformIds,
    account_on_page,
    existence_of,
    form_of,
    load_platforms,
    read_platform,
    rule_for,
    rule_text_for,
    rules_of,
)
from hotline.states import Ground, Kind, Language

# Identifiers here are made up. A platform, then its addresses, each with kind, media id, account and canonical address;
# a dash stands where there is none, a canonical that has no room stands on the next line, and https:// is left out.
KNOWN_TEXT = """
YouTube:
www.youtube.com/watch?v=AAAAAAAAAAA&t=3s video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
m.youtube.com/watch?app=m&v=AAAAAAAAAAA video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
music.youtube.com/watch?v=AAAAAAAAAAA&list=A video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
youtu.be/AAAAAAAAAAA?si=x video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
www.youtube.com/shorts/AAAAAAAAAAA video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
www.youtube-nocookie.com/embed/AAAAAAAAAAA?rel=0 video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
www.youtube.com/live/AAAAAAAAAAA video AAAAAAAAAAA - www.youtube.com/watch?v=AAAAAAAAAAA
www.youtube.com/post/UgAAAAAAAAAAAAAAAA page UgAAAAAAAAAAAAAAAA - -
www.youtube.com/playlist?list=PLAAAAAAAAAAAAAAAA page - - -
www.youtube.com/@made-up profile - made-up www.youtube.com/@made-up
www.youtube.com/@made-up/videos profile - made-up www.youtube.com/@made-up
www.youtube.com/channel/UCAAAAAAAAAAAAAAAAAAAAAA profile - UCAAAAAAAAAAAAAAAAAAAAAA
    www.youtube.com/channel/UCAAAAAAAAAAAAAAAAAAAAAA
www.youtube.com/user/madeup profile - - -
www.youtube.com/feed/trending unknown - - -

Instagram:
www.instagram.com/p/AAAAAAAAA/ page AAAAAAAAA - www.instagram.com/p/AAAAAAAAA/
instagram.com/reel/AAAAAAAAA/?igsh=x video AAAAAAAAA - www.instagram.com/reel/AAAAAAAAA/
www.instagram.com/made.up/reel/AAAAAAAAA video AAAAAAAAA made.up www.instagram.com/reel/AAAAAAAAA/
# the link's own id
www.instagram.com/share/reel/AAAAAAAAA video AAAAAAAAA - -
www.instagram.com/share/p/AAAAAAAAA page AAAAAAAAA - -
www.instagram.com/stories/made.up/10000000 page 10000000 made.up www.instagram.com/stories/made.up/10000000/
www.instagram.com/stories/highlights/10000000 unknown - - -
www.instagram.com/made.up/ profile - made.up www.instagram.com/made.up/
ig.me/m/made.up profile - made.up www.instagram.com/made.up/
www.instagram.com/accounts/login/ unknown - - -

Facebook:
www.facebook.com/profile.php?id=10000000000 profile - 10000000000 www.facebook.com/profile.php?id=10000000000
www.facebook.com/people/Made-Up/10000000000/ profile - 10000000000 www.facebook.com/profile.php?id=10000000000
www.facebook.com/made.up.page profile - made.up.page www.facebook.com/made.up.page
m.me/made.up.page profile - made.up.page www.facebook.com/made.up.page
www.facebook.com/made.up.page/posts/123456 page 123456 made.up.page www.facebook.com/made.up.page/posts/123456
www.facebook.com/photo/?fbid=123456&set=a picture 123456 - www.facebook.com/photo/?fbid=123456
www.facebook.com/watch/?v=123456 video 123456 - www.facebook.com/watch/?v=123456
www.facebook.com/reel/123456 video 123456 - www.facebook.com/watch/?v=123456
www.facebook.com/made.up.page/videos/123456/ video 123456 made.up.page www.facebook.com/watch/?v=123456
www.facebook.com/share/v/AAAAAAAA/ video AAAAAAAA - -
www.facebook.com/share/p/AAAAAAAA/ page AAAAAAAA - -
fb.watch/AAAAAAAA/ video AAAAAAAA - -
www.facebook.com/permalink.php?story_fbid=123456&id=10000000000 page 123456 - -
www.facebook.com/groups/made.up/posts/123456/ page 123456 - -
www.facebook.com/groups/made.up/ page - - -
www.facebook.com/marketplace unknown - - -

Threads:
www.threads.net/@made.up/post/AAAAAAAAA page AAAAAAAAA made.up www.threads.com/@made.up/post/AAAAAAAAA
www.threads.com/t/AAAAAAAAA page AAAAAAAAA - -
www.threads.com/@made.up profile - made.up www.threads.com/@made.up

TikTok:
www.tiktok.com/@made.up/video/70000000000?q=1 video 70000000000 made.up www.tiktok.com/@made.up/video/70000000000
www.tiktok.com/@made.up/photo/70000000000 picture 70000000000 made.up www.tiktok.com/@made.up/photo/70000000000
www.tiktok.com/embed/v2/70000000000 video 70000000000 - -
m.tiktok.com/v/70000000000.html video 70000000000 - -
vm.tiktok.com/AAAAAAAAA/ video AAAAAAAAA - -
vt.tiktok.com/AAAAAAAAA/ video AAAAAAAAA - -
www.tiktok.com/t/AAAAAAAAA/ video AAAAAAAAA - -
www.tiktok.com/@made.up profile - made.up www.tiktok.com/@made.up

X:
x.com/made_up/status/1000000000000?s=20 page 1000000000000 made_up x.com/i/status/1000000000000
twitter.com/made_up/status/1000000000000/photo/1 page 1000000000000 made_up x.com/i/status/1000000000000
x.com/i/web/status/1000000000000 page 1000000000000 - x.com/i/status/1000000000000
x.com/i/user/1000 profile - 1000 x.com/i/user/1000
mobile.twitter.com/made_up profile - made_up x.com/made_up
x.com/home unknown - - -

Telegram:
t.me/Made_Up/42 page made_up/42 Made_Up t.me/made_up/42
t.me/s/made_up/42?single page made_up/42 made_up t.me/made_up/42
# members only
t.me/c/1000000000/42 page c/1000000000/42 - -
t.me/s/made_up profile - made_up t.me/made_up
t.me/addstickers/MadeUp unknown - - -

Telegraph:
telegra.ph/Made-up-title-11-20 page Made-up-title-11-20 - telegra.ph/Made-up-title-11-20
telegra.ph/file/0000000000.jpg picture file/0000000000.jpg - telegra.ph/file/0000000000.jpg
graph.org/file/0000000000.mp4 video file/0000000000.mp4 - telegra.ph/file/0000000000.mp4

WhatsApp:
wa.me/000000000000?text=x profile - 000000000000 wa.me/000000000000
api.whatsapp.com/send?phone=%2B000000000000&text=x profile - 000000000000 wa.me/000000000000
www.whatsapp.com/channel/AAAAAAAAAAAAAAAA profile - AAAAAAAAAAAAAAAA www.whatsapp.com/channel/AAAAAAAAAAAAAAAA

Snapchat:
www.snapchat.com/add/made.up?share_id=x profile - made.up www.snapchat.com/add/made.up
www.snapchat.com/@made.up profile - made.up www.snapchat.com/add/made.up
www.snapchat.com/spotlight/AAAAAAAA video AAAAAAAA - www.snapchat.com/spotlight/AAAAAAAA
www.snapchat.com/@made.up/spotlight/AAAAAAAA video AAAAAAAA made.up www.snapchat.com/spotlight/AAAAAAAA
www.snapchat.com/p/00000000-0000-0000-0000-000000000000/100000 page 100000 - -
t.snapchat.com/AAAAAAAA page AAAAAAAA - -

Discord:
discord.com/channels/10000/20000/30000 page 30000 - -
discord.com/channels/@me/20000 page - - -
discord.com/users/10000 profile - 10000 discord.com/users/10000
cdn.discordapp.com/attachments/10000/20000/a.png?ex=0&is=0&hm=0 file 10000/20000 - -
media.discordapp.net/attachments/10000/20000/a.png?width=9 file 10000/20000 - -

Reddit:
www.reddit.com/r/made_up/comments/aaaaaa/some_title/?sort=new page aaaaaa - www.reddit.com/comments/aaaaaa
old.reddit.com/user/made_up/comments/aaaaaa/some_title/ page aaaaaa - www.reddit.com/comments/aaaaaa
www.reddit.com/gallery/aaaaaa page aaaaaa - www.reddit.com/comments/aaaaaa
redd.it/aaaaaa page aaaaaa - www.reddit.com/comments/aaaaaa
# a comment
www.reddit.com/r/made_up/comments/aaaaaa/some_title/bbbbbb/ page - - -
www.reddit.com/r/made_up/s/AAAAAAAAAA page - - -
i.redd.it/aaaaaaaaaaaaa.jpg picture aaaaaaaaaaaaa.jpg - i.redd.it/aaaaaaaaaaaaa.jpg
v.redd.it/aaaaaaaaaaaaa video aaaaaaaaaaaaa - v.redd.it/aaaaaaaaaaaaa
www.reddit.com/u/made_up profile - made_up www.reddit.com/user/made_up

Pinterest:
www.pinterest.com/pin/100000000/ picture 100000000 - www.pinterest.com/pin/100000000/
de.pinterest.com/pin/some-words--100000000/ picture 100000000 - www.pinterest.com/pin/100000000/
pin.it/AAAAAAA page - - -
www.pinterest.com/made_up/ profile - made_up www.pinterest.com/made_up/

VK:
vk.com/video-1_2 video video-1_2 - vk.com/video-1_2
vk.com/made_up?z=photo1_2%2Falbum1_3 picture photo1_2 - vk.com/photo1_2
m.vk.com/wall-1_2 page wall-1_2 - vk.com/wall-1_2
vk.com/id1000 profile - 1000 vk.com/id1000
vk.com/made_up profile - made_up vk.com/made_up

Twitch:
clips.twitch.tv/MadeUpName-AAAA video MadeUpName-AAAA - clips.twitch.tv/MadeUpName-AAAA
www.twitch.tv/made_up/clip/MadeUpName-AAAA video MadeUpName-AAAA made_up clips.twitch.tv/MadeUpName-AAAA
www.twitch.tv/videos/1000000 video 1000000 - www.twitch.tv/videos/1000000
www.twitch.tv/made_up profile - made_up www.twitch.tv/made_up

Vimeo:
# unlisted
vimeo.com/100000000/aaaaaaaaaa video 100000000 - vimeo.com/100000000
player.vimeo.com/video/100000000?h=aaaaaaaaaa video 100000000 - vimeo.com/100000000
vimeo.com/madeup profile - madeup vimeo.com/madeup

Pastebin:
pastebin.com/AAAAAAAA page AAAAAAAA - pastebin.com/AAAAAAAA
pastebin.com/raw/AAAAAAAA page AAAAAAAA - pastebin.com/AAAAAAAA
pastebin.com/raw.php?i=AAAAAAAA page AAAAAAAA - pastebin.com/AAAAAAAA
pastebin.com/u/made_up profile - made_up pastebin.com/u/made_up
pastebin.com/settings unknown - - -

JustPaste.it:
justpaste.it/aaaa1 page aaaa1 - justpaste.it/aaaa1
jpst.it/aaaa1 page - - -
justpaste.it/img/aaaa1.jpg picture img/aaaa1.jpg - -
justpaste.it/u/made_up profile - made_up justpaste.it/u/made_up

Rentry:
rentry.org/made_up/raw page made_up - rentry.co/made_up

PrivateBin:
privatebin.net/?0000000000000000#KEYKEYKEY page 0000000000000000 - privatebin.net/?0000000000000000

ControlC:
controlc.com/00000000 page 00000000 - controlc.com/00000000

Imgur:
i.imgur.com/AAAAAAA.jpg picture AAAAAAA - imgur.com/AAAAAAA
# a thumbnail
i.imgur.com/AAAAAAAh.jpg?1 picture AAAAAAA - imgur.com/AAAAAAA
i.imgur.com/AAAAAs.png picture AAAAA - imgur.com/AAAAA
i.imgur.com/AAAAAAA.gifv video AAAAAAA - imgur.com/AAAAAAA
# what stands for every removed picture
i.imgur.com/removed.png unknown - - -
imgur.com/AAAAAAA picture AAAAAAA - imgur.com/AAAAAAA
imgur.com/a/some-words-AAAAAAA page AAAAAAA - imgur.com/a/AAAAAAA
imgur.com/a/AAAAA page a/AAAAA - imgur.com/a/AAAAA
imgur.com/gallery/some-words-AAAAAAA page AAAAAAA - imgur.com/gallery/AAAAAAA
imgur.com/gallery/AAAAA page - - -
imgur.com/user/made_up/posts profile - made_up imgur.com/user/made_up

ImgBB:
ibb.co/AAAAAAA picture AAAAAAA - ibb.co/AAAAAAA
ibb.co/album/AAAAAA page album/AAAAAA - ibb.co/album/AAAAAA
i.ibb.co/AAAAAAA/a.jpg picture AAAAAAA/a.jpg - -

Postimages:
postimg.cc/AAAAAAAA picture AAAAAAAA - postimg.cc/AAAAAAAA
postimg.cc/gallery/AAAAAAA page gallery/AAAAAAA - postimg.cc/gallery/AAAAAAA
i.postimg.cc/AAAAAAAA/a.jpg picture AAAAAAAA/a.jpg - -

Flickr:
www.flickr.com/photos/made_up/10000000/in/album-1 picture 10000000 made_up www.flickr.com/photos/made_up/10000000/
www.flickr.com/photos/10000000@N00/20000000 picture 20000000 10000000@N00 www.flickr.com/photos/10000000@N00/20000000/
live.staticflickr.com/65535/10000000_0000000000_b.jpg picture 10000000 - -
flic.kr/p/AAAAAA page - - -
www.flickr.com/people/10000000@N00/ profile - 10000000@N00 www.flickr.com/people/10000000@N00/
www.flickr.com/photos/made_up/ profile - made_up www.flickr.com/people/made_up/

MEGA:
mega.nz/file/AAAAAAAA#KEYKEYKEY file AAAAAAAA - mega.nz/file/AAAAAAAA
mega.nz/embed/AAAAAAAA#KEYKEYKEY file AAAAAAAA - mega.nz/file/AAAAAAAA
mega.nz/folder/AAAAAAAA#KEYKEYKEY/file/BBBBBBBB page AAAAAAAA - mega.nz/folder/AAAAAAAA
mega.nz/#!AAAAAAAA!KEYKEYKEY file AAAAAAAA - mega.nz/file/AAAAAAAA
mega.co.nz/#F!AAAAAAAA!KEYKEYKEY page AAAAAAAA - mega.nz/folder/AAAAAAAA

MediaFire:
www.mediafire.com/file/aaaaaaaaaaaaaaa/a.zip/file file aaaaaaaaaaaaaaa - www.mediafire.com/file/aaaaaaaaaaaaaaa
www.mediafire.com/?aaaaaaaaaaaaaaa file aaaaaaaaaaaaaaa - www.mediafire.com/file/aaaaaaaaaaaaaaa
download9.mediafire.com/aaaaaaaaaaaa/aaaaaaaaaaaaaaa/a.zip file aaaaaaaaaaaaaaa -
    www.mediafire.com/file/aaaaaaaaaaaaaaa
www.mediafire.com/folder/aaaaaaaaaaaaa/x page aaaaaaaaaaaaa - www.mediafire.com/folder/aaaaaaaaaaaaa

Google Drive:
drive.google.com/file/d/aaaaaaaaaaaaaaaaaaaa/view?resourcekey=0-KEYKEYKEY file aaaaaaaaaaaaaaaaaaaa -
    drive.google.com/open?id=aaaaaaaaaaaaaaaaaaaa
drive.google.com/uc?export=download&id=aaaaaaaaaaaaaaaaaaaa file aaaaaaaaaaaaaaaaaaaa -
    drive.google.com/open?id=aaaaaaaaaaaaaaaaaaaa
drive.usercontent.google.com/download?id=aaaaaaaaaaaaaaaaaaaa&export=view file aaaaaaaaaaaaaaaaaaaa -
    drive.google.com/open?id=aaaaaaaaaaaaaaaaaaaa
docs.google.com/document/d/aaaaaaaaaaaaaaaaaaaa/edit file aaaaaaaaaaaaaaaaaaaa -
    drive.google.com/open?id=aaaaaaaaaaaaaaaaaaaa
docs.google.com/document/d/e/aaaaaaaaaaaaaaaaaaaa/pub file aaaaaaaaaaaaaaaaaaaa - -
drive.google.com/drive/u/0/folders/aaaaaaaaaaaaaaaaaaaa page aaaaaaaaaaaaaaaaaaaa -
    drive.google.com/open?id=aaaaaaaaaaaaaaaaaaaa
drive.google.com/embeddedfolderview?id=aaaaaaaaaaaaaaaaaaaa#grid page aaaaaaaaaaaaaaaaaaaa -
    drive.google.com/open?id=aaaaaaaaaaaaaaaaaaaa

Dropbox:
www.dropbox.com/scl/fi/aaaaaaaaaaaaaaa/a.mp4?rlkey=KEYKEYKEY file aaaaaaaaaaaaaaa - -
www.dropbox.com/scl/fo/aaaaaaaaaaaaaaa/KEYKEYKEY?rlkey=KEYKEYKEY page aaaaaaaaaaaaaaa - -
www.dropbox.com/sh/aaaaaaaaaaaaaaa/KEYKEYKEY page aaaaaaaaaaaaaaa - -
dl.dropboxusercontent.com/s/aaaaaaaaaaaaaaa/a.mp4 file aaaaaaaaaaaaaaa - -
www.dropbox.com/t/AAAAAAAAAAAAAAAA file AAAAAAAAAAAAAAAA - -

OneDrive:
1drv.ms/v/s!AAAAAAAAAAAAAAAA?e=KEYKEYKEY file s!AAAAAAAAAAAAAAAA - -
1drv.ms/v/c/0000000000000000/AAAAAAAAAAAAAAAA file AAAAAAAAAAAAAAAA 0000000000000000 -
onedrive.live.com/redir?resid=0000000000!100&authkey=KEYKEYKEY file 0000000000!100 - -
onedrive.live.com/?authkey=KEYKEYKEY&id=0000000000%21100 file 0000000000%21100 - -

Gofile:
gofile.io/d/AAAAAA page AAAAAA - gofile.io/d/AAAAAA
store1.gofile.io/download/web/00000000-0000-0000-0000-000000000000/a file 00000000-0000-0000-0000-000000000000/a -
    -

Pixeldrain:
pixeldrain.com/u/AAAAAAAA file AAAAAAAA - pixeldrain.com/u/AAAAAAAA
pixeldrain.com/api/file/AAAAAAAA?download file AAAAAAAA - pixeldrain.com/u/AAAAAAAA
pixeldrain.com/l/AAAAAAAA#item=0 page l/AAAAAAAA - pixeldrain.com/l/AAAAAAAA
pixeldrain.com/d/AAAAAAAA page d/AAAAAAAA - pixeldrain.com/d/AAAAAAAA

WeTransfer:
we.tl/t-AAAAAAAAAA file t-AAAAAAAAAA - we.tl/t-AAAAAAAAAA
wetransfer.com/downloads/000000000000000000000000000000/KEYKEY file 000000000000000000000000000000 -
    -

Catbox:
files.catbox.moe/aaaaaa.jpg file aaaaaa.jpg - files.catbox.moe/aaaaaa.jpg
litter.catbox.moe/aaaaaa.jpg file aaaaaa.jpg - litter.catbox.moe/aaaaaa.jpg
catbox.moe/c/aaaaaa page c/aaaaaa - catbox.moe/c/aaaaaa
"""
K16 = "A" * 16
INVITES = [
    # address, platform
    (f"https://t.me/+{K16}", "Telegram"),
    ("https://t.me/+000000000000", "Telegram"),  # a phone number looks like an invite, and is treated as one
    (f"https://t.me/joinchat/{K16}", "Telegram"),
    (f"https://telegram.dog/joinchat/{K16}", "Telegram"),
    (f"https://t.me/addlist/{K16}", "Telegram"),
    ("https://discord.gg/aaaaaaa", "Discord"),
    ("https://discord.com/invite/aaaaaaa", "Discord"),
    ("https://discordapp.com/invite/aaaaaaa?event=1", "Discord"),
    (f"https://chat.whatsapp.com/{K16}", "WhatsApp"),
    (f"https://chat.whatsapp.com/invite/{K16}", "WhatsApp"),
    (f"https://web.whatsapp.com/accept?code={K16}", "WhatsApp"),
    (f"https://m.me/j/{K16}/", "Facebook"),
    (f"https://m.me/ch/{K16}/", "Facebook"),
    ("https://fb.me/g/AAAAAAAA", "Facebook"),
    ("https://www.facebook.com/groups/join/made.up", "Facebook"),
    ("https://www.facebook.com/groups/made.up/join/", "Facebook"),
    ("https://www.facebook.com/messenger/group_invite/AAAAAAAA", "Facebook"),
    (f"https://ig.me/j/{K16}/", "Instagram"),
    (f"https://www.instagram.com/channel/{K16}/", "Instagram"),
    ("https://www.snapchat.com/invite/AAAAAAAA/AAAAAAAA", "Snapchat"),
    ("https://x.com/i/chat/group_join/g1000/AAAAAAAA", "X"),
    ("https://vk.me/join/AAAAAAAA", "VK"),
    ("https://vk.com/im/join/AAAAAAAA", "VK"),
    ("https://mega.nz/chat/AAAAAAAA#KEYKEYKEY", "MEGA"),
]  # fmt: skip
# Keys, share keys and signatures, as they stand in the addresses above.
SECRET = "KEYKEY"
Row = tuple[str, str, Kind, str, str, str]


def read_rows(text: str) -> Iterator[Row]:
    platform = ""
    for line in text.replace("\n    ", " ").splitlines():
        if line.endswith(":"):
            platform = line.removesuffix(":")
        elif line and not line.startswith("#"):
            address, kind, media_id, account, canonical = line.split(" ")
            yield f"https://{address}", platform, Kind(kind), media_id, account, canonical


KNOWN = list(read_rows(KNOWN_TEXT))
HARSH = ("csam", "sexual abuse", "abuzim seksual", "illegal", "criminal code")


@pytest.mark.parametrize("name", ["a\nb", "a\x1b[31m", "a b", "<script>", "", "x" * 101])
def test_what_a_page_calls_its_account_is_taken_only_where_it_is_a_name(name: str) -> None:
    text = f'"uniqueId":"{name}","authorId":"700000"'

    assert account_on_page("TikTok", text) == (None, "700000")
    assert account_on_page("TikTok", '"uniqueId":"made.up"') == ("made.up", None)
    assert account_on_page("TikTok", "nothing") is None
    assert account_on_page("Nobody", text) is None


@pytest.mark.parametrize(("text", "platform", "kind", "media_id", "account", "canonical"), KNOWN)
def test_a_platforms_address_says_who_and_what(
    text: str, platform: str, kind: Kind, media_id: str, account: str, canonical: str
) -> None:
    found = read_platform(read_address(text))

    assert found is not None
    named = found.account or found.account_number
    told = (found.media_id or "-", named or "-", (found.canonical or "-").removeprefix("https://"))
    assert (found.platform, found.kind, *told, found.is_invite) == (platform, kind, media_id, account, canonical, False)


@pytest.mark.parametrize(("text", "platform"), INVITES)
def test_an_invite_has_no_ids_and_stands_behind_a_wall(text: str, platform: str) -> None:
    """Nobody joins a group through this software: what is not fetched goes to a person at once."""
    found = read_platform(read_address(text))

    assert found == PlatformIds(platform, Kind.UNKNOWN, None, None, None, has_login_wall=True, is_invite=True)
    assert existence_of(found) is None


def test_every_form_of_address_in_the_table_has_a_row_here() -> None:
    rows = [(row[1], read_address(row[0])) for row in (*KNOWN, *INVITES)]

    def has_row(name: str, pattern: Pattern) -> bool:
        end = "\0" if pattern.is_with_fragment else "#"
        return any(
            pattern.path.fullmatch(one.href.partition(one.host)[2].partition(end)[0])
            and (pattern.host is None or one.host.endswith(pattern.host))
            for platform, one in rows
            if platform == name
        )

    for platform in load_platforms():
        without = [pattern.path.pattern for pattern in platform.patterns if not has_row(platform.name, pattern)]
        assert without == [], platform.name


@pytest.mark.parametrize("row", [row for row in KNOWN if row[5] != "-"], ids=lambda row: row[0])
def test_a_canonical_address_names_the_same_thing_and_is_its_own(row: Row) -> None:
    first, again = read_platform(read_address(row[0])), read_platform(read_address(f"https://{row[5]}"))

    assert first is not None
    assert again is not None
    assert (first.platform, first.media_id, first.canonical) == (again.platform, again.media_id, again.canonical)
    if first.media_id is None:
        assert (first.account, first.account_number) == (again.account, again.account_number)


def test_no_id_holds_what_opens_a_locked_thing() -> None:
    with_secret = [read_platform(read_address(row[0])) for row in KNOWN if SECRET in row[0]]

    assert len(with_secret) > 10
    for found in with_secret:
        assert found is not None
        assert SECRET not in f"{found}"


def test_pictures_and_albums_that_a_host_counts_apart_never_share_an_id() -> None:
    addresses = (
        "https://imgur.com/AAAAA",
        "https://imgur.com/a/AAAAA",
        "https://vk.com/photo1_2",
        "https://vk.com/video1_2",
    )
    found = [read_platform(read_address(text)) for text in addresses]

    assert len({(ids.platform, ids.media_id) for ids in found if ids}) == len(addresses)


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


def test_a_private_groups_post_stands_behind_a_wall_on_an_open_platform() -> None:
    private = read_platform(read_address("https://t.me/c/1000000000/42"))
    public = read_platform(read_address("https://t.me/made_up/42"))

    assert [found.has_login_wall for found in (private, public) if found] == [True, False]


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
        assert platform.kind_of_site
        assert (platform.status == "confirmed") == bool(platform.tested_on)


def test_a_form_is_an_address_a_person_opens() -> None:
    assert form_of("YouTube") == "https://www.youtube.com/reportabuse"
    assert form_of("Rentry") is None
    assert form_of("Nobody") is None
    assert form_of(None) is None


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


WITH_FORMS = ("YouTube", "Instagram", "Facebook", "TikTok", "X", "Telegram", "Snapchat")


def test_the_forms_of_the_platforms_that_a_person_fills_in_are_known_field_by_field() -> None:
    fields = {one.name: one.form_fields for one in load_platforms() if one.form_fields}

    assert set(fields) == set(WITH_FORMS)
    for name, known in fields.items():
        required = {one.value for one in known if one.is_required}
        assert {"description", "email"} <= required, name
        assert not any(word in one.label.lower() for one in known for word in HARSH), name


def test_a_fake_profiles_form_asks_for_the_genuine_one_only_where_somebody_is_impersonated() -> None:
    asked = [one for platform in load_platforms() for one in platform.form_fields if one.value == "genuine"]

    assert len(asked) == len(WITH_FORMS) - 1
    assert {(one.is_required, one.grounds, one.kinds) for one in asked} == {(True, ("impersonation",), ("harmful",))}


FIELDS = """
[[platform.form_field]]
label = "Links"
value = "urls"
max_chars = 1000
is_required = true

[[platform.form_field]]
label = "Genuine profile"
value = "genuine"
kinds = ["harmful"]
grounds = ["impersonation"]
"""
WITH_FIELDS = OWN.replace("source =", 'form = "https://lab.example/report"\nsource =') + FIELDS


def load_own(folder: Path, text: str) -> tuple[Platform, ...]:
    path = folder / "platforms.toml"
    path.write_text(text, encoding="utf-8")
    return load_platforms(path)


def test_the_fields_of_a_form_are_read_in_their_order(tmp_path: Path) -> None:
    expected = (
        FormField("Links", "urls", 1000, True, (), ()),
        FormField("Genuine profile", "genuine", None, False, ("impersonation",), ("harmful",)),
    )
    assert load_own(tmp_path, WITH_FIELDS)[0].form_fields == expected


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        # what is wrong with the field is said with its place and its key
        ("max_chars = 1000", "max_chars = 0", r'form_field 1 \("Links"\): max_chars'),
        ("max_chars = 1000", "max_chars = true", r'form_field 1 \("Links"\): max_chars'),
        ("max_chars = 1000", 'max_chars = "1000"', r'form_field 1 \("Links"\): max_chars'),
        ("max_chars = 1000", "max_chars = 100001", r'form_field 1 \("Links"\): max_chars'),
        ("max_chars", "max_signs", r'form_field 1 \("Links"\) has no "max_signs"'),
        ("is_required = true", 'is_required = "yes"', "is_required is true or false"),
        ('value = "urls"', 'value = "password"', "value has one of urls"),
        ('value = "urls"', "", "value has one of urls"),
        ('value = "urls"', 'value = "phone"', "nothing says what is reported"),
        ('label = "Links"', 'label = " "', "label is the text beside"),
        ('label = "Links"', 'label = "a\\u001b[31m"', "label is the text beside"),
        ('label = "Links"', 'label = "a\\nForm: https://evil.example"', "label is the text beside"),
        ('label = "Links"', "", "label is the text beside"),
        ('["impersonation"]', '["rudeness"]', r'form_field 2 \("Genuine profile"\): grounds'),
        ('["impersonation"]', '["hate", "hate"]', "each once"),
        ('kinds = ["harmful"]', 'kinds = ["correction"]', "kinds has one of illegal harmful"),
        ('kinds = ["harmful"]', "", "grounds are those of harmful content"),
        ('value = "genuine"', 'value = "hashes"', "hashes goes into reports of illegal material only"),
        ('form = "https://lab.example/report"', 'form = ""', "it has form_field and no form"),
        ('form = "https://lab.example/report"', "form_field = 3", "is a table of its own"),
    ],
)
def test_a_wrong_field_is_refused_with_its_key(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    text = WITH_FIELDS.replace(right, wrong)
    if "form_field = 3" in text:
        text = text.removesuffix(FIELDS)
    with pytest.raises(SettingsError, match=says) as told:
        load_own(tmp_path, text)

    assert 'platforms.toml: the table of "Lab" is wrong' in str(told.value)


def test_a_field_that_stands_twice_for_the_same_reports_is_refused(tmp_path: Path) -> None:
    again = FIELDS[: FIELDS.index("[[platform.form_field]]", 5)]
    with pytest.raises(SettingsError, match='two form_field have the label "Links"'):
        load_own(tmp_path, WITH_FIELDS + again)


def test_every_rule_can_be_listed_for_a_person_to_check_with_the_date_it_is_of() -> None:
    rules = {one.id: one for one in rules_of(load_platforms())}
    bullying = rules["YouTube/bullying"]

    assert bullying.text_en == "Harassment and cyberbullying policy"
    assert bullying.text_sq == rule_for("YouTube", Ground.BULLYING, "sq")
    assert bullying.dated == date(2026, 11, 25)
    assert rules["Telegram/any"].ground == "any"
    assert all(one.text_en and one.text_sq and one.source for one in rules.values())


def test_the_rule_that_a_notice_quotes_is_one_of_those_listed() -> None:
    listed = rules_of(load_platforms())

    for platform in load_platforms():
        for ground in Ground:
            found = rule_text_for(platform.name, ground)
            assert found in listed
            assert (found.text_en, found.text_sq) == (
                rule_for(platform.name, ground, "en"), rule_for(platform.name, ground, "sq")
            )  # fmt: skip
    assert rule_text_for("Telegram", Ground.HATE).id == "Telegram/any"
    assert rule_text_for("Nobody", Ground.HATE) is None
    assert rule_text_for("YouTube", "no_ground") is None
    assert rule_for("YouTube", Ground.HATE, "de") is None


def test_an_operators_rules_have_the_date_of_the_operators_file(tmp_path: Path) -> None:
    dated, undated = load_own(tmp_path, f"date = 2026-12-01\n{OWN}"), load_own(tmp_path, OWN)

    assert [rules_of(one)[0].dated for one in (dated, undated)] == [date(2026, 12, 1), None]
    assert rule_text_for("Lab", Ground.HATE, dated) is None
    assert rule_text_for("Lab", Ground.BULLYING, dated).text_sq == "Ji i mirë"
    for wrong in ('"2026-12-01"', "2026-12-01T10:00:00Z", "7"):
        with pytest.raises(SettingsError, match="date is a day"):
            load_own(tmp_path, f"date = {wrong}\n{OWN}")
