"""Words the lines of a rule book that say what is gone for good: YAML that does what it says."""

WHO = "@you"


def write_gone_line(project: str) -> str:
    """The item of `gone` after which nobody waits for a project, called as the list calls it."""
    site, _, key = project.rpartition("/")
    of_site = f'site: "{site}", ' if site else ""
    return f'- {{{of_site}project: "{key}", reason: gone for good, by: "{WHO}"}}'


def write_pin_line(issue: str) -> str:
    """The item of `pins` after which an epic counts no more."""
    return f'- {{issue: {issue}, hide: true, reason: gone for good, by: "{WHO}"}}'


def explain_gone(project: str) -> str:
    """What to do about a project that nobody will see again."""
    return f"add to `gone:` in a rule file: {write_gone_line(project)}"


def write_gone_site_line(site: str) -> str:
    """The item of `gone` after which nobody waits for a site."""
    return f'- {{site: "{site}", reason: gone for good, by: "{WHO}"}}'


def explain_gone_site(site: str) -> str:
    """What to do about a site that left the settings and will not come back."""
    return f"If it is gone for good, add to `gone:` in a rule file: {write_gone_site_line(site)}"
