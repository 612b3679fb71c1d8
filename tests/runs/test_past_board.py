"""`headway board --on DATE`: the page as it stood, under a banner that says so."""

import json
import re
import stat
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from models.tables import clean
from sync.store.clean.past_list import read_clock
from sync.store.db.engines import open_writer
from tests.board.document import read_page
from tests.forging import remove_last_publication, rewrite_chain
from tests.runs.place import Place
from tests.runs.test_board import notices
from tests.runs.test_evidence import now, redact, reword
from tests.runs.test_recovering import back_up, lose, restore

NOTICES = re.compile(rb'<div class="wrap notices">.*?</div>', re.DOTALL)
TIMES = re.compile(rb'<dl class="fresh">.*?</dl>', re.DOTALL)
ODD = (
    ("2999-12-31", 2, "is still to come"),
    ("9999-12-31", 2, "is still to come"),
    ("2026-02-30", 2, "is no day such as"),
    ("yesterday", 2, "is no day such as"),
    ("", 2, "is no day such as"),
    ("' OR 1=1 --", 2, "is no day such as"),
    ("\x1b[31m", 2, "is no day such as"),
    ("../../2026", 2, "is no day such as"),
)


def write(place: Place, *arguments: str, name: str = "page.html", **settings: str) -> bytes:
    """The page that the command writes."""
    path = place.folder / name
    said = place.headway("board", *arguments, "--output", str(path), **settings)
    assert (said.code, said.err) == (0, "")
    return path.read_bytes()


def all_but_notices(page: bytes) -> bytes:
    without, number = NOTICES.subn(b"", page)
    assert number == 1
    return without


def list_written(place: Place) -> list[tuple[str, bytes]]:
    """What happens to a list in its life: after each step a moment, and the board written then."""
    written = []

    def note() -> None:
        written.append((now(place), write(place)))

    def run(code: int, **settings: str) -> None:
        assert place.headway("sync", **settings).code == code
        note()

    note()
    reword(place)
    note()
    run(77, jira_token="wrong")
    place.rules(
        "capabilities.yaml",
        "  - id: passkeys\n",
        "  - id: passkeys\n    withdrawn: {reason: merged, use: single-sign-on}\n",
    )
    run(0)
    redact(place, "single-sign-on")
    run(0)
    return written


def move_to_days(place: Place) -> dict[int, date]:
    """Have each publication been made on a day of its own; the day of each revision."""
    days = {}
    with place.open_context() as context:
        with open_writer(context.clean) as connection:
            log, fresh = clean.publication, clean.freshness_log
            head = max(connection.execute(select(log.c.revision)).scalars())
            for revision, then in connection.execute(select(log.c.revision, log.c.published_at)):
                back = timedelta(days=2 * (head - revision + 1))
                days[revision] = (then - back).date()
                same = log.c.revision == revision
                connection.execute(update(log).where(same).values(published_at=then - back))
            for row in connection.execute(select(fresh)).all():
                back = timedelta(days=2 * (head - row.revision + 1))
                names = ("noted_at", "checked_at", "stale_after")
                earlier = {n: value - back for n in names if (value := getattr(row, n)) is not None}
                same = fresh.c.number == row.number
                connection.execute(update(fresh).where(same).values(**earlier))
        rewrite_chain(context.clean, "", "")
    return days


def test_each_past_page_is_the_one_that_was_written_then_by_the_moment_and_by_the_day(
    each_published: Place,
) -> None:
    written = list_written(each_published)

    pages = [write(each_published, "--on", moment) for moment, _ in written]

    for page, (moment, then) in zip(pages, written, strict=True):
        assert all_but_notices(page) == all_but_notices(then), moment
        first, *others = notices(read_page(page))
        assert first.startswith("This is the list as it stood on ")
        told = [each for each in others if not each.startswith("Words stand here that")]
        assert told == notices(read_page(then))
    assert "Newer runs came to no result" in notices(read_page(pages[2]))
    assert len({all_but_notices(page) for page in pages}) == 4

    days = move_to_days(each_published)
    made_then = {1: written[0][1], 2: written[2][1], 3: written[3][1], 4: written[4][1]}
    assert days.keys() == made_then.keys()
    for revision, day in days.items():
        on = day + timedelta(days=revision % 2)
        page = write(each_published, "--on", on.isoformat())
        same, then = (TIMES.sub(b"", all_but_notices(each)) for each in (page, made_then[revision]))
        assert same == then, (revision, on)
        assert notices(read_page(page))[0].endswith(f"stood on {on.day} {on:%B %Y}")


def test_words_that_were_redacted_since_stand_as_they_read_for_the_owner_alone(
    published: Place,
) -> None:
    before = now(published)
    redact(published, "audit-log")
    assert published.headway("sync").code == 0
    path = published.folder / "page.html"

    then = write(published, "--on", before)
    mode = stat.S_IMODE(path.stat().st_mode)
    told = json.loads(
        published.headway("board", "--on", before, "--json", "--output", str(path)).out
    )
    later = write(published, "--on", now(published))

    assert b"Administrators see who did what" in then
    assert "Words stand here that nobody is to read any more" in notices(read_page(then))
    assert b"Removed from the list since, and shown as they read then: audit-log." in then
    assert (mode, told["removed"]) == (0o600, ["audit-log"])
    assert b"Administrators see who did what" not in later
    assert len(notices(read_page(later))) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


def test_odd_days_get_a_plain_answer_and_no_file(published: Place) -> None:
    path = published.folder / "odd.html"
    for on, code, words in ODD:
        said = published.headway("board", f"--on={on}", "--output", str(path))

        assert said.code == code, said.err
        assert words in said.err
        assert "\x1b" not in said.err
        assert not path.exists()


def test_before_the_first_publication_the_page_says_so(published: Place) -> None:
    for on in ("2001-01-01", "0001-01-01", "2001-01-01T12:00"):
        path = published.folder / "page.html"
        said = published.headway("board", "--on", on, "--output", str(path))

        assert (said.code, said.err) == (0, "")
        assert "nothing had been published yet" in said.out
        page = read_page(path.read_bytes())
        (told,) = notices(page)
        assert "nothing had been published yet" in told
        assert not page.find("article")


def test_a_day_ends_where_the_time_zone_says_and_one_that_is_not_over_ends_now(
    published: Place,
) -> None:
    with published.open_context() as context:
        moment = read_clock(context.clean)
    board = write(published)

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        day = moment.astimezone(ZoneInfo(zone)).date()
        before = write(published, "--on", f"{day - timedelta(days=1)}", timezone=zone)
        today = write(published, "--on", f"{day}", timezone=zone)

        assert not read_page(before).find("article")
        assert f"when that day ended ({zone})".encode() in before
        assert all_but_notices(today) == all_but_notices(board)
        assert re.search(r"stood on .*, \d\d:\d\d UTC$", notices(read_page(today))[0])


def test_it_goes_to_a_file_of_its_own_and_never_where_today_s_board_is(
    published: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(published.folder)
    live = published.folder / "pages" / "live.html"
    published.settings["board_path"] = str(live)
    assert published.headway("sync").code == 0
    before = live.read_bytes()
    link = published.folder / "link.html"
    link.symlink_to(live)

    for path in (live, link, live.parent / ".." / "pages" / "live.html"):
        said = published.headway("board", "--on", "2001-01-01", "--output", str(path))
        assert (said.code, "Name another file" in said.err) == (2, True)
    odd = {
        "2001-01-01": "2001-01-01",
        "2001-W01-1": "2001-W01-1",
        "2001-01-01/14:30": "2001-01-011430",
    }
    for on, name in odd.items():
        said = published.headway("board", "--on", on)
        assert said.out.startswith(f"var/board-{name}.html: "), said.err

    assert live.read_bytes() == before


def test_a_log_that_was_changed_shows_no_past(each_published: Place) -> None:
    on = now(each_published)
    path = each_published.folder / "page.html"
    with each_published.open_context() as context, open_writer(context.clean) as connection:
        connection.execute(
            update(clean.publication_part)
            .where(clean.publication_part.c.kind == "terms")
            .values(content="[]")
        )

    said = each_published.headway("board", "--on", on, "--output", str(path))

    assert said.code == 74
    assert "revision 1 does not hold the terms that it was written with" in said.err
    assert not path.exists()


def test_a_log_that_was_cut_shows_no_past(published: Place) -> None:
    first = now(published)
    reword(published)
    with published.open_context() as context:
        remove_last_publication(context.clean)

    for on in (first, now(published)):
        for command in (("board", "--output", "-"), ("evidence", "audit-log", "--json")):
            said = published.headway(*command, "--on", on)
            assert (said.code, said.out) == (74, "")
            assert "it ends at revision 1, and readers see 2" in said.err


def test_a_time_whose_publications_went_with_a_database_is_said_to_be_unknown(
    published: Place, tmp_path: Path
) -> None:
    backup = back_up(published, tmp_path / "backup")
    reword(published)
    gone = now(published)
    restore(published, backup)
    assert [published.headway(each).code for each in ("recover", "sync")] == [0, 0]

    pages = {on: write(published, "--on", on) for on in ("2001-01-01", gone, now(published))}

    unknown = "What could be read then is not known for sure"
    assert [unknown in notices(read_page(page)) for page in pages.values()] == [False, True, False]
    assert b"Administrators see who did what" in pages[gone]
    lose(published, None)
    for command in ("migrate", "recover", "sync"):
        assert published.headway(command).code == 0
    page = read_page(write(published, "--on", gone))
    assert notices(page) == [unknown]
    assert not page.find("article")
