"""What is said with an answer, to people and to assistants alike."""

from collections.abc import Mapping

NOTHING_RECORDED = (
    "Nothing is recorded under these words. Ask the product team, and pass on the reason the "
    "customer gave."
)
ASK_FIRST = "Ask the product team whether one of these is meant, before you say so."
NO_LIST = "That says nothing of what the product can do: ask the product team."
STALE = "stale: ask before you rely on it"
LACKS: Mapping[str, str] = {
    "partial": "partial: a project cannot be seen, and what it feeds is as it was",
    "held": "held: newer changes wait for a person",
    "failing": "failing: newer runs came to no list",
}
"""What a list lacks whose status is not current."""
