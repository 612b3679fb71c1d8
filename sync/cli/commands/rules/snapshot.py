"""`headway snapshot`: all that rules are judged by as one file."""

from pathlib import Path

from sync.cli.output import print_json, print_page
from sync.pipeline.context import open_context
from sync.pipeline.sites.walked import find_oldest, list_walked
from sync.settings.settings import Settings
from sync.store.clean.published_state import read_published_state
from sync.store.snapshot.write import write_snapshot
from translators.plurals import count_noun


def save_snapshot(settings: Settings, path: Path, as_json: bool) -> int:
    """Write the file; UsageError where no walk came through yet."""
    with open_context(settings, reading=True) as context:
        whole = context.with_left(read_published_state(context.clean))
        walked = list_walked(whole)
        as_of = find_oldest(whole, walked)
        sites = {each.site: each.context.settings.jira_projects for each in walked}
        written = write_snapshot(path, context.clean, context.state, sites)
    if as_json:
        print_json({"path": str(path), "as_of": as_of, "written": written})
        return 0
    issues = count_noun(written.issues, "issue")
    print_page(
        [
            f"Written: {path}, {written.size / 1e6:.1f} MB, {issues} as of "
            f"{as_of:%Y-%m-%d %H:%M} UTC",
            f"  SHA-256 {written.sha256}",
            "  It holds titles of issues and descriptions of epics, without those that have a "
            "security level: keep it where the product team keeps its own files.",
            f"  headway check --snapshot {path}",
            f"  headway plan --snapshot {path}",
        ]
    )
    return 0
