// https://learn.microsoft.com/azure/frontdoor/standard-premium/sensitive-data-protection
@description('Name of the Front Door profile.')
param name string

@description('Name of its endpoint.')
param endpointName string

@description('Name of the web application firewall\'s policy: letters and digits.')
param firewallName string

@description('Tags of the deployment.')
param tags object

@description('Standard: rate limit. Premium: Microsoft\'s managed rules, too.')
@allowed(['Standard', 'Premium'])
param tier string

@description('Calls that one client address may make in five minutes.')
param callsPerFiveMinutes int

@description('The hub\'s own host name; empty for none.')
param customDomain string

@description('Resource id of the Log Analytics workspace.')
param workspaceId string

var skuName = '${tier}_AzureFrontDoor'

// Front Door is a global service.
resource profile 'Microsoft.Cdn/profiles@2025-04-15' = {
  name: name
  location: 'global'
  tags: tags
  sku: {
    name: skuName
  }
  properties: {
    // The longest that may be said: an answer that is not streamed may take 220 s.
    originResponseTimeoutSeconds: 240
    // Keys come in queries, too (Google's clients: ?key=). Paths stay, for alerts and for whoever looks for a call.
    logScrubbing: {
      state: 'Enabled'
      scrubbingRules: [
        { matchVariable: 'QueryStringArgNames', selectorMatchOperator: 'EqualsAny', state: 'Enabled' }
      ]
    }
  }
}

resource endpoint 'Microsoft.Cdn/profiles/afdEndpoints@2025-04-15' = {
  parent: profile
  name: endpointName
  location: 'global'
  tags: tags
  properties: {
    enabledState: 'Enabled'
  }
}

resource domain 'Microsoft.Cdn/profiles/customDomains@2025-04-15' = if (!empty(customDomain)) {
  parent: profile
  name: replace(empty(customDomain) ? 'none' : customDomain, '.', '-')
  properties: {
    hostName: customDomain
    tlsSettings: {
      certificateType: 'ManagedCertificate'
      minimumTlsVersion: 'TLS12'
    }
  }
}

resource firewall 'Microsoft.Network/FrontDoorWebApplicationFirewallPolicies@2025-03-01' = {
  name: firewallName
  location: 'global'
  tags: tags
  sku: {
    name: skuName
  }
  properties: {
    policySettings: {
      enabledState: 'Enabled'
      mode: 'Prevention'
      // Prompts look like attacks often enough: bodies are the vendor's to judge.
      requestBodyCheck: 'Disabled'
      // Its log is of what it blocked, with the whole address and what a rule has matched.
      logScrubbing: {
        state: 'Enabled'
        scrubbingRules: [
          { matchVariable: 'RequestUri', selectorMatchOperator: 'EqualsAny', state: 'Enabled' }
          { matchVariable: 'QueryStringArgNames', selectorMatchOperator: 'EqualsAny', state: 'Enabled' }
          { matchVariable: 'RequestHeaderNames', selectorMatchOperator: 'EqualsAny', state: 'Enabled' }
        ]
      }
    }
    customRules: {
      rules: [
        {
          name: 'CallsPerAddress'
          enabledState: 'Enabled'
          priority: 100
          ruleType: 'RateLimitRule'
          rateLimitDurationInMinutes: 5
          rateLimitThreshold: callsPerFiveMinutes
          action: 'Block'
          matchConditions: [
            {
              matchVariable: 'RequestUri'
              operator: 'Contains'
              matchValue: ['/']
            }
          ]
        }
      ]
    }
    managedRules: {
      managedRuleSets: tier == 'Premium'
        ? [
            {
              ruleSetType: 'Microsoft_DefaultRuleSet'
              ruleSetVersion: '2.1'
              ruleSetAction: 'Block'
            }
            {
              ruleSetType: 'Microsoft_BotManagerRuleSet'
              ruleSetVersion: '1.1'
              // API clients are bots: known bad ones only.
              ruleGroupOverrides: [
                {
                  ruleGroupName: 'UnknownBots'
                  rules: [
                    { ruleId: 'Bot300300', enabledState: 'Disabled' }
                    { ruleId: 'Bot300700', enabledState: 'Disabled' }
                  ]
                }
              ]
            }
          ]
        : []
    }
  }
}

resource security 'Microsoft.Cdn/profiles/securityPolicies@2025-04-15' = {
  parent: profile
  name: 'firewall'
  properties: {
    parameters: {
      type: 'WebApplicationFirewall'
      wafPolicy: {
        id: firewall.id
      }
      associations: [
        {
          domains: empty(customDomain) ? [{ id: endpoint.id }] : [{ id: endpoint.id }, { id: domain.id }]
          patternsToMatch: ['/*']
        }
      ]
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: profile
  name: 'workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'FrontDoorAccessLog', enabled: true }
      { category: 'FrontDoorWebApplicationFirewallLog', enabled: true }
    ]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output frontDoorId string = profile.properties.frontDoorId
output hostName string = endpoint.properties.hostName
output domainValidation string = domain.?properties.validationProperties.validationToken ?? ''
