#!/bin/sh
# Before code is deployed to a private site: the way to its deployment site (SCM), by AIGNEHUB_DEPLOYMENT_ACCESS:
#   network     (default) you are inside the network; this is checked
#   allow-list  the deployment site is opened to AIGNEHUB_DEPLOYER_IP, until postdeploy.sh or close.sh closes it again
#   package     not by azd deploy: Azure fetches AIGNEHUB_PACKAGE_URI when it provisions
set -eu

[ "${AIGNEHUB_DEPLOYMENT_MODE:-}" = 'enterprise' ] || exit 0
: "${AZURE_SUBSCRIPTION_ID:?}" "${AZURE_RESOURCE_GROUP:?}" "${AIGNEHUB_SITE:?}"
site="/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$AIGNEHUB_SITE"
scm="https://$AIGNEHUB_SITE.scm.azurewebsites.net/"

answers() {
  status="$(curl --silent --output /dev/null --max-time 10 --write-out '%{http_code}' "$scm" || true)"
  [ "$status" != '000' ] && [ "$status" != '403' ]
}

case "${AIGNEHUB_DEPLOYMENT_ACCESS:-network}" in
  network)
    answers || {
      cat >&2 <<TEXT
predeploy: $scm can't be reached from here: the site is private. Either
  - run azd inside the network (jump box, VPN, self-hosted runner) whose DNS knows privatelink.azurewebsites.net, or
  - azd env set AIGNEHUB_DEPLOYMENT_ACCESS allow-list; azd env set AIGNEHUB_DEPLOYER_IP <your public address>, or
  - azd env set AIGNEHUB_DEPLOYMENT_ACCESS package; azd env set AIGNEHUB_PACKAGE_URI <address of the zip>; azd provision
See docs/deploy-enterprise.md.
TEXT
      exit 1
    }
    ;;
  allow-list)
    : "${AIGNEHUB_DEPLOYER_IP:?}"
    # The rule first, the door after it: callers of the hub itself are refused all the time.
    printf '{"properties":{"scmIpSecurityRestrictions":[{"name":"Deployer","action":"Allow","priority":100,"ipAddress":"%s/32"}]}}' \
      "$AIGNEHUB_DEPLOYER_IP" |
      az rest --method patch --output none --headers 'Content-Type=application/json' --body @- \
        --url "$site/config/web?api-version=2024-11-01"
    az rest --method patch --output none --headers 'Content-Type=application/json' \
      --body '{"properties":{"publicNetworkAccess":"Enabled"}}' --url "$site?api-version=2024-11-01"
    tries=0
    until answers; do
      tries=$((tries + 1))
      if [ "$tries" -ge 24 ]; then
        sh "$(dirname "$0")/close.sh"
        echo "predeploy: $scm stays closed to $AIGNEHUB_DEPLOYER_IP." >&2
        exit 1
      fi
      sleep "${AIGNEHUB_HOOK_PAUSE:-5}"
    done
    ;;
  package)
    echo "predeploy: azd provision has deployed AIGNEHUB_PACKAGE_URI already; azd deploy can't reach the private site." >&2
    exit 1
    ;;
  *)
    echo "predeploy: AIGNEHUB_DEPLOYMENT_ACCESS must be network, allow-list or package." >&2
    exit 1
    ;;
esac
