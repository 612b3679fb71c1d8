"""Examples, exit codes and settings of the commands that run it. Lines stay as they are."""

from sync.cli.help.shared import CONFIG, DATABASES, JIRA

DEMO = """Examples:
  headway demo
  headway demo --keep       # then, in another terminal, try every command
  headway --env-file var/demo/env explain audit-log

It reads no setting of yours, and writes under var/demo only."""

INIT = f"""Examples:
  HEADWAY_CONFIG_DIR=rules headway init
  headway init --sync       # reads Jira in between
  headway init --dry-run    # what it would draft

Settings:
  {CONFIG}, {DATABASES};
  with --sync those of headway sync"""

SYNC = f"""Examples:
  headway sync
  headway sync --json | jq .outcome
  headway --verbose sync --full     # every step and every request
  headway sync --plan plan.json     # what headway plan --save has written

Exit codes:
  0   published, or there was nothing new
  2   mend the settings or the rule book
  3   a guard holds it back: headway status, then headway approve RUN; or
      the plan in F is not what would come out now
  74  mend or migrate a database
  75  the next run tries again: Jira is down, or another run is going on
  77  renew the token, or the account's permissions

Settings:
  {JIRA}
  {DATABASES}
  {CONFIG}, HEADWAY_SCHEDULE or HEADWAY_STALE_AFTER (when the list
  stops counting as fresh), HEADWAY_CLOCK_TOLERANCE (how far clocks may
  differ), HEADWAY_HEARTBEAT_URL, HEADWAY_WEBHOOK_URL, HEADWAY_WEBHOOK_SECRET,
  HEADWAY_WEBHOOK_FORMAT, HEADWAY_DIGEST (how often a digest is sent),
  HEADWAY_BOARD_PATH (where the sales board goes),
  HEADWAY_SECRETS_DIR (a folder with a file for each setting),
  HEADWAY_SITES_FILE (every site and list, where there are several),
  HEADWAY_CLEAN_SCHEMA, HEADWAY_STATE_SCHEMA and HEADWAY_READERS_ROLE (names
  in PostgreSQL, where they are not the usual ones)"""

SERVE = """Examples:
  HEADWAY_SCHEDULE=6h headway serve
  HEADWAY_SCHEDULE="0 6 * * 1-5" HEADWAY_TIMEZONE=Europe/Berlin headway serve
  headway serve --once-healthy    # while another container runs migrate
  headway serve --workers postgresql://headway@db.example.com/jobs

The log goes to stderr, as JSON lines where that is no terminal. SIGTERM or
Ctrl-C ends it between two pages, a second one at once.

Exit codes:
  0   it was asked to stop
  2   it could not begin: mend the settings or the rule book
  74  headway migrate
  77  it could not begin: Jira does not know the token
  A bad night does not end it: the next run tries again, with the settings
  as they then are. Schedule, time zone and the rule book's folder are those
  of the start. Databases that do not answer at the start are waited for.

Rules:
  Changed ones are published within a minute, on what was read last. While
  they are broken, the last good ones stay in force.

Settings:
  HEADWAY_SCHEDULE, HEADWAY_TIMEZONE, HEADWAY_STALE_AFTER,
  HEADWAY_HTTP_ADDRESS (where it shows the sales board, and answers
  /healthz, /readyz and /metrics), HEADWAY_SITES_FILE (several lists),
  HEADWAY_WORKERS_URL, and those of headway sync"""

WORK = """Examples:
  headway work --slots 4
  headway work --workers postgresql://headway@db.example.com/jobs

It needs the extra `scale`: pip install 'headway-sync[scale]'. SIGTERM or
Ctrl-C ends it between two pages, and its jobs are another worker's.

Exit codes:
  0   it was asked to stop
  2   it could not begin: mend the settings, or install the extra
  74  headway migrate
  What a list's run ends with is told to the log and to the list; 74 and 75
  come back later by themselves. A jobs database that is down is waited for.

Settings:
  HEADWAY_WORKERS_URL, HEADWAY_WORK_MEMORY (what it may take, such as 900M;
  a container's own limit unless it is set), HEADWAY_SITES_FILE,
  HEADWAY_HTTP_ADDRESS (where it answers /healthz and /readyz), and those of
  headway sync"""

STATUS = f"""Examples:
  headway status
  headway status --json | jq .freshness.is_stale

Exit codes:
  0   nothing is held back
  3   something is held back: headway approve RUN publishes it
  75  the list is stale, or the last run failed and a later one may not
  77  a project cannot be seen, or Jira refused the last run
  74  mend or migrate a database

Settings:
  {DATABASES}"""

RECOVER = f"""Examples:
  headway recover
  headway recover --restored

Exit codes:
  0   both histories agree now
  74  mend or migrate a database
  75  a run is going on: try again when it has ended

Settings:
  {DATABASES}"""

APPROVE = f"""Example:
  headway approve 20261123-060000-3f9a --dry-run
  headway approve 20261123-060000-3f9a

Exit codes:
  0   published, or shown
  2   RUN holds nothing back
  3   the list has moved on since: headway sync, and look again; or the answer
      was no

Settings:
  {DATABASES}"""

DOCTOR = f"""Examples:
  headway doctor
  headway doctor --json

Exit codes:
  0   all is well, or only noted
  2   mend the settings or the rule book
  74  mend or migrate a database
  75  Jira cannot answer now
  77  renew the token, or the account's permissions

Settings:
  {JIRA},
  {CONFIG}, {DATABASES}"""

PAUSE = f"""Examples:
  headway pause east --reason "moves to the cloud this week"
  headway resume east

Exit codes:
  0   paused
  2   there is no such site
  74  mend or migrate a database

Settings:
  {DATABASES}, HEADWAY_SITES_FILE"""

RESUME = f"""Example:
  headway resume east

Exit codes:
  0   read again from the next run on
  2   there is no such site
  74  mend or migrate a database

Settings:
  {DATABASES}, HEADWAY_SITES_FILE"""

COMPLETION = """Examples:
  source <(headway completion bash)      # in ~/.bashrc
  source <(headway completion zsh)       # in ~/.zshrc, below compinit
  headway completion fish                # as completions/headway.fish

It reads no setting. As you complete, the shell itself looks into the folder
that HEADWAY_CONFIG_DIR names, or the file behind --env-file."""

MIGRATE = f"""Example:
  headway migrate

Settings:
  {DATABASES},
  HEADWAY_WORKERS_URL (the jobs database, which is made too)"""
