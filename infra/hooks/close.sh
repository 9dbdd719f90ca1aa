#!/bin/sh
# Closes the deployment site of a private hub again: the door first, the rule after it. To be run by hand, or as the last
# step of a pipeline, when a deployment over the allow-list failed; provisioning closes it, too.
set -eu

: "${AZURE_SUBSCRIPTION_ID:?}" "${AZURE_RESOURCE_GROUP:?}" "${AIGNEHUB_SITE:?}"
site="/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$AIGNEHUB_SITE"
az rest --method patch --output none --headers 'Content-Type=application/json' \
  --body '{"properties":{"publicNetworkAccess":"Disabled"}}' --url "$site?api-version=2024-11-01"
az rest --method patch --output none --headers 'Content-Type=application/json' \
  --body '{"properties":{"scmIpSecurityRestrictions":[]}}' --url "$site/config/web?api-version=2024-11-01"
