"""A run is a trace, a stage a span: kept in memory, and sent to a receiver on this machine."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

from models.errors import HeldError, IdentityError
from sync.pipeline.run.run import run_once
from sync.service.traces import build_tracer
from tests.loaded import TIMEOUT
from tests.receivers import Receiver, running_receiver
from tests.runs.place import Place
from tests.runs.test_approving import lose_the_components


@pytest.fixture
def hook() -> Iterator[Receiver]:
    """What takes traces, on this machine."""
    with running_receiver() as receiver:
        yield receiver


def trace_run(place: Place, **settings: str) -> tuple[ReadableSpan, ...]:
    """The spans of one run, in the order in which they ended."""
    exporter = InMemorySpanExporter()
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with place.open_context(**settings) as context:
        try:
            run_once(context, tracer=build_tracer(provider))
        except (HeldError, IdentityError):
            pass
        finally:
            provider.shutdown()
    return exporter.get_finished_spans()


def test_each_stage_is_a_span_below_that_of_its_run_with_the_runs_id(published: Place) -> None:
    spans = trace_run(published)

    (run,) = published.state_rows("SELECT run_id FROM {t}run ORDER BY started_at DESC LIMIT 1")
    *stages, whole = spans
    assert [span.name for span in stages] == ["read", "translate", "publish"]
    assert whole.name == "sync"
    assert {dict(span.attributes or {})["headway.run"] for span in spans} == {run["run_id"]}
    assert whole.context is not None
    for span in stages:
        assert span.parent is not None
        assert span.parent.span_id == whole.context.span_id
    assert dict(stages[0].attributes or {})["headway.requests"]
    assert {span.status.status_code for span in spans} == {StatusCode.UNSET}


def test_a_run_that_fails_is_marked_by_the_kind_of_its_error_alone(published: Place) -> None:
    read, whole = trace_run(published, jira_token="wrong")

    for span in (read, whole):
        assert span.status.status_code is StatusCode.ERROR
        assert span.status.description == "IdentityError"
        assert dict(span.attributes or {})["headway.exit_code"] == 77
        assert span.events == ()
    assert published.jira.url not in read.to_json() + whole.to_json()


@pytest.mark.all
@pytest.mark.published
def test_a_run_that_a_guard_holds_ends_after_its_translation(small_place: Place) -> None:
    lose_the_components(small_place)
    *stages, whole = trace_run(small_place)

    assert [span.name for span in stages][:2] == ["read", "translate"]
    assert whole.status.description == "HeldError"


def sync(place: Place, before: str = "", **environment: str) -> "subprocess.CompletedProcess[str]":
    """A run in a process of its own, with variables of OpenTelemetry; `before` comes first."""
    place.write_settings()
    said = f"import sys; {before}\nfrom sync.cli import main\ntry: main()\nfinally: "
    said += "print([n for n in sys.modules if n.startswith('opentelemetry')][:3], file=sys.stderr)"
    return subprocess.run(
        [sys.executable, "-c", said, "--env-file", str(place.folder / "env"), "sync"],
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )


@pytest.mark.all
def test_spans_are_sent_by_the_variables_of_opentelemetry_and_hold_no_word_of_jira(
    published: Place, hook: Receiver
) -> None:
    said = sync(published, OTEL_EXPORTER_OTLP_ENDPOINT=hook.url, OTEL_SERVICE_NAME="headway-test")

    assert said.returncode == 0, said.stderr
    (request,) = hook.received
    assert request.path == "/hook-canary-path/v1/traces"
    told = ExportTraceServiceRequest.FromString(request.body)
    (resource,) = told.resource_spans
    named = {each.key: each.value.string_value for each in resource.resource.attributes}
    assert named["service.name"] == "headway-test"
    assert named["service.version"]
    names = [span.name for scope in resource.scope_spans for span in scope.spans]
    assert names == ["read", "translate", "publish", "sync"]
    keys = published.state_rows("SELECT key, summary FROM {t}issue")
    assert [row for row in keys if row["key"].encode() in request.body] == []


@pytest.mark.all
def test_a_receiver_that_is_away_costs_seconds_and_no_run(published: Place) -> None:
    began = time.monotonic()
    said = sync(
        published,
        OTEL_EXPORTER_OTLP_TRACES_ENDPOINT="http://127.0.0.1:1/v1/traces",
        OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer canary",
    )

    assert said.returncode == 0
    assert time.monotonic() - began < 20
    assert "canary" not in said.stdout + said.stderr


@pytest.mark.all
@pytest.mark.parametrize(
    "environment", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"}]
)
def test_nothing_of_it_is_imported_where_nobody_takes_traces(
    published: Place, environment: dict[str, str]
) -> None:
    said = sync(published, **environment)

    assert said.returncode == 0
    assert said.stderr.endswith("[]\n")


@pytest.mark.all
def test_an_extra_that_is_missing_is_told_and_no_run_fails_by_it(published: Place) -> None:
    missing = "sys.modules['opentelemetry'] = None"
    said = sync(published, missing, OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1")

    assert said.returncode == 0
    assert "OTEL_EXPORTER_OTLP_ENDPOINT is set and opentelemetry" in said.stderr
    assert "pip install 'headway-sync[otel]'" in said.stderr
