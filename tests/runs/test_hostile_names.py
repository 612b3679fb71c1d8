"""Names that are made to steer a terminal or forge a line do neither, in any command's output."""

import re
from dataclasses import replace

import pytest

from tests.runs.place import Place

EVIL = "Evil\x1b[31m\x1b]0;title\x07\rok     forged\nok     forged line\u202e\u200b\x9b2J"
HARM = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
COMMANDS = (
    ["sync"],
    ["status"],
    ["doctor"],
    ["plan"],
    ["explain", "{key}"],
    ["explain", EVIL],
    ["find", EVIL],
    ["sync", EVIL],
    ["approve", EVIL],
)


@pytest.mark.published
def test_no_output_can_steer_a_terminal_or_forge_a_line(published: Place) -> None:
    company = published.company
    issues = list(company.issues.values())
    for issue in issues[:200]:
        company.edit(issue.id, summary=EVIL, labels=[EVIL.replace(" ", "")], components=[EVIL])
    for key, project in company.projects.items():
        company.projects[key] = replace(project, name=EVIL)
    said = []
    for words in COMMANDS:
        arguments = [word.format(key=issues[0].key) for word in words]
        said.append(published.headway(*arguments))

    assert said[0].code in (0, 3)
    for each in said:
        output = each.out + each.err
        assert not HARM.search(output), repr(HARM.search(output))
        assert not any(line.lstrip().startswith("ok     forged") for line in output.splitlines())
    assert any(r"\x1b[31m" in each.out for each in said)
