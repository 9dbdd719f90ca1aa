// https://learn.microsoft.com/azure/azure-monitor/alerts/resource-manager-alerts-log
@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Resource id of the Log Analytics workspace that is asked.')
param workspaceId string

@description('Resource id of the action group that is told.')
param actionGroupId string

@description('Name of the storage account of the usage queue.')
param ledgerStorageName string

@description('Name of the Service Bus namespace; empty for none.')
param busNamespaceName string

@description('Whether Front Door stands before the hub, and measures the time to the first byte.')
param frontDoor bool

var rules = [
  {
    name: 'poison'
    description: 'Usage could not be settled: GET /api/admin/usage/poison. docs/operate.md#poison'
    severity: 1
    window: 'PT15M'
    query: loadTextContent('../queries/poison.kql')
  }
  {
    name: 'audit-difference'
    description: 'The sums of a ledger differ. docs/operate.md#audit-differences'
    severity: 0
    window: 'PT1H'
    query: loadTextContent('../queries/auditDifference.kql')
  }
  {
    name: 'incidents'
    description: 'The hub reports what an operator must look at. docs/ledger.md#incidents'
    severity: 1
    window: 'PT15M'
    query: loadTextContent('../queries/incidents.kql')
  }
  {
    name: 'settlement-lag'
    description: 'Calls wait to be settled. docs/operate.md#settlement-lag'
    severity: 1
    window: 'PT30M'
    query: loadTextContent('../queries/settlementLag.kql')
  }
  {
    name: 'server-errors'
    description: 'Too many answers are 5xx. docs/operate.md#server-errors'
    severity: 1
    window: 'PT15M'
    query: loadTextContent('../queries/serverErrors.kql')
  }
  {
    name: 'first-byte'
    description: 'Callers wait long for the first byte. docs/operate.md#first-byte'
    severity: 2
    window: 'PT15M'
    query: frontDoor
      ? loadTextContent('../queries/firstByteFrontDoor.kql')
      : loadTextContent('../queries/firstByte.kql')
  }
  {
    name: 'provider-down'
    description: 'A vendor can\'t be reached or breaks its answers. docs/operate.md#provider-down'
    severity: 2
    window: 'PT15M'
    query: loadTextContent('../queries/providerDown.kql')
  }
]

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: rule.name
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'AigneHub: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: rule.window
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      autoMitigate: true
      // The tables come with the first telemetry.
      skipQueryValidation: true
      actions: {
        actionGroups: [actionGroupId]
      }
    }
  }
]

resource ledgerStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: ledgerStorageName

  resource queues 'queueServices' existing = {
    name: 'default'
  }
}

// Azure counts the messages of an account once an hour.
resource queueBacklog 'Microsoft.Insights/metricAlerts@2018-03-01' = if (empty(busNamespaceName)) {
  name: 'queue-backlog'
  location: 'global'
  tags: tags
  properties: {
    description: 'More than 1,000 messages wait to be settled. docs/operate.md#settlement-lag'
    severity: 1
    enabled: true
    scopes: [ledgerStorage::queues.id]
    evaluationFrequency: 'PT1H'
    windowSize: 'PT1H'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'messages'
          metricNamespace: 'Microsoft.Storage/storageAccounts/queueServices'
          metricName: 'QueueMessageCount'
          operator: 'GreaterThan'
          threshold: 1000
          timeAggregation: 'Average'
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}

resource busNamespace 'Microsoft.ServiceBus/namespaces@2024-01-01' existing = if (!empty(busNamespaceName)) {
  name: empty(busNamespaceName) ? 'none' : busNamespaceName
}

resource busBacklog 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(busNamespaceName)) {
  name: 'queue-backlog'
  location: 'global'
  tags: tags
  properties: {
    description: 'More than 1,000 messages wait to be settled. docs/operate.md#settlement-lag'
    severity: 1
    enabled: true
    scopes: [busNamespace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'messages'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ActiveMessages'
          operator: 'GreaterThan'
          threshold: 1000
          timeAggregation: 'Average'
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}

resource busDead 'Microsoft.Insights/metricAlerts@2018-03-01' = if (!empty(busNamespaceName)) {
  name: 'dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages were given up and are not in the poison table yet. docs/operate.md#poison'
    severity: 1
    enabled: true
    scopes: [busNamespace.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'messages'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Average'
        }
      ]
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}
