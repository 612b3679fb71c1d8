"""The commands that keep the rules."""

from argparse import Namespace
from pathlib import Path

from sync.cli.help import rules as texts
from sync.cli.help.shared import RULES
from sync.cli.parser import named_path, option, word
from sync.cli.registry import (
    ALL,
    AS_JSON,
    SNAPSHOT,
    WRITES,
    command,
    read_given_settings,
    start_log,
)


@command(
    RULES,
    texts.CHECK,
    option("--config", metavar="DIR", type=named_path, help="Judge the rules in DIR."),
    option("--live", help="Ask Jira for its fields and projects of today."),
    SNAPSHOT,
    option("--strict", help="End with 2 for warnings too."),
    option("--values", dest="show_values", help="List the values that no example meets."),
    option(
        "--format",
        dest="shape",
        metavar="text|json|markdown|github",
        choices=("text", "json", "markdown", "github"),
        default="text",
        help="How to say it; github puts each finding beside its line in a pull request.",
    ),
    AS_JSON,
)
def check(given: Namespace) -> int:
    """Say all that is wrong or odd in the rule book, each with its line and a remedy.

    Looks at texts, fields, ids, pins, examples and assertions, and holds them against what the last
    run read, where there is one. Changes nothing, and needs no Jira but for `--live`.
    """
    from sync.cli.commands.rules.check import show_verdict

    if given.live:
        start_log(given)
    settings = read_given_settings(given, for_jira=given.live)
    return show_verdict(
        settings,
        given.config,
        live=given.live,
        shape="json" if given.as_json else given.shape,
        strict=given.strict,
        show_values=given.show_values,
    )


@command(
    RULES,
    texts.PLAN,
    option("--config", metavar="DIR", type=named_path, help="Judge the rules in DIR."),
    option("--edges", help="Propose level edges from the real portfolio instead."),
    SNAPSHOT,
    option("--drift", help="List what Jira changed, not the rules."),
    option("--detailed-exitcode", help="Exit with 4 where something would change."),
    option(
        "--save", metavar="F", type=named_path, help="Save the plan in F, for headway sync --plan."
    ),
    option("--accept-unscreened", help="Let a saved plan publish what leaves screening."),
    option(
        "--publish-to",
        metavar="WHERE",
        help="Write the list as it would be to a SQLite file or PostgreSQL schema of its own.",
    ),
    option(
        "--format",
        metavar="HOW",
        choices=("text", "markdown", "json"),
        default="text",
        help="text, json, or markdown for a pull request's comment.",
    ),
    ALL,
    AS_JSON,
)
def plan(given: Namespace) -> int:
    """Show what sales would read under changed rules, before anybody does.

    Judges the rule book on what the last run read. Asks Jira nothing and changes nothing, so it
    needs one `sync` before.
    """
    from sync.cli.commands.rules.plan import PlanOptions, show_edges, show_plan

    if given.edges:
        return show_edges(read_given_settings(given), given.config, given.as_json)
    options = PlanOptions(
        as_json=given.as_json or given.format == "json",
        as_markdown=given.format == "markdown",
        show_all=given.show_all,
        show_drift=given.drift,
        detailed_exit_code=given.detailed_exitcode,
        save=given.save,
        accepts_unscreened=given.accept_unscreened,
        publish_to=given.publish_to,
    )
    return show_plan(read_given_settings(given), given.config, options)


@command(RULES, texts.SNAPSHOT, word("file", "F"), AS_JSON)
def snapshot(given: Namespace) -> int:
    """Write all that rules are judged by into one file, for checks without a database.

    `headway check --snapshot F` and `headway plan --snapshot F` say of it what they say here. The
    file holds titles of issues: keep it where the product team keeps its own.
    """
    from sync.cli.commands.rules.snapshot import save_snapshot

    return save_snapshot(read_given_settings(given), Path(given.file), given.as_json)


@command(RULES, texts.EXPLAIN, word("what", "WHAT"), ALL, AS_JSON)
def explain(given: Namespace) -> int:
    """Say why an epic, issue or capability is where it is, with the arithmetic of its level.

    WHAT is an issue's key or address, a capability's id, name or alias, or the id or place of a
    rule.
    """
    from sync.cli.commands.rules.explain import show_explanation

    return show_explanation(read_given_settings(given), given.what, given.as_json, given.show_all)


@command(
    RULES,
    texts.QUEUE,
    option("--config", metavar="DIR", type=named_path, help="Judge the rules in DIR."),
    option("--meeting", help="The agenda of sales and product: what customers asked for, first."),
    option(
        "--format",
        metavar="FORM",
        dest="form",
        choices=("text", "markdown", "json"),
        default="text",
        help="text, markdown or json.",
    ),
    option("--reveal", help="Show titles of epics above or below which is a security level."),
    ALL,
    AS_JSON,
)
def queue(given: Namespace) -> int:
    """List what a person must decide, most past work first, by the edit that decides most.

    Every epic that needs a decision is in one group, with the line of the rule book that would
    settle it. Asks Jira nothing and changes nothing, so it needs one `sync` before.
    """
    from sync.cli.commands.rules.queue import show_queue

    return show_queue(
        read_given_settings(given),
        given.config,
        "json" if given.as_json else given.form,
        meeting=given.meeting,
        reveal=given.reveal,
        show_all=given.show_all,
    )


@command(
    RULES,
    texts.DECIDE,
    word("epics", "EPIC... [CAPABILITY]", nargs="+"),
    option("--hide", help="Leave them out instead."),
    option("--hold", help="Have them wait for a decision instead."),
    option("--new", metavar="ID", help="Count them toward a capability that is made for them."),
    option("--name", metavar="TEXT", help="What sales calls the new one."),
    option("--area", metavar="TEXT", help="The part of the product that it belongs to."),
    option("--summary", metavar="TEXT", help="What it does for a customer."),
    option("--undo", help="Take their pins out again, so that rules decide."),
    option("--reason", metavar="TEXT", help="Why. A pin needs it."),
    option("--by", metavar="WHO", help="Whose decision it is. A pin needs it."),
    option("--until", metavar="DATE", help="The last day on which the pin holds."),
    option("--rule", help="Add a value of the epic's to the capability's own rule, no pin."),
    option("--value", metavar="WORD", help="Which: a component, a label, a word of its title."),
    *WRITES,
)
def decide(given: Namespace) -> int:
    """Decide epics: which capability they count toward, or none.

    Writes a pin for each EPIC into the rule book, in place, after showing what sales would read of
    it; all of them or none. A pin beats every rule but a security level; one that an epic has
    already is changed.
    """
    from sync.cli.commands.rules.decide import decide_epics

    return decide_epics(read_given_settings(given), given)


@command(
    RULES,
    texts.NAME,
    word("draft", "DRAFT"),
    word("name", "NAME"),
    option("--area", metavar="TEXT", help="The part of the product it belongs to."),
    option("--summary", metavar="TEXT", help="What it does for a customer."),
    option("--id", metavar="ID", help="Another id, while it was never published."),
    *WRITES,
)
def name(given: Namespace) -> int:
    """Turn a draft into a capability that sales reads.

    Gives it the NAME that sales calls it by and takes `draft: true` away, in place.
    """
    from sync.cli.commands.rules.reword import name_capability

    return name_capability(read_given_settings(given), given)


@command(RULES, texts.MERGE, word("id", "ID"), word("into", "INTO"), *WRITES)
def merge(given: Namespace) -> int:
    """Have one capability be read instead of another.

    Withdraws ID as merged, in place; its epics count toward INTO from then on.
    """
    from sync.cli.commands.rules.reword import merge_capability

    return merge_capability(read_given_settings(given), given)


@command(
    RULES,
    texts.WITHDRAW,
    word("id", "ID"),
    option("--reason", metavar="CODE", help="not_for_sale or mistake."),
    *WRITES,
)
def withdraw(given: Namespace) -> int:
    """Take a capability off the list.

    Its row stays and says so: readers who remember it learn that it is gone.
    """
    from sync.cli.commands.rules.reword import withdraw_capability

    return withdraw_capability(read_given_settings(given), given)


@command(RULES, texts.REDACT, word("id", "ID"), *WRITES)
def redact(given: Namespace) -> int:
    """Take a capability off the list and blank its words wherever readers can look.

    For what should never have been read. The internal log keeps it.
    """
    from sync.cli.commands.rules.reword import redact_capability

    return redact_capability(read_given_settings(given), given)
