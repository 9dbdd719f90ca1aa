#!/bin/sh
# Before provisioning: is somebody signed in, do the parameters make sense, are the resource providers registered; and the
# budget's first month, which a template can't know; Stripe's secrets, before settings refer to them.
set -eu

fail() {
  echo "preprovision: $*" >&2
  exit 1
}

for tool in az azd curl openssl; do
  command -v "$tool" >/dev/null 2>&1 || fail "'$tool' is not on the PATH."
done

# The user's own default subscription stays as it is.
ask() {
  az "$@" ${AZURE_SUBSCRIPTION_ID:+--subscription "$AZURE_SUBSCRIPTION_ID"}
}

ask account show --output none 2>/dev/null || fail "sign in first: az login, azd auth login."

mode="${AIGNEHUB_DEPLOYMENT_MODE:-}"
case "$mode" in
  enterprise | provider | '') ;; # Empty: azd asks.
  *) fail "AIGNEHUB_DEPLOYMENT_MODE must be enterprise or provider." ;;
esac
case "${AIGNEHUB_DEPLOYMENT_ACCESS:-network}" in
  network | package) ;;
  allow-list)
    [ -n "${AIGNEHUB_DEPLOYER_IP:-}" ] ||
      fail "AIGNEHUB_DEPLOYMENT_ACCESS=allow-list needs AIGNEHUB_DEPLOYER_IP, the public address that you deploy from."
    ;;
  *) fail "AIGNEHUB_DEPLOYMENT_ACCESS must be network, allow-list or package." ;;
esac

if [ -n "${AIGNEHUB_APP_SUBNET_ID:-}" ]; then
  delegated="$(az network vnet subnet show --ids "$AIGNEHUB_APP_SUBNET_ID" --query 'delegations[].serviceName' --output tsv)"
  [ "$delegated" = 'Microsoft.App/environments' ] ||
    fail "the subnet AIGNEHUB_APP_SUBNET_ID must be delegated to Microsoft.App/environments; it is to '$delegated'."
fi

# Microsoft.App owns the delegation of the app's subnet, though no resource of it is made.
providers='Microsoft.App Microsoft.Authorization Microsoft.Insights Microsoft.KeyVault Microsoft.ManagedIdentity'
providers="$providers Microsoft.Network Microsoft.OperationalInsights Microsoft.Storage Microsoft.Web"
[ "${AIGNEHUB_USAGE_QUEUE:-}" != 'ServiceBus' ] || providers="$providers Microsoft.ServiceBus"
[ "${AIGNEHUB_FRONT_DOOR:-none}" = 'none' ] || providers="$providers Microsoft.Cdn"
[ "${AIGNEHUB_MONTHLY_BUDGET:-0}" = '0' ] || providers="$providers Microsoft.Consumption"
for provider in $providers; do
  state="$(ask provider show --namespace "$provider" --query registrationState --output tsv)"
  if [ "$state" != 'Registered' ]; then
    echo "Registering the resource provider $provider ..."
    ask provider register --namespace "$provider" --wait --output none
  fi
done

if [ -n "${AZURE_LOCATION:-}" ]; then
  regions="$(ask functionapp list-flexconsumption-locations --query '[].name' --output tsv)"
  printf '%s\n' "$regions" | tr '[:upper:]' '[:lower:]' | tr -d ' \r' | grep -Fqx "$AZURE_LOCATION" ||
    fail "Flex Consumption is not offered in $AZURE_LOCATION: az functionapp list-flexconsumption-locations"
fi

# The app's settings will refer to Stripe's secrets: they are there before a hub that runs is told of them.
if [ "${AIGNEHUB_PAYMENTS:-None}" = 'Stripe' ]; then
  vault="/subscriptions/${AZURE_SUBSCRIPTION_ID:-}/resourceGroups/${AZURE_RESOURCE_GROUP:-}/providers/Microsoft.KeyVault/vaults"
  if [ -n "${AIGNEHUB_VAULT:-}" ] &&
    az rest --method get --output none --url "$vault/$AIGNEHUB_VAULT?api-version=2024-11-01" 2>/dev/null; then
    sh "$(dirname "$0")/stripe.sh"
  elif [ -z "${STRIPE_SECRET_KEY:-}" ] || [ -z "${STRIPE_WEBHOOK_SECRET:-}" ]; then
    # There is no vault yet: postprovision.sh fills it.
    fail "AIGNEHUB_PAYMENTS=Stripe needs STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, exported in this shell."
  fi
fi

if [ "${AIGNEHUB_MONTHLY_BUDGET:-0}" != '0' ] && [ -z "${AIGNEHUB_BUDGET_START:-}" ]; then
  azd env set AIGNEHUB_BUDGET_START "$(date -u +%Y-%m-01)"
fi
