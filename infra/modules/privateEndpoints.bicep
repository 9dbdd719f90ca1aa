// https://learn.microsoft.com/azure/private-link/private-endpoint-dns
@description('A private endpoint.')
type endpointType = {
  @description('Name of the endpoint.')
  name: string

  @description('Resource id of what it leads to.')
  targetId: string

  @description('Sub-resource of the target.')
  groupId: string

  @description('Resource ids of the DNS zones that its address is entered in.')
  zoneIds: string[]
}

@description('The endpoints to make.')
param endpoints endpointType[]

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Resource id of the subnet of the endpoints.')
param subnetId string

resource privateEndpoints 'Microsoft.Network/privateEndpoints@2024-05-01' = [
  for endpoint in endpoints: {
    name: endpoint.name
    location: location
    tags: tags
    properties: {
      subnet: {
        id: subnetId
      }
      customNetworkInterfaceName: 'nic-${endpoint.name}'
      privateLinkServiceConnections: [
        {
          name: endpoint.name
          properties: {
            privateLinkServiceId: endpoint.targetId
            groupIds: [endpoint.groupId]
          }
        }
      ]
    }
  }
]

resource zoneGroups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = [
  for (endpoint, i) in endpoints: {
    parent: privateEndpoints[i]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        for (zoneId, z) in endpoint.zoneIds: {
          name: 'zone${z}'
          properties: {
            privateDnsZoneId: zoneId
          }
        }
      ]
    }
  }
]
