"""Finds names that are never published: of people, customers, and of the inside of the company.

Names are looked up word by word, so that a list of all customers costs a text no more than a short
one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from re import compile as compile_words

from msgspec import Struct

from models.promises import Names
from translators.promises.readings import Form, read_plainly, read_words

ENDINGS = ("'s", "s'", "'", "s", "es", "n", "en", "ns")
"""What a name can end in: possessive, plural, German genitive and dative."""
LEGAL_FORMS = {
    *("ag", "gmbh", "ltd", "inc", "llc", "llp", "plc", "corp", "co", "kg", "kgaa", "se", "limited"),
    *("sa", "sas", "sarl", "sl", "slu", "bv", "nv", "ab", "oy", "as", "aps", "spa", "srl", "ug"),
    *("mbh", "s.a", "s.l", "s.r.l", "e.v", "ev", "eg", "sas", "&", "and", "und", "et", "y"),
}
"""What a company's name can end in and go without."""
BUSINESSES = {
    *(
        "bank",
        "banking",
        "insurance",
        "versicherung",
        "versicherungen",
        "group",
        "gruppe",
        "groupe",
    ),
    *("grupo", "holding", "partners", "consulting", "solutions", "software", "systems", "systeme"),
    *(
        "technologies",
        "technology",
        "international",
        "services",
        "industries",
        "logistics",
        "energy",
    ),
    *("logistik", "pharma", "telecom", "airlines", "air", "hotels", "foods", "motors", "health"),
    *("media", "retail", "capital", "financial", "finance", "assurance", "assurances", "seguros"),
    *("banque", "banco", "industrie", "werke", "stores", "labs", "digital", "electronics"),
}
"""What a customer does, behind a name that is enough to tell who it is."""
_TELLING = 5
"""Letters of a name that may stand without what the customer does."""
PROJECTS = ("project", "projekt", "projet", "proyecto", "operation", "codename")
TITLES = (
    *("mr", "mrs", "ms", "dr", "prof", "herr", "herrn", "frau", "hr", "fr", "m", "mme", "mlle"),
    *("madame", "monsieur", "senor", "senora", "sr", "sra", "don", "dona"),
)
SPOKEN_TO = {
    *("ask", "asks", "asked", "ping", "tell", "told", "thank", "thanks", "hi", "hello", "dear"),
    *("spoke", "says", "frag", "fragt", "frage", "fragen", "danke", "hallo", "liebe", "lieber"),
    *("sprich", "demande", "demandez", "voyez", "bonjour", "merci", "salut", "contactez"),
    *("pregunta", "pregunte", "preguntad", "gracias", "hola", "escribe", "contacta"),
}
"""Behind one of these words, or one word further on, a first name alone is a person."""
_SHORT = 6
"""Letters of a name that may be a common word as well: `Target` is no target."""
_WORD = compile_words(r"\S+")
_INNER_DOT = compile_words(r"(?<=\w)\.(?=\w)")
_AROUND = ".:;!?'`|<>{}=+#"


class Listed(Struct, frozen=True):
    """One name as it is looked for: its field in `never`, and its words.

    `is_common`: in small letters it is a word like others, and not found. `is_first_name`: it is
    found where somebody is spoken to.
    """

    field: str
    words: tuple[str, ...]
    is_common: bool = False
    is_first_name: bool = False


class NameFinder:
    """Finds the names of one rule book."""

    def __init__(self, names: Names) -> None:
        self._by_word: dict[str, list[Listed]] = defaultdict(list)
        for field in names.__struct_fields__:
            for name in getattr(names, field):
                for listed in _list_spellings(field, name):
                    self._by_word[listed.words[0]].append(listed)

    def find_names(self, text: str, words: Form) -> Iterator[tuple[str, int, int]]:
        """The field of each name in a text, and its place there; `words` is the text's words."""
        if not self._by_word:
            return
        yield from self._find_in(text, words, list(_split_words(words.text)))
        if (parted := _INNER_DOT.sub(" ", words.text)) != words.text:
            yield from self._find_in(text, words, list(_split_words(parted)))

    def _find_in(
        self, text: str, words: Form, tokens: Sequence[tuple[str, int, int]]
    ) -> Iterator[tuple[str, int, int]]:
        for at, (token, start, _) in enumerate(tokens):
            for stem in _list_stems(token):
                for listed in self._by_word.get(stem, ()):
                    rest = tokens[at : at + len(listed.words)]
                    before = {each for each, _, _ in tokens[max(at - 2, 0) : at]}
                    if listed.is_first_name and SPOKEN_TO.isdisjoint(before):
                        continue
                    if _is_same(listed.words, [each for each, _, _ in rest]):
                        place = words.locate(start, rest[-1][2])
                        if not (listed.is_common and text.startswith(listed.words, place[0])):
                            yield listed.field, *place


def _list_spellings(field: str, name: str) -> Iterator[Listed]:
    words = _read_name(name)
    if not words:
        return
    if len(words) == 1:
        is_short = words[0].isalpha() and len(words[0]) <= _SHORT and name[:1].isupper()
        yield Listed(field, words, is_short)
        return
    yield Listed(field, words)
    if field == "people":
        first, *rest = words
        yield Listed(field, (*rest, first))
        yield Listed(field, (first[0], *rest))
        yield Listed(field, (first,), is_common=True, is_first_name=True)
        yield from (Listed(field, (title, rest[-1])) for title in TITLES)
        return
    if len(joined := "".join(words)) > _SHORT:
        yield Listed(field, (joined,))
    if field == "customers" and words[1] in BUSINESSES and len(words[0]) >= _TELLING:
        yield Listed(field, words[:1], is_common=True)
    if field == "code_names" and words[0] in PROJECTS and len(words) == 2:
        yield Listed(field, words[1:], is_common=True)


def _read_name(name: str) -> tuple[str, ...]:
    """The words of a name, without what a company's name can go without."""
    words = [word for word, _, _ in _split_words(read_words(read_plainly(name)).text)]
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    return tuple(words)


def _split_words(words: str) -> Iterator[tuple[str, int, int]]:
    """Each word without the signs around it, and its place."""
    for match in _WORD.finditer(words):
        word, start = match.group(), match.start()
        if not word.isalnum():
            start += len(word) - len(word := word.lstrip(_AROUND))
            word = word.rstrip(_AROUND)
        if word:
            yield word, start, start + len(word)


def _list_stems(word: str) -> Iterable[str]:
    if not word.endswith(ENDINGS):
        return (word,)
    return (word, *(word[: -len(ending)] for ending in ENDINGS if word.endswith(ending)))


def _is_same(name: tuple[str, ...], words: list[str]) -> bool:
    return (
        len(name) == len(words)
        and list(name[:-1]) == words[:-1]
        and name[-1] in _list_stems(words[-1])
    )
