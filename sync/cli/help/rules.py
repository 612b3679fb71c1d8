"""Examples, exit codes and settings of the commands that keep the rules. Lines stay as they are."""

from sync.cli.help.shared import CONFIG, DATABASES

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
