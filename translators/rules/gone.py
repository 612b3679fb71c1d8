"""Words the lines of a rule book that say what is gone for good: YAML that does what it says."""

WHO = "@you"


def write_gone_line(project: str) -> str:
    """The item of `gone` after which nobody waits for a project."""
    return f'- {{project: "{project}", reason: gone for good, by: "{WHO}"}}'


def write_pin_line(issue: str) -> str:
    """The item of `pins` after which an epic counts no more."""
    return f'- {{issue: {issue}, hide: true, reason: gone for good, by: "{WHO}"}}'


def explain_gone(project: str) -> str:
    """What to do about a project that nobody will see again."""
    return f"add to `gone:` in a rule file: {write_gone_line(project)}"
