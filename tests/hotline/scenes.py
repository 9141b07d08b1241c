"""A small world for stories: a home in a lab internet, two people, two sites, and its state in short words.

Everything is real: decisions and pipeline run in this process, on the lab's HTTP and SMTP servers.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from hotline import custody, db, pipeline
from hotline.assess import Judgement
from hotline.consequences.removal import state_shown
from hotline.decisions import assessments, contacts, homes, notices, people, reports
from hotline.decisions.desk import Desk
from hotline.home import Home
from hotline.intake import new_report
from hotline.models import Assessment, CustodyEntry, Item, Lead, Notice, Recheck, Work
from hotline.people import account_name
from hotline.pipeline import Done, Station
from hotline.settings import settings_from_assignments
from hotline.states import Basis, Channel, ContactRole, Language, Verdict
from hotline.store import notices as notice_store
from hotline.store.documents import shown_states
from hotline.views.cases import case_list
from hotline.views.queue import queue
from scripts.lab import Lab, LabClock, LabMail, Site
from scripts.pictures import draw, jpeg, resized

BOB = "bob"
SMALL = (320, 240)


@lru_cache
def picture(seed: int = 1, quality: int = 88, share: float = 1.0) -> bytes:
    """A drawn picture as JPEG bytes; the same arguments give the same bytes."""
    drawn = draw(seed, SMALL)
    return jpeg(drawn if share == 1.0 else resized(drawn, share), quality)


@dataclass
class Scene:
    """A home in a lab: `site` and `other` are two hosts, the running account and bob its people."""

    lab: Lab
    site: Site
    other: Site
    clock: LabClock
    opened: Station

    @property
    def home(self) -> Home:
        """The home at the lab's time."""
        settings = self.opened.home.settings
        lab = replace(settings.lab, clock=self.clock.now.isoformat()) if settings.lab else None
        return replace(self.opened.home, settings=replace(settings, lab=lab))

    @property
    def station(self) -> Station:
        return replace(self.opened, home=self.home)

    @property
    def mail(self) -> LabMail:
        return self.lab.mail

    def desk(self, name: str | None = None) -> Desk:
        home = self.home
        return Desk(home, name or account_name(), home.now())

    def run(self) -> Done:
        """What `hotline run --once` does; a bug of the program fails the test."""
        done = pipeline.run_once(self.station)
        assert self.errors() == []
        assert done.bugs == 0
        return done

    def later(self, times: int = 1, **time: float) -> None:
        """Moves the calendar on and runs, as often as said."""
        for _ in range(times):
            self.clock.advance(**time)
            self.run()

    def report(self, *urls: str, category: str = "csam", **more: Any) -> reports.Added:
        return reports.add(self.desk(), new_report(urls, category=category, **more))

    def contact(self, name: str, role: ContactRole = ContactRole.HOST) -> str:
        """An approved contact for a host, its mailbox named by its role; returns the mailbox."""
        address = f"{role}@{name}"
        contacts.approve(self.desk(), [contacts.add(self.desk(), address, name, role, Channel.EMAIL, Language.EN)])
        return address

    def assess(self, item_ids: list[int], verdict: Verdict, by: str | None = None, **more: Any) -> None:
        """A decision after looking."""
        assessments.assess(self.desk(by), item_ids, Judgement(verdict, basis=Basis.LOOKED, **more))

    def revise(self, item_ids: list[int], verdict: Verdict, by: str = BOB, **more: Any) -> None:
        judgement = Judgement(verdict, basis=Basis.LOOKED, **more)
        assessments.assess(self.desk(by), item_ids, judgement, is_revision=True)

    def approve(self) -> list[str]:
        """Approves every draft."""
        return [f"N{number}" for number in notices.approve_all(self.desk())]

    def drafted(self, *paths: str, **decision: Any) -> None:
        """Pictures at paths of the site, all different, reported, decided and drafted for the contacts there are."""
        for seed, path in enumerate(paths, 1):
            self.site.put(path, picture(seed))
        found = self.report(*(self.site.url(path) for path in paths)).item_ids
        self.run()
        self.assess(list(found), **({"verdict": Verdict.BASELINE} | decision))
        self.run()

    def noticed(self, *paths: str, role: ContactRole = ContactRole.HOST, **decision: Any) -> None:
        """Pictures as in `drafted`, and the host of the site noticed of them."""
        self.contact(self.site.name, role)
        self.drafted(*paths, **decision)
        self.approve()
        self.run()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with db.reading(self.opened.home.engine) as session:
            yield session

    def item(self, number: int) -> Item:
        with self.reading() as session:
            return session.get_one(Item, number)

    def items(self) -> list[Item]:
        """Every item, the first one first."""
        with self.reading() as session:
            return list(session.exec(select(Item).order_by(col(Item.id))))

    def state(self, number: int) -> str:
        """The state an item shows to people."""
        with self.reading() as session:
            return state_shown(session, session.get_one(Item, number)).value

    def states(self) -> list[str]:
        """The state that each item shows, in the order of their numbers."""
        with self.reading() as session:
            return [state.value for _, state in sorted(shown_states(session).items())]

    def moves(self, number: int) -> list[str]:
        """The states an item went through."""
        with self.reading() as session:
            lines = session.exec(
                select(CustodyEntry).where(CustodyEntry.subject == f"I{number}").order_by(col(CustodyEntry.seq))
            )
            return [line.to_state for line in lines if line.to_state and line.to_state != line.from_state]

    def notices(self) -> list[str]:
        """Every notice as `N1 illegal 1 sent host@img.example I1 I2`: kind, round, state, to whom, about what."""
        with self.reading() as session:
            return [_notice(session, one) for one in session.exec(select(Notice).order_by(col(Notice.id)))]

    def mails(self) -> list[str]:
        """To whom mail went, in its order."""
        return [address for message in self.mail.messages for address in message.envelope_to]

    def queue(self) -> list[tuple[str, str]]:
        """What waits for a person: its kind and what it is about."""
        return [(row["kind"], row["subject"]) for row in queue(self.home, self.home.now())]

    def case_states(self) -> list[str]:
        """The state that each case shows, the most urgent first."""
        return [row["state"] for row in case_list(self.home)]

    def work(self) -> list[Work]:
        with self.reading() as session:
            return list(session.exec(select(Work).order_by(col(Work.subject), col(Work.kind))))

    def errors(self) -> list[str]:
        return [f"{row.kind} {row.subject}: {row.last_error}" for row in self.work() if row.last_error]

    def verdicts(self, number: int) -> list[str]:
        """What the rechecks of an item said."""
        with self.reading() as session:
            rows = session.exec(select(Recheck).where(Recheck.item_id == number).order_by(col(Recheck.id)))
            return [row.verdict for row in rows]

    def leads(self, number: int) -> list[tuple[str, str | None]]:
        """The standing leads of what an item shows: list and label."""
        with self.reading() as session:
            media_id = session.get_one(Item, number).media_id
            rows = session.exec(select(Lead).where(Lead.media_id == media_id, col(Lead.withdrawn_at).is_(None)))
            return [(row.list, row.label) for row in rows]

    def decisions(self) -> list[str]:
        """The standing decisions in their order: verdict and about what."""
        with self.reading() as session:
            rows = session.exec(
                select(Assessment).where(col(Assessment.replaced_at).is_(None)).order_by(col(Assessment.id))
            )
            return [
                f"{row.verdict} M{row.media_id}" if row.media_id else f"{row.verdict} I{row.item_id}" for row in rows
            ]

    def verify(self) -> custody.Audit:
        """What `hotline audit verify` does; raises when a row or line is not as the chain says."""
        with self.reading() as session:
            return custody.verify(session, custody.read_anchor(self.opened.home.anchor))


@contextmanager
def scene(
    folder: Path,
    *settings: str,
    sites: Iterable[str] = (),
    has_names: bool = False,
    furnish: Callable[[Lab], object] = lambda _lab: None,
) -> Iterator[Scene]:
    """A fresh home in a fresh lab, with more `sites`, a name server where `has_names`, and what else `furnish` puts in.

    At the end of the story its chain of custody must hold.
    """
    with Lab() as lab:
        site, other = lab.site("img.example"), lab.site("two.example")
        for name in sites:
            lab.site(name)
        furnish(lab)
        clock = LabClock()
        if has_names:
            lab.dns  # noqa: B018 - it stands from the first time it is asked for
        lab_settings = [word for word in lab.set_options() if word != "--set"]
        clock_setting = f'lab.clock="{clock.now.isoformat()}"'
        wanted = settings_from_assignments([*lab_settings, clock_setting, "fetch.between_s=0.0", *settings])
        home = homes.make(folder / "home", wanted)
        with pipeline.open_station(home) as station:
            found = Scene(lab, site, other, clock, station)
            people.add(found.desk(), BOB, ["analyst", "second", "admin"])
            yield found
            assert found.verify().entries > 0
        home.engine.dispose()


def _notice(session: Session, notice: Notice) -> str:
    to = notice_store.load_contact(session, notice.contact_id).address
    about = [f"I{item.id}" for item in notice_store.items_of_notice(session, notice.id)]
    return " ".join([f"N{notice.id}", notice.kind, str(notice.round), notice.state, to, *about])
