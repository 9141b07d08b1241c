"""The story in its order: each step is a few words, a command, and what must stand in its output."""

from scripts.demo.scene import Scene
from scripts.demo.stage import COPY, GENUINE, PLATFORM, PROFILE, QUICK, SLOW, THREAD
from scripts.demo.teller import Cut

HELPER = "blerta"


def open_home(scene: Scene) -> None:
    """A home, a colleague, a list."""
    tell, lists = scene.teller, scene.out / "partner-list.csv"
    tell.day(10, "a hotline opens")
    tell.say("A home holds settings, keys and an encrypted database. This one lives on a lab internet: real servers on "
             "this machine's loopback addresses, drawn pictures, and a calendar that the demo moves.")  # fmt: skip
    options = scene.lab.set_options(hotline__name="Demo Hotline")
    short = f"""init --set 'hotline.name="Demo Hotline"' … ({len(options) // 2 - 1} more --set: mail server and lab)"""
    tell.run("init", *options, typed=short, must=["is a home now"])
    tell.say(f"You are on shift, with every role. {HELPER} is the colleague for what needs two different people.")
    tell.run("person", "add", HELPER, "--role", "second")
    tell.say("A partner's list of known hashes: one entry as file hash and picture hash, one as picture hash only.")
    lists.write_text(scene.stage.hash_list)
    tell.run("hashset", "import", "partner-2026", lists, must=["2 new", "0 refused"])


def take_report(scene: Scene) -> None:
    """A page with three pictures is reported, looked at and screened."""
    tell = scene.teller
    tell.say("The web form brings a report: a page with three pictures. The reporter gets a code to ask with.")
    page = scene.stage.url("forum.example", THREAD)
    tell.run("report", "add", page, "--category", "csam", "--source", "web", must=["R1 opens case C1, items I1"])
    tell.say("The pipeline looks at the page and at its pictures. They are fingerprinted in memory and never stored.")
    tell.run("run", "--once", must=["4 look"])
    tell.say("What waits for a person: I2 is exactly on the list (sha256), I3 is a half-size copy of a listed picture "
             "(pdq, a few bits away), I4 is on no list. A match is a lead, never a verdict.")  # fmt: skip
    tell.run("queue", must=["partner-2026 (sha256 0)", "partner-2026 (pdq ", "I4 C1"])


def decide(scene: Scene) -> None:
    """The leads by match, the unknown picture looked at."""
    tell = scene.teller
    tell.say("The analyst decides: the two leads by their match, with the facts seen; the unknown one after a look.")
    facts = ["--fact", "age_band=prepubescent", "--fact", "act=nudity"]
    tell.run("assess", "I2", "I3", "--verdict", "baseline", *facts, must=["I2, I3: baseline"])
    looked = ["--basis", "looked", "--fact", "age_band=pubescent", "--fact", "new_material=yes"]
    tell.run("assess", "I4", "--verdict", "national", *looked, must=["I4: national"])
    tell.say("Who can remove it? The pipeline asks the registry (RDAP) for the host's abuse mailbox: a proposal only.")
    tell.run("run", "--once", must=["4 trace"])
    tell.run("queue", must=["proposed by rdap 127.1.0.0/16", SLOW, "4 items"])
    tell.run("contact", "approve", "K1", must=["K1 is approved"])


def send_first(scene: Scene) -> None:
    """The notice is drafted, read, approved, sent, and received by a real mail server."""
    tell = scene.teller
    tell.say("Now one notice is drafted for everything this host is to remove. Nothing goes out that nobody approved.")
    tell.run("run", "--once", must=["notify"])
    tell.run("notice", "show", "N1", cut=Cut(16, "To: "), must=[SLOW, "[N1]", "4 addresses", "/thread/17", "/c.jpg"])
    tell.run("notice", "approve", "--all", must=["approved: N1"])
    tell.run("run", "--once", must=["1 send"])
    tell.say(f"What the mail server of {SLOW} received:")
    message = scene.received(SLOW, 1)
    tell.show_mail(message, 3)
    tell.expect(message.subject.startswith("[N1] Removal request"), "a removal request")


def wait_in_vain(scene: Scene) -> None:
    """The host ignores two rounds; meanwhile two more reports come in."""
    tell, stage = scene.teller, scene.stage
    tell.day(11, "still online, so round 2 goes out by itself", days=1)
    tell.run("run", "--once", must=["4 recheck", "1 send"])
    tell.expect("round 2" in scene.received(SLOW, 2).subject, "a second round")
    tell.day(12, "still online: round 3, and two new reports", days=1)
    tell.say("Somebody else reports a picture on another host. A caller reports a profile that imitates a girl, and "
             "names her genuine account, which is never looked at and never noticed.")  # fmt: skip
    copy, fake = stage.url("copies.example", COPY), stage.url("social.example", PROFILE)
    tell.run("report", "add", copy, "--category", "csam", "--source", "phone", must=["R2 opens case C2, items I5"])
    genuine = stage.url("social.example", GENUINE)
    words = ["--category", "impersonation", "--source", "phone", "--genuine", genuine]
    tell.run("report", "add", fake, *words, must=["R3 opens case C3, items I6"])
    tell.say(
        "The platform's safety desk is known, so it goes into the address book; entering and approving are two acts."
    )
    tell.run("contact", "add", PLATFORM, "--answers-for", "social.example", "--role", "operator", must=["K2"])
    tell.run("contact", "approve", "K2", must=["K2 is approved"])
    tell.run("run", "--once", must=["3 look", "4 recheck", "1 send"])
    tell.expect("round 3" in scene.received(SLOW, 3).subject, "a third round")


def recognise(scene: Scene) -> None:
    """The mirrored re-upload is known at sight; both new reports are decided."""
    tell = scene.teller
    tell.run("queue", must=["I5 C2", "partner-2026 (pdq", "decided here (pdq", "I6 C3"])
    tell.say("I5 is I2 again, mirrored: recognised, put into its family and counted as a re-upload. The question mark "
             "says that no person has confirmed it yet.")  # fmt: skip
    tell.run("family", "show", "F1", must=["F1: 1 re-upload", "mirror no", "copies.example ?"])
    tell.say("Decided by the match. The profile is not criminal, but harms a child and breaks the platform's rule.")
    tell.run("assess", "I5", "--verdict", "baseline", must=["I5: baseline"])
    harm = ["--verdict", "harmful", "--ground", "impersonation", "--basis", "looked"]
    tell.run("assess", "I6", "I8", *harm, must=["I6, I8: harmful"])


def send_others(scene: Scene) -> None:
    """Each goes to whom it concerns: the second host, and the platform in words of its own rules."""
    tell = scene.teller
    tell.run("run", "--once", must=["3 trace"])
    tell.run("contact", "approve", "K3", must=["K3 is approved"])
    tell.run("run", "--once", must=["notify"])
    tell.run("notice", "approve", "--all", must=["N4", "N5"])
    tell.run("run", "--once", must=["2 send"])
    tell.say(
        "Received by the second host, and by the platform: a text of another kind, which accuses nobody of a crime."
    )
    tell.show_mail(scene.received(QUICK, 1), 2)
    tell.line()
    message = scene.received(PLATFORM, 1)
    tell.show_mail(message, 9)
    tell.expect("impersonation" in message.subject and "sexual" not in message.raw.decode().lower(), "a rule's words")


def watch_it_go(scene: Scene) -> None:
    """Removal is believed after three agreeing looks over a day."""
    tell = scene.teller
    scene.stage.slow_host_removes()
    scene.stage.others_remove()
    tell.day(13, "the hosts have acted", days=1)
    tell.say("Slow Hosting answers 404 for one picture and 410 for another; for the third and for the page it answers a "
             "friendly 200, in Albanian and in English. One look is not believed: three must agree over a day.")  # fmt: skip
    for hours in (0, 12, 12):
        scene.teller.clock.advance(hours=hours)
        tell.run("run", "--once", must=["7 recheck"])
    tell.run("case", "list", must=["C1", "C2", "C3", "removed"])


def hand_over(scene: Scene) -> None:
    """The police packet: built by one person, released by another."""
    tell, file = scene.teller, scene.out / "P1.tar"
    tell.heading("What the police get")
    tell.run("packet", "build", "C1", "--to", "police", must=["P1 for police is built, unreleased"])
    tell.say("Who built it cannot release it; a colleague can (in a lab --as stands in for her account).")
    tell.run("packet", "release", "P1", expect=2, must=["needs two different people"])
    tell.run("--as", HELPER, "packet", "release", "P1", "--out", file, must=["P1 may be handed over"])
    tell.run("packet", "verify", file, must=["P1 is whole: for police, released, 4 items"])
    tell.say("Every change of state is a line in the chain of custody, recomputed here from the first to the last.")
    tell.run("audit", "verify", must=["The chain holds", "0 entries behind"])


CHAPTERS = (open_home, take_report, decide, send_first, wait_in_vain, recognise, send_others, watch_it_go, hand_over)
