#!/bin/sh
# Stripe's secrets: what the vault lacks is written from STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, once and never replaced.
# With AIGNEHUB_PAYMENTS=Stripe one that is neither there nor given ends it. Called by preprovision.sh, before the app's settings
# refer to them, and by postprovision.sh, when the vault was new.
set -eu

: "${AZURE_SUBSCRIPTION_ID:?}" "${AZURE_RESOURCE_GROUP:?}" "${AIGNEHUB_VAULT:?}"
hooks="$(cd "$(dirname "$0")" && pwd)"
group="/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP"

# A failure to list ends the script: nothing is written over a secret that could not be seen.
names="$(az rest --method get --query 'value[].name' --output tsv \
  --url "$group/providers/Microsoft.KeyVault/vaults/$AIGNEHUB_VAULT/secrets?api-version=2024-11-01")"
names=" $(printf %s "$names" | tr '\r\n' '  ') "

keep() {
  case "$names" in
    *" $1 "*) return 0 ;;
    *) ;;
  esac
  if [ -n "$3" ]; then
    echo "Writing the secret $1 ..."
    printf %s "$3" | sh "$hooks/secret.sh" "$1"
  elif [ "${AIGNEHUB_PAYMENTS:-None}" = 'Stripe' ]; then
    echo "stripe: AIGNEHUB_PAYMENTS=Stripe needs the secret $1 in $AIGNEHUB_VAULT: export $2, and run this again." >&2
    exit 1
  fi
}

keep stripe-secret-key STRIPE_SECRET_KEY "${STRIPE_SECRET_KEY:-}"
keep stripe-webhook-secret STRIPE_WEBHOOK_SECRET "${STRIPE_WEBHOOK_SECRET:-}"
