// https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults
@description('Name of the vault.')
param name string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Whether the vault can be reached through its private endpoint only.')
param privateAccess bool

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

// Its secrets are made by hooks/postprovision.sh, once: a template can't make random values, and what it is given as
// parameter would stay with the deployment.
resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: privateAccess ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: privateAccess ? 'Deny' : 'Allow'
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: vault
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}
