// https://learn.microsoft.com/azure/templates/microsoft.storage/storageaccounts
@description('Name of the storage account of ledgers, keys, configuration and usage queue.')
param name string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Whether data is kept in three zones instead of one.')
param zoneRedundant bool

@description('Whether data is copied to the paired region, too.')
param geoRedundant bool

@description('Whether the account is locked against deletion.')
param deleteLock bool

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
    name: geoRedundant
      ? (zoneRedundant ? 'Standard_GZRS' : 'Standard_GRS')
      : (zoneRedundant ? 'Standard_ZRS' : 'Standard_LRS')
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
    // Tables and queues can be put under a customer's key only when this was said at the account's creation.
    encryption: {
      keySource: 'Microsoft.Storage'
      services: {
        blob: { enabled: true, keyType: 'Account' }
        queue: { enabled: true, keyType: 'Account' }
        table: { enabled: true, keyType: 'Account' }
      }
    }
  }
}

// Soft delete exists for blobs; the tables are guarded by the lock, and by what identities may do.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-01-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: {
      enabled: true
      days: 30
    }
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 30
    }
  }
}

resource queues 'Microsoft.Storage/storageAccounts/queueServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource usage 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = {
  parent: queues
  name: 'usage'
}

resource usagePoison 'Microsoft.Storage/storageAccounts/queueServices/queues@2025-01-01' = {
  parent: queues
  name: 'usage-poison'
}

resource tables 'Microsoft.Storage/storageAccounts/tableServices@2025-01-01' = {
  parent: account
  name: 'default'
}

resource lock 'Microsoft.Authorization/locks@2020-05-01' = if (deleteLock) {
  scope: account
  name: 'ledger'
  properties: {
    level: 'CanNotDelete'
    notes: 'The ledgers: what was used and charged. Nothing else holds them.'
  }
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

resource queueDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: queues
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
