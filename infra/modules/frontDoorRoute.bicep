// https://learn.microsoft.com/azure/frontdoor/health-probes
@description('Name of the Front Door profile.')
param profileName string

@description('Name of its endpoint.')
param endpointName string

@description('The hub\'s own host name; empty for none.')
param customDomain string

@description('Host name of the function app.')
param originHostName string

resource profile 'Microsoft.Cdn/profiles@2025-04-15' existing = {
  name: profileName

  resource endpoint 'afdEndpoints' existing = {
    name: endpointName
  }

  resource domain 'customDomains' existing = if (!empty(customDomain)) {
    name: replace(empty(customDomain) ? 'none' : customDomain, '.', '-')
  }
}

resource origins 'Microsoft.Cdn/profiles/originGroups@2025-04-15' = {
  parent: profile
  name: 'hub'
  properties: {
    loadBalancingSettings: {
      sampleSize: 4
      successfulSamplesRequired: 2
      additionalLatencyInMilliseconds: 50
    }
    // No healthProbeSettings: with one origin there is nothing to choose, and every edge would send its own.
    sessionAffinityState: 'Disabled'
  }
}

resource origin 'Microsoft.Cdn/profiles/originGroups/origins@2025-04-15' = {
  parent: origins
  name: 'site'
  properties: {
    hostName: originHostName
    originHostHeader: originHostName
    httpsPort: 443
    priority: 1
    weight: 1000
    enforceCertificateNameCheck: true
  }
}

resource route 'Microsoft.Cdn/profiles/afdEndpoints/routes@2025-04-15' = {
  parent: profile::endpoint
  name: 'all'
  properties: {
    originGroup: {
      id: origins.id
    }
    customDomains: empty(customDomain) ? [] : [{ id: profile::domain.id }]
    supportedProtocols: ['Https']
    patternsToMatch: ['/*']
    forwardingProtocol: 'HttpsOnly'
    httpsRedirect: 'Disabled'
    linkToDefaultDomain: 'Enabled'
    // No cacheConfiguration: nothing is cached or compressed, so that streams flow.
  }
  dependsOn: [origin]
}
