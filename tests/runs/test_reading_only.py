"""Commands that only look need no right to write: on a disk that is mounted to be read only."""

import json

import pytest

from tests.readers import on_read_only_mount
from tests.runs.place import Place

LOOKING = (
    ["status"],
    ["status", "--json"],
    ["find", "audit", "log"],
    ["export"],
    ["export", "--view", "v1_change", "--format", "jsonl"],
    ["plan"],
    ["explain", "audit-log"],
    ["evidence", "audit-log", "--on", "2001-01-01", "--json"],
)
RUN_ALL = f"""
import io, json, sys
from contextlib import redirect_stderr, redirect_stdout
from sync.cli import run
said = []
for words in {LOOKING!r}:
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run(["--env-file", sys.argv[1] + "/env", *words])
    said.append([code, out.getvalue(), err.getvalue()])
print(json.dumps(said))
"""


@pytest.mark.published
def test_what_only_looks_works_on_a_read_only_disk(published: Place) -> None:
    published.write_settings()
    expected = [published.headway(*words) for words in LOOKING]

    said = json.loads(on_read_only_mount(published.folder, RUN_ALL, str(published.folder)))

    assert said == [[each.code, each.out, each.err] for each in expected]
    assert [code for code, _, _ in said] == [0] * len(LOOKING)
