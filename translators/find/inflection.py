"""Whether two words are one word: in another form, or with one wrong letter."""

from collections.abc import Collection, Iterator
from functools import lru_cache
from itertools import pairwise

from translators.find.letters import Word, plain_words
from translators.find.lexicon.forms import APART, IRREGULAR, OTHER_WORDS, SINGULAR

SAME, INFLECTED, SLIP = range(3)
"""How far a word is from another: not at all, by its form, by one wrong letter."""
ENGLISH, GERMAN, FRENCH, SPANISH = "en", "de", "fr", "es"
_SHORTEST_STEM, _SHORTEST_FOREIGN = 3, 6
"""Letters before an ending; of another language than the ask's, more are asked for."""
_SHORTEST_TYPO, _SHORTEST_FIRST_SWAP, _SHORTEST_SWAP, _SHORTEST_PLURAL_TYPO = 5, 7, 4, 8
"""Letters of a word in which one may be wrong, but the first, or two change places, the first two
too; and of one that may lack its plural's s as well."""
_SHORTEST_HALF = 5
"""Letters of a part of a compound that makes another compound of it: Klassenbuch, Kassenbuch."""
_SHORTEST_DOUBLED = 9
"""Letters of a word in which one l is as good as two: instalment, installment."""
_NEIGHBOURS = (
    "qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn "
    "qaz wsx edc rfv tgb yhn ujm wa sq es ds rd fr tf gt hy ju ki lo "
    "zs xd cf vg bh nj mk"
).split()
_CONFUSED = "ae ei iy ck cs sz dt bp vw fv gj uv mn ao".split()
_NEAR = frozenset(frozenset(pair) for row in (*_NEIGHBOURS, *_CONFUSED) for pair in pairwise(row))
"""Letters that are written for one another: neighbours on a keyboard, and those that sound alike.

Where a letter stands in the place of any other, it is mostly another word: horse calls.
"""
_VOWELS = frozenset("aeiou")
_APART_BY_UMLAUT = ("zahl", "druck", "forder", "kuche", "wahl", "losung")
"""What another word begins with, or a compound has, where its vowel has dots: Zähler, Zahler."""

_PARADIGMS: tuple[tuple[str, int, str], ...] = (
    (ENGLISH, 3, "- s"),
    (ENGLISH, 2, "y ies ied ying"),
    (ENGLISH, 3, "- s ed ing ings"),
    (ENGLISH, 3, "e es ed ing ings"),
    (ENGLISH, 4, "ate ates ated ating ation ations"),
    (ENGLISH, 5, "e es ed ing ation ations"),
    (ENGLISH, 3, "f fe ves"),
    (ENGLISH, 4, "is es"),
    (ENGLISH, 2, "x xes"),
    (ENGLISH, 2, "s ses"),
    (ENGLISH, 2, "ch ches"),
    (ENGLISH, 2, "sh shes"),
    (ENGLISH, 2, "ss sses"),
    (ENGLISH, 3, "o oes"),
    (ENGLISH, 3, "our or ours ors"),
    (ENGLISH, 3, "tre ter tres ters"),
    (ENGLISH, 3, "ogue og ogues ogs"),
    (GERMAN, 4, "- e en n s es"),
    (GERMAN, 4, "- er ern"),
    (GERMAN, 4, "e en n"),
    (GERMAN, 4, "en e t st te ten et end"),
    (GERMAN, 3, "ieren iere iert ierte ierung ierungen"),
    (GERMAN, 4, "ung ungen"),
    (GERMAN, 3, "o a en os"),
    (FRENCH, 4, "- s x"),
    (FRENCH, 3, "al aux ale ales"),
    (FRENCH, 4, "er e es ez ons ent ee ees ant"),
    (FRENCH, 4, "ation ations er e"),
    (FRENCH, 4, "ir is it issez issent i ie ies"),
    (SPANISH, 4, "- s es"),
    (SPANISH, 4, "z ces"),
    (SPANISH, 4, "ar a an as amos ando ado ada ados adas"),
    (SPANISH, 4, "ar o os"),
    (SPANISH, 4, "er ir e en es ido ida iendo"),
    (SPANISH, 4, "acion aciones ar"),
)
"""Endings that stand for one another after the same beginning of at least so many letters."""
_TABLE = tuple(
    (language, shortest, endings, tuple("" if each == "-" else each for each in endings.split()))
    for language, shortest, endings in _PARADIGMS
)
_EVERYWHERE = ((GERMAN, "- e en n s es"), (FRENCH, "- s x"), (FRENCH, "al aux ale ales"))
_ALWAYS = frozenset((*_EVERYWHERE, (SPANISH, "- s es"), (SPANISH, "z ces"), (GERMAN, "ung ungen")))
"""What tells so little that it holds in an ask whose language nothing shows."""

_IRREGULAR = tuple(frozenset(plain_words(group)) for group in IRREGULAR)
_IRREGULAR_BY_FORM = {form: group for group in _IRREGULAR for form in group}


def match_words(
    ask: Word, name: Word, languages: Collection[str], known: Collection[str]
) -> int | None:
    """SAME, INFLECTED or SLIP; None for another word.

    `languages` are the ask's; what is `known` as a word of its own is no slip of another.
    """
    one, other = ask.text, name.text
    if one == other:
        is_other_word = ask.is_marked_plural and name.is_capitals
        is_other_word |= name.is_marked_plural and ask.is_capitals
        return None if is_other_word or _is_apart_by_umlaut(ask, name) else SAME
    if one[0].isdigit() or other[0].isdigit() or frozenset((one, other)) in OTHER_WORDS:
        return None
    if is_same_word(one, other, frozenset(languages)) or _is_plural_of_letters(ask, name):
        return INFLECTED
    if not is_slip_of_form(one, other) or is_known(one, known):
        return None
    return None if _is_other_compound(one, other, known) else SLIP


def _is_apart_by_umlaut(one: Word, other: Word) -> bool:
    """Whether dots alone part two words, and make another one: Förderung is no Forderung."""
    if not one.written or not other.written or one.written == other.written:
        return False
    return any(stem in one.text for stem in _APART_BY_UMLAUT)


def _is_other_compound(one: str, other: str, known: Collection[str]) -> bool:
    """Whether a compound shares a half with another, and its own other half is a known word."""
    for at in range(_SHORTEST_HALF, len(one) - _SHORTEST_STEM):
        head, tail = one[:at], one[at:]
        if other.endswith(tail) and not other.startswith(head) and head in known:
            return True
        head, tail = one[:-at], one[-at:]
        if other.startswith(head) and not other.endswith(tail) and tail in known:
            return True
    return False


def is_slip_of_form(one: str, other: str) -> bool:
    """Whether a letter is wrong, in the plural of a long word too: `dashbord`."""
    if is_slip(one, other):
        return True
    if min(len(one), len(other)) < _SHORTEST_PLURAL_TYPO or one[-1:] == other[-1:]:
        return False
    return is_slip(f"{one}s", other) or is_slip(one, f"{other}s")


@lru_cache(20_000)
def is_same_word(one: str, other: str, languages: frozenset[str]) -> bool:
    """Whether two words differ in their ending alone, as one word's forms do."""
    if one == other:
        return True
    if other in find_irregular(one):
        return True
    longest = max(one, other, key=len)
    if one[:2] != other[:2] or (longest in SINGULAR and longest[:-1] in (one, other)):
        return False
    if len(longest) >= _SHORTEST_DOUBLED:
        one, other = one.replace("ll", "l"), other.replace("ll", "l")
    mine, yours = _british(one), _british(other)
    if mine == yours:
        return True
    return not _list_stems(mine, languages).isdisjoint(_list_stems(yours, languages))


@lru_cache(50_000)
def _list_stems(word: str, languages: frozenset[str]) -> frozenset[tuple[int, str]]:
    return frozenset(_find_stems(word, languages))


def find_irregular(word: str) -> frozenset[str]:
    """The forms of a word that no rule of endings gives."""
    return _IRREGULAR_BY_FORM.get(word, frozenset())


@lru_cache(5_000)
def list_deletions(word: str) -> frozenset[str]:
    """The word, and what is left of it without any one letter: two slips of one word share one."""
    return frozenset((word, *(word[:at] + word[at + 1 :] for at in range(len(word)))))


def _find_stems(word: str, languages: frozenset[str]) -> Iterator[tuple[int, str]]:
    """The word without each ending that it may have, with the paradigm that it is an ending of."""
    is_apart = word in APART or word.removesuffix("s") in APART
    for number, (language, usual, name, endings) in enumerate(_TABLE):
        is_foreign = language not in languages and language != ENGLISH
        if is_foreign and (language, name) not in _ALWAYS:
            continue
        shortest = _SHORTEST_FOREIGN if is_foreign else usual
        for suffix in endings:
            stem = word.removesuffix(suffix)
            if not word.endswith(suffix) or len(stem) < shortest:
                continue
            if language == ENGLISH and _is_no_ending(stem, suffix, is_apart=is_apart):
                continue
            yield number, stem
            doubled = len(stem) > _SHORTEST_STEM and stem[-1] == stem[-2] and stem[-1] not in "sl"
            if doubled and suffix in ("ed", "ing", "ings"):
                yield number, stem[:-1]


def _is_no_ending(stem: str, suffix: str, *, is_apart: bool) -> bool:
    return (is_apart and suffix in ("ing", "ings")) or (suffix == "s" and stem[-1] in "sui")


def _british(word: str) -> str:
    """One spelling for words that are written with s and with z."""
    for ending in ("e", "es", "ed", "ing", "ation", "ations"):
        if word.endswith(f"iz{ending}") and len(word) > len(ending) + 4:
            return f"{word[: -len(ending) - 1]}s{ending}"
    return word


def _is_plural_of_letters(one: Word, other: Word) -> bool:
    return (one.is_marked_plural and one.text == f"{other.text}s") or (
        other.is_marked_plural and other.text == f"{one.text}s"
    )


def is_known(word: str, known: Collection[str]) -> bool:
    """Whether a word, or what it is a plain form of, is a word of its own."""
    if word in known:
        return True
    for ending in ("s", "es", "ed", "ing", "n", "en"):
        bare = word.removesuffix(ending)
        if bare == word or len(bare) <= _SHORTEST_STEM:
            continue
        if bare in known and not (bare[-1] == "e" and ending == "ing"):
            return True
        if ending in ("ed", "ing") and f"{bare}e" in known:
            return True
    return False


def is_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter: wrong, missing, too many, or in the wrong place."""
    short, long = sorted((one, other), key=len)
    if one == other or len(long) - len(short) > 1 or not (one.isalpha() and other.isalpha()):
        return False
    if len(long) < (_SHORTEST_SWAP if len(short) == len(long) else _SHORTEST_TYPO):
        return False
    start = 0
    while start < len(short) and short[start] == long[start]:
        start += 1
    mine, yours = short[start:], long[start:]
    if len(short) < len(long):
        return start > 0 and mine == yours[1:]
    if mine[:2] == yours[1::-1] and mine[2:] == yours[2:] and len(mine) > 1:
        return start > 0 or len(short) >= _SHORTEST_FIRST_SWAP
    is_one_letter = len(long) >= _SHORTEST_TYPO and start > 0 and mine[1:] == yours[1:]
    return is_one_letter and _is_near(mine[0], yours[0], short[:start], mine[1:])


def _is_near(one: str, other: str, before: str, behind: str) -> bool:
    """Whether a letter is written for another there, and makes no other word as a rule.

    Ab- and an-, -er and -ee, and vowels at the end part words: Abmeldung, trainee, plazos.
    """
    pair = frozenset((one, other))
    is_prefix = pair == {"b", "n"} and before.endswith("a")
    is_role = pair == {"e", "r"} and before.endswith("e") and behind in ("", "s")
    is_ending = pair <= _VOWELS and behind in ("", "s")
    return pair in _NEAR and not (is_prefix or is_role or is_ending)
