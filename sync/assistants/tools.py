"""What assistants may ask, each a method; nothing but the v1 views is reached, and two files."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from datetime import UTC, date

from models.capability import Capability, PublishedTerm
from models.errors import DatabaseError, Problem, SchemaError
from models.promises import Tier
from models.rulebook import RuleBook, TodayBy
from sync.assistants.answers import (
    CheckedAnswer,
    CheckedWording,
    DeliveryGuide,
    Entry,
    FoundCapability,
    Freshness,
    ListedCapabilities,
    Offer,
    PassedOn,
    Term,
    WordingFinding,
)
from sync.assistants.passing_on import NotTakenError, RequestWriter
from sync.pipeline.sales.ask_counter import AskCounter
from sync.pipeline.sales.current_list import CurrentList, ListAtHand
from translators.find.sayings import ASK_FIRST, LACKS, NO_LIST, NOTHING_RECORDED, STALE
from translators.find.search import Answer
from translators.plain_text import mark_deceptive
from translators.promises.linter import compile_linter
from translators.promises.prose import find_in_prose
from translators.words import fold_value

MOST_ROWS = 50
LONGEST_DRAFT = 20_000
MOST_FINDINGS = 50
LONGEST_SENTENCE = 300

_LONGEST_AREA = 200
_GUIDE, _ASKED_WHEN = "guide", "asked_when"
_AFTER_CHECK: Mapping[CheckedAnswer, str] = {
    "nothing found": "Send it. What the product can do is for the list to say.",
    "reword it": "Say it as `instead` says, and check it again.",
    "have a person look": "A person decides whether it is a promise.",
    "too long": f"Check it in parts of at most {LONGEST_DRAFT} letters.",
}
_SAY_IT = "Quote `say` word for word, with the disclaimer below it; add nothing to it."
_ONLY_WHAT_IS_WRITTEN = "What is not on the list is not known: do not guess. There are no dates."


class AssistantTools:
    """The answers, from a list and a rule book, on the day that it is where people read them.

    `requests` takes requests and `asks` counts what was asked in vain, where there is a file to.
    """

    def __init__(
        self,
        current: CurrentList,
        book: RuleBook,
        requests: RequestWriter | None,
        asks: AskCounter | None,
        today: Callable[[], date],
    ) -> None:
        self._current = current
        self._book = book
        self._requests = requests
        self._asks = asks
        self._today = today

    def find_capability(self, words: str) -> FoundCapability:
        """Say whether the list has what a customer asked for, in the customer's own words.

        Only `this is it` may be told to the customer, by quoting `say`. Of what is close, ask the
        product team first. Of what is not recorded, say that you do not know.
        """
        with self._current.lock:
            there = self._read_list()
            if there is None:
                return FoundCapability(
                    answer=Answer.NO_LIST.value,
                    what_to_do=NO_LIST,
                    row=None,
                    close=[],
                    freshness=_tell_freshness(None),
                )
            result = there.search.find(words)
        if self._asks and self._asks.note(words, result):
            self._asks.write()
        not_it = ASK_FIRST if result.rows else NOTHING_RECORDED
        return FoundCapability(
            answer=result.answer.value,
            what_to_do=_SAY_IT if result.row else not_it,
            row=_tell_entry(result.row) if result.row else None,
            close=[] if result.row else [_tell_offer(row) for row in result.rows],
            freshness=_tell_freshness(there),
        )

    def list_capabilities(
        self, area: str = "", cursor: str = "", limit: int = 20
    ) -> ListedCapabilities:
        """Page through the list: of one area, or all. At most 50 rows come at once."""
        with self._current.lock:
            there = self._read_list()
        if there is None:
            return ListedCapabilities(
                rows=[], areas=[], next_cursor=None, what_to_do=NO_LIST,
                freshness=_tell_freshness(None),
            )  # fmt: skip
        active = [row for row in there.shown.rows if row.is_active]
        areas = sorted({mark_deceptive(row.product_area) for row in active})[:MOST_ROWS]
        wanted = fold_value(area[:_LONGEST_AREA])
        active = [row for row in active if wanted in ("", fold_value(row.product_area))]
        active.sort(key=lambda row: row.capability_id)
        first = bisect_right([row.capability_id for row in active], cursor)
        last = first + min(max(limit, 1), MOST_ROWS)
        page = active[first:last]
        return ListedCapabilities(
            rows=[_tell_entry(row) for row in page],
            areas=areas,
            next_cursor=page[-1].capability_id if page and last < len(active) else None,
            what_to_do=_ONLY_WHAT_IS_WRITTEN,
            freshness=_tell_freshness(there),
        )

    def how_delivery_works(self) -> DeliveryGuide:
        """Say what the words of the list mean, how software comes about, and what to answer to
        a customer who asks when."""
        with self._current.lock:
            there = self._read_list()
        terms = there.shown.terms if there else ()
        told = [_tell_term(term) for term in terms]
        return DeliveryGuide(
            guide=[term for term in told if term.kind == _GUIDE],
            words=[term for term in told if term.kind not in (_GUIDE, _ASKED_WHEN)],
            when_asked_when=next((t.meaning for t in told if t.kind == _ASKED_WHEN), ""),
            freshness=_tell_freshness(there),
        )

    def check_wording(self, text: str) -> CheckedWording:
        """Check a draft before anybody sends it: dates, promises and internal names in it, each
        with what to say instead."""
        is_long = len(text) > LONGEST_DRAFT
        linter = compile_linter(self._book, self._today())
        found = [] if is_long else list(find_in_prose(linter, text))
        findings = [
            WordingFinding(
                words=each.violation.span[:LONGEST_SENTENCE],
                what=each.violation.what,
                instead=each.violation.instead,
                must_go=each.violation.tier is Tier.BLOCK,
                sentence=each.sentence[:LONGEST_SENTENCE],
            )
            for each in found[:MOST_FINDINGS]
        ]
        answer: CheckedAnswer = "nothing found"
        if is_long:
            answer = "too long"
        elif findings:
            answer = "reword it" if any(each.must_go for each in findings) else "have a person look"
        return CheckedWording(
            answer=answer,
            what_to_do=_AFTER_CHECK[answer],
            findings=findings,
            freshness=self._look_at_freshness(),
        )

    def pass_on(self, words: str, why: str = "") -> PassedOn:
        """Pass a customer's wish on to the product team: their words, and why they asked.

        It is written down and nothing more: never tell the customer that it will be built.
        """
        if self._requests is None:
            problem = Problem("request", "is not taken here", "Tell the product team yourself.")
            raise NotTakenError(problem)
        self._requests.pass_on(words, why)
        return PassedOn(answer="passed on")

    def _read_list(self) -> ListAtHand | None:
        """The list, or None where there is none yet; DatabaseError where it cannot be read now."""
        try:
            there = self._current.read()
        except SchemaError:
            return None
        return there if there.freshness.is_published else None

    def _look_at_freshness(self) -> Freshness:
        """How fresh the list is, of which a draft is checked without it."""
        try:
            with self._current.lock:
                return _tell_freshness(self._read_list())
        except DatabaseError:
            return Freshness(as_of=None, status="unknown", is_stale=True, notice=STALE)


def _tell_freshness(there: ListAtHand | None) -> Freshness:
    fresh = there.freshness if there else None
    if fresh is None or fresh.as_of is None:
        told = Answer.NO_LIST.value
        return Freshness(as_of=None, status="none", is_stale=True, notice=told)
    notices = [STALE] if fresh.is_stale else []
    notices += [LACKS[fresh.status]] if fresh.status in LACKS else []
    return Freshness(
        as_of=fresh.as_of.astimezone(UTC).isoformat(),
        status=fresh.status,
        is_stale=fresh.is_stale,
        notice="; ".join(notices),
    )


def _tell_entry(row: Capability) -> Entry:
    return Entry(
        capability_id=row.capability_id,
        name=mark_deceptive(row.name),
        product_area=mark_deceptive(row.product_area),
        state=mark_deceptive(row.state_label),
        effort=mark_deceptive(row.effort_label),
        say=mark_deceptive(row.statement),
        today=mark_deceptive(row.today_text or ""),
        by_configuration=row.today_by is TodayBy.CONFIGURATION,
        disclaimer=mark_deceptive(row.disclaimer),
    )


def _tell_offer(row: Capability) -> Offer:
    return Offer(
        capability_id=row.capability_id,
        name=mark_deceptive(row.name),
        product_area=mark_deceptive(row.product_area),
        summary=mark_deceptive(row.summary),
    )


def _tell_term(term: PublishedTerm) -> Term:
    return Term(
        kind=term.kind, label=mark_deceptive(term.label), meaning=mark_deceptive(term.meaning)
    )
