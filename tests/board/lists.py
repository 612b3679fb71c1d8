"""Lists for boards: of the sample company, and one whose every text means harm."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import yaml
from msgspec.structs import replace

from models.capability import Capability, ChangeKind, News, PublishedTerm, State, sort_terms
from models.freshness import ListFreshness
from models.rulebook import TodayBy
from tests.architecture.repository import ROOT
from tests.benchmarks.asking_find import LISTS, read_rows
from tests.builders import AS_OF, a_row
from translators.board.content import BoardContent, build_board
from translators.board.notices import Notice

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "' onmouseover='alert(3)",
    "{{ 7 * 7 }}{% raw %}",
    "<!--<script>",
    "\u202egnp.exe\u202c",
    "\u2066\u2067x",
    "a\u2028b\u2029c",
    "nul\x00 bell\x07 esc\x1b[31m",
    "\u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "javascript:alert(4)",
    "&lt;b&gt; &amp;amp; ]]>",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 e\u0301\u0301\u0301",
    "\U000e0041\ufeff\u200b",
)
"""Names, aliases and sentences that try to be more than text."""


def a_freshness(**changes: Any) -> ListFreshness:
    values: dict[str, Any] = {
        "as_of": AS_OF,
        "checked_at": AS_OF + timedelta(minutes=1),
        "stale_after": AS_OF + timedelta(days=2),
        "is_stale": False,
        "status": "current",
    }
    return ListFreshness(**(values | changes))


def the_terms() -> tuple[PublishedTerm, ...]:
    """The shipped words, as they are published."""
    wording = yaml.safe_load((ROOT / "config" / "wording.yaml").read_text("utf-8"))["wording"]
    terms = [
        PublishedTerm(kind=kind, code=code, label=of["label"], meaning=of["meaning"], rank=rank)
        for kind, key in (("state", "states"), ("effort", "effort"))
        for rank, (code, of) in enumerate(wording[key].items(), 1)
    ]
    terms += [
        PublishedTerm(kind="guide", rank=rank, **of) for rank, of in enumerate(wording["guide"], 1)
    ]
    asked = wording["asked_when"]
    return sort_terms(
        [*terms, PublishedTerm(kind="asked_when", code="asked_when", rank=None, **asked)]
    )


def some_news(*kinds: tuple[str, ChangeKind, str]) -> tuple[News, ...]:
    """News by capability, kind and month."""
    return tuple(
        News(
            change_seq=number,
            capability_id=capability_id,
            kind=kind,
            changed_month=month,
            sentence=f"{capability_id} is {kind}.",
        )
        for number, (capability_id, kind, month) in enumerate(kinds, 1)
    )


def sample_rows(name: str = "sample") -> tuple[Capability, ...]:
    """The rows of a list that asks are known for."""
    return tuple(read_rows(LISTS[name]))


def a_board(
    rows: Iterable[Capability] | None = None,
    news: Iterable[News] = (),
    past: tuple[Notice, ...] = (),
    **freshness: Any,
) -> BoardContent:
    """What the board says of these rows, else of a few of the sample company's."""
    given = sample_rows()[:4] if rows is None else tuple(rows)
    return build_board(given, the_terms(), news, a_freshness(**freshness), past=past)


def hostile_rows() -> list[Capability]:
    """A row for each text, which stands in all of its columns that are authored."""
    return [
        replace(
            a_row(f"hostile-{number}", text, f"alias {text}"),
            summary=text,
            product_area=text,
            state_label=text,
            effort_label=text,
            today_text=text,
            today_by=TodayBy.CONFIGURATION,
            statement=text,
            disclaimer=text,
            state_code=State.AVAILABLE,
        )
        for number, text in enumerate(HOSTILE)
    ]
