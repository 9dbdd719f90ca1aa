// https://learn.microsoft.com/azure/templates/microsoft.servicebus/namespaces/queues
@description('Name of the Service Bus namespace.')
param name string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Premium, the only tier with private endpoints, and no public access. Else Standard.')
param privateAccess bool

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

resource busNamespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: privateAccess ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateAccess ? 'Disabled' : 'Enabled'
  }
}

// Settling is idempotent by itself; duplicate detection only saves work.
resource usage 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = {
  parent: busNamespace
  name: 'usage'
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT1H'
    lockDuration: 'PT5M'
    // A settler keeps a failure that time mends for two minutes: 1,000 of them are 33 hours.
    maxDeliveryCount: 1000
    deadLetteringOnMessageExpiration: true
    maxSizeInMegabytes: 5120
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: busNamespace
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
