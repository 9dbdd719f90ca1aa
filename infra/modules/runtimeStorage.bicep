// https://learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts
@description('Name of the storage account of the Functions host: leases of timers, diagnostic events, the deployed package.')
param name string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Name of the blob container that code is deployed to.')
param deploymentContainerName string

@description('Whether data is kept in three zones (ZRS) instead of one (LRS).')
param zoneRedundant bool

@description('Whether the account can be reached through private endpoints only.')
param privateAccess bool

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Whether every read, write and deletion is logged, too.')
param accessLogs bool

resource account 'Microsoft.Storage/storageAccounts@2025-01-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS'
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateAccess ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: privateAccess ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 7
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}

resource deployments 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-01-01' = {
  parent: blobs
  name: deploymentContainerName
  properties: {
    publicAccess: 'None'
  }
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource blobDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: accessLogs ? [{ categoryGroup: 'allLogs', enabled: true }] : []
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource tableDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: tables
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: accessLogs ? [{ categoryGroup: 'allLogs', enabled: true }] : []
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}
