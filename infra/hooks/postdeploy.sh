#!/bin/sh
# After code is deployed: closes what predeploy.sh opened, waits for the hub, checks the first administrator's key, enters
# the vendors of the environment, makes one streamed call and sees it in the ledger, and says what comes next.
# From inside a private network it can be run again by hand:
#   set -a; eval "$(azd env get-values)"; set +a; sh infra/hooks/postdeploy.sh
set -eu

: "${AIGNEHUB_URL:?}" "${AIGNEHUB_VAULT:?}"
hooks="$(cd "$(dirname "$0")" && pwd)"
access="${AIGNEHUB_DEPLOYMENT_ACCESS:-network}"

if [ "${AIGNEHUB_DEPLOYMENT_MODE:-}" = 'enterprise' ] && [ "$access" = 'allow-list' ]; then
  sh "$hooks/close.sh"
fi

reaches() {
  status="$(curl --silent --output /dev/null --max-time 30 --write-out '%{http_code}' "$AIGNEHUB_URL/health/ready" || true)"
  [ "$status" = '200' ]
}

if [ "${AIGNEHUB_DEPLOYMENT_MODE:-}" = 'enterprise' ] && [ "$access" != 'network' ] && ! reaches; then
  cat <<TEXT

The hub is deployed at $AIGNEHUB_URL and can be reached inside its network only, not from here.
There, enter the vendors and make the first call:
  set -a; eval "\$(azd env get-values)"; set +a; AIGNEHUB_DEPLOYMENT_ACCESS=network sh infra/hooks/postdeploy.sh
TEXT
  exit 0
fi

if [ -n "${AIGNEHUB_CUSTOM_DOMAIN:-}" ]; then
  cat <<TEXT
$AIGNEHUB_CUSTOM_DOMAIN needs two DNS records:
  CNAME $AIGNEHUB_CUSTOM_DOMAIN to ${AIGNEHUB_DOMAIN_TARGET:-?}
  TXT _dnsauth.$AIGNEHUB_CUSTOM_DOMAIN with ${AIGNEHUB_DOMAIN_VALIDATION:-?}
TEXT
fi

# Pauses, unless it was tried often enough: $1 times by default.
again() {
  tries=$((tries + 1))
  [ "$tries" -lt "${AIGNEHUB_HOOK_TRIES:-$1}" ] || return 1
  sleep "${AIGNEHUB_HOOK_PAUSE:-10}"
}

# A new site, its references to the vault and its roles take minutes; Front Door up to half an hour.
echo "Waiting for $AIGNEHUB_URL ..."
tries=0
until reaches; do
  again 180 || {
    echo "postdeploy: $AIGNEHUB_URL/health/ready still answers $status:" >&2
    curl --silent --max-time 30 "$AIGNEHUB_URL/health/ready" >&2 || true
    exit 1
  }
done

# The key goes to curl by a file that only this user can read, never by an argument.
umask 077
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT INT TERM
# The role that lets the deployer read it was given minutes ago.
tries=0
until key="$(az keyvault secret show --vault-name "$AIGNEHUB_VAULT" --name admin-key --query value --output tsv \
  2>"$work/refusal")" && [ -n "$key" ]; do
  again 60 || {
    echo "postdeploy: the secret admin-key of $AIGNEHUB_VAULT can't be read:" >&2
    cat "$work/refusal" >&2
    exit 1
  }
done
printf 'Authorization: Bearer %s\n' "$key" >"$work/key"
export AIGNEHUB_URL AIGNEHUB_KEY_HEADER="$work/key"

opens() {
  status="$(curl --silent --output "$work/answer" --max-time 30 --write-out '%{http_code}' \
    --header "@$work/key" "$AIGNEHUB_URL/api/admin/keys?limit=1" || true)"
  [ "$status" = '200' ]
}

# An app that has its reference to the vault resolved starts anew.
tries=0
until opens; do
  again 60 || {
    echo "postdeploy: the administrator's key of the vault is not the hub's ($status). Does the app setting AIGNEHUB_ADMIN_KEY" >&2
    echo "resolve its reference (portal: Environment variables)? Then restart the app." >&2
    exit 1
  }
done
echo "The administrator's key is in force: secret admin-key of $AIGNEHUB_VAULT."

sh "$hooks/vendors.sh"
sh "$hooks/smoke.sh"

cat <<TEXT

AigneHub runs at $AIGNEHUB_URL ($AIGNEHUB_DEPLOYMENT_MODE).
  HUB=$AIGNEHUB_URL
  KEY=\$(az keyvault secret show --vault-name $AIGNEHUB_VAULT --name admin-key --query value --output tsv)
Next:
  - a key for each application: POST \$HUB/api/admin/keys
  - vendors, if none is entered yet: POST \$HUB/api/admin/providers, /api/admin/credentials (docs/configuration.md)
  - no simulated answers in production: azd env set AIGNEHUB_SIMULATED_PROVIDER false; azd provision
  - alerts by mail: azd env set AIGNEHUB_ALERT_EMAILS ops@example.com; azd provision
  - docs/operate.md
TEXT
