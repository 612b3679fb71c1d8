"""What a person reads: results laid out as text, one module a page."""
