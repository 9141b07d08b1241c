"""The lab's web sites, asked by a real HTTP client."""

import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from scripts.lab import drip, endless, endless_head, garbage, gzip_bomb, lying_length, reset, stall


def test_a_picture_is_served_with_type_and_length_until_it_is_removed(lab, get):
    site = lab.site("img.example")
    address = site.put("/a.jpg", b"\xff\xd8picture", headers={"X-Lab": "1"})

    found = get(site, "/a.jpg")
    site.remove("/a.jpg")
    gone = get(site, "/a.jpg")

    assert address == "http://img.example/a.jpg"
    assert (found.status_code, found.content, found.headers["Content-Type"]) == (200, b"\xff\xd8picture", "image/jpeg")
    assert found.headers["X-Lab"] == "1"
    assert gone.status_code == 404


def test_a_path_with_a_query_falls_back_to_the_path_without(lab, get):
    site = lab.site("img.example")
    site.put("/a", b"plain")
    site.put("/a?n=2", b"second")

    assert get(site, "/a?n=1").content == b"plain"
    assert get(site, "/a?n=2").content == b"second"


def test_removed_for_legal_reasons_keeps_its_status(lab, get):
    site = lab.site("img.example")
    site.put("/a.jpg", b"x")
    site.remove("/a.jpg", status=451)

    assert get(site, "/a.jpg").status_code == 451


def test_head_gives_the_headers_of_get_without_the_body(lab, get):
    site = lab.site("img.example")
    site.put("/a.jpg", b"12345")

    head = get(site, "/a.jpg", method="HEAD")

    assert (head.headers["Content-Length"], head.content) == ("5", b"")
    assert get(site, "/a.jpg", headers={"If-None-Match": head.headers["ETag"]}).status_code == 304


def test_a_header_given_as_none_is_left_out(lab, get):
    site = lab.site("img.example")
    site.put("/a.jpg", b"x", headers={"ETag": None, "Content-Type": None})

    assert {"ETag", "Content-Type"}.isdisjoint(get(site, "/a.jpg").headers)


def test_a_page_shows_its_pictures_and_extra_html(lab, get):
    site = lab.site("img.example")
    site.page("/p.html", pictures=["/a.jpg", 'http://other.example/b.png?x=1&y="2"'], title="<T>", extra_html="<hr>")

    text = get(site, "/p.html").text

    assert '<img src="/a.jpg" alt="">' in text
    assert '<img src="http://other.example/b.png?x=1&amp;y=&quot;2&quot;" alt="">' in text
    assert "<title>&lt;T&gt;</title>" in text
    assert "<hr>" in text


@pytest.mark.parametrize(("language", "phrase"), [("en", "Page not found"), ("sq", "Faqja nuk u gjet")])
def test_a_soft_404_answers_every_unknown_path_with_the_same_friendly_200(lab, get, language, phrase):
    site = lab.site("img.example")
    site.put("/a.jpg", b"x")
    site.soft_404(language=language)
    site.remove("/a.jpg")

    removed, random = get(site, "/a.jpg"), get(site, "/zz81")

    assert (removed.status_code, removed.content) == (200, random.content)
    assert phrase in removed.text


def test_a_soft_404_can_be_limited_to_a_folder_and_turned_off(lab, get):
    site = lab.site("img.example")
    site.soft_404("/media/", text="This album moved on.")
    statuses = [get(site, path).status_code for path in ("/media/1", "/other")]
    site.soft_404(False)

    assert statuses == [200, 404]
    assert get(site, "/media/1").status_code == 404


def test_a_redirect_names_its_target(lab, get):
    site = lab.site("img.example")
    site.redirect("/x", "http://other.example/", status=301)

    answer = get(site, "/x")

    assert (answer.status_code, answer.headers["Location"]) == (301, "http://other.example/")


def test_requests_are_recorded_with_method_path_headers_time_and_peer(lab, get):
    site = lab.site("img.example")
    before = time.monotonic()
    get(site, "/a?b=1", headers={"User-Agent": "lab"})
    get(site, "/form", method="POST", data=b"abuse=1")

    first, second = site.requests

    assert (first.method, first.path, first.headers["user-agent"], first.host) == (
        "GET",
        "/a?b=1",
        "lab",
        "img.example",
    )
    assert (second.method, second.body) == ("POST", b"abuse=1")
    assert before <= first.at_monotonic <= second.at_monotonic <= time.monotonic()
    assert first.peer == second.peer == site.server.connections[0]  # kept alive
    assert site.requested("/form") == [second]
    site.forget_requests()
    assert site.requests == []


def test_virtual_hosts_share_an_address_and_keep_their_own_content(lab, get):
    first = lab.site("a.example")
    second = lab.site("b.example", ip=first.ip)
    first.put("/x", b"a")
    second.put("/x", b"b")
    lab.alias("www.a.example", first)

    answers = [
        get(first, "/x", host=name).content for name in ("a.example", "b.example:80", "www.a.example", "who.example")
    ]

    assert answers == [b"a", b"b", b"a", b"a"]
    assert (len(first.requests), len(second.requests)) == (3, 1)


def test_a_scripted_path_sees_the_request_and_writes_raw_bytes(lab, get):
    site = lab.site("img.example")

    def behave(request, connection):
        connection.send(b"HTTP/1.0 299 Odd\r\n\r\n" + request.path.encode())

    site.script("/odd", behave)

    answer = get(site, "/odd")

    assert (answer.status_code, answer.reason, answer.content) == (299, "Odd", b"/odd")


def test_a_drip_arrives_whole_but_slowly(lab, get):
    site = lab.site("img.example")
    site.script("/slow", drip(b"12345", every_s=0.02))
    before = time.monotonic()

    assert get(site, "/slow").content == b"12345"
    assert time.monotonic() - before >= 0.1


@pytest.mark.parametrize(
    "after", [b"", b"HTTP/1.1 200 OK\r\nContent-Le", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"]
)
def test_a_stall_runs_into_the_clients_timeout(lab, get, after):
    site = lab.site("img.example")
    site.script("/stall", stall(after))

    with pytest.raises(requests.exceptions.RequestException, match=r"[Tt]imed out"):
        get(site, "/stall", timeout=0.1)


def test_an_endless_body_goes_on_until_the_client_leaves(lab, get):
    site = lab.site("img.example")
    site.script("/endless", endless())

    with get(site, "/endless", stream=True) as answer:
        read = sum(len(chunk) for chunk, _ in zip(answer.iter_content(65_536), range(40), strict=False))

    assert read > 2_000_000


def test_an_endless_head_is_cut_off_by_the_client(lab, get):
    site = lab.site("img.example")
    site.script("/head", endless_head())

    with pytest.raises(requests.exceptions.ConnectionError, match="more than 100 headers"):
        get(site, "/head")


@pytest.mark.parametrize("after", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"])
def test_a_reset_is_a_reset_and_no_orderly_end(lab, get, after):
    site = lab.site("img.example")
    site.script("/reset", reset(after))

    with pytest.raises(requests.exceptions.RequestException, match="Connection reset"):
        get(site, "/reset")


def test_a_length_that_lies_is_noticed_by_the_client(lab, get):
    site = lab.site("img.example")
    site.script("/lie", lying_length(b"short", 5_000))

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        get(site, "/lie")


def test_a_gzip_bomb_is_small_on_the_wire_and_unpacks_to_its_size(lab, get):
    site = lab.site("img.example")
    site.script("/bomb", gzip_bomb(5_000_001))

    answer = get(site, "/bomb")

    assert len(answer.content) == 5_000_001
    assert int(answer.headers["Content-Length"]) < 10_000


def test_garbage_is_no_http(lab, get):
    site = lab.site("img.example")
    site.script("/junk", garbage())

    with pytest.raises(requests.exceptions.ConnectionError):
        get(site, "/junk")


def test_a_site_that_is_down_resets_or_excuses_itself_and_comes_back(lab, get):
    site = lab.site("img.example")
    site.put("/a", b"x")
    site.down()
    with pytest.raises(requests.exceptions.ConnectionError):
        get(site, "/a")
    site.down(status=503)
    excused = get(site, "/a").status_code
    site.down(False)

    assert (excused, get(site, "/a").status_code) == (503, 200)


def test_the_lab_stops_at_once_though_clients_hang(lab):
    threads = threading.active_count()
    site = lab.site("img.example")
    for path, behaviour in (("/stall", stall()), ("/drip", drip(b"x" * 1000)), ("/endless", endless())):
        site.script(path, behaviour)
    clients = [socket.create_connection((site.ip, site.port)) for _ in range(4)]  # the fourth says nothing
    for client, path in zip(clients, ("/stall", "/drip", "/endless"), strict=False):
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: img.example\r\n\r\n".encode())
    while len(site.requests) < 3 or len(site.server.connections) < 4:
        time.sleep(0.01)
    before = time.monotonic()
    lab.stop()

    assert time.monotonic() - before < 1
    assert threading.active_count() == threads
    for client in clients:
        client.close()


def test_the_most_requests_at_once_are_counted(lab):
    site = lab.site("img.example")
    meeting = threading.Barrier(3)

    def meet(_request, connection):
        meeting.wait(5)
        connection.head(204, {})

    site.script("/meet", meet)
    with ThreadPoolExecutor(3) as asking:
        statuses = list(asking.map(lambda _: requests.get(f"http://{site.ip}:{site.port}/meet").status_code, range(3)))

    assert statuses == [204, 204, 204]
    assert site.most_at_once == 3
