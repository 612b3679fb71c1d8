"""The one verdict on a rule book, and what the book is held against."""
