"""Examples, exit codes and settings of the commands that show what sales sees.

Lines stay as they are.
"""

from sync.cli.help.shared import CONFIG, DATABASES

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
