"""What SARIF 2.1.0 asks of the parts that we write, in our own words: names, shapes, ranges."""

from typing import Any


def an_object(*required: str, **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": properties,
    }


def a_list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


TEXT = {"type": "string"}
WORDS = {"type": "string", "minLength": 1}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
MESSAGE = an_object("text", text=WORDS)
LOCATION = an_object(
    physicalLocation=an_object(
        "artifactLocation",
        artifactLocation=an_object("uri", uri={"type": "string", "pattern": r"^[!-~]+$"}),
        region=an_object("startLine", startLine={"type": "integer", "minimum": 1}),
    ),
    logicalLocations=a_list(an_object(fullyQualifiedName=WORDS)),
)
RULE = an_object("id", id=WORDS, shortDescription=MESSAGE)
RESULT = an_object(
    "message",
    ruleId=WORDS,
    ruleIndex={"type": "integer", "minimum": 0},
    level=LEVEL,
    message=MESSAGE,
    locations=a_list(LOCATION),
    properties={"type": "object", "additionalProperties": TEXT},
)
NOTIFICATION = an_object("message", level=LEVEL, message=MESSAGE, locations=a_list(LOCATION))
RUN = an_object(
    "tool",
    tool=an_object(
        "driver", driver=an_object("name", name=WORDS, version=TEXT, rules=a_list(RULE))
    ),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    invocations=a_list(
        an_object(
            "executionSuccessful",
            executionSuccessful={"type": "boolean"},
            toolExecutionNotifications=a_list(NOTIFICATION),
        )
    ),
    results=a_list(RESULT),
)
SARIF = an_object(
    "version",
    "runs",
    **{"$schema": {"type": "string", "format": "uri"}},
    version={"enum": ["2.1.0"]},
    runs=a_list(RUN),
)
