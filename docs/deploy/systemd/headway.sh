#!/bin/sh
# headway COMMAND ... with the settings, the secrets and the user of the service:
# /usr/local/bin/headway. It asks for root's rights, which alone may read the secrets.
exec sudo systemd-run --quiet --pipe --wait --collect --uid=headway --gid=headway \
    --property=EnvironmentFile=/etc/headway/headway.env \
    --property=LoadCredential=HEADWAY:/etc/headway/secrets \
    --property=WorkingDirectory=/var/lib/headway --property=UMask=0027 \
    sh -c 'HEADWAY_SECRETS_DIR=$CREDENTIALS_DIRECTORY exec /opt/headway/bin/headway "$@"' headway "$@"
