"""How much of one document is read, and what is said of one that cannot be."""

LARGEST_FILE = 100_000_000
"""Bytes."""
LONGEST_TEXT = 5_000_000
"""Letters that are read of one document, attachments included."""
MOST_CELLS = 1_000_000
"""Cells of all sheets of one document, texts or not."""
MOST_ELEMENTS = 5_000_000
"""Elements of XML in all parts of one document."""
MOST_UNPACKED = 300_000_000
"""Bytes of what a compressed document unpacks to."""
MOST_PARTS = 5_000
"""Files in an archive, parts of a mail, pages: beyond that it is no document of a person's."""
MOST_FINDINGS = 10_000
"""Places of one document that are told."""
DEEPEST_MAIL = 8
LONGEST_SECONDS = 60.0
"""How long one document may be read, where reading can be slow."""


class UnreadableError(Exception):
    """Why a document, or the rest of it, cannot be read; and what to do, for a person."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy


class TooMuchError(UnreadableError):
    """A document, with all its parts, is larger than any that a person reads."""


class Budget:
    """What is left to be read of one document, in all its parts; TooMuchError beyond."""

    def __init__(self) -> None:
        self._letters = LONGEST_TEXT
        self._bytes = MOST_UNPACKED
        self._cells = MOST_CELLS
        self._elements = MOST_ELEMENTS
        self._parts = MOST_PARTS

    def take_letters(self, number: int) -> None:
        """Some text has been read."""
        self._letters -= number
        _refuse_below_zero(self._letters, f"{LONGEST_TEXT:,} letters")

    def take_bytes(self, number: int) -> None:
        """So much was unpacked."""
        self._bytes -= number
        _refuse_below_zero(self._bytes, f"{MOST_UNPACKED // 1_000_000} MB when it is unpacked")

    def take_cell(self) -> None:
        """A cell was read."""
        self._cells -= 1
        _refuse_below_zero(self._cells, f"{MOST_CELLS:,} cells")

    def take_element(self) -> None:
        """An element of XML was read."""
        self._elements -= 1
        if self._elements < 0:
            _refuse_below_zero(-1, f"{MOST_ELEMENTS:,} elements of XML")

    def take_parts(self, number: int = 1) -> None:
        """Some parts have been opened."""
        self._parts -= number
        _refuse_below_zero(self._parts, f"{MOST_PARTS:,} parts")


def _refuse_below_zero(left: int, limit: str) -> None:
    if left < 0:
        remedy = "Split it, or leave it out: what comes behind was not looked at."
        raise TooMuchError(f"has more than {limit}", remedy)
