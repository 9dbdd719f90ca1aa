// https://learn.microsoft.com/azure/templates/microsoft.insights/actiongroups
@description('Name of the action group.')
param name string

@description('Tags of the deployment.')
param tags object

@description('Addresses that alerts are mailed to.')
param emails string[]

resource group 'Microsoft.Insights/actionGroups@2024-10-01-preview' = {
  name: name
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'aignehub'
    emailReceivers: [
      for (email, i) in emails: {
        name: 'mail${i}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}
