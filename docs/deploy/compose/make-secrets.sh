#!/bin/sh
# Makes the passwords and the addresses of both databases, once; the token for Jira is yours to put
# there. Containers read the files as a user of their own, so the folder is closed and they are not.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets rules
chmod 700 secrets
cd secrets

for role in superuser owner writer reader; do
    if ! test -s "${role}_password"; then
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"${role}_password"
    fi
done
write_address() { # file, role, database
    printf 'postgresql://headway_%s:%s@database/%s' "$2" "$(cat "$2_password")" "$3" >"$1"
}
write_address owner_clean_url owner headway
write_address owner_state_url owner headway_state
write_address clean_url writer headway
write_address state_url writer headway_state
test -e jira_token || : >jira_token
chmod 644 ./*
test -s jira_token || echo "Put the token for Jira into $PWD/jira_token."
