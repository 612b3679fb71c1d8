"""An HTML page as a tree, read strictly: what a browser would forgive is an error here."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = frozenset(
    "area base br col embed hr img input link meta source track wbr path circle".split()
)


@dataclass
class Element:
    """One element: its name, attributes, what it holds in order."""

    name: str
    attributes: dict[str, str]
    parts: list["Element | str"] = field(default_factory=list)

    def __iter__(self) -> Iterator["Element"]:
        """Itself and every element below, in the page's order."""
        yield self
        for part in self.parts:
            if isinstance(part, Element):
                yield from part

    def find(self, name: str, **attributes: str) -> list["Element"]:
        """All of that name with these attributes; `class_` is one among several."""
        wanted = attributes.pop("class_", None)
        return [
            each
            for each in self
            if each.name == name
            and (wanted is None or wanted in each.attributes.get("class", "").split())
            and attributes.items() <= each.attributes.items()
        ]

    def only(self, name: str, **attributes: str) -> "Element":
        (found,) = self.find(name, **attributes)
        return found

    @property
    def text(self) -> str:
        """All text below."""
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"twice the same attribute: {tag} {names}"
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].parts.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID, tag
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].name == tag, f"</{tag}> closes <{self.open[-1].name}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].parts.append(data)


def read_page(page: bytes) -> Element:
    """The root of a page; AssertionError where it is not as it should be written."""
    reader = _Reader()
    reader.feed(page.decode("utf-8"))
    reader.close()
    assert len(reader.open) == 1, [each.name for each in reader.open]
    return reader.open[0]
