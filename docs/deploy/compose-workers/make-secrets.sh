#!/bin/sh
# Makes the passwords and the addresses of all databases, once; the tokens for Jira are yours to put
# there. `sh make-secrets.sh initech` makes those of one list more. Containers read the files as a
# user of their own, so the folder is closed and they are not.
set -eu
cd "$(dirname "$0")"
test $# -gt 0 || set -- acme globex
mkdir -p secrets
chmod 700 secrets
for list in "$@"; do mkdir -p "rules/$list"; done
cd secrets

make_password() { # role
    if ! test -s "$1_password"; then
        od -An -N24 -tx1 /dev/urandom | tr -d ' \n' >"$1_password"
    fi
}
write_address() { # file, role, database
    printf 'postgresql://headway_%s:%s@database/%s' "$2" "$(cat "$2_password")" "$3" >"$1"
}
for role in superuser owner writer; do make_password "$role"; done
write_address owner_workers_url owner headway_jobs
write_address workers_url writer headway_jobs
for list in "$@"; do
    make_password "${list}_reader"
    write_address "owner_${list}_clean_url" owner "$list"
    write_address "owner_${list}_state_url" owner "${list}_state"
    write_address "${list}_clean_url" writer "$list"
    write_address "${list}_state_url" writer "${list}_state"
    test -e "${list}_jira_token" || : >"${list}_jira_token"
done
chmod 644 ./*
for token in *_jira_token; do
    test -s "$token" || echo "Put the token for Jira into $PWD/$token."
done
