"""What is read of a document that somebody wrote: passages, and where each of them stands."""

from msgspec import Struct


class Passage(Struct, frozen=True):
    """One run of text: a paragraph, a cell, a page.

    `line` is where it begins, of a text that has lines; `where` says the rest, such as a slide.
    `inside` is the way to the part of a mail that it stands in.
    """

    text: str
    where: str = ""
    line: int | None = None
    inside: str = ""

    def find_line(self, at: int) -> int | None:
        """The line of the file itself that the letter `at` stands in; None where it has none."""
        return (
            None if self.inside or self.line is None else self.line + self.text.count("\n", 0, at)
        )

    def name_place(self, at: int) -> str:
        """Where the letter `at` stands, as it goes behind the name of the file."""
        words = [self.inside, self.where]
        if self.line is not None:
            number = self.line + self.text.count("\n", 0, at)
            words.insert(1, f"line {number}" if self.inside else str(number))
        return ", ".join(filter(None, words))
