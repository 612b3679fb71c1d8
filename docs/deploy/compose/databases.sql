-- Two databases and three roles, for psql: PostgreSQL's image runs it once, on an empty volume.
--
--   headway_owner    makes and migrates the tables: `headway migrate`
--   headway_writer   reads and writes rows: `headway serve`; it can change no table
--   headway_reader   reads the v1 views of the list, and nothing else
--
-- Passwords are read from files; elsewhere, name another folder: psql -v secrets=/path/to/secrets
\if :{?secrets} \else \set secrets /run/secrets \endif
\setenv SECRETS :secrets
\set owner_password `cat "$SECRETS/owner_password"`
\set writer_password `cat "$SECRETS/writer_password"`
\set reader_password `cat "$SECRETS/reader_password"`

CREATE ROLE headway_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE headway_writer LOGIN PASSWORD :'writer_password';
CREATE ROLE headway_reader LOGIN CONNECTION LIMIT 20 PASSWORD :'reader_password';
ALTER ROLE headway_reader SET search_path = sales;
ALTER ROLE headway_reader SET default_transaction_isolation = 'repeatable read';
ALTER ROLE headway_reader SET statement_timeout = '30s';
ALTER ROLE headway_reader SET idle_in_transaction_session_timeout = '60s';

-- The list, and what Headway keeps to itself: whoever may connect to a database can count its rows.
CREATE DATABASE headway OWNER headway_owner;
CREATE DATABASE headway_state OWNER headway_owner;
REVOKE ALL ON DATABASE headway, headway_state FROM PUBLIC;
GRANT CONNECT ON DATABASE headway TO headway_writer, headway_reader;
GRANT CONNECT ON DATABASE headway_state TO headway_writer;

-- Whatever the owner makes, now or with a later version, the writer may read and write.
\connect headway
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SCHEMAS TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SEQUENCES TO headway_writer;
\connect headway_state
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SCHEMAS TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SEQUENCES TO headway_writer;
