"""What may stand in a rule book, key by key, and the values made of it."""
