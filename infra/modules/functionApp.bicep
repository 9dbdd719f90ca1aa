// https://learn.microsoft.com/azure/azure-functions/flex-consumption-plan
@description('Name of the function app.')
param name string

@description('Name of its Flex Consumption plan; one app a plan.')
param planName string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Name of the user-assigned identity that the app runs as.')
param identityName string

@description('Resource id of that identity.')
param identityId string

@description('Name of the storage account of the Functions host.')
param runtimeStorageName string

@description('Name of the blob container that code is deployed to.')
param deploymentContainerName string

@description('App settings beside those of the Functions host.')
param settings object

@description('Further app settings, of the operator.')
param extraSettings { *: string }

@description('Connection string of Application Insights; an address, since only identities can send.')
param insightsConnectionString string

@description('MB of memory an instance.')
param instanceMemoryMB int

@description('Largest number of instances on demand.')
param maximumInstanceCount int

@description('Requests that one instance serves at a time.')
param httpConcurrency int

@description('What is kept running: group of functions, number of instances.')
param alwaysReady { name: string, instanceCount: int }[]

@description('Whether instances are spread over zones.')
param zoneRedundant bool

@description('Resource id of the subnet that the app calls out from; empty for none.')
param subnetId string

@description('Whether the site can be reached through its private endpoint only.')
param privateAccess bool

@description('Whether only one Front Door may call the site.')
param lockToFrontDoor bool

@description('Id of that Front Door.')
param frontDoorId string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

@description('Whether the host\'s log is kept a second time, beside Application Insights.')
param hostLogs bool

var storageSuffix = environment().suffixes.storage
var hostSettings = {
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnectionString
  // Which identity the hub's own calls use where a service accepts several (Azure OpenAI).
  AZURE_CLIENT_ID: identity.properties.clientId
  AzureWebJobsStorage__blobServiceUri: 'https://${runtimeStorageName}.blob.${storageSuffix}'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__tableServiceUri: 'https://${runtimeStorageName}.table.${storageSuffix}'
  AigneHubStorage__clientId: identity.properties.clientId
}
var busSettings = settings.AigneHub__UsageQueue == 'ServiceBus'
  ? { AigneHubServiceBus__clientId: identity.properties.clientId }
  : {}

var templateSettings = union(hostSettings, busSettings, settings)
// The template's win, in whatever case a name is written: .NET reads settings without case.
var templateNames = map(objectKeys(templateSettings), name => toLower(name))
var furtherSettings = toObject(
  filter(items(extraSettings), setting => !contains(templateNames, toLower(setting.key))),
  setting => setting.key,
  setting => setting.value
)

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  // azd finds what to deploy its service "gateway" to by this tag.
  tags: union(tags, { 'azd-service-name': 'gateway' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: privateAccess ? 'Disabled' : 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      // Private: calls through the private endpoint pass no such rules; these hold when hooks/predeploy.sh opens the
      // deployment site to one address.
      ipSecurityRestrictionsDefaultAction: privateAccess || lockToFrontDoor ? 'Deny' : 'Allow'
      ipSecurityRestrictions: lockToFrontDoor
        ? [
            {
              name: 'FrontDoor'
              description: 'Front Door, and no other profile than this hub\'s'
              action: 'Allow'
              priority: 100
              tag: 'ServiceTag'
              ipAddress: 'AzureFrontDoor.Backend'
              headers: {
                'x-azure-fdid': [frontDoorId]
              }
            }
          ]
        : []
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: privateAccess ? 'Deny' : 'Allow'
      scmIpSecurityRestrictions: []
    }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: 'https://${runtimeStorageName}.blob.${storageSuffix}/${deploymentContainerName}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'dotnet-isolated'
        version: '10.0'
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
        triggers: {
          http: {
            perInstanceConcurrency: httpConcurrency
          }
        }
      }
    }
  }

  // Deployed whole: Azure removes every setting that is not among these.
  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(furtherSettings, templateSettings)
  }

  resource scmPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource ftpPasswords 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: site
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: hostLogs ? [{ category: 'FunctionAppLogs', enabled: true }] : []
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output hostName string = site.properties.defaultHostName
