"""Work as jobs in a PostgreSQL database, done by workers: the only importer of Procrastinate."""
