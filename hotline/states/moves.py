"""An item's life: which state may follow which, by itself, by a person's command, or by a revision."""

from hotline.states.words import State

WORST_FIRST = (
    State.ILLEGAL,
    State.HARMFUL,
    State.NOTICED,
    State.AWAITING_ASSESSMENT,
    State.UNREACHABLE,
    State.RECEIVED,
    State.REMOVED,
    State.NOT_ILLEGAL,
    State.CLOSED,
)
"""The order in which a case or a page shows the worst of what it holds."""

DECIDED = frozenset({State.ILLEGAL, State.HARMFUL, State.NOTICED, State.REMOVED, State.NOT_ILLEGAL})
UNDECIDED = frozenset({State.RECEIVED, State.UNREACHABLE, State.AWAITING_ASSESSMENT})
TO_TAKE_DOWN = frozenset({State.ILLEGAL, State.HARMFUL, State.NOTICED})

BY_ITSELF: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.UNREACHABLE, State.AWAITING_ASSESSMENT, State.ILLEGAL}),
    State.UNREACHABLE: frozenset({State.RECEIVED, State.AWAITING_ASSESSMENT, State.ILLEGAL}),
    State.AWAITING_ASSESSMENT: frozenset({State.ILLEGAL}),
    State.ILLEGAL: frozenset({State.NOTICED, State.REMOVED, State.AWAITING_ASSESSMENT}),
    State.HARMFUL: frozenset({State.NOTICED, State.REMOVED, State.AWAITING_ASSESSMENT}),
    State.NOTICED: frozenset({State.REMOVED, State.AWAITING_ASSESSMENT}),
    State.REMOVED: frozenset({State.ILLEGAL, State.HARMFUL, State.AWAITING_ASSESSMENT}),
    State.NOT_ILLEGAL: frozenset({State.AWAITING_ASSESSMENT}),
    State.CLOSED: frozenset(),
}
"""Moves the machine may make; `→ illegal` from the first three only by exact carry-over."""

_VERDICTS = frozenset({State.ILLEGAL, State.HARMFUL, State.NOT_ILLEGAL})

BY_PERSON: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.CLOSED}),
    State.UNREACHABLE: _VERDICTS | {State.CLOSED},
    State.AWAITING_ASSESSMENT: _VERDICTS | {State.CLOSED},
    State.ILLEGAL: frozenset({State.CLOSED}),
    State.HARMFUL: frozenset({State.CLOSED}),
    State.NOTICED: frozenset({State.ILLEGAL, State.HARMFUL, State.CLOSED}),
    State.REMOVED: frozenset({State.CLOSED}),
    State.NOT_ILLEGAL: frozenset({State.CLOSED}),
    State.CLOSED: frozenset(State) - {State.CLOSED},
}
"""Moves a person's ordinary commands may make; reopening goes to the state before closing."""

BY_REVISION: dict[State, frozenset[State]] = {state: _VERDICTS if state in DECIDED else frozenset() for state in State}
"""Moves `assess --revise` may make."""


def worst(states: list[State]) -> State | None:
    """Returns the state a case or page shows for the `states` of what it holds, None when it holds nothing."""
    return min(states, key=WORST_FIRST.index, default=None)
