"""Reads what words weigh, as a rule book writes it: `9: flaky, node pool*`."""


def split_weights(line: str) -> tuple[int, list[str]]:
    """A weight and the words that have it. Raises ValueError where a line says no such thing."""
    number, _, words = line.partition(":")
    return int(number), [word for each in words.split(",") if (word := each.strip())]
