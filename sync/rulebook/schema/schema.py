"""What may stand in a rule book: each key, what it takes, what holds without it, what it means.

Nothing of this stands anywhere else. The loader reads by it; `describe` makes the JSON Schema and
the guide's tables of it. The defaults of a layered block's keys stand in config/, and only there.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from models.capability import State
from models.effort import Level
from models.rulebook import Guards
from sync.rulebook.mistakes import Mistake
from sync.rulebook.schema.assertions import ASSERTION
from sync.rulebook.schema.build import PAST_YEAR, Word, build_terms
from sync.rulebook.schema.effort import EFFORT
from sync.rulebook.schema.promises import NEVER, PROMISE_CLASS, TERM, WAIVER
from sync.rulebook.schema.rules import CAPABILITY, GONE_PROJECT, PIN, SCREENING_RULE
from sync.rulebook.values.kinds import Key, Kind, block_of, list_of
from sync.rulebook.values.scalars import (
    CODE,
    PHRASES,
    SLUG,
    TEXT,
    one_of,
    text_like,
    text_up_to,
    whole_number,
)
from sync.rulebook.yaml.tree import Node

LABEL = Key("label", text_up_to(60), "The word itself.")
MEANING = Key("meaning", text_up_to(1000), "What it means, in plain language.")
WORD = block_of("word", LABEL, MEANING, build=Word, keeps_line=True)
OWN_CODE = Key("code", CODE, "Its name, which sales can read.")
PARAGRAPH = block_of("paragraph", OWN_CODE, LABEL, MEANING, build=Word, keeps_line=True)
WITH_SHARE = text_like(
    "a text with {share} once in it, and no other braces",
    r"^[^{}]*\{share\}[^{}]*$",
    text_up_to(980).parse or str,
    maxLength=980,
)
"""What fills it is longer by a few letters."""
PAST_YEAR_SENTENCE = block_of(
    "sentence on the past year",
    LABEL,
    Key("meaning", WITH_SHARE, "The sentence; {share} becomes `about a third`, and the like."),
    Key(
        "rules",
        list_of(SLUG),
        "The screening rules whose work that is; none: nothing is said.",
    ),
    build=Word,
    keeps_line=True,
    is_layered=True,
)


def _check_guide(node: Node, guide: tuple[Word, ...]) -> Iterator[Mistake]:
    codes = Counter(paragraph.code for paragraph in guide)
    if PAST_YEAR in codes:
        yield Mistake(node.at, f"{PAST_YEAR!r} is the code of `past_year`", "Rename yours.")
    for code in sorted(code for code, number in codes.items() if number > 1):
        yield Mistake(node.at, f"{code!r} stands here twice", "Rename one of them.")


def _words_for(codes: Iterable[str]) -> Kind:
    """A word for each of the codes, which are fixed."""
    keys = [Key(str(code), WORD, "") for code in codes]
    names = ", ".join(repr(key.name) for key in keys)
    return block_of(f"word for {names}", *keys, is_layered=True)


WORDING = block_of(
    "block of words",
    Key("states", _words_for(State), "The word for each state."),
    Key("effort", _words_for(Level), "The word for each level."),
    Key("guide", list_of(PARAGRAPH, _check_guide), "How software is made and why plans move."),
    Key("past_year", PAST_YEAR_SENTENCE, "Where the past year's work went, where that is known."),
    Key("asked_when", WORD, "What to say when a customer asks when."),
    build=build_terms,
    is_layered=True,
)

COUNT = whole_number(0)
GUARDS = block_of(
    "block of guards",
    Key("lost_capabilities", COUNT, "At least so many capabilities would lose their last epic."),
    Key("lost_capabilities_percent", COUNT, "And they are more than this share of all."),
    Key("level_jumps", COUNT, "At least so many levels would fall or jump by two."),
    Key("level_jumps_percent", COUNT, "And they are more than this share of all."),
    Key("undecided_percent", COUNT, "More than this share of decided epics would be undecided."),
    Key(
        "unscreened",
        COUNT,
        "More epics than this would come out of screening, or lose a security level.",
    ),
    Key("unscreened_percent", COUNT, "And they are more than this share of all screened out."),
    Key("emptied_values", COUNT, "In at least so many issues a field came empty."),
    Key("emptied_unedited", COUNT, "Or in so many that nobody edited meanwhile."),
    Key("emptied_percent", COUNT, "And it was at least this share of those that had a value."),
    Key("lost_issues", COUNT, "So many issues of a project or a type are not shown any more."),
    Key("lost_issues_percent", COUNT, "And they are more than this share of those there were."),
    Key("lost_epics", COUNT, "Or so many epics, of a project or of all."),
    Key("lost_epics_percent", COUNT, "And they are more than this share of those there were."),
    build=Guards,
    is_layered=True,
)

SCREENING = "What sales never reads. Every rule is looked at, and order never matters."
CAPABILITIES = "What sales may read, and which epics count toward it."
PINS = "A person's decisions about single epics. They beat every rule."
GONE = "Projects that will not be seen again. What they fed stays, as it was last seen."
ASSERTIONS = "What must hold of the real backlog. `headway check` says where it does not."
EFFORTS = "How effort is measured. Only the level is ever published."
WORDS = "The words that sales reads. Their codes are fixed."
PROMISES = "What the linter takes for a promise or a leak. Phrases are found in whole words."
TERMS = "Words that have a name, for phrases: `{month}`."
ALLOWED = "Phrases that name what you sell, whatever single words in them promise elsewhere."
NAMES = "Names that are never published, nor their possessives, plurals and compounds."
WAIVERS = "Words that the linter asks about, and that a person lets through."
HOLDS = "When a change that comes from the data, not from a rule, waits for a person."
SECTIONS = {
    key.name: key
    for key in (
        Key("version", one_of(["1"]), "The version of the format.", None),
        Key("screening", list_of(SCREENING_RULE), SCREENING, None),
        Key("capabilities", list_of(CAPABILITY), CAPABILITIES, None),
        Key("pins", list_of(PIN), PINS, None),
        Key("gone", list_of(GONE_PROJECT), GONE, None),
        Key("assertions", list_of(ASSERTION), ASSERTIONS, None),
        Key("effort", EFFORT, EFFORTS, None),
        Key("wording", WORDING, WORDS, None),
        Key("guards", GUARDS, HOLDS, None),
        Key("promises", list_of(PROMISE_CLASS), PROMISES, None),
        Key("terms", list_of(TERM), TERMS, None),
        Key("allow", PHRASES, ALLOWED, None),
        Key("never", NEVER, NAMES, None),
        Key("waivers", list_of(WAIVER), WAIVERS, None),
        Key("patterns_allowed", list_of(TEXT), "Fields that `matches` may compare.", None),
    )
}
"""What may stand at the top of a file."""
