"""A command line is read, or told in words what is wrong with it."""

import shlex

import pytest

from models.errors import UsageError
from sync.cli.app import parse_command_line


def test_options_may_stand_among_words() -> None:
    _, given = parse_command_line(["--verbose", "find", "single", "--json", "sign-on"])

    assert given.words == ["single", "sign-on"]
    assert given.as_json
    assert given.verbose


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("synk", "command line: 'synk' is no command (did you mean 'sync'?)"),
        ("sync --fulll", "sync: does not know --fulll (did you mean '--full'?)"),
        ("sync --ful", "sync: does not know --ful (did you mean '--full'?)"),
        ("status now", "status: does not know now"),
        ("explain ''", "explain: WHAT is empty"),
        ("find sso ' '", "find: WORDS... is empty"),
        ("decide PAY-1 '' --hide", "decide: EPIC... is empty"),
        ("plan --config ''", "plan: argument --config: is empty"),
        ("--env-file= plan", "command line: argument --env-file: is empty"),
        ("approve", "approve: the following arguments are required: RUN"),
        ("plan --config", "plan: argument --config: expected one argument"),
        ("--env-file", "command line: argument --env-file: expected one argument"),
    ],
)
def test_a_mistake_is_told_with_where_help_is(line: str, told: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_command_line(shlex.split(line))

    first, remedy = str(refused.value).splitlines()
    where = told.partition(":")[0]
    assert first == told
    assert remedy == f"  See `headway{'' if where == 'command line' else f' {where}'} --help`."
