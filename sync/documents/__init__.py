"""Reads what people have written already, whatever program it is from: passages of plain text."""

from sync.documents.limits import UnreadableError
from sync.documents.read import Document, read_document
from sync.documents.walk import DocumentWalk

__all__ = ["Document", "DocumentWalk", "UnreadableError", "read_document"]
