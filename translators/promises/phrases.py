"""Makes patterns of the phrases by which a product team says what must not be published.

A phrase is written as it is read: "in the works". Beside words, it can hold `{month}`, a list of
words that has a name; `week*`, the start of a word; ` ... `, up to six words of one sentence; and
what RE2 takes: `(a|b)`, `( a)?`, `^` and `$` for where the text begins and ends.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import re2

from models.promises import WordList
from translators.promises.readings import latinize

GAP = r"(?: [^ .;:!?]+){0,6} "
_ONES = (
    "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|"
    "zwei|drei|vier|funf|sechs|sieben|acht|neun|zehn|elf|zwolf|dreizehn|vierzehn|funfzehn|"
    r"(?:\w{3,8}und)?(?:zwanzig|dreissig|vierzig|funfzig|sechzig|siebzig|achtzig|neunzig)|"
    "deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|vingt|trente|"
    r"(?:quarante|cinquante|soixante|quatre vingts?)(?: (?:et )?\w+)?|"
    "dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|veinte|treinta|"
    "cuarenta|cincuenta|sesenta|setenta|ochenta|noventa|cien"
)
_TENS = "twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
BUILT_IN = {
    "number": (
        rf"(?:\d+(?:[.,]\d+)*|(?:{_TENS})(?: \w+)?|{_ONES}|"
        r"(?:thir|four|fif|six|seven|eigh|nine)teen|hundred|dozens?)"
    ),
    "year": r"20[2-9]\d",
}
"""Words that have a name and are no list."""
_SIGNS = re.compile(
    r" \.\.\. |\\\w|\^(?<!\[\^)|\$|\{([a-z][a-z-]*)\}|\*(?<=\w\*)(?<!\\\w\*)"
    r"|-(?<=[^\W\d_]-)(?=[^\W\d_])"
)
_MAYBE_SIGN = re.compile(r"[-.^$*\\{]")
"""A quick look spares most phrases the slow one, which looks behind a sign, not before it, for the
same reason."""
_HARMLESS = (
    *(
        "invoice export",
        "team calendar",
        "shared inbox",
        "quick view",
        "maps",
        "rechnungen als pdf",
    ),
    *(
        "kundenportal",
        "zeiterfassung",
        "plan de salle",
        "notes de frais",
        "facturas",
        "carga masiva",
    ),
)
"""What has nothing in common: whoever finds most of it finds nearly everything."""
_DOT = re.compile(r"(?<!\\)\.")
_PLAIN_SIGNS = {
    " ... ": GAP,
    "*": r"\w*",
    "-": " ",
    "^": r"(?:^|[.!?:;] )",
    "$": r"(?:$|[.!?;:]+(?:$| ))",
}


def compile_phrases(phrases: Sequence[str], terms: Mapping[str, str]) -> str:
    """One RE2 pattern for words as `read_words` gives them; ValueError where it cannot be one."""
    return "|".join(compile_phrase(phrase, terms) for phrase in phrases)


def compile_phrase(phrase: str, terms: Mapping[str, str]) -> str:
    """The pattern of one phrase; ValueError where it names no list of words."""
    first, last = latinize(phrase[:1]), latinize(phrase[-1:])
    before = r"\b" if first.isascii() and first not in "^'" else ""
    after = r"\b" if last.isascii() and last not in "$*'" and phrase[-2:] != "%)" else ""
    return f"{before}(?:{_translate(phrase, terms)}){after}"


def check_phrase(phrase: str, terms: Mapping[str, str]) -> None:
    """ValueError saying what is wrong with a phrase."""
    _check_pattern(phrase, compile_phrase(phrase, terms))


def check_pattern(pattern: str) -> None:
    """ValueError saying what is wrong with a pattern for the text as written."""
    _check_pattern(pattern, f"(?i){pattern}")


def _check_pattern(written: str, pattern: str) -> None:
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(pattern, options=options)
    except re2.error as error:
        raise ValueError(f"{written!r} is no pattern: {_word_error(error)}") from None
    found = sum(bool(compiled.search(text)) for text in _HARMLESS)
    if compiled.search("") or compiled.search("x") or found > len(_HARMLESS) // 2:
        raise ValueError(f"{written!r} would be found in nearly every text")


def _word_error(error: Exception) -> str:
    """What RE2 says, without the pattern that was made of the phrase."""
    said = error.args[0]
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
    return words.partition(":")[0]


def expand_terms(terms: Iterable[WordList]) -> dict[str, str]:
    """The pattern of each list of words; ValueError where one holds a later one."""
    expanded = dict(BUILT_IN)
    for term in terms:
        spelled = [_translate(word, expanded) for word in term.words]
        expanded[term.id] = f"(?:{'|'.join(spelled)})"
    return expanded


def _translate(phrase: str, terms: Mapping[str, str]) -> str:
    if not _MAYBE_SIGN.search(phrase):
        return latinize(phrase)
    pieces: list[str] = []
    done = 0
    for sign in _SIGNS.finditer(phrase):
        term, (start, end) = sign[1], sign.span()
        known = _find_term(term, terms) if term else _PLAIN_SIGNS.get(sign[0], sign[0])
        pieces += (_spell(phrase[done:start]), known)
        done = end
    return "".join((*pieces, _spell(phrase[done:])))


def _spell(words: str) -> str:
    """Words between signs, as a pattern of them: a dot is one."""
    plain = latinize(words)
    return _DOT.sub(r"\.", plain) if "." in plain else plain


def _find_term(name: str, terms: Mapping[str, str]) -> str:
    if name not in terms:
        raise ValueError(f"no list of words is called {name!r}, or it stands further down")
    return terms[name]
