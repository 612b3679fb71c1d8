"""The clean database: lease, publication, history, and what was published before."""
