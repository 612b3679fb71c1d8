"""`headway evidence`: one file that says what sales could see, and that anybody can verify."""

import html
import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import update

from models.tables import clean
from sync.store.db.engines import open_writer
from tests.evidence import verify_page
from tests.forging import rewrite_chain
from tests.runs.place import Place
from tests.sync.store.clean.publishing import wait_for_clock

DATA = '<script type="application/json" id="data">'
ODD = (
    (["audit-log", "--on", "2001-01-01"], 0, "nothing had been published yet"),
    (["audit-log", "--on", "0001-01-01"], 0, "nothing had been published yet"),
    (["audit-log", "--on", "2999-12-31"], 2, "is still to come"),
    (["audit-log", "--on", "9999-12-31"], 2, "is still to come"),
    (["audit-log", "--on", "2026-02-30"], 2, "is no day such as"),
    (["audit-log", "--on", "yesterday"], 2, "is no day such as"),
    (["audit-log", "--on", ""], 2, "is no day such as"),
    (["audit-log"], 2, "--on"),
    (["audit-lgo", "--on", "2026-01-01"], 2, "did you mean 'audit-log'?"),
    (["usage insights", "--on", "2026-01-01"], 2, "was ever on the list"),
    (["' OR 1=1 --", "--on", "2026-01-01"], 2, "was ever on the list"),
)


def write(place: Place, *arguments: str, name: str = "page.html") -> str:
    """The page that the command writes."""
    path = place.folder / name
    said = place.headway("evidence", *arguments, "--output", str(path))
    assert (said.code, said.err) == (0, "")
    return path.read_text("utf-8")


def now(place: Place) -> str:
    """A moment after what was published last, and before what will be."""
    with place.open_context() as context:
        return wait_for_clock(context.clean).isoformat()


def reword(place: Place) -> None:
    """Publish another summary of the audit log."""
    place.rules("capabilities.yaml", "Administrators see who", "Everybody sees who")
    assert place.headway("sync").code == 0


def redact(place: Place, capability_id: str) -> None:
    """Have the words of a capability taken off the list."""
    line = f"  - id: {capability_id}\n"
    place.rules("capabilities.yaml", line, f"{line}    redact: true\n")


def test_the_page_tells_what_sales_read_and_verifies_with_nothing_but_python(
    each_published: Place,
) -> None:
    row = next(row for row in each_published.published() if row["capability_id"] == "audit-log")
    (logged,) = each_published.rows("SELECT hash FROM {t}publication")

    page = write(each_published, "audit-log", "--on", now(each_published))
    code, said = verify_page(page, each_published.folder)

    shown = html.unescape(page.partition(DATA)[0])
    assert code == 0
    assert f"Verified: 1 publications; the hash that closes the last is {logged['hash']}" in said
    for column in ("name", "summary", "statement", "disclaimer", "state_label", "effort_label"):
        assert row[column] in shown
        assert row[column] in said
    assert "SIEM, Splunk" in shown
    assert each_published.rows("SELECT rulebook_digest AS d FROM {t}head")[0]["d"] in shown
    meaning = each_published.rows(
        f"SELECT meaning FROM {{v}}v1_term WHERE kind = 'state' AND code = '{row['state_code']}'"
    )
    assert meaning[0]["meaning"] in shown


def test_no_word_of_another_capability_is_in_it_and_it_loads_nothing(published: Place) -> None:
    page = write(published, "audit-log", "--on", now(published))

    others = [row for row in published.published() if row["capability_id"] != "audit-log"]
    assert others
    for row in others:
        assert not {row["capability_id"], row["name"], row["summary"]} & {*re.split(r'["<>]', page)}
        assert row["summary"] not in page
    assert "default-src 'none'" in page
    assert not re.search(r"\b(?:src|href)=|https?://|@import|url\(", page)


def test_whatever_is_changed_in_a_copy_is_found_out(published: Place, tmp_path: Path) -> None:
    reword(published)
    page = write(published, "audit-log", "--on", now(published))
    shown, _, rest = page.partition(DATA)
    data = json.loads(rest.partition("</script>")[0])

    def change(path: list[str | int], value: object) -> str:
        copy = json.loads(json.dumps(data))
        at = copy
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value
        return f"{shown}{DATA}{json.dumps(copy)}</script></body></html>"

    link, part = data["chain"][0], data["chain"][0]["shown"][0]
    digest = re.search("rulebook_digest .*", link["entry"])
    assert digest
    copies = {
        "its words": page.replace("Everybody sees", "Nobody sees", 1),
        "its digest": change(
            ["chain", 0, "entry"], link["entry"].replace(digest[0], "rulebook_digest 0")
        ),
        "a part": change(["chain", 0, "shown", 0, "content"], part["content"].replace("A", "B")),
        "a salt": change(["chain", 0, "shown", 0, "salt"], "0"),
        "a part left out": change(["chain", 0, "shown"], []),
        "an entry left out": change(["chain"], data["chain"][1:]),
        "the last left out": change(["chain"], data["chain"][:1]),
        "a line": change(["chain", 0, "parts"], link["parts"][1:]),
        "the order": change(["chain"], data["chain"][::-1]),
    }

    assert verify_page(page, tmp_path)[0] == 0
    assert len(data["chain"]) == 2
    for what, copy in copies.items():
        code, said = verify_page(copy, tmp_path)
        assert (what, code) == (what, 1)
        assert said.startswith("NOT VERIFIED: ")


def test_the_same_question_makes_the_same_bytes(published: Place) -> None:
    before = now(published)
    pages = [write(published, "audit-log", "--on", before)]
    reword(published)
    pages.append(write(published, "audit-log", "--on", before))

    after = write(published, "audit-log", "--on", now(published))

    assert pages[0] == pages[1]
    assert "Administrators see who" in pages[0]
    assert "Everybody sees who" in after
    assert "Changed: Summary." in after


def test_odd_days_and_names_get_a_plain_answer(published: Place) -> None:
    for arguments, code, words in ODD:
        output = str(published.folder / "odd.html")
        said = published.headway("evidence", *arguments, "--output", output)

        assert said.code == code, said.err
        assert words in said.out + said.err
    oslo = published.headway("evidence", "audit-log", "--on", "0001-01-01", timezone="Asia/Tokyo")
    assert (oslo.code, "is no day such as" in oslo.err) == (2, True)


def test_a_day_begins_and_ends_where_the_time_zone_says(published: Place) -> None:
    (logged,) = published.rows("SELECT published_at FROM {t}publication")
    published_at = datetime.fromisoformat(str(logged["published_at"]))
    today = {
        zone: published_at.astimezone(ZoneInfo(zone)).date()
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago")
    }
    assert len(set(today.values())) == 2

    for zone, day in today.items():
        told = {
            on: json.loads(
                published.headway(
                    "evidence", "audit-log", "--on", str(on), "--json", timezone=zone
                ).out
            )["presence"]
            for on in (day - timedelta(days=1), day)
        }
        assert told == {day - timedelta(days=1): "no_list", day: "listed"}


def test_words_that_were_redacted_are_shown_on_demand_alone(each_published: Place) -> None:
    before = now(each_published)
    redact(each_published, "audit-log")
    assert each_published.headway("sync").code == 0

    then = write(each_published, "audit-log", "--on", before)
    said = each_published.headway("evidence", "audit-log", "--on", before, "--json").out
    later = write(each_published, "audit-log", "--on", now(each_published))
    whole = write(each_published, "audit-log", "--on", before, "--with-removed")

    for page in (then, later):
        assert verify_page(page, each_published.folder)[0] == 0
        assert not re.search("Audit log|SIEM|Administrators", page)
        assert "Words that were removed from the list since are not shown here." in page
    assert not re.search("Audit log|SIEM|Administrators", said)
    assert "audit-log was on the list." in then
    assert "Administrators see who did what" in whole
    assert "Administrators" in verify_page(whole, each_published.folder)[1]


def test_one_that_was_merged_says_so_without_the_name_of_one_removed_later(
    published: Place,
) -> None:
    published.rules(
        "capabilities.yaml",
        "  - id: passkeys\n",
        "  - id: passkeys\n    withdrawn: {reason: merged, use: single-sign-on}\n",
    )
    published.headway("sync")
    merged = now(published)
    before = write(published, "passkeys", "--on", merged)
    redact(published, "single-sign-on")
    published.headway("sync")

    after = write(published, "passkeys", "--on", merged)

    assert "passkeys had been taken off the list." in before
    assert "Single sign-on" in before
    assert "Single sign-on" not in after
    assert [verify_page(page, published.folder)[0] for page in (before, after)] == [0, 0]


def test_a_log_that_was_changed_proves_nothing(each_published: Place) -> None:
    on = now(each_published)
    with each_published.open_context() as context, open_writer(context.clean) as connection:
        connection.execute(
            update(clean.publication_part)
            .where(clean.publication_part.c.kind == "terms")
            .values(content="[]")
        )

    said = each_published.headway("evidence", "audit-log", "--on", on)

    assert said.code == 74
    assert "revision 1 does not hold the terms that it was written with" in said.err
    assert "headway doctor" in said.err


def test_a_chain_that_was_hashed_anew_is_told_by_the_hash_that_was_logged(
    published: Place,
) -> None:
    on = now(published)
    ends = [re.search("<code>([0-9a-f]{64})", write(published, "audit-log", "--on", on))]
    with published.open_context() as context:
        rewrite_chain(context.clean)
    ends.append(re.search("<code>([0-9a-f]{64})", write(published, "audit-log", "--on", on)))

    assert len({end[1] for end in ends if end}) == 2


def test_nothing_that_is_not_its_own_is_replaced(published: Place) -> None:
    on = now(published)
    mine, folder = published.folder / "mine.html", published.folder / "folder"
    mine.write_text("<!DOCTYPE html>\nmine", "utf-8")
    folder.mkdir()
    asked = ["evidence", "audit-log", "--on", on, "--output"]

    codes = [
        published.headway(*asked, str(path)).code
        for path in (mine, folder, published.folder / "none" / "page.html")
    ]
    again = [published.headway(*asked, str(published.folder / "page.html")).code for _ in "12"]

    assert (codes, again) == ([2, 2, 74], [0, 0])
    assert mine.read_text("utf-8") == "<!DOCTYPE html>\nmine"


def test_without_a_database_of_this_schema_it_says_what_to_do(
    tmp_path: Path, published: Place
) -> None:
    empty = published.headway(
        "evidence", "x", "--on", "2026-01-01", clean_url=f"sqlite:///{tmp_path}/no.db"
    )
    with published.open_context() as context, open_writer(context.clean) as connection:
        connection.execute(update(clean.schema_digest).values(digest="another"))
    older = published.headway("evidence", "audit-log", "--on", "2026-01-01")

    assert (empty.code, older.code) == (74, 74)
    assert "headway migrate" in empty.err
    assert "amended" in older.err
