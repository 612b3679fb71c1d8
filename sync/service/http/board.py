"""The board and `find` over HTTP: read with a reader's rights; nothing is written or counted."""

import hashlib
import threading
from collections.abc import Callable
from functools import lru_cache

import msgspec
import structlog
from msgspec.structs import asdict
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from models.capability import Capability
from models.errors import HeadwayError
from sync.board_page.render import render_board
from sync.settings.settings import Settings
from sync.store.clean.readers_view import ListForReaders, read_list
from translators.board.content import build_board
from translators.find.found_answer import tell_answer
from translators.find.reading import MOST_LETTERS
from translators.find.search import Answer, CompiledSearch, SearchResult

log = structlog.get_logger()

FIND = "find"
LATER = "The list cannot be read now. Try again in a minute.\n"
NO_WORDS = "Give the words of the customer as q, at most 1,000 letters: /find?q=audit+trail\n"


class BoardPages:
    """Answers for one service; what was laid out last is kept for as long as it holds."""

    def __init__(self, read_settings: Callable[[], Settings]) -> None:
        self._read_settings = read_settings
        self._lock = threading.Lock()
        self._last: tuple[ListForReaders, bytes] | None = None

    @property
    def routes(self) -> list[Route]:
        """The addresses that are answered."""
        return [Route("/", self.show_board), Route(f"/{FIND}", self.find_words)]

    def show_board(self, request: Request) -> Response:
        """The page, or that the reader has it already."""
        try:
            page = self._lay_out()
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
            shown = read_list(self._read_settings().clean_url)
        except HeadwayError as error:
            return _refuse(error)
        result = SearchResult(Answer.NO_LIST)
        if shown.freshness.is_published:
            result = _compile_search(shown.rows).find(words)
        answer = msgspec.json.encode(
            asdict(tell_answer(result)) | asdict(shown.freshness), order="sorted"
        )
        headers = {"cache-control": "no-store"}
        return Response(answer, media_type="application/json", headers=headers)

    def _lay_out(self) -> bytes:
        shown = read_list(self._read_settings().clean_url, with_news=True)
        with self._lock:
            if self._last is None or self._last[0] != shown:
                board = build_board(shown.rows, shown.terms, shown.news, shown.freshness)
                self._last = (shown, render_board(board, FIND))
            return self._last[1]


@lru_cache(1)
def _compile_search(rows: tuple[Capability, ...]) -> CompiledSearch:
    return CompiledSearch(rows)


def _refuse(error: HeadwayError) -> Response:
    """What is wrong is for the log; a reader is told to come back."""
    log.warning("http.list-not-read", error=str(error))
    return PlainTextResponse(LATER, status_code=503, headers={"retry-after": "60"})
