"""What hosts do to be fetched from, to hide and to seem gone, each as a story: files in pages, frames, marks of bytes,
names given up, several ways out, hosts that let one wait, and what stays of how a look was taken."""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from scenes import Scene, picture, scene

from hotline.decisions import rechecks
from hotline.errors import SettingsError
from hotline.pipeline import recheck_now
from hotline.records.seen import PERSON
from hotline.states import Verdict
from hotline.views.captures import capture_list, capture_show, warc_file
from scripts.lab import drip, stall
from scripts.lab.proxies import LabHttpProxy


def embedded(body: bytes) -> str:
    return f'<img src="data:image/jpeg;base64,{base64.b64encode(body).decode()}">'


def test_bytes_that_a_host_marks_as_unchanged_are_not_downloaded_again_for_months(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        downloads = len([one for one in story.site.requested("/a.jpg") if one.method == "GET"])
        story.later(30, hours=73)

        asked = story.site.requested("/a.jpg")
        assert downloads == len([one for one in asked if one.method == "GET"]) == 1
        assert len(asked) > 25
        assert set(story.verdicts(1)) == {"online"}


def test_a_mark_that_changed_has_the_bytes_looked_at_again(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        story.site.put("/a.jpg", picture(1, quality=40), headers={"ETag": '"other"'})
        story.later(2, hours=25)

        assert story.verdicts(1) == ["online", "online"]
        assert len([one for one in story.site.requested("/a.jpg") if one.method == "GET"]) == 2


def test_a_picture_written_into_a_page_is_found_decided_noticed_and_watched(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.contact("img.example")
        page = story.site.page("/album", [], extra_html=embedded(picture(1)))
        story.report(page)
        story.run()

        assert story.states() == ["awaiting_assessment", "awaiting_assessment"]
        assert story.item(2).media_id is not None
        story.assess([2], Verdict.BASELINE)
        story.run()
        story.approve()
        story.run()
        top = story.mail.messages[0].text.partition("WHAT WE ASK")[0]
        assert top.count(page) == 1  # the picture has no address but the page's
        story.later(hours=2)
        assert (story.verdicts(1)[-1], story.verdicts(2)[-1]) == ("online", "online")

        story.site.page("/album", [], extra_html="<p>Nothing here, and nothing of it is a picture.</p>")
        story.later(4, hours=13)
        assert story.states() == ["removed", "removed"]


def test_the_same_file_in_another_page_is_known_at_sight(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        story.report(story.other.page("/again", [], extra_html=embedded(picture(1))))
        story.run()

        assert story.states() == ["illegal", "illegal", "illegal"]


def test_a_picture_in_a_frame_counts_for_the_page_that_frames_it(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.other.put("/p.jpg", picture(1))
        frame = story.other.page("/frame", ["/p.jpg"], extra_html='<iframe src="/deeper"></iframe>')
        story.report(story.site.page("/album", [], extra_html=f'<iframe src="{frame}"></iframe>'))
        story.run()

        shown = [item.url for item in story.items()]
        assert shown == [story.site.url("/album"), frame, story.other.url("/p.jpg")]  # one level deep
        assert [kind for kind, _ in story.queue()] == ["assess"]
        story.assess([3], Verdict.BASELINE)
        story.run()
        assert story.states() == ["illegal"] * 3
        story.later(hours=2)
        assert [story.verdicts(number)[-1] for number in (1, 2, 3)] == ["online"] * 3

        story.site.page("/album", [], extra_html="<p>The frame was taken out of this page.</p>")
        story.later(hours=20)
        assert [story.verdicts(number)[-1] for number in (1, 2, 3)] == ["page_only_removed", "online", "online"]


def test_a_frame_with_nothing_in_it_leaves_the_page_to_a_person(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        frame = story.other.page("/frame", [])
        story.report(story.site.page("/album", [], extra_html=f'<iframe src="{frame}"></iframe>'))
        story.run()

        assert story.queue() == [("assess", "I1")]


def test_a_host_that_lets_us_wait_in_vain_is_left_alone_until_a_person_asks(tmp_path: Path) -> None:
    with scene(tmp_path, "fetch.deadline_s=1", "fetch.rest_after=2") as story:
        for name in "abcd":
            story.site.script(f"/{name}.jpg", stall())
        story.report(*(story.site.url(f"/{name}.jpg") for name in "abcd"))
        story.run()

        assert len(story.site.requests) == 2
        assert [item.reason for item in story.items()] == ["timeout", "timeout", "host_rested", "host_rested"]
        assert [item.failures for item in story.items()] == [1, 1, 0, 0]

        rechecks.ask(story.desk(), [3])
        recheck_now(story.station, [3])
        assert story.item(3).reason == "timeout"
        for name in "abcd":
            story.site.put(f"/{name}.jpg", picture(ord(name)))
        story.later(3, hours=4)
        assert story.states() == ["awaiting_assessment"] * 4


def test_a_slow_host_that_answers_is_not_left_alone(tmp_path: Path) -> None:
    with scene(tmp_path, "fetch.deadline_s=2", "fetch.rest_after=1") as story:
        story.site.script("/a.jpg", drip(picture(1), every_s=0.01, chunk_bytes=2000))
        story.report(story.site.url("/a.jpg"))
        story.run()

        assert story.states() == ["awaiting_assessment"]


@pytest.fixture
def proxied(tmp_path: Path):
    """A home with two ways out: its own address, and a proxy."""
    proxy = LabHttpProxy(lambda name, _port: where.get(name))
    where: dict[str, tuple[str, int]] = {}
    profiles = f'egress.profiles={{vpn-de = "http://127.0.0.1:{proxy.port}"}}'
    try:
        with scene(tmp_path, profiles, 'egress.vantages=["direct", "vpn-de"]') as story:
            where |= {name: (site.ip, site.port) for name, site in story.lab.sites.items()}
            yield story
    finally:
        proxy.stop()


def test_ways_out_take_turns_and_two_must_agree_that_it_is_gone(proxied: Scene) -> None:
    story = proxied
    story.drafted("/a.jpg")
    story.site.remove("/a.jpg")
    story.later(3, hours=13)

    vantages = [one["vantage"] for one in capture_list(story.home, 1)]
    assert vantages == ["direct", "direct", "vpn-de", "direct"]
    assert story.states() == ["removed"]


def test_what_refuses_one_way_out_is_asked_by_the_next(proxied: Scene) -> None:
    story = proxied

    def by_country(request, connection):
        is_far = "via" in request.headers or "proxy-connection" in request.headers or request.headers.get("x-lab-proxy")
        body = picture(1) if is_far else b""
        connection.head(200 if is_far else 451, {"Content-Type": "image/jpeg", "Content-Length": str(len(body))})
        connection.send(body)

    story.site.script("/a.jpg", by_country)
    story.report(story.site.url("/a.jpg"))
    story.run()

    exchanges = capture_show(story.home, 1)["exchanges"]
    assert [one["egress"] for one in exchanges] == ["direct", "vpn-de"]


def test_what_a_given_up_name_led_to_is_asked_for_at_its_former_address(tmp_path: Path) -> None:
    with scene(tmp_path, has_names=True) as story:
        names = story.lab.dns
        names.add("given-up.example", "A", story.site.ip)
        url = f"http://given-up.example:{story.site.port}/a.jpg"
        story.site.put("/a.jpg", picture(1))
        story.report(url)
        story.run()
        story.assess([1], Verdict.BASELINE)
        story.run()
        names.nxdomain("given-up.example")
        story.later(hours=2)
        assert story.verdicts(1)[-1] == "online"  # the name is gone, its host still serves it
        story.site.remove("/a.jpg")
        story.later(3, hours=13)

        assert set(story.verdicts(1)[1:]) == {"unreachable"}
        assert story.states() == ["illegal"]


def test_an_address_that_leads_to_another_site_is_followed_there(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        story.site.redirect("/a.jpg", story.other.put("/moved.jpg", picture(1)), 301)
        story.later(hours=2)

        assert story.verdicts(1) == ["moved"]
        assert [item.url for item in story.items()][1] == story.other.url("/moved.jpg")
        assert story.states() == ["illegal", "illegal"]
        assert "I2" in (story.item(1).needs_person or "")


def test_what_a_cache_alone_still_has_is_not_gone(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        body = picture(1)

        def behave(request, connection):
            status = 404 if "?" in request.path else 200
            signs = {"X-Cache": "HIT", "Age": "30"} if status == 200 else {}
            connection.head(status, {"Content-Type": "image/jpeg", "Content-Length": str(len(body)), **signs})
            connection.send(b"" if request.method == "HEAD" else body)

        story.site.script("/a.jpg", behave)
        story.later(5, hours=13)

        assert set(story.verdicts(1)) == {"cdn_cached"}
        assert story.states() == ["illegal"]


def test_where_no_machine_can_look_three_persons_words_close(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        story.site.put("/a.jpg", b"", status=403)
        for _ in range(3):
            story.later(hours=13)
            rechecks.seen(story.desk(), 1, "gone")

        assert story.states() == ["removed"]
        assert [line for line in story.moves(1) if line == "removed"] == ["removed"]
        assert PERSON in {row["vantage"] for row in _rechecks(story)}


def _rechecks(story: Scene) -> list[dict[str, str]]:
    from hotline.views.cases import case_show

    return case_show(story.home, 1)["items"][0]["rechecks"]


def test_how_a_look_was_taken_stays_without_its_bytes(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.site.put("/b.jpg", picture(1), headers={"Set-Cookie": "id=secret-of-theirs"})
        story.site.redirect("/a.jpg", "/b.jpg")
        story.report(story.site.url("/a.jpg"))
        story.run()
        (row,) = capture_list(story.home, 1)
        found = capture_show(story.home, 1)

    assert (row["statuses"], row["ips"], row["reason"]) == ([302, 200], [story.site.ip], None)
    (exchange,) = found["exchanges"]
    first, last = exchange["hops"]
    assert (first["url"], last["url"]) == (story.site.url("/a.jpg"), story.site.url("/b.jpg"))
    assert last["body_bytes"] == len(picture(1))
    assert last["body_sha256"] == found["media"]
    assert dict(last["received"])["content-type"] == "image/jpeg"
    assert ("user-agent" in dict(last["sent"])) is True
    assert "secret-of-theirs" not in json.dumps(found)
    assert {"python", "requests"} <= set(found["tool"])


def test_looks_as_warc_pass_the_check_of_others(tmp_path: Path) -> None:
    with scene(tmp_path, "evidence.warc=true", "fetch.deadline_s=1") as story:
        story.drafted("/a.jpg")
        story.site.script("/a.jpg", stall())
        story.later(hours=2)
        content = warc_file(story.home, [1])
        again = warc_file(story.home, [1])
    file = tmp_path / "I1.warc.gz"
    file.write_bytes(content)

    checked = subprocess.run(
        [str(Path(sys.executable).parent / "warcio"), "check", "-v", str(file)], capture_output=True, text=True
    )
    assert (checked.returncode, checked.stderr) == (0, "")
    assert checked.stdout.count("digest pass") >= 5
    assert content == again
    assert picture(1)[100:200] not in content


def test_warc_files_are_off_until_they_are_wanted(tmp_path: Path) -> None:
    with scene(tmp_path) as story:
        story.drafted("/a.jpg")
        with pytest.raises(SettingsError, match="warc = true"):
            warc_file(story.home, [1])


def test_an_operators_own_platform_is_a_table_in_a_file(tmp_path: Path) -> None:
    table = """
[[platform]]
name = "Walls"
domains = ["two.example"]
has_login_wall = true
source = "a test"
patterns = [
  { kind = "picture", path = '/pic/(?P<media_id>[0-9]{1,9})' },
  { kind = "unknown", path = '/join/.*', invite = true },
]
"""
    (tmp_path / "own.toml").write_text(table)
    with scene(tmp_path, f'platforms.file="{tmp_path / "own.toml"}"') as story:
        story.report(story.other.url("/pic/7"), story.other.url("/join/abc"))
        story.run()

        assert [item.reason for item in story.items()] == ["login_wall", "invite"]
        assert [item.platform_media for item in story.items()] == ["7", None]
        assert story.other.requests == []
