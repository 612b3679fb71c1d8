"""Puts numbers and their nouns together, for people: 1 issue, 2 issues."""


def count_noun(number: int, noun: str, then: str = "", *, one: str = "") -> str:
    """`count_noun(1, "entry")` is 1 entry, 2 are 2 entries.

    `then` is what follows, in the plural (`are late`), and `one` the same for a single one.
    """
    if number == 1:
        return f"1 {noun} {one or then}".rstrip()
    if noun.endswith("y") and noun[-2:-1] not in "aeou":
        plural = f"{noun[:-1]}ies"
    else:
        plural = f"{noun}es" if noun.endswith(("s", "x", "z", "ch", "sh")) else f"{noun}s"
    return f"{number} {plural} {then}".rstrip()
