"""What a case shows in a list: its state, its priority and the rule that gave it. Loads in bulk, then pure."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from hotline.consequences.inheriting import OWN_DECISIONS
from hotline.priorities import CasePriorityFacts, Ranked, load_rules, rank_case
from hotline.states import State, Verdict, worst
from hotline.store import documents, families, standings
from hotline.store.standings import CaseStand, ItemMarks

REPEATED = 3
"""What was put up again so often comes before other material."""
REPORTED_OFTEN = 3
"""So many reports of one case raise its priority, never how sure anything is."""
_ENDED = frozenset({State.REMOVED, State.NOT_ILLEGAL, State.CLOSED})


@dataclass(frozen=True)
class Standing:
    """One case as every list shows it."""

    stand: CaseStand
    state: State
    ranked: Ranked

    @property
    def priority(self) -> str:
        return f"P{self.ranked.rank}"

    @property
    def place(self) -> tuple[bool, int, datetime, int]:
        """Where the case stands in a list: a danger nobody acknowledged first, then rank, then age."""
        return not self.stand.has_unacked, self.ranked.rank, self.stand.opened_at, self.stand.id


def load_standings(session: Session, case_ids: Collection[int] | None = None) -> dict[int, Standing]:
    """Cases as lists show them; every case of the home for None."""
    repeated = families.repeated(session, REPEATED)
    stands = standings.load_case_stands(session, case_ids)
    wanted = None if case_ids is None else {item_id for stand in stands.values() for item_id in stand.item_ids}
    states = documents.shown_states(session, wanted)
    marks = standings.load_item_marks(session, wanted, not_list=OWN_DECISIONS, repeated_families=repeated)
    return {case_id: _standing(stand, states, marks) for case_id, stand in stands.items()}


def _standing(stand: CaseStand, states: dict[int, State], marks: ItemMarks) -> Standing:
    return Standing(stand, case_state(stand, states), rank_case(_facts(stand, states, marks), load_rules()))


def case_state(stand: CaseStand, states: dict[int, State]) -> State:
    """The worst of what the items show; a case without items is received while something is to be done, then closed."""
    if stand.is_closed:
        return State.CLOSED
    if not stand.item_ids:
        return State.RECEIVED if stand.is_to_do else State.CLOSED
    return worst([states[item_id] for item_id in stand.item_ids]) or State.RECEIVED


def _facts(stand: CaseStand, states: dict[int, State], marks: ItemMarks) -> CasePriorityFacts:
    live = [item_id for item_id in stand.item_ids if states[item_id] not in _ENDED]
    noticed = [marks.verdicts.get(item_id) for item_id in live if states[item_id] is State.NOTICED]
    shown = {states[item_id] for item_id in live}
    return CasePriorityFacts(
        at_risk=frozenset(stand.at_risk),
        categories=frozenset(stand.categories),
        is_known=not marks.known.isdisjoint(live),
        has_returned=not marks.returned.isdisjoint(live),
        is_harmful=State.HARMFUL in shown or Verdict.HARMFUL in noticed,
        is_illegal=State.ILLEGAL in shown or any(verdict in standings.ILLEGAL_VERDICTS for verdict in noticed),
        is_new_albanian=any(_is_new_albanian(facts) for facts in _facts_of(stand.item_ids, marks)),
        is_repeated=not marks.repeated.isdisjoint(live),
        is_reported_often=stand.reports >= REPORTED_OFTEN,
        is_viral=any(facts.get("viral") == "yes" for facts in _facts_of(live, marks)),
    )


def _facts_of(item_ids: Iterable[int], marks: ItemMarks) -> Iterable[dict[str, str]]:
    return (marks.facts[item_id] for item_id in item_ids if item_id in marks.facts)


def _is_new_albanian(facts: dict[str, str]) -> bool:
    return facts.get("albanian_child") == "yes" and facts.get("new_material") == "yes"
