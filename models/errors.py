"""What can go wrong, grouped by what the operator does about it.

    HeadwayError                     70  our bug, unless a branch below says otherwise
    ├── UsageError                    2  mend the settings, the command line or the rule book
    │   ├── SettingsError
    │   └── RuleBookError
    ├── HeldError                     3  look at what is held back, then decide
    │   └── FieldsEmptiedError           the same, of fields that Jira does not show any more
    ├── DatabaseError                74  mend a database: unreachable, unwritable
    │   ├── ValueRefusedError            report it: a value that the database does not take
    │   ├── SchemaError                  migrate it: older, newer, or no database of ours
    │   │   └── EmptyDatabaseError           it is not there, or has no tables yet
    │   └── HistoryError                 recover it: restored from a backup, or lost and made anew
    ├── TryLaterError                75  nothing to do: the next run tries again
    │   ├── JiraUnreachableError
    │   ├── IncompleteWalkError
    │   ├── LeaseHeldError
    │   └── StoppedError
    └── RefusedError                 77  Jira refused us: a project we may not see
        ├── LastingError                 it failed in the same way in run after run
        └── IdentityError                it does not know us: credentials, login page, wrong Jira

Every error carries one or more problems, each saying where, what, and what to do.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

if TYPE_CHECKING:
    from models.emptied import Emptied


class Problem(NamedTuple):
    """One thing that is wrong: `where: what`, then what to do about it."""

    where: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f"\n  {self.remedy}" if self.remedy else ""
        return f"{self.where}: {self.what}{remedy}"


class HeadwayError(Exception):
    """Something went wrong in Headway itself. `run_id` is the run that it ended, if any."""

    exit_code: ClassVar[int] = 70
    run_id: str | None = None

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        self.problems = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def reword(self, change: Callable[[str], str]) -> None:
        """Tell the same problems in other words."""
        HeadwayError.__init__(self, [Problem(*map(change, each)) for each in self.problems])

    def add_problem(self, problem: Problem) -> None:
        """Tell one more, after those that it was raised with."""
        HeadwayError.__init__(self, (*self.problems, problem))


def join_errors(errors: Sequence[HeadwayError]) -> HeadwayError:
    """The one of several whose exit code is the highest, with the problems of all in order."""
    gravest = max(errors, key=lambda error: error.exit_code)
    HeadwayError.__init__(gravest, [each for error in errors for each in error.problems])
    return gravest


class UsageError(HeadwayError):
    """The command cannot be carried out as it was asked for."""

    exit_code = 2


class SettingsError(UsageError):
    """A setting is missing or cannot be used."""


class RuleBookError(UsageError):
    """The rule book cannot be compiled; all its mistakes are listed at once."""


class HeldError(HeadwayError):
    """A guard held the publication back; what was published stays."""

    exit_code = 3


class FieldsEmptiedError(HeldError):
    """Jira does not show fields any more that it showed: `emptied` says which, and where."""

    def __init__(self, problems: Iterable[Problem], emptied: "tuple[Emptied, ...]") -> None:
        super().__init__(problems)
        self.emptied = emptied


class DatabaseError(HeadwayError):
    """A database cannot be reached or written; it may be by the next run."""

    exit_code = 74


class SchemaError(DatabaseError):
    """A database is empty, of an older or newer schema, or no database of ours."""


class EmptyDatabaseError(SchemaError):
    """A database is not there, or nothing was ever written to it."""


class HistoryError(DatabaseError):
    """The clean database is not where the state database remembers it: `headway recover`."""


class ValueRefusedError(DatabaseError):
    """A database does not take a value; the others of the same transaction it may."""


class TryLaterError(HeadwayError):
    """Nothing was published; a later run may succeed without anybody's help."""

    exit_code = 75


class JiraUnreachableError(TryLaterError):
    """Jira did not answer, or answered that it cannot for now."""


class IncompleteWalkError(TryLaterError):
    """The walk over the backlog did not come through whole."""


class LeaseHeldError(TryLaterError):
    """Another worker holds the lease."""


class StoppedError(TryLaterError):
    """A signal asked the run to stop."""


class RefusedError(HeadwayError):
    """Jira refused us something we were told to read."""

    exit_code = 77


class LastingError(RefusedError):
    """What a later run was to get over, and several did not."""


class IdentityError(RefusedError):
    """Jira does not take us for who we say we are, or is not the Jira we were told of."""


def describe_os_error(error: OSError) -> DatabaseError:
    """What this machine refuses us, where no stage has words of its own for it."""
    where = str(error.filename or "this machine")
    what = f"refuses what is needed: {error.strerror or type(error).__name__}"
    remedy = "Mend that and run again. The last good list stays as it is."
    return DatabaseError(Problem(where, what, remedy))


def describe_failed_snapshot(path: object, error: Exception) -> UsageError:
    """A snapshot whose hash is right and which holds what rules cannot be judged by."""
    what = f"cannot be judged: {type(error).__name__}: {error}"
    remedy = (
        "Write it anew: `headway snapshot FILE`, where the databases are. If the new one cannot be "
        "judged either, please report what `headway --verbose` says of it."
    )
    return UsageError(Problem(str(path), what, remedy))
