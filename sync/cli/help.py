"""What `--help` says below the options: examples, exit codes, settings. Lines stay as they are."""

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

CHECK = f"""Examples:
  headway check
  headway check --config ../my-branch/rules --json
  headway check --live               # a field that was made in Jira today
  headway check --snapshot F         # no database, no setting
  headway check --strict --format github

Exit codes:
  0   nothing is wrong; warnings at most
  2   a run would refuse the rules, or one of their own examples, texts,
      pins or assertions is wrong; with --strict, for a warning too

Settings:
  {CONFIG}, {DATABASES};
  for --live those of headway sync"""

PLAN = f"""Examples:
  headway plan --config ../my-branch/rules
  headway plan --snapshot F          # no database, no setting
  headway plan --format markdown
  headway plan --save plan.json     # then: headway sync --plan plan.json
  headway plan --publish-to var/tomorrow.db
  headway plan --edges

Exit codes:
  0   done; with --detailed-exitcode: nothing would change
  2   mend the settings or the rule book
  4   with --detailed-exitcode: something would change
  74  mend or migrate a database

Settings:
  {CONFIG}, {DATABASES}"""

SNAPSHOT = f"""Examples:
  headway snapshot var/rules.snapshot
  headway plan --snapshot var/rules.snapshot --config ../my-branch/rules

Exit codes:
  0   written
  2   no backlog was read yet, or something else stands there
  74  mend or migrate a database, or the folder of the file

Settings:
  {DATABASES}, HEADWAY_JIRA_PROJECTS"""

EXPLAIN = f"""Examples:
  headway explain PAY-310
  headway explain audit-log
  headway explain "Audit log"

Settings:
  {CONFIG}, {DATABASES}"""

QUEUE = f"""Examples:
  headway queue
  headway queue --meeting --format markdown
  headway queue --json | jq .queue.number

Settings:
  {CONFIG}, {DATABASES};
  for --meeting HEADWAY_REQUESTS_FILE, a table of date, words, why"""

DECIDE = f"""Examples:
  headway decide PAY-502 audit-log --reason "Sold as part of it" --by @anna
  headway decide PAY-502 PAY-511 --hide --reason "For one customer" --by @anna
  headway decide PAY-502 --undo
  headway decide PAY-502 audit-log --rule --dry-run

Exit codes:
  0   written, or nothing had to be, or you said no
  2   refused, or shown where nobody can be asked: give --yes

Settings:
  {CONFIG}, {DATABASES}"""

NAME = f"""Example:
  headway name exports "Exports" --area "Reports" --id data-exports

Settings:
  {CONFIG}, {DATABASES}"""

MERGE = f"""Example:
  headway merge fax-delivery invoicing

Settings:
  {CONFIG}, {DATABASES}"""

WITHDRAW = f"""Example:
  headway withdraw fax-delivery --reason not_for_sale

Settings:
  {CONFIG}, {DATABASES}"""

REDACT = f"""Example:
  headway redact fax-delivery

Settings:
  {CONFIG}, {DATABASES}"""

FIND = f"""Example:
  headway find do you have an audit trail
  headway find --file asks.txt --json

Settings:
  {DATABASES}"""

DIGEST = f"""Examples:
  headway digest
  headway digest --json | jq .news

Settings:
  {DATABASES},
  HEADWAY_DIGEST, HEADWAY_TIMEZONE"""

EVIDENCE = """Examples:
  headway evidence audit-log --on 2026-11-23
  headway evidence audit-log --on 2026-11-23T14:30 --output offer.html
  headway evidence audit-log --on 2026-11-23 --json | jq .presence

Exit codes:
  0   it was found out, whatever it was
  2   nothing of that name was ever on the list, or the day is still to come
  74  the clean database cannot be read, or its publication log was changed

Settings:
  HEADWAY_CLEAN_URL, HEADWAY_TIMEZONE"""

EXPORT = """Examples:
  headway export > list.csv
  headway export --format jsonl --output list.jsonl
  headway export --cursor-file crm.cursor --output changes.csv
  headway export --view v1_alias --since 41 --epoch E > aliases.csv
  headway export --output list.csv --json | jq .cursor

Views: v1_crm, v1_capability, v1_alias and v1_change (these four by cursor
too), v1_active_capability, v1_term, v1_freshness.

Exit codes:
  0   written, be it no row
  2   mend what was asked for, or the name of a file
  74  there is no list that could be read, it ends before the cursor, or a
      file cannot be written
  75  nothing was published yet

Settings:
  HEADWAY_CLEAN_URL"""

BOARD = """Examples:
  headway board
  headway board --output /srv/www/board.html
  HEADWAY_BOARD_PATH=/srv/www/board.html headway sync
  headway board --on 2026-11-23 --output as-it-stood.html

Exit codes:
  0   written, whole
  2   something else than a board stands there, and stays; or the day is still
      to come, or no day
  74  there is no list to show, no right to write there, or with --on the
      publication log was changed

Settings:
  HEADWAY_CLEAN_URL, HEADWAY_BOARD_PATH, HEADWAY_TIMEZONE"""

LINT = f"""Examples:
  headway lint offer.docx deck.pptx
  headway lint proposals --exclude drafts --as-of 2026-06-30
  headway lint notes.csv --column comment --json | jq .ledger
  headway lint - < mail.txt

Exit codes:
  0   nothing was found
  1   something was found
  2   a document could not be read, or the settings or rules are wrong

Settings:
  {CONFIG}, HEADWAY_CLEAN_URL"""

MCP = """Examples:
  headway mcp                       # an assistant starts it: stdin and stdout
  headway mcp --http 127.0.0.1:8321

It needs the extra `mcp`: pip install 'headway-sync[mcp]'. Wording is checked
by the rules that come with Headway, or by those in HEADWAY_CONFIG_DIR where
that is set.

Exit codes:
  0   the caller is gone, or it was asked to stop
  2   install the extra, or mend the settings, the rules or the address

Settings:
  HEADWAY_CLEAN_URL, HEADWAY_REQUESTS_FILE, HEADWAY_CONFIG_DIR"""
