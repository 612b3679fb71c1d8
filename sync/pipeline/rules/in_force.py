"""The rules that were published last, and what a rule book owes to them."""

from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from models.capability import PublishedState
from models.errors import Problem, RuleBookError, SchemaError
from models.promises import PassedTexts
from models.rulebook import RuleBook
from sync.pipeline.context import Context
from sync.pipeline.translation_cache import read_passed_texts
from sync.rulebook import rulebook_from_texts, usable_rulebook
from sync.store.clean.published_state import read_published_state, read_stored_rulebook
from translators.rules.decide import CompiledRules, compile_rules


class RulesInForce(Struct, frozen=True):
    """What was published last: its state, and its rule book if there was a publication."""

    published_state: PublishedState
    rulebook: RuleBook | None

    def compile_other(self, rulebook: RuleBook) -> CompiledRules | None:
        """The rule book in force, compiled, where it is another than this one."""
        if self.rulebook is None or self.rulebook.digest == rulebook.digest:
            return None
        return compile_rules(self.rulebook)


def read_rules_asked_about(
    context: Context,
    folder: Path,
    read: Callable[[Path, PassedTexts], RuleBook] = usable_rulebook,
) -> RuleBook:
    """The rule book of a folder, for a command that answers and publishes nothing.

    What passed the promise linter in the last run is not searched again.
    """
    passed = read_passed_texts(context.first.site_store)
    return replace(read(folder, passed), passed=passed)


def load_rules_in_force(context: Context, rulebook: RuleBook) -> RulesInForce:
    """What was published last; its rule book is built from the stored text if it is another."""
    published = read_published_state(context.clean)
    if published.rulebook_digest == rulebook.digest:
        return RulesInForce(published, rulebook)
    return RulesInForce(published, read_rulebook_in_force(context, published, rulebook.passed))


def check_no_published_id_deleted(
    rulebook: RuleBook, published_state: PublishedState, folder: Path
) -> None:
    """A published id stands for ever: RuleBookError if the rule book of `folder` lacks one."""
    missing = set(published_state.capabilities) - {rule.id for rule in rulebook.capabilities}
    if missing:
        raise RuleBookError(
            Problem(
                str(folder),
                f"lacks the published capability {capability_id!r}",
                "Published ids are never deleted: give it `withdrawn: {reason: ...}`.",
            )
            for capability_id in sorted(missing)
        )


def read_rulebook_in_force(
    context: Context, published: PublishedState, passed: PassedTexts
) -> RuleBook | None:
    """The rule book of the last publication, by its stored text; None before the first."""
    if published.rulebook_digest is None:
        return None
    texts = read_stored_rulebook(context.clean, published.rulebook_digest)
    if texts is None:
        what = "does not hold the rule book of its own last publication"
        raise SchemaError(Problem("clean database", what, "Restore it from a backup."))
    return replace(rulebook_from_texts(texts, passed=passed), passed=passed)
