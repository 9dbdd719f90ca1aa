#!/bin/sh
# Writes a secret of the hub's vault: its value from standard input, without its last newline, as a new version.
#   printf %s "$VALUE" | sh infra/hooks/secret.sh NAME
# Over Azure Resource Manager, so that it works from outside the network of a private vault, too; needs the right
# Microsoft.KeyVault/vaults/secrets/write, as Contributor has it. The value is never an argument and never in a file.
set -eu

name="${1:?name of the secret}"
: "${AZURE_SUBSCRIPTION_ID:?}" "${AZURE_RESOURCE_GROUP:?}" "${AIGNEHUB_VAULT:?}"
group="/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP"
value="$(sed -e 's/\\/\\\\/g' -e 's/"/\\"/g')"
[ -n "$value" ] || {
  echo "secret: the value of $name is empty." >&2
  exit 1
}
printf '{"properties":{"value":"%s"}}' "$value" |
  az rest --method put --output none --headers 'Content-Type=application/json' --body @- \
    --url "$group/providers/Microsoft.KeyVault/vaults/$AIGNEHUB_VAULT/secrets/$name?api-version=2024-11-01"
