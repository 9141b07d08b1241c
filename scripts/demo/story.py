"""The story in its order: each step is a few words, a command, and what must stand in its output."""

from scripts.demo.scene import Scene
from scripts.demo.stage import COPY, PLATFORM, PROFILE, QUICK, SLOW, THREAD
from scripts.demo.teller import Cut, step

HELPER = "blerta"
OPENING = (
    "A home holds settings, keys and an encrypted database. This one lives on a lab internet: real servers on this "
    "machine's loopback addresses, drawn pictures, and a calendar that the demo moves."
)
LEADS = (
    "What waits for a person: I2 is exactly on the list (sha256), I3 is a half-size copy of a listed picture (pdq, a "
    "few bits away), I4 is on no list. A match is a lead, never a verdict."
)
AGAIN = (
    "I5 is I2 again, mirrored: recognised, put into its family and counted as a re-upload. The question mark says that "
    "no person has confirmed it yet."
)
SOFT = (
    "Slow Hosting answers 404 for one picture and 410 for another; for the third and for the page it answers a "
    "friendly 200, in Albanian and in English. One look is not believed: three must agree over a day."
)


def open_home(scene: Scene) -> None:
    """A home, a colleague, a list, and the first report."""
    tell, lists = scene.teller, scene.out / "partner-list.csv"
    tell.day(10, "a hotline opens, and a report comes in")
    options = scene.lab.set_options(
        hotline__name="Demo Hotline",
        hotline__phone="+355 00 000 000",
        hotline__verification_page="https://hotline.example/verify",
    )
    short = f"""init --set 'hotline.name="Demo Hotline"' … ({len(options) // 2 - 1} more --set: mail server and lab)"""
    tell.do(step(OPENING, "init", *options, typed=short, must=["is a home now"]))
    lists.write_text(scene.stage.hash_list)
    colleague = f"You are on shift, with every role. {HELPER} is a colleague, for what needs two different people."
    known = "A partner's list of known hashes: one file known by hash and picture hash, one by picture hash only."
    form = "The web form brings a report: a page with three pictures. Its reporter gets a code to ask with."
    report = f"report add {scene.stage.url('forum.example', THREAD)} --category csam --source web"
    tell.do(
        step(colleague, f"person add {HELPER} --role second"),
        step(known, "hashset import partner-2026", lists, must=["2 new", "0 refused"]),
        step(form, report, must=["R1 opens case C1, item I1"]),
    )


def look_and_decide(scene: Scene) -> None:
    """The page is looked at and screened; the leads are decided by match, the unknown picture after a look."""
    tell = scene.teller
    look = "The pipeline looks at the page and its pictures. They are fingerprinted in memory and never stored."
    tell.do(step(look, "run --once", must=["4 look"]))
    tell.do(step(LEADS, "queue", must=["partner-2026 A1 (sha256 0", "partner-2026 A2 (pdq ", "I4 C1"]))
    decides = "The analyst decides: the two leads by their match, with the facts seen; the unknown one after a look."
    by_match = "assess I2 I3 --verdict baseline --fact age_band=prepubescent --fact act=nudity"
    tell.do(step(decides, by_match, must=["I2, I3: baseline"]))
    tell.do(step("", "assess I4 --verdict national --basis looked --fact age_band=pubescent", must=["I4: national"]))


def find_contact(scene: Scene) -> None:
    """The registry names the host's mailbox; a person approves it."""
    tell = scene.teller
    asks = "Who can remove it? The pipeline asks the registry (RDAP) for the host's abuse mailbox: a proposal only."
    tell.do(step(asks, "run --once", must=["4 trace"]))
    tell.do(step("", "queue", must=["proposed by rdap 127.1.0.0/16", SLOW, "4 items"]))
    tell.do(step("", "contact approve K1", must=["approved: K1"]))


def send_first(scene: Scene) -> None:
    """The notice is drafted, read, approved, sent, and received by a real mail server."""
    tell = scene.teller
    draft = "Now one notice is drafted for everything this host is to remove. Nothing goes out that nobody approved."
    tell.do(step(draft, "run --once", must=["notify"]))
    wanted = [SLOW, "[N1]", "4 addresses", THREAD, "/a.jpg", "/b.jpg", "/c.jpg"]
    tell.do(step("", "notice show N1", cut=Cut(15, "To: "), must=wanted))
    tell.do(step("", "notice approve --all", must=["approved: N1"]))
    tell.do(step("", "run --once", must=["1 send"]))
    tell.say(f"What the mail server of {SLOW} received:")
    tell.line()
    message = scene.received(SLOW, 1)
    tell.show_mail(message, 3)
    tell.expect(message.subject.startswith("[N1] Removal request"), "a removal request")


def wait_in_vain(scene: Scene) -> None:
    """The host ignores the first round and the second."""
    tell = scene.teller
    tell.day(11, "still online, so round 2 goes out by itself", days=1)
    desk = "Meanwhile a platform's safety desk goes into the address book; it gets nothing until it is approved."
    tell.do(
        step("", "run --once", must=["4 recheck", "1 send"]),
        step(desk, f"contact add {PLATFORM} --answers-for social.example --role operator", must=["K2"]),
    )
    tell.expect("round 2" in scene.received(SLOW, 2).subject, "a second round")
    tell.day(12, "still online, so round 3 goes out; and two new reports", days=1)
    _take_reports(scene)
    tell.do(step("", "run --once", must=["look", "4 recheck", "1 send"]))
    tell.expect("round 3" in scene.received(SLOW, 3).subject, "a third round")


def _take_reports(scene: Scene) -> None:
    tell, reports = scene.teller, scene.out / "reports.csv"
    copy, fake = scene.stage.url("copies.example", COPY), scene.stage.url("social.example", PROFILE)
    reports.write_text(f"url,source,category\n{copy},phone,csam\n{fake},email,impersonation\n")
    tell.say("Two other people reported overnight: a picture on another host, and a profile that imitates a girl.")
    tell.lines(["", f"$ cat {reports}", *reports.read_text().splitlines()])
    tell.do(
        step("", "report import", reports, must=["2 reports taken in"]),
        step("", "contact approve K2", must=["approved: K2"]),
    )


def recognise(scene: Scene) -> None:
    """The mirrored re-upload is known at sight; both new reports are decided."""
    tell = scene.teller
    tell.do(
        step("", "queue", must=["I5 C2", "partner-2026 A1 (pdq 0, mirror", "decided here", "I6 C3"]),
        step(AGAIN, "family show F1", must=["F1: 1 re-upload", "mirrored no", "copies.example ?"]),
    )
    match = "The re-upload is decided by its match."
    harm = "The profile is not criminal, but it harms a child and breaks the platform's rules; so does its picture."
    harmful = "assess I6 I7 --verdict harmful --ground impersonation --basis looked"
    tell.do(
        step(match, "assess I5 --verdict baseline", must=["I5: baseline"]),
        step(harm, harmful, must=["I6, I7: harmful"]),
    )


def send_others(scene: Scene) -> None:
    """Each goes to whom it concerns: the second host, and the platform in the words of its own rules."""
    tell = scene.teller
    tell.do(step("The second host's mailbox is found and approved like the first.", "run --once", must=["3 trace"]))
    tell.do(step("", "contact approve K3", must=["approved: K3"]))
    tell.do(step("", "run --once", must=["notify"]))
    tell.do(step("", "notice approve --all", must=["N4", "N5"]))
    tell.do(step("", "run --once", must=["2 send"]))
    tell.say("Received by the second host, and by the platform: a text of another kind, which speaks of no crime.")
    tell.line()
    tell.show_mail(scene.received(QUICK, 1), 2)
    message = scene.received(PLATFORM, 1)
    tell.line()
    tell.show_mail(message, 8)
    tell.expect("impersonation" in message.subject, "the ground in the subject")
    tell.expect("sexual" not in message.raw.decode().lower(), "no word of a crime")


def watch_it_go(scene: Scene) -> None:
    """Removal is believed after three agreeing looks over a day."""
    tell = scene.teller
    scene.stage.slow_host_removes()
    scene.stage.others_remove()
    tell.day(13, "the hosts have acted", days=1)
    tell.do(step(SOFT, "run --once", must=["9 recheck"]))
    for later in ("Twelve hours later:", "And again:"):
        tell.clock.advance(hours=12)
        tell.do(step(later, "run --once", must=["7 recheck"]))


def hand_over(scene: Scene) -> None:
    """The police packet: built by one person, released by another, verified with the chain of custody."""
    tell, file = scene.teller, scene.out / "P1.tar"
    tell.heading("the police packet")
    tell.do(step("", "packet build C1 --to police", must=["P1 for police is built and unreleased"]))
    two = "Who built it cannot release it. A colleague can; in a lab --as stands in for her account."
    tell.do(step(two, "packet release P1", code=2, must=["needs two different people"]))
    tell.do(step("", f"--as {HELPER} packet release P1 --out", file, must=["P1 may be handed over"]))
    chain = "Every change of state is a line in the chain of custody. It is recomputed from the first to the last."
    tell.do(
        step("", "packet verify", file, must=["P1 is whole: for police, released, 4 items"]),
        step(chain, "audit verify", must=["The chain holds", "0 entries behind"]),
    )


CHAPTERS = (
    open_home,
    look_and_decide,
    find_contact,
    send_first,
    wait_in_vain,
    recognise,
    send_others,
    watch_it_go,
)
"""Up to the removal; while `hand_over` builds the packet, the ending already asks for what it shows."""
