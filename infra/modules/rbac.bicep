// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
@description('Object id of the identity that the function app runs as.')
param hubPrincipalId string

@description('Name of that identity.')
param hubIdentityName string

@description('Object id of who deploys, and may read the vault\'s secrets; empty for nobody.')
param deployerPrincipalId string

@description('What the deployer is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param deployerPrincipalType string

@description('Name of the storage account of the Functions host.')
param runtimeStorageName string

@description('Name of the storage account of the ledgers.')
param ledgerStorageName string

@description('Name of the vault.')
param vaultName string

@description('Name of the Application Insights resource.')
param insightsName string

@description('Name of the Service Bus namespace; empty for none.')
param busNamespaceName string

var roles = {
  blobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  blobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  secretsUser: '4633458b-17de-408a-b874-0445c86b69e6'
  metricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  busDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  busDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
}

resource runtimeStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: runtimeStorageName
}

resource ledgerStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: ledgerStorageName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource busNamespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = if (!empty(busNamespaceName)) {
  name: empty(busNamespaceName) ? 'none' : busNamespaceName

  resource usage 'queues' existing = {
    name: 'usage'
  }
}

// The Functions host: leases of timers, host ids, the deployed package.
resource hostBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: runtimeStorage
  name: guid(runtimeStorage.id, hubIdentityName, roles.blobDataOwner)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataOwner)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// The Functions host: its diagnostic events.
resource hostTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: runtimeStorage
  name: guid(runtimeStorage.id, hubIdentityName, roles.tableDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableDataContributor)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// The hub makes its tables and queues when it starts.
resource ledgerTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ledgerStorage
  name: guid(ledgerStorage.id, hubIdentityName, roles.tableDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.tableDataContributor)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Old days of the ledgers are archived as blobs.
resource ledgerBlobs 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ledgerStorage
  name: guid(ledgerStorage.id, hubIdentityName, roles.blobDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.blobDataContributor)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource ledgerQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: ledgerStorage
  name: guid(ledgerStorage.id, hubIdentityName, roles.queueDataContributor)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.queueDataContributor)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// The master key, and app settings that refer to secrets.
resource hubSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: vault
  name: guid(vault.id, hubIdentityName, roles.secretsUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsUser)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource telemetry 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: insights
  name: guid(insights.id, hubIdentityName, roles.metricsPublisher)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.metricsPublisher)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource busSends 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(busNamespaceName)) {
  scope: busNamespace::usage
  name: guid(busNamespace::usage.id, hubIdentityName, roles.busDataSender)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.busDataSender)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource busReceives 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(busNamespaceName)) {
  scope: busNamespace::usage
  name: guid(busNamespace::usage.id, hubIdentityName, roles.busDataReceiver)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.busDataReceiver)
    principalId: hubPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// hooks/postdeploy.sh reads the administrator's key.
resource deployerSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(deployerPrincipalId)) {
  scope: vault
  name: guid(vault.id, deployerPrincipalId, roles.secretsUser)
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.secretsUser)
    principalId: deployerPrincipalId
    principalType: deployerPrincipalType
  }
}
