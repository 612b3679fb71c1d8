"""The sample Jira with recorded payloads: it searches and pages, and they are shown as they are."""

import re
from collections.abc import Callable
from typing import Any

from sync.sample.cloud.api import Cloud
from sync.sample.company.issues import Issue
from sync.sample.datacenter.api import DataCenter
from sync.sample.protocol.exchange import Reply, as_json
from sync.sample.protocol.shapes import ABSENT, Shapes, Writer
from sync.sample.server.server import SampleJira
from tests.contracts.sharpening import Dialect
from tests.recorded.recording import Recording


def replayed(recording: Recording, dialect: Dialect) -> SampleJira:
    """A Jira of that dialect, not yet started, that shows the recording a hundred issues a page."""
    jira = SampleJira(recording.company(), dialect, page_cap=100)
    jira.view.keeps_history = False  # none was recorded
    for shapes in _shapes_of(jira):
        shapes.writers = _writers_of(recording)
    for resource, answer in (("field", recording.fields), ("issuetype", recording.types)):
        path = re.compile(rf"/rest/api/[23]/{resource}")
        jira.dialect.routes.insert(0, ("GET", path, _showing(answer)))
    return jira


def _shapes_of(jira: SampleJira) -> list[Shapes]:
    if isinstance(jira.dialect, Cloud):
        return list(jira.dialect._shapes.values())
    assert isinstance(jira.dialect, DataCenter)
    return [jira.dialect._shapes]


def _showing(answer: object) -> Callable[..., Reply]:
    return lambda _request: as_json(answer)


def _writers_of(recording: Recording) -> dict[str, Writer]:
    """What writes each field that was ever recorded: as it was, or not at all."""
    values = {int(raw["id"]): raw["fields"] for raw in recording.issues}

    def writer(name: str) -> Callable[[Issue], Any]:
        return lambda issue: values[issue.id].get(name, ABSENT)

    return {name: writer(name) for fields in values.values() for name in fields}
