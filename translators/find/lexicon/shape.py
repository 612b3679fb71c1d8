"""What is known of a language's small words."""

from msgspec import Struct

from translators.find.letters import plain_words


class Phrasebook(Struct, frozen=True, kw_only=True):
    """The small words of a language, folded.

    `link` joins words and says nothing, in names too; `talk` is what people say around what they
    ask for; `opening` says nothing before the first telling word, `closing` after the last one;
    `phrases` are several words that say nothing together. `away` and `toward` give the word after
    them a direction; behind a word that
    moves something, `maybe_away` and `maybe_toward` do so. `negation` turns
    the word after it round, unless it is a `question` that the ask begins with. `infinitive` words
    make a `toward` after them none. An `agent` before a `wish`, and `people` after a `modal`, are
    whoever asks. `product` after an `owner` is the product that is asked about. Beside a `pronoun`
    a small word is a verb, and no part of a name. `acronyms` are no small words in capitals.
    """

    link: frozenset[str]
    talk: frozenset[str]
    opening: frozenset[str]
    closing: frozenset[str]
    phrases: frozenset[tuple[str, ...]]
    away: frozenset[str]
    toward: frozenset[str]
    maybe_away: frozenset[str]
    maybe_toward: frozenset[str]
    negation: frozenset[str]
    question: frozenset[str]
    infinitive: frozenset[str]
    agent: frozenset[str]
    wish: frozenset[str]
    people: frozenset[str]
    modal: frozenset[str]
    owner: frozenset[str]
    product: frozenset[str]
    pronoun: frozenset[str]
    acronyms: frozenset[str]

    @property
    def small(self) -> frozenset[str]:
        """Every word that shows that an ask is of this language."""
        return (
            self.link | self.talk | self.opening | self.away | self.toward | self.maybe_away
            | self.maybe_toward | self.negation | self.modal | self.owner
        )  # fmt: skip


def make_phrasebook(**words: str) -> Phrasebook:
    """A phrasebook of words parted by spaces; phrases parted by slashes."""
    phrases = frozenset(plain_words(each) for each in words.pop("phrases", "").split("/"))
    sets = {field: frozenset[str]() for field in Phrasebook.__struct_fields__ if field != "phrases"}
    sets |= {name: frozenset(plain_words(text)) for name, text in words.items()}
    return Phrasebook(phrases=frozenset(each for each in phrases if each), **sets)
