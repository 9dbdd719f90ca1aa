// https://learn.microsoft.com/azure/templates/microsoft.managedidentity/userassignedidentities
@description('Name of the user-assigned identity that the function app runs as.')
param name string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output clientId string = identity.properties.clientId
output principalId string = identity.properties.principalId
