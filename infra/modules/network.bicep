// https://learn.microsoft.com/azure/azure-functions/functions-networking-options
@description('Name of the virtual network.')
param name string

@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Address range of the network, /24 or larger: its first half is the app\'s, the next quarter the private endpoints\'.')
param addressPrefix string

@description('Name of the subnet that the app calls out from.')
param appSubnetName string

@description('Name of the subnet of the private endpoints.')
param endpointSubnetName string

@description('Whether the app calls out through a NAT gateway with one fixed public address.')
param natGateway bool

var size = parseCidr(addressPrefix).cidr
var appPrefix = cidrSubnet(addressPrefix, size + 1, 0)
var endpointPrefix = cidrSubnet(addressPrefix, size + 2, 2)

resource appRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg-${appSubnetName}'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'DenyInbound'
        properties: {
          description: 'The subnet is for calls out; callers come by the site\'s private endpoint.'
          direction: 'Inbound'
          access: 'Deny'
          priority: 4000
          protocol: '*'
          sourceAddressPrefix: 'Internet'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource endpointRules 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: 'nsg-${endpointSubnetName}'
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'AllowNetworkHttps'
        properties: {
          description: 'Callers of the hub and the hub itself; 5671 is Service Bus.'
          direction: 'Inbound'
          access: 'Allow'
          priority: 100
          protocol: 'Tcp'
          sourceAddressPrefix: 'VirtualNetwork'
          sourcePortRange: '*'
          destinationAddressPrefix: 'VirtualNetwork'
          destinationPortRanges: ['443', '5671']
        }
      }
      {
        name: 'DenyInbound'
        properties: {
          description: 'Nothing else reaches the endpoints.'
          direction: 'Inbound'
          access: 'Deny'
          priority: 4000
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRange: '*'
        }
      }
    ]
  }
}

resource address 'Microsoft.Network/publicIPAddresses@2024-05-01' = if (natGateway) {
  name: 'pip-${name}'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    publicIPAllocationMethod: 'Static'
  }
}

resource gateway 'Microsoft.Network/natGateways@2024-05-01' = if (natGateway) {
  name: 'ng-${name}'
  location: location
  tags: tags
  sku: {
    name: 'Standard'
  }
  properties: {
    idleTimeoutInMinutes: 10
    publicIpAddresses: [{ id: address.id }]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: {
      addressPrefixes: [addressPrefix]
    }
    subnets: [
      {
        name: appSubnetName
        properties: {
          addressPrefix: appPrefix
          networkSecurityGroup: { id: appRules.id }
          natGateway: natGateway ? { id: gateway.id } : null
          // What Flex Consumption asks for; nothing else may be in such a subnet.
          delegations: [
            {
              name: 'flex'
              properties: {
                serviceName: 'Microsoft.App/environments'
              }
            }
          ]
        }
      }
      {
        name: endpointSubnetName
        properties: {
          addressPrefix: endpointPrefix
          networkSecurityGroup: { id: endpointRules.id }
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }
}
