"""Opens what Office programs write: an archive of XML files.

Nothing is unpacked to disk. XML is read as it streams by; a document type, which is what entities
are declared in, ends the reading: no Office program writes one.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from xml.parsers import expat

from sync.documents.limits import Budget, UnreadableError

CORE = "docProps/core.xml"
_ATTRIBUTE = re.compile(r"^.*?([^/ ]*) (?=[^ ]*$)")
_CHUNK = 1 << 16
_DAYS = ("modified", "created")
_SAVE = "Open it in its program and save it anew."


class Archive:
    """The files of one archive; UnreadableError where it is none, or broken, or has a password."""

    def __init__(self, content: bytes, budget: Budget) -> None:
        self.budget = budget
        with _telling_faults():
            self._zip = zipfile.ZipFile(BytesIO(content))
        self.names = self._zip.namelist()
        budget.take_parts(len(self.names))
        if any(each.flag_bits & 1 for each in self._zip.infolist()):
            raise UnreadableError("has a password", "Save it without one.")

    def read_xml(self, name: str, handler: "XmlHandler") -> None:
        """Have a file of the archive read, element by element; one that is not there has none."""
        for _ in self.stream_xml(name, handler):
            pass

    def stream_xml(self, name: str, handler: "XmlHandler") -> Iterator[None]:
        """The same, stopping now and then for who takes away what was found."""
        if name not in self.names:
            return
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True

        def start(tag: str, given: dict[str, str]) -> None:
            self.budget.take_element()
            handler.start(_local(tag), _bare(given))

        parser.StartElementHandler = start
        parser.EndElementHandler = lambda tag: handler.end(_local(tag))
        parser.CharacterDataHandler = handler.add_text
        parser.StartDoctypeDeclHandler = _refuse_doctype
        with _telling_faults(), self._zip.open(name) as file:
            while chunk := file.read(_CHUNK):
                self.budget.take_bytes(len(chunk))
                parser.Parse(chunk, False)
                yield
            parser.Parse(b"", True)
            yield

    def read_relations(self, name: str) -> dict[str, str]:
        """What a file of the archive refers to by id: the names of other files in it."""
        folder, base = posixpath.split(name)
        found: dict[str, str] = {}

        def note(tag: str, given: dict[str, str]) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", "")))
                found[given.get("Id", "")] = target.lstrip("/")

        self.read_xml(f"{folder}/_rels/{base}.rels", XmlHandler(note))
        return found

    def find_day(self) -> date | None:
        """When it was saved last, or made, as it says itself."""
        found: dict[str, str] = {}
        inside: list[str] = []

        def note(text: str) -> None:
            if inside:
                found[inside[-1]] = found.get(inside[-1], "") + text

        def leave(_tag: str) -> None:
            inside.pop()

        self.read_xml(CORE, XmlHandler(lambda tag, _: inside.append(tag), leave, note))
        return next(filter(None, (_read_day(found.get(name, "")) for name in _DAYS)), None)


class XmlHandler:
    """What is done as XML streams by; names of elements and attributes come without prefixes."""

    def __init__(
        self,
        start: Callable[[str, dict[str, str]], None],
        end: Callable[[str], None] = lambda _: None,
        add_text: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.start, self.end, self.add_text = start, end, add_text


def _local(name: str) -> str:
    return name.rpartition(" ")[2]


def _bare(given: dict[str, str]) -> dict[str, str]:
    """Attributes by name; one of a namespace is called by the end of that: `relationships:id`."""
    return {_ATTRIBUTE.sub(r"\1:", name): value for name, value in given.items()}


def _refuse_doctype(*_declared: object) -> None:
    raise UnreadableError("declares a document type, as no Office program does", _SAVE)


def _read_day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


@contextmanager
def _telling_faults() -> Iterator[None]:
    """What a broken archive makes of Python's own modules, in words."""
    try:
        yield
    except (expat.ExpatError, UnicodeError) as error:
        raise UnreadableError(f"holds XML that is broken: {error}", _SAVE) from None
    except RuntimeError:
        raise UnreadableError("has a password", "Save it without one.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError) as error:
        raise UnreadableError(f"is broken: {error}", _SAVE) from None
    except NotImplementedError:
        raise UnreadableError("is packed in a way that cannot be read", _SAVE) from None
