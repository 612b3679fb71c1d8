"""The board and `find` over HTTP, read with a reader's rights; whole asks are counted."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import msgspec
import structlog
from msgspec.structs import asdict
from sqlalchemy.engine import URL
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models.errors import HeadwayError, Problem, TryLaterError
from models.freshness import ListFreshness
from sync.board_page.render import render_board
from sync.pipeline.sales.ask_counter import AskCounter
from sync.pipeline.sales.current_list import CurrentList, ListAtHand
from sync.settings.settings import Settings
from sync.store.clean.readers_view import ListForReaders
from translators.board.content import build_board
from translators.find.found_answer import tell_answer
from translators.find.lookup import NO_LOOKUP
from translators.find.reading import MOST_LETTERS
from translators.find.search import Answer, SearchResult

log = structlog.get_logger()

FIND = "find"
LONGEST_WAIT = 15.0
"""Seconds that an ask waits for those before it, as where a database does not answer."""
MOST_LOOKED_UP = 200
"""Rows of a list whose page answers at once, before `find` has: to fill its tables takes the
longer the more they are, and whoever opens it first waits for them."""
LATER = "The list cannot be read now. Try again in a minute.\n"
NO_WORDS = "Give the words of the customer as q, at most 1,000 letters: /find?q=audit+trail\n"


class BoardPages:
    """Answers for one service; what was laid out last is kept for as long as it holds."""

    def __init__(self, read_settings: Callable[[], Settings], asks: AskCounter) -> None:
        self._read_settings = read_settings
        self._asks = asks
        self._lists: dict[URL, CurrentList] = {}
        self._last: tuple[ListForReaders, ListFreshness, bytes] | None = None

    @property
    def routes(self) -> list[Route]:
        """The addresses that are answered."""
        return [Route("/", self.show_board), Route(f"/{FIND}", self.find_words)]

    def show_board(self, request: Request) -> Response:
        """The page, or that the reader has it already."""
        try:
            with self._read_list() as there:
                page = self._lay_out(there)
        except HeadwayError as error:
            return _refuse(error)
        tag = f'"{hashlib.sha256(page).hexdigest()[:32]}"'
        headers = {"etag": tag, "cache-control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(page, media_type="text/html; charset=utf-8", headers=headers)

    def find_words(self, request: Request) -> Response:
        """What `headway find --json` answers to the words in `q`."""
        words = request.query_params.get("q", "")
        if not words.strip() or len(words) > MOST_LETTERS:
            return PlainTextResponse(NO_WORDS, status_code=400)
        try:
            with self._read_list() as there:
                result = SearchResult(Answer.NO_LIST)
                if there.freshness.is_published:
                    result = there.search.find(words)
        except HeadwayError as error:
            return _refuse(error)
        answer = msgspec.json.encode(
            asdict(tell_answer(result)) | asdict(there.freshness), order="sorted"
        )
        is_counted = _is_meant(request) and self._asks.note(words, result)
        return Response(
            answer,
            media_type="application/json",
            headers={"cache-control": "no-store"},
            background=BackgroundTask(self._asks.write) if is_counted else None,
        )

    @contextmanager
    def _read_list(self) -> Iterator[ListAtHand]:
        """The list where the settings say now, for one answer at a time: many may ask at once."""
        url = self._read_settings().clean_url
        current = self._lists.setdefault(url, CurrentList(url, with_news=True))
        if not current.lock.acquire(timeout=LONGEST_WAIT):
            raise TryLaterError(Problem("the list", "is waited for by too many"))
        try:
            yield current.read()
        finally:
            current.lock.release()

    def _lay_out(self, there: ListAtHand) -> bytes:
        shown, last = there.shown, self._last
        if last is None or last[0] is not shown or last[1] != there.freshness:
            lookup = NO_LOOKUP if len(shown.rows) > MOST_LOOKED_UP else None
            board = build_board(shown.rows, shown.terms, shown.news, there.freshness, lookup=lookup)
            self._last = last = (shown, there.freshness, render_board(board, FIND))
        return last[2]


def _is_meant(request: Request) -> bool:
    """Whether an ask is somebody's own, and whole.

    The page says of those that it asks while somebody types that they are `typing`. What a page of
    somebody else's has a browser ask, or what a browser asks beforehand, nobody asked.
    """
    sent = request.headers
    return (
        request.method == "GET"
        and "typing" not in request.query_params
        and sent.get("sec-fetch-site", "none") in ("none", "same-origin")
        and not {"purpose", "sec-purpose"}.intersection(sent)
    )


def _refuse(error: HeadwayError) -> Response:
    """What is wrong is for the log; a reader is told to come back."""
    log.warning("http.list-not-read", error=str(error))
    return PlainTextResponse(LATER, status_code=503, headers={"retry-after": "60"})
