"""What the promise linter tells of a place in a text."""

from msgspec import Struct

from models.promises import Tier


class Violation(Struct, frozen=True):
    """What is wrong in one text: the class, plain words, the words themselves and their place.

    `rule` is the class's code, `instead` says how to word it; `start` and `end` count the
    characters of the text. `column` is the text's own name, in a row. Of what `is_weighed` no word
    tells anything alone.
    """

    rule: str
    what: str
    span: str
    column: str = ""
    tier: Tier = Tier.BLOCK
    instead: str = ""
    start: int = 0
    end: int = 0
    is_weighed: bool = False
