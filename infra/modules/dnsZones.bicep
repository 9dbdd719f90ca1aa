// https://learn.microsoft.com/azure/private-link/private-endpoint-dns
@description('Names of the private DNS zones.')
param zoneNames string[]

@description('Resource id of the network that resolves names in them.')
param networkId string

@description('Tags of the deployment.')
param tags object

// Private DNS zones are global resources.
resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in zoneNames: {
    parent: zones[i]
    name: 'link-${uniqueString(networkId)}'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: {
        id: networkId
      }
    }
  }
]
