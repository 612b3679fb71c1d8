"""A quick look never misses what the slow one finds."""

from hypothesis import assume, given
from hypothesis import strategies as st

from models.conditions import All, Comparison, Condition, Line, Not, Operator, Some
from translators.rules.conditions import compile_condition
from translators.rules.examples import view_fields
from translators.rules.quick_look import compile_quick_look
from translators.words import is_wordless

AT = Line("rules.yaml", 1)
FIELDS = ("summary", "labels", "component")
texts = st.one_of(
    st.sampled_from(
        [
            *("tech-debt", "TechDebt", "type/tech debt", "#techdebt", "release 4.2", "4-2", "42"),
            *("Schlüssel", "schluessel", "GitHub link", "git_hub", "JavaScript", "invoices", "C++"),
            *("a|b", "log-in", "Login.", "e.g. this", "don`t", "don't", "中文 text"),
            "\uff21\uff22",
        ]
    ),
    st.text(alphabet="abAB12 -_./:|#'`é", min_size=1, max_size=12),
)
words = st.lists(
    texts.filter(lambda text: not is_wordless(text))
    | st.sampled_from(["invoic*", "tech debt", "debt", "log in", "4.2", "git hub"]),
    min_size=1,
    max_size=3,
).map(tuple)
lines = st.builds(
    Comparison,
    st.sampled_from(FIELDS),
    st.sampled_from([Operator.EQUALS, Operator.HAS]),
    words,
    st.just(AT),
) | st.builds(Comparison, st.sampled_from(FIELDS), st.just(Operator.SET), st.just(()), st.just(AT))
conditions: st.SearchStrategy[Condition] = st.recursive(
    lines,
    lambda inner: st.one_of(
        st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple), st.just(AT)),
        st.builds(Some, st.lists(inner, min_size=1, max_size=3).map(tuple), st.just(AT)),
        st.builds(Not, inner, st.just(AT)),
    ),
    max_leaves=4,
)
issues = st.fixed_dictionaries({field: st.lists(texts, max_size=2).map(tuple) for field in FIELDS})


@given(st.lists(conditions, min_size=1, max_size=2), issues)
def test_what_a_condition_finds_the_quick_look_does_not_pass_over(
    several: list[Condition], values: dict[str, tuple[str, ...]]
) -> None:
    view = view_fields(values)
    assume(any(compile_condition(condition)(view) for condition in several))

    assert compile_quick_look(several)(values)


def test_the_quick_look_passes_over_what_has_none_of_the_words() -> None:
    line = Comparison("summary", Operator.HAS, ("tech debt", "cleanup*"), AT)
    may_hold = compile_quick_look([All((line,), AT)])

    assert may_hold({"summary": ("Pay off tech-debt",)})
    assert may_hold({"summary": ("Ärger",)})
    assert not may_hold({"summary": ("Send invoices",)})
    assert not may_hold({})
