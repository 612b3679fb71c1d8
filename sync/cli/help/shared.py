"""The groups of the commands, what is said of all of them, and lines that several share."""

RUN = "Run it"
RULES = "Keep the rules"
SALES = "See what sales sees"
GROUPS = (RUN, RULES, SALES)

HEADWAY = """
Shows sales what engineering has already worked on, read from Jira: never a date, never a promise.

New here? `headway demo` runs everything on a made-up company, on this machine only.
"""

JIRA = """HEADWAY_JIRA_URL, HEADWAY_JIRA_EMAIL (Cloud), HEADWAY_JIRA_TOKEN,
  HEADWAY_JIRA_TOKEN_EXPIRES, HEADWAY_JIRA_API_URL, HEADWAY_JIRA_CA_FILE,
  HEADWAY_JIRA_PROXY,
  HEADWAY_JIRA_PROJECTS, HEADWAY_JIRA_DEPLOYMENT"""
DATABASES = "HEADWAY_CLEAN_URL, HEADWAY_STATE_URL, HEADWAY_SITE"
CONFIG = "HEADWAY_CONFIG_DIR"

TOP = """Settings come from the environment; `headway sync --help` and `headway
serve --help` name them, docs/settings.md explains them.

Exit codes: 0 done, 2 settings or rules, 3 held back, 70 our bug, 74 database,
75 try later, 77 Jira refused us."""
