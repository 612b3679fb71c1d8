from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select

from models.conditions import Line
from models.decision import Cause, Decision, Outcome, Reason
from models.tables import state
from sync.store.db.engines import open_reader, open_writer
from sync.store.state.decisions.decisions import (
    epics_decided_under,
    epics_freed,
    epics_lapsed,
    epics_restricted,
    epics_screened_out,
    read_decisions,
    write_decisions,
)
from tests.builders import AS_OF

LATER = AS_OF + timedelta(days=1)


def a_decision(epic_id: int = 1, **changes: Any) -> Decision:
    values: dict[str, Any] = {
        "site": "main",
        "epic_id": epic_id,
        "key": f"PAY-{epic_id}",
        "outcome": Outcome.NEEDS_DECISION,
        "heading": "match no capability",
        "reasons": (Reason(cause=Cause.NO_RULE, text="no rule"),),
    }
    return Decision(**(values | changes))


def write(
    engine: Engine, decisions: list[Decision], digest: str, as_of: datetime, **changes: Any
) -> int:
    kept = read_decisions(engine, "main")
    with open_writer(engine) as connection:
        return write_decisions(connection, decisions, kept, digest, as_of, **changes)


def since(engine: Engine) -> dict[int, Any]:
    with open_reader(engine) as connection:
        rows = connection.execute(select(state.decision.c.epic_id, state.decision.c.since))
        return {row.epic_id: row.since for row in rows}


def test_a_decision_stands_since_it_was_first_made(state_engine: Engine) -> None:
    assert write(state_engine, [a_decision()], "d1", AS_OF) == 1
    assert write(state_engine, [a_decision()], "d1", LATER) == 0

    assert since(state_engine) == {1: AS_OF}


def test_other_reasons_are_written_and_the_decision_still_stands(state_engine: Engine) -> None:
    write(state_engine, [a_decision()], "d1", AS_OF)
    other = a_decision(reasons=(Reason(cause=Cause.NO_RULE, text="still none"),))

    assert write(state_engine, [other], "d1", LATER) == 1
    assert since(state_engine) == {1: AS_OF}


def test_another_outcome_begins_anew(state_engine: Engine) -> None:
    write(state_engine, [a_decision(), a_decision(2)], "d1", AS_OF)
    left_out = a_decision(outcome=Outcome.LEFT_OUT, heading="regulatory")

    write(state_engine, [left_out, a_decision(2)], "d1", LATER)

    assert since(state_engine) == {1: LATER, 2: AS_OF}


def test_an_epic_that_is_gone_has_no_decision(state_engine: Engine) -> None:
    write(state_engine, [a_decision(), a_decision(2)], "d1", AS_OF)

    assert write(state_engine, [a_decision(2)], "d1", LATER) == 1
    assert since(state_engine) == {2: AS_OF}


def test_decided_is_what_this_very_rule_book_decided(state_engine: Engine) -> None:
    out = a_decision(2, outcome=Outcome.LEFT_OUT)
    write(state_engine, [a_decision(), out], "d1", AS_OF)

    assert epics_decided_under(read_decisions(state_engine, "main"), "d1") == frozenset({2})
    assert epics_decided_under(read_decisions(state_engine, "main"), "d2") == frozenset()
    assert epics_decided_under(read_decisions(state_engine, "main"), "d2", "d1") == frozenset({2})


def test_a_decision_that_data_took_is_remembered_until_there_is_one(state_engine: Engine) -> None:
    out = a_decision(outcome=Outcome.LEFT_OUT)

    def lapsed() -> dict[int, datetime]:
        return epics_lapsed(read_decisions(state_engine, "main"))

    write(state_engine, [a_decision()], "d1", AS_OF)
    assert lapsed() == {}, "what never had a decision lost none"
    write(state_engine, [out], "d1", AS_OF)
    write(state_engine, [a_decision()], "d1", LATER, lapsed={1})
    assert lapsed() == {1: LATER}
    assert write(state_engine, [a_decision()], "d1", LATER + timedelta(days=1)) == 0
    write(state_engine, [a_decision()], "d2", LATER + timedelta(days=1))
    assert lapsed() == {1: LATER}
    write(state_engine, [out], "d2", LATER + timedelta(days=2))
    assert lapsed() == {}


def test_a_decision_that_a_rule_took_or_a_person_let_go_is_not_remembered(
    state_engine: Engine,
) -> None:
    out = [a_decision(number, outcome=Outcome.LEFT_OUT) for number in (1, 2)]
    undecided = [a_decision(number) for number in (1, 2)]
    write(state_engine, out, "d1", AS_OF)
    write(state_engine, undecided, "d1", LATER, lapsed={2})
    assert list(epics_lapsed(read_decisions(state_engine, "main"))) == [2]

    write(state_engine, undecided, "d1", LATER, approved=True)

    assert epics_lapsed(read_decisions(state_engine, "main")) == {}


def test_what_a_screening_rule_left_out_is_told_from_what_a_person_or_a_level_did(
    state_engine: Engine,
) -> None:
    left_out = [
        a_decision(number, outcome=Outcome.LEFT_OUT, reasons=(Reason(cause=cause, text="so"),))
        for number, cause in enumerate((Cause.SCREENING, Cause.PIN, Cause.SECURITY_LEVEL), 1)
    ]
    held = a_decision(4, reasons=(Reason(cause=Cause.SCREENING, text="look"),))
    write(state_engine, [*left_out, held], "d1", AS_OF)

    assert epics_screened_out(read_decisions(state_engine, "main")) == {1}
    assert read_decisions(state_engine, "elsewhere") == {}


def test_a_decision_comes_back_as_it_went_in(state_engine: Engine) -> None:
    line = Line("capabilities.yaml", 7)
    reasons = (
        Reason(cause=Cause.CAPABILITY, text="'x' claims it", rule="x", at=line),
        Reason(cause=Cause.NO_RULE, text="none"),
    )
    decisions = [
        a_decision(1, outcome=Outcome.PUBLISHED, claimed_by="x", counts_for="x", reasons=reasons),
        a_decision(2, counts_for="x"),
    ]
    write(state_engine, decisions, "d1", AS_OF)

    kept = read_decisions(state_engine, "main")

    assert [each.decision for each in kept.values()] == decisions
    assert {(each.rulebook_digest, each.since) for each in kept.values()} == {("d1", AS_OF)}


def test_an_epic_is_remembered_whose_security_level_went_until_a_person_has_it_published(
    state_engine: Engine,
) -> None:
    level = (Reason(cause=Cause.SECURITY_LEVEL, text="so"),)
    restricted = [a_decision(n, outcome=Outcome.LEFT_OUT, reasons=level) for n in (1, 2, 3)]
    free = [a_decision(1, outcome=Outcome.PUBLISHED), a_decision(2), restricted[2]]

    def lifted() -> dict[int, datetime]:
        return epics_freed(read_decisions(state_engine, "main"))

    write(state_engine, restricted, "d1", AS_OF)
    assert epics_restricted(read_decisions(state_engine, "main")) == {1, 2, 3}
    assert lifted() == {}
    write(state_engine, free, "d1", LATER)
    assert epics_restricted(read_decisions(state_engine, "main")) == {3}
    assert lifted() == {1: LATER, 2: LATER}
    assert write(state_engine, free, "d1", LATER + timedelta(days=1)) == 0

    write(state_engine, free, "d1", LATER + timedelta(days=1), approved=True)
    assert lifted() == {2: LATER}, "sales reads nothing of it yet"
    write(state_engine, restricted, "d1", LATER + timedelta(days=2))
    assert lifted() == {}
