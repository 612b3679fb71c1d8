-- The roles, the database of jobs, and those of both lists, for psql: PostgreSQL's image runs it
-- once, on an empty volume.
--
--   headway_owner    makes and migrates the tables: `headway migrate`
--   headway_writer   reads and writes rows: `headway serve`, `headway work`; it can change no table
--   acme_reader, …   reads the v1 views of its list, and nothing else
--
-- Passwords are read from files; elsewhere, name another folder: psql -v secrets=/path/to/secrets
\if :{?secrets} \else \set secrets /run/secrets \endif
\setenv SECRETS :secrets
\set owner_password `cat "$SECRETS/owner_password"`
\set writer_password `cat "$SECRETS/writer_password"`

CREATE ROLE headway_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE headway_writer LOGIN PASSWORD :'writer_password';

-- What workers are to do: nothing is lost if it is lost.
CREATE DATABASE headway_jobs OWNER headway_owner;
REVOKE ALL ON DATABASE headway_jobs FROM PUBLIC;
GRANT CONNECT ON DATABASE headway_jobs TO headway_writer;

-- Whatever the owner makes, now or with a later version, the writer may read and write.
\connect headway_jobs
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SCHEMAS TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SEQUENCES TO headway_writer;

\set list acme
\ir list.sql
\set list globex
\ir list.sql
