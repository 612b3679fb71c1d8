"""The keys of what a team holds true of its epics and capabilities; `check` alone judges them."""

from models.capability import State
from models.effort import Level
from models.rulebook import Assertion
from sync.rulebook.values.kinds import Key, block_of, exactly_one
from sync.rulebook.values.scalars import KEY, SLUG, TEXT, YES_NO, one_of

LEVELS = [level for level in Level if level is not Level.NOT_RATED]
OF_ISSUES = (("left_out",), ("left_out", "by"), ("counts_toward",), ("needs_decision",))
BOUNDS = ((), ("at_least",), ("at_most",), ("at_least", "at_most"))
OF_CAPABILITIES = [bounds + state for bounds in BOUNDS for state in ((), ("state",))][1:]
BY = "The rule that leaves it out, `pin` or `security-level`."

ASSERTION = block_of(
    "assertion",
    Key("issue", KEY, "An epic, or an issue below one, by any key that it has or had.", None),
    Key("left_out", YES_NO, "That it is left out.", False),
    Key("by", SLUG, BY, None),
    Key("counts_toward", SLUG, "The capability that it counts toward.", None),
    Key("needs_decision", YES_NO, "That it waits for a decision.", False),
    Key("capability", SLUG, "Or a capability.", None),
    Key("at_least", one_of(LEVELS), "The lowest level that it may have.", None),
    Key("at_most", one_of(LEVELS), "The highest.", None),
    Key("state", one_of(State), "The state that it has.", None),
    Key("reason", TEXT, "Why that matters; it is told where it is not so.", None),
    build=Assertion,
    keeps_line=True,
    **exactly_one(
        "must say one thing: an `issue:` with `left_out: true`, `counts_toward: ID` or "
        "`needs_decision: true`, or a `capability:` with `at_least:`, `at_most:` or `state:`",
        *(("issue", *keys) for keys in OF_ISSUES),
        *(("capability", *keys) for keys in OF_CAPABILITIES),
    ),
)
