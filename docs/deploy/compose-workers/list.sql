-- The two databases of one list, and the role that reads it. For a list that is added later:
--
--   docker compose exec database psql --username postgres -v list=initech \
--       -f /docker-entrypoint-initdb.d/list.sql
--
-- Without a list it does nothing: PostgreSQL's image runs every file of its folder.
\if :{?list}
\if :{?secrets} \else \set secrets /run/secrets \endif
\setenv SECRETS :secrets
\setenv LIST :list
\set reader_password `cat "$SECRETS/${LIST}_reader_password"`
\set state :list _state
\set reader :list _reader

CREATE ROLE :"reader" LOGIN CONNECTION LIMIT 20 PASSWORD :'reader_password';
ALTER ROLE :"reader" SET search_path = sales;
ALTER ROLE :"reader" SET default_transaction_isolation = 'repeatable read';
ALTER ROLE :"reader" SET statement_timeout = '30s';
ALTER ROLE :"reader" SET idle_in_transaction_session_timeout = '60s';

-- The list, and what Headway keeps to itself: whoever may connect to a database can count its rows.
CREATE DATABASE :"list" OWNER headway_owner;
CREATE DATABASE :"state" OWNER headway_owner;
REVOKE ALL ON DATABASE :"list", :"state" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"list" TO headway_writer, :"reader";
GRANT CONNECT ON DATABASE :"state" TO headway_writer;

\connect :"list"
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SCHEMAS TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SEQUENCES TO headway_writer;
\connect :"state"
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SCHEMAS TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO headway_writer;
ALTER DEFAULT PRIVILEGES FOR ROLE headway_owner GRANT USAGE ON SEQUENCES TO headway_writer;
\endif
