targetScope = 'subscription'

// ---- What azd asks for -------------------------------------------------------------------------------------------

@minLength(1)
@maxLength(48)
@description('Name of the azd environment: the resource group is rg-NAME.')
param environmentName string

@minLength(1)
@description('Azure region of everything that has one.')
@metadata({ azd: { type: 'location' } })
param location string

@allowed(['enterprise', 'provider'])
@description('enterprise: a company\'s gateway in its own network, without public access. provider: a paid service on the internet.')
param deploymentMode string

@description('Object id of who deploys, and may read the vault\'s secrets; empty for nobody.')
param principalId string = ''

@allowed(['User', 'Group', 'ServicePrincipal'])
@description('What the deployer is.')
param principalType string = 'User'

// ---- The app -----------------------------------------------------------------------------------------------------

@allowed([512, 2048, 4096])
@description('MB of memory an instance (1/4, 1, 2 cores). Bodies and streams of all its calls share it; with 512 lower AigneHub__Gateway__BodyBytesInFlightMax, too.')
param instanceMemoryMB int = 2048

@minValue(40)
@maxValue(1000)
@description('Largest number of instances on demand of each group of functions. A region gives a subscription 250 cores (512,000 MB) for all its Flex apps: 250 instances of 2048 MB.')
param maximumInstanceCount int = 100

@minValue(0)
@maxValue(100)
@description('Instances that always serve HTTP. 0: the first call after silence waits for a cold start. Each costs its memory around the clock.')
param alwaysReadyHttp int = 1

@minValue(0)
@maxValue(20)
@description('Instances that always settle usage. 0: the first usage after silence waits for a cold start until it is in the sums.')
param alwaysReadySettler int = 0

@minValue(1)
@maxValue(1000)
@description('Calls that one instance serves at a time. Streams mostly wait, and an open stream is paid for as long as it is open: many on one instance are cheap. About 100 at 2048 MB; lower it when bodies are large.')
param httpConcurrency int = 100

@description('Instances and storage in three zones. Needs two instances that are always ready.')
param zoneRedundant bool = false

@description('Serves sim/... models, which cost nothing: the first call and the smoke test need no vendor. Switch it off in production.')
param simulatedProvider bool = true

@description('Lets providers that administrators add be at private addresses, e.g. Azure OpenAI behind a private endpoint.')
param privateUpstreams bool = false

@description('Further app settings: name and value, both text; secrets as references to Key Vault. What the template itself sets stays. Every setting that is in neither is removed when this is provisioned.')
param extraSettings { *: string } = {}

@secure()
@description('Address of a package (zip) to deploy over Azure Resource Manager, where the deployer has no way to the site; empty: azd deploys.')
param packageUri string = ''

// ---- Storage and queue -------------------------------------------------------------------------------------------

@description('Ledgers are copied to the paired region, too.')
param ledgerGeoRedundant bool = false

@description('Locks the ledgers\' storage account against deletion. Remove the lock before azd down.')
param ledgerDeleteLock bool = true

@allowed(['StorageQueue', 'ServiceBus'])
@description('What usage travels over. ServiceBus costs about 10 USD a month (Standard, provider) or, since only Premium has private endpoints, about 680 USD a month (enterprise).')
param usageQueue string = 'StorageQueue'

// ---- Network (enterprise) ----------------------------------------------------------------------------------------

@description('Address range of the new network, /24 or larger.')
param networkAddressPrefix string = '10.80.0.0/23'

@description('Resource id of an existing subnet for the app: /27 or larger, delegated to Microsoft.App/environments, nothing else in it. With it existingEndpointSubnetId must be given; no network is made then.')
param existingAppSubnetId string = ''

@description('Resource id of an existing subnet for private endpoints.')
param existingEndpointSubnetId string = ''

@description('Resource id of a resource group that holds the private DNS zones already, linked to the network; empty: they are made.')
param existingDnsZonesGroupId string = ''

@description('A NAT gateway with a fixed public address for calls to vendors, about 33 USD a month and traffic.')
param natGateway bool = false

@description('Logs are sent and read through an Azure Monitor private link scope. It changes how all networks that share its DNS zones reach Azure Monitor: where there is a scope already, say false and add workspace and Application Insights to that one.')
param privateMonitoring bool = true

// ---- Front Door (provider) ---------------------------------------------------------------------------------------

@allowed(['none', 'Standard', 'Premium'])
@description('Front Door with a web application firewall before the hub, which then takes calls from there only. Standard (about 35 USD a month): rate limit. Premium (about 330 USD): managed rules, too.')
param frontDoor string = 'none'

@minValue(100)
@maxValue(5000000)
@description('Calls that one client address may make in five minutes through Front Door.')
param callsPerFiveMinutes int = 15000

@description('The hub\'s own host name, e.g. hub.example.com, served by Front Door with a managed certificate; empty for none.')
param customDomain string = ''

// ---- Payments (provider) -----------------------------------------------------------------------------------------

@allowed(['None', 'Stripe', 'Manual'])
@description('Who collects the money. Stripe: its two secrets are exported as STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET when this is provisioned for the first time. Manual: administrators enter invoices.')
param payments string = 'None'

@description('Where buyers come back to when they have paid, with Stripe: https://...')
param paymentSuccessUrl string = ''

@description('Where buyers come back to when they have not paid, with Stripe: https://...')
param paymentCancelUrl string = ''

@description('Credits that a new account is given, in whole units, e.g. 5 or 0.25.')
param starterCredits string = '0'

@minValue(0)
@maxValue(3650)
@description('Days until an account\'s starter credits expire; 0: never.')
param starterDays int = 0

// ---- Sign-in with Microsoft Entra ID -----------------------------------------------------------------------------

@description('Ids of the tenants whose people and workloads may use the hub, separated by semicolons; empty: keys alone.')
param entraTenantIds string = ''

@description('Application (client) id of the hub\'s app registration: what tokens must be made for. More than one, and application id URIs, separated by semicolons.')
param entraClientId string = ''

@description('Hub roles by app role: Hub.Admin=administrator;Hub.Auditor=auditor;Blue=member@team:blue.')
param entraRoles string = ''

@description('Hub roles by the group\'s object id, likewise.')
param entraGroups string = ''

@description('Applications and managed identities that call models, by object or client id: ID=account:default,project:nightly;...')
param entraWorkloads string = ''

@description('With deploymentMode provider: everybody of these tenants gets an account of their own with the first token.')
param entraSignUp bool = false

// ---- Operation ---------------------------------------------------------------------------------------------------

@minValue(30)
@maxValue(730)
@description('Days that logs are kept.')
param logRetentionDays int = 30

@description('For investigations: every access to storage and the host\'s whole log, to the workspace. Costs by volume.')
param verboseDiagnostics bool = false

@description('Addresses that alerts are mailed to, separated by commas.')
param alertEmails string = ''

@minValue(0)
@description('Cost of the resource group a month, in the currency of the billing account, that is told at 80 and 100 %; 0 for none.')
param monthlyBudget int = 0

@description('First day of the budget\'s first month, e.g. 2030-01-01. hooks/preprovision.sh sets it once; a template doesn\'t know the date.')
param budgetStartDate string = ''

// ---- Checks: they stop a deployment, and a snapshot, before anything is made -------------------------------------

var isEnterprise = deploymentMode == 'enterprise'
var ownNetwork = isEnterprise && empty(existingAppSubnetId)
var problems = filter(
  [
    isEnterprise && frontDoor != 'none' ? 'frontDoor is for deploymentMode provider.' : ''
    isEnterprise || empty('${existingAppSubnetId}${existingEndpointSubnetId}${existingDnsZonesGroupId}')
      ? ''
      : 'existingAppSubnetId, existingEndpointSubnetId and existingDnsZonesGroupId are for deploymentMode enterprise.'
    empty(existingAppSubnetId) == empty(existingEndpointSubnetId)
      ? ''
      : 'existingAppSubnetId and existingEndpointSubnetId go together.'
    !empty(existingAppSubnetId) && existingAppSubnetId == existingEndpointSubnetId
      ? 'existingAppSubnetId and existingEndpointSubnetId must differ: the app\'s subnet takes no private endpoints.'
      : ''
    natGateway && !ownNetwork ? 'natGateway is for a network that this deployment makes.' : ''
    ownNetwork && parseCidr(networkAddressPrefix).cidr > 24 ? 'networkAddressPrefix must be /24 or larger.' : ''
    zoneRedundant && alwaysReadyHttp < 2 ? 'zoneRedundant needs alwaysReadyHttp of 2 or more.' : ''
    !empty(customDomain) && frontDoor == 'none' ? 'customDomain needs frontDoor.' : ''
    monthlyBudget > 0 && !(length(budgetStartDate) == 10 && endsWith(budgetStartDate, '-01'))
      ? 'monthlyBudget needs budgetStartDate, the first day of a month: 2030-01-01.'
      : ''
    monthlyBudget > 0 && empty(alertEmails) ? 'monthlyBudget needs alertEmails.' : ''
    isEnterprise && (payments != 'None' || starterCredits != '0')
      ? 'payments and starterCredits are for deploymentMode provider.'
      : ''
    empty(entraTenantIds) != empty(entraClientId) ? 'entraTenantIds and entraClientId go together.' : ''
    payments == 'Stripe' && !(startsWith(paymentSuccessUrl, 'https://') && startsWith(paymentCancelUrl, 'https://'))
      ? 'payments Stripe needs paymentSuccessUrl and paymentCancelUrl, both https://.'
      : ''
  ],
  problem => !empty(problem)
)
var mode = empty(problems) ? deploymentMode : fail(join(problems, ' '))
var privateAccess = mode == 'enterprise'

// ---- Names: the same at every deployment of an environment -------------------------------------------------------

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var groupName = 'rg-${environmentName}'
var identityName = 'id-${token}'
var workspaceName = 'log-${token}'
var insightsName = 'appi-${token}'
var linkScopeName = 'ampls-${token}'
var runtimeStorageName = 'strun${token}'
var ledgerStorageName = 'stled${token}'
var vaultName = 'kv-${token}'
var busName = 'sbns-${token}'
var planName = 'plan-${token}'
var siteName = 'func-${token}'
var networkName = 'vnet-${token}'
var frontDoorName = 'afd-${token}'
var actionGroupName = 'ag-${token}'
var deploymentContainerName = 'app-package'
var withBus = usageQueue == 'ServiceBus'
var withFrontDoor = frontDoor != 'none'
var withPrivateMonitoring = privateAccess && privateMonitoring

// Ids are computed and not taken from modules, so that a snapshot shows them.
var groupId = '${subscription().id}/resourceGroups/${groupName}'
var identityId = '${groupId}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/${identityName}'
var workspaceId = '${groupId}/providers/Microsoft.OperationalInsights/workspaces/${workspaceName}'
var insightsId = '${groupId}/providers/Microsoft.Insights/components/${insightsName}'
var linkScopeId = '${groupId}/providers/Microsoft.Insights/privateLinkScopes/${linkScopeName}'
var runtimeStorageId = '${groupId}/providers/Microsoft.Storage/storageAccounts/${runtimeStorageName}'
var ledgerStorageId = '${groupId}/providers/Microsoft.Storage/storageAccounts/${ledgerStorageName}'
var vaultId = '${groupId}/providers/Microsoft.KeyVault/vaults/${vaultName}'
var busId = '${groupId}/providers/Microsoft.ServiceBus/namespaces/${busName}'
var siteId = '${groupId}/providers/Microsoft.Web/sites/${siteName}'
var networkId = '${groupId}/providers/Microsoft.Network/virtualNetworks/${networkName}'
var actionGroupId = '${groupId}/providers/Microsoft.Insights/actionGroups/${actionGroupName}'

resource group 'Microsoft.Resources/resourceGroups@2024-11-01' = {
  name: groupName
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: identityName, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: workspaceName
    insightsName: insightsName
    location: location
    tags: tags
    retentionDays: logRetentionDays
    privateAccess: withPrivateMonitoring
  }
}

module runtimeStorage 'modules/runtimeStorage.bicep' = {
  scope: group
  params: {
    name: runtimeStorageName
    location: location
    tags: tags
    deploymentContainerName: deploymentContainerName
    zoneRedundant: zoneRedundant
    privateAccess: privateAccess
    workspaceId: workspaceId
    accessLogs: verboseDiagnostics
  }
  dependsOn: [monitoring]
}

module ledgerStorage 'modules/ledgerStorage.bicep' = {
  scope: group
  params: {
    name: ledgerStorageName
    location: location
    tags: tags
    zoneRedundant: zoneRedundant
    geoRedundant: ledgerGeoRedundant
    deleteLock: ledgerDeleteLock
    privateAccess: privateAccess
    workspaceId: workspaceId
    accessLogs: verboseDiagnostics
  }
  dependsOn: [monitoring]
}

module keyVault 'modules/keyVault.bicep' = {
  scope: group
  params: { name: vaultName, location: location, tags: tags, privateAccess: privateAccess, workspaceId: workspaceId }
  dependsOn: [monitoring]
}

module serviceBus 'modules/serviceBus.bicep' = if (withBus) {
  scope: group
  params: { name: busName, location: location, tags: tags, privateAccess: privateAccess, workspaceId: workspaceId }
  dependsOn: [monitoring]
}

module rbac 'modules/rbac.bicep' = {
  scope: group
  params: {
    hubPrincipalId: identity.outputs.principalId
    hubIdentityName: identityName
    deployerPrincipalId: principalId
    deployerPrincipalType: principalType
    runtimeStorageName: runtimeStorageName
    ledgerStorageName: ledgerStorageName
    vaultName: vaultName
    insightsName: insightsName
    busNamespaceName: withBus ? busName : ''
  }
  dependsOn: [monitoring, runtimeStorage, ledgerStorage, keyVault, serviceBus]
}

// ---- Network -----------------------------------------------------------------------------------------------------

var appSubnetName = 'snet-app'
var endpointSubnetName = 'snet-endpoints'
var appSubnetId = ownNetwork ? '${networkId}/subnets/${appSubnetName}' : existingAppSubnetId
var endpointSubnetId = ownNetwork ? '${networkId}/subnets/${endpointSubnetName}' : existingEndpointSubnetId
var makeZones = privateAccess && empty(existingDnsZonesGroupId)
var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  sites: 'privatelink.azurewebsites.net'
  bus: 'privatelink.servicebus.windows.net'
  monitor: 'privatelink.monitor.azure.com'
  oms: 'privatelink.oms.opinsights.azure.com'
  ods: 'privatelink.ods.opinsights.azure.com'
  agent: 'privatelink.agentsvc.azure-automation.net'
}
var basicZones = ['blob', 'queue', 'table', 'vault', 'sites']
var monitorZones = ['monitor', 'oms', 'ods', 'agent']
var usedZones = concat(basicZones, withBus ? ['bus'] : [], withPrivateMonitoring ? monitorZones : [])
var zonesGroupId = makeZones ? groupId : existingDnsZonesGroupId
var zoneIds = mapValues(zoneNames, zone => '${zonesGroupId}/providers/Microsoft.Network/privateDnsZones/${zone}')
var storageEndpoints = [
  { name: 'pe-runtime-blob-${token}', targetId: runtimeStorageId, groupId: 'blob', zoneIds: [zoneIds.blob] }
  { name: 'pe-runtime-table-${token}', targetId: runtimeStorageId, groupId: 'table', zoneIds: [zoneIds.table] }
  { name: 'pe-ledger-blob-${token}', targetId: ledgerStorageId, groupId: 'blob', zoneIds: [zoneIds.blob] }
  { name: 'pe-ledger-queue-${token}', targetId: ledgerStorageId, groupId: 'queue', zoneIds: [zoneIds.queue] }
  { name: 'pe-ledger-table-${token}', targetId: ledgerStorageId, groupId: 'table', zoneIds: [zoneIds.table] }
  { name: 'pe-vault-${token}', targetId: vaultId, groupId: 'vault', zoneIds: [zoneIds.vault] }
]
var busEndpoints = withBus
  ? [{ name: 'pe-bus-${token}', targetId: busId, groupId: 'namespace', zoneIds: [zoneIds.bus] }]
  : []
var monitorEndpoints = withPrivateMonitoring
  ? [
      {
        name: 'pe-monitor-${token}'
        targetId: linkScopeId
        groupId: 'azuremonitor'
        zoneIds: [zoneIds.monitor, zoneIds.oms, zoneIds.ods, zoneIds.agent, zoneIds.blob]
      }
    ]
  : []

module network 'modules/network.bicep' = if (ownNetwork) {
  scope: group
  params: {
    name: networkName
    location: location
    tags: tags
    addressPrefix: networkAddressPrefix
    appSubnetName: appSubnetName
    endpointSubnetName: endpointSubnetName
    natGateway: natGateway
  }
}

module dnsZones 'modules/dnsZones.bicep' = if (makeZones) {
  scope: group
  params: {
    zoneNames: map(usedZones, zone => zoneNames[zone])
    networkId: ownNetwork ? networkId : join(take(split(existingAppSubnetId, '/'), 9), '/')
    tags: tags
  }
  dependsOn: [network]
}

module privateLinkScope 'modules/privateLinkScope.bicep' = if (withPrivateMonitoring) {
  scope: group
  params: { name: linkScopeName, tags: tags, workspaceId: workspaceId, insightsId: insightsId }
  dependsOn: [monitoring]
}

// Before the app: its host needs storage and vault from its first start on.
module privateEndpoints 'modules/privateEndpoints.bicep' = if (privateAccess) {
  scope: group
  params: {
    endpoints: concat(storageEndpoints, busEndpoints, monitorEndpoints)
    location: location
    tags: tags
    subnetId: endpointSubnetId
  }
  dependsOn: [network, dnsZones, runtimeStorage, ledgerStorage, keyVault, serviceBus, privateLinkScope]
}

module sitePrivateEndpoint 'modules/privateEndpoints.bicep' = if (privateAccess) {
  scope: group
  params: {
    endpoints: [{ name: 'pe-site-${token}', targetId: siteId, groupId: 'sites', zoneIds: [zoneIds.sites] }]
    location: location
    tags: tags
    subnetId: endpointSubnetId
  }
  dependsOn: [network, dnsZones, functionApp]
}

// ---- The hub -----------------------------------------------------------------------------------------------------

var storageSuffix = environment().suffixes.storage
var vaultAddress = 'https://${vaultName}${environment().suffixes.keyvaultDns}'
var settings = {
  AIGNEHUB_ADMIN_KEY: '@Microsoft.KeyVault(SecretUri=${vaultAddress}/secrets/admin-key)'
  AigneHubStorage__blobServiceUri: 'https://${ledgerStorageName}.blob.${storageSuffix}'
  AigneHubStorage__credential: 'managedidentity'
  AigneHubStorage__queueServiceUri: 'https://${ledgerStorageName}.queue.${storageSuffix}'
  AigneHubStorage__tableServiceUri: 'https://${ledgerStorageName}.table.${storageSuffix}'
  AigneHub__MasterKey__KeyVaultSecretId: '${vaultAddress}/secrets/master-key'
  AigneHub__Mode: privateAccess ? 'Enterprise' : 'Provider'
  AigneHub__SimulatedProvider: toLower(string(simulatedProvider))
  AigneHub__Upstream__PrivateNetworks: toLower(string(privateUpstreams))
  AigneHub__UsageQueue: usageQueue
}
var entraSettings = empty(entraTenantIds)
  ? {}
  : {
      AigneHub__Identity__Entra__Audiences: entraClientId
      AigneHub__Identity__Entra__Groups: entraGroups
      AigneHub__Identity__Entra__Roles: entraRoles
      AigneHub__Identity__Entra__SignUp: toLower(string(entraSignUp))
      AigneHub__Identity__Entra__Tenants: entraTenantIds
      AigneHub__Identity__Entra__Workloads: entraWorkloads
    }
var stripeSettings = payments == 'Stripe'
  ? {
      AigneHub__Payments__CancelUrl: paymentCancelUrl
      AigneHub__Payments__StripeSecretKey: '@Microsoft.KeyVault(SecretUri=${vaultAddress}/secrets/stripe-secret-key)'
      AigneHub__Payments__StripeWebhookSecret: '@Microsoft.KeyVault(SecretUri=${vaultAddress}/secrets/stripe-webhook-secret)'
      AigneHub__Payments__SuccessUrl: paymentSuccessUrl
    }
  : {}
var paymentSettings = privateAccess
  ? {}
  : union(
      {
        AigneHub__Payments__Provider: payments
        AigneHub__Payments__StarterCredits: starterCredits
        AigneHub__Payments__StarterDays: string(starterDays)
      },
      stripeSettings
    )
// The triggers of the queue that is not used are off.
var queueSettings = withBus
  ? {
      AigneHubServiceBus__credential: 'managedidentity'
      AigneHubServiceBus__fullyQualifiedNamespace: '${busName}.servicebus.windows.net'
      'AzureWebJobs.SettleUsage.Disabled': 'true'
      'AzureWebJobs.KeepPoison.Disabled': 'true'
    }
  : {
      'AzureWebJobs.SettleUsageServiceBus.Disabled': 'true'
      'AzureWebJobs.KeepPoisonServiceBus.Disabled': 'true'
    }
// The site takes calls from Front Door only, so this header is Front Door's.
var addressSettings = withFrontDoor ? { AigneHub__Gateway__ClientAddressHeader: 'X-Azure-SocketIP' } : {}
var alwaysReady = concat(
  alwaysReadyHttp > 0 ? [{ name: 'http', instanceCount: alwaysReadyHttp }] : [],
  alwaysReadySettler > 0
    ? [{ name: withBus ? 'function:SettleUsageServiceBus' : 'function:SettleUsage', instanceCount: alwaysReadySettler }]
    : []
)

module frontDoorProfile 'modules/frontDoor.bicep' = if (withFrontDoor) {
  scope: group
  params: {
    name: frontDoorName
    endpointName: 'hub-${token}'
    firewallName: 'waf${token}'
    tags: tags
    tier: frontDoor == 'Premium' ? 'Premium' : 'Standard'
    callsPerFiveMinutes: callsPerFiveMinutes
    customDomain: customDomain
    workspaceId: workspaceId
  }
  dependsOn: [monitoring]
}

module functionApp 'modules/functionApp.bicep' = {
  scope: group
  params: {
    name: siteName
    planName: planName
    location: location
    tags: tags
    identityName: identityName
    identityId: identityId
    runtimeStorageName: runtimeStorageName
    deploymentContainerName: deploymentContainerName
    extraSettings: extraSettings
    settings: union(settings, entraSettings, paymentSettings, queueSettings, addressSettings)
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReady: alwaysReady
    zoneRedundant: zoneRedundant
    subnetId: privateAccess ? appSubnetId : ''
    privateAccess: privateAccess
    lockToFrontDoor: withFrontDoor
    frontDoorId: withFrontDoor ? frontDoorProfile!.outputs.frontDoorId : ''
    workspaceId: workspaceId
    hostLogs: verboseDiagnostics
  }
  dependsOn: [rbac, privateEndpoints]
}

module frontDoorRoute 'modules/frontDoorRoute.bicep' = if (withFrontDoor) {
  scope: group
  params: {
    profileName: frontDoorName
    endpointName: 'hub-${token}'
    customDomain: customDomain
    originHostName: functionApp.outputs.hostName
  }
}

module oneDeploy 'modules/oneDeploy.bicep' = if (!empty(packageUri)) {
  scope: group
  params: { siteName: siteName, packageUri: packageUri }
  dependsOn: [functionApp, sitePrivateEndpoint]
}

// ---- Operation ---------------------------------------------------------------------------------------------------

module actionGroup 'modules/actionGroup.bicep' = {
  scope: group
  params: {
    name: actionGroupName
    tags: tags
    emails: empty(alertEmails) ? [] : map(split(alertEmails, ','), email => trim(email))
  }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    workspaceId: workspaceId
    actionGroupId: actionGroupId
    ledgerStorageName: ledgerStorageName
    busNamespaceName: withBus ? busName : ''
    frontDoor: withFrontDoor
  }
  dependsOn: [monitoring, actionGroup, ledgerStorage, serviceBus]
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  scope: group
  params: { amount: monthlyBudget, startDate: budgetStartDate, actionGroupId: actionGroupId }
  dependsOn: [actionGroup]
}

module workbook 'modules/workbook.bicep' = {
  scope: group
  params: { location: location, tags: tags, displayName: 'AigneHub ${environmentName}', workspaceId: workspaceId }
  dependsOn: [monitoring]
}

// ---- For azd and the hooks; no secrets: azd writes them to a file ------------------------------------------------

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = groupName
output AIGNEHUB_DEPLOYMENT_MODE string = mode
output AIGNEHUB_SITE string = siteName
output AIGNEHUB_VAULT string = vaultName
output AIGNEHUB_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output AIGNEHUB_URL string = withFrontDoor
  ? 'https://${empty(customDomain) ? frontDoorProfile.?outputs.hostName : customDomain}'
  : 'https://${functionApp.outputs.hostName}'
output AIGNEHUB_DOMAIN_TARGET string = frontDoorProfile.?outputs.hostName ?? ''
output AIGNEHUB_DOMAIN_VALIDATION string = frontDoorProfile.?outputs.domainValidation ?? ''
