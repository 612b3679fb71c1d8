"""Keeps a trace of each run with OpenTelemetry, where the extra `otel` is installed and its own
variables name who takes traces. Else nothing of it is imported.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/ has the variables. A span holds the
run's id, numbers, and how it ended as a kind of error: no message of Jira, no address, no name.
"""

import importlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import structlog

from models.errors import HeadwayError
from sync.pipeline.record.stages import Span, Tracer, trace_nothing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

log = structlog.get_logger()

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
REMEDY = "pip install 'headway-sync[otel]', or unset it"
LONGEST_WAIT = 5.0
"""Seconds that the end of a command waits for who takes traces."""


@contextmanager
def keep_traces(environment: Mapping[str, str] = os.environ) -> Iterator[Tracer]:
    """A tracer for the runs of this block; what is left is sent at its end."""
    named = next((name for name in ENDPOINTS if environment.get(name)), None)
    if named is None or environment.get("OTEL_SDK_DISABLED", "").lower() == "true":
        yield trace_nothing
        return
    try:
        provider = _build_provider()
    except ImportError as error:
        log.warning("traces.not-kept", why=f"{named} is set and {error.name} is missing: {REMEDY}")
        yield trace_nothing
        return
    try:
        yield build_tracer(provider)
    finally:
        provider.shutdown()


def build_tracer(provider: "TracerProvider") -> Tracer:
    """A tracer whose spans go where a provider sends them."""
    tracer = provider.get_tracer("headway", version("headway-sync"))

    @contextmanager
    def open_span(name: str) -> Iterator[Span]:
        with tracer.start_as_current_span(
            name, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                _mark_failed(span, error)
                raise

    return open_span


def _mark_failed(span: Any, error: BaseException) -> None:
    """By its kind alone: what it says may name issues of Jira."""
    from opentelemetry.trace import StatusCode  # noqa: PLC0415 - for who has the extra

    kind = type(error).__name__
    span.set_attribute("error.type", kind)
    if isinstance(error, HeadwayError):
        span.set_attribute("headway.exit_code", error.exit_code)
    span.set_status(StatusCode.ERROR, kind)


def _build_provider() -> "TracerProvider":
    sdk = importlib.import_module("opentelemetry.sdk.trace")
    export = importlib.import_module("opentelemetry.sdk.trace.export")
    resources = importlib.import_module("opentelemetry.sdk.resources")
    otlp = importlib.import_module("opentelemetry.exporter.otlp.proto.http.trace_exporter")
    own = {"service.name": "headway", "service.version": version("headway-sync")}
    given = resources.OTELResourceDetector().detect()
    provider: TracerProvider = sdk.TracerProvider(
        resource=resources.Resource(own).merge(given), shutdown_on_exit=False
    )
    exporter = otlp.OTLPSpanExporter(timeout=LONGEST_WAIT)
    provider.add_span_processor(export.BatchSpanProcessor(exporter))
    return provider
