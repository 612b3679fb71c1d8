"""`headway completion`: scripts by which a shell completes commands, options, and ids of rules.

One function of plain `sh` knows what may stand where; each shell wraps it. It reads ids out of the
rule book's files itself, since Python takes longer to start than a person waits for a Tab. What it
cannot read completes to nothing.
"""

from collections.abc import Iterator

from sync.cli.parser import Argument
from sync.cli.registry import COMMANDS

IDS = {"explain": (1,), "decide": range(2, 10), "merge": (1, 2), "withdraw": (1,), "redact": (1,)}
"""Which words of a command are ids of capabilities, drafts among them."""
DRAFTS = {"name": (1,)}
FILES = {"snapshot": "1", "lint": "*"}
"""Which words are files; all are, of a command that takes any number."""
PATHS = {"F": "@files", "WHERE": "@files", "DIR": "@folders"}
"""What completes a value, by how help calls it."""
ANYWHERE = ("--help",)
BEFORE = ("--env-file", "--list", "--verbose", "--version")
"""Options of all commands, which stand before their names."""
VALUED_BEFORE = {"--env-file", "--list"}

LIST_IDS = r"""_headway_ids() {
  find -L "$1" -maxdepth 5 -type f \( -name '*.yaml' -o -name '*.yml' \) -exec awk -v only="$2" '
    function tell() { if (id != "" && (only == "" || is_draft)) print id; id = ""; is_draft = 0 }
    FNR == 1 { tell(); on = first = 0 }
    /^[A-Za-z_]+ *:/ { tell(); on = /^capabilities *:/; first = 0 }
    on && match($0, /-/) && /^ *- / {
      if (!first) first = RSTART
      if (RSTART == first) tell()
    }
    on && id == "" && match($0, /(^|[-{, ])id *: *["\047]?[A-Za-z0-9_-]+/) {
      id = substr($0, RSTART, RLENGTH)
      sub(/.*: *["\047]?/, "", id)
    }
    on && /(^|[-{, ])draft *: *true/ { is_draft = 1 }
    END { tell() }' {} +
}
"""

CANDIDATES = """
# What may stand behind these words, the first of which is the one that is being typed: a line
# each, or @files or @folders.
_headway_candidates() {
  typed=$1
  shift
  name= place=1 takes= folder=${HEADWAY_CONFIG_DIR:-config}
  for word; do
    if [ "$word" = = ]; then continue; fi
    if [ -n "$takes" ]; then
      if [ "$takes" = --env-file ]; then
        found=$(sed -n 's/^HEADWAY_CONFIG_DIR=//p' "$word" | tail -n 1)
        folder=${found:-$folder}
      fi
      takes=
      continue
    fi
    case $word in
      @VALUED@) takes=$word ;;
      -*) ;;
      *) if [ -z "$name" ]; then name=$word; else place=$((place + 1)); fi ;;
    esac
  done
  case "$name $takes" in
@VALUES@
    *' '?*) return ;;
  esac
  case "$typed $name $place" in
    -*) ;;
@WORDS@
  esac
  case $name in
    '') printf '%s\\n' @COMMANDS@ ;;
@OPTIONS@
  esac
}
"""

WRAPPERS = {
    "bash": """
_headway() {
  local IFS=$' \\t\\n' candidates
  candidates=$(_headway_candidates "$2" "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
  IFS=$'\\n'
  case $candidates in
    @files) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$2")) ;;
    @folders) compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -d -- "$2")) ;;
    *) COMPREPLY=($(compgen -W "$candidates" -- "$2")) ;;
  esac
}
complete -F _headway headway
""",
    "zsh": """
_headway() {
  local candidates
  local -a before=("${(@)words[2,CURRENT-1]}")
  candidates=$(emulate sh; _headway_candidates "$PREFIX" "${before[@]}" 2>/dev/null)
  case $candidates in
    @files) _files ;;
    @folders) _files -/ ;;
    ?*) compadd -- ${(f)candidates} ;;
  esac
}
compdef _headway headway
""",
    "fish": """
function _headway
    set -l before (commandline -opc)
    set -l typed (commandline -ct)
    set -l candidates (sh -c $_headway_sh headway "$typed" $before[2..-1] 2>/dev/null)
    switch "$candidates[1]"
        case @files
            __fish_complete_path (commandline -ct)
        case @folders
            __fish_complete_directories (commandline -ct)
        case '*'
            string join \\n -- $candidates
    end
end
complete -c headway -f -a '(_headway)'
""",
}


def print_script(shell: str) -> int:
    """The script of a shell; to be read by it as it starts."""
    print(f"# headway completion {shell}")
    core = LIST_IDS + _write_candidates()
    if shell == "fish":
        called = f'{core}_headway_candidates "$@"'
        quoted = called.replace("\\", "\\\\").replace("'", "\\'")
        core = f"set -g _headway_sh '{quoted}'\n"
    print(core + WRAPPERS[shell], end="")
    return 0


def _write_candidates() -> str:
    """The function with the commands, options and values of this version."""
    listed = [argument for command in COMMANDS.values() for argument in command.arguments]
    valued = {name for each in listed if _is_option(each) and each.metavar for name in each.names}
    parts = {
        "VALUED": "|".join(sorted(VALUED_BEFORE | valued)),
        "VALUES": "\n".join(_list_values()),
        "WORDS": "\n".join(_list_words()),
        "COMMANDS": " ".join([*COMMANDS, *BEFORE, *ANYWHERE]),
        "OPTIONS": "\n".join(_list_options()),
    }
    text = CANDIDATES
    for name, part in parts.items():
        text = text.replace(f"@{name}@", part)
    return text


def _is_option(argument: Argument) -> bool:
    return argument.names[0].startswith("-")


def _list_values() -> Iterator[str]:
    """What an option's value may be, for those whose values are known or are paths."""
    yield "    *' --env-file') echo @files; return ;;"
    for name, command in COMMANDS.items():
        for argument in filter(_is_option, command.arguments):
            told = " ".join(argument.settings.get("choices", ())) or PATHS.get(argument.metavar)
            if told:
                yield f"    '{name} {argument.names[-1]}') printf '%s\\n' {told}; return ;;"


def _list_words() -> Iterator[str]:
    """What the words of a command may be."""
    for only, places in (("", IDS), ("draft", DRAFTS)):
        for name, numbers in places.items():
            for place in numbers:
                yield f"""    *' {name} {place}') _headway_ids "$folder" '{only}'; return ;;"""
    for name, pattern in FILES.items():
        yield f"    *' {name} '{pattern}) echo @files; return ;;"
    for name, command in COMMANDS.items():
        for argument in command.arguments:
            if not _is_option(argument) and (choices := argument.settings.get("choices")):
                yield f"    *' {name} 1') printf '%s\\n' {' '.join(choices)}; return ;;"


def _list_options() -> Iterator[str]:
    for name, command in COMMANDS.items():
        options = [each.names[-1] for each in command.arguments if _is_option(each)]
        yield f"    {name}) printf '%s\\n' {' '.join([*options, *ANYWHERE])} ;;"
