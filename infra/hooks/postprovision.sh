#!/bin/sh
# After provisioning: the vault's secrets, each made once and never replaced; then the app reads its references anew.
# Over Azure Resource Manager, which reaches a private vault from everywhere.
set -eu

: "${AZURE_SUBSCRIPTION_ID:?}" "${AZURE_RESOURCE_GROUP:?}" "${AIGNEHUB_VAULT:?}" "${AIGNEHUB_SITE:?}"
hooks="$(cd "$(dirname "$0")" && pwd)"
group="/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP"

# A failure to list ends the script: nothing is written over a secret that could not be seen.
names="$(az rest --method get --query 'value[].name' --output tsv \
  --url "$group/providers/Microsoft.KeyVault/vaults/$AIGNEHUB_VAULT/secrets?api-version=2024-11-01")"
names=" $(printf %s "$names" | tr '\r\n' '  ') "

has() {
  case "$names" in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

# Stored credentials are sealed under it: 32 random bytes.
has master-key || {
  echo "Making the secret master-key ..."
  openssl rand -base64 32 | sh "$hooks/secret.sh" master-key
}
# The first administrator's key.
has admin-key || {
  echo "Making the secret admin-key ..."
  printf 'hubadmin_%s' "$(openssl rand -hex 32)" | sh "$hooks/secret.sh" admin-key
}
if [ "${AIGNEHUB_DEPLOYMENT_MODE:-}" = 'provider' ]; then
  sh "$hooks/stripe.sh"
fi

az rest --method post --output none \
  --url "$group/providers/Microsoft.Web/sites/$AIGNEHUB_SITE/config/configreferences/appsettings/refresh?api-version=2024-11-01"
