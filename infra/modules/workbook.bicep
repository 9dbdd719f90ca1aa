// https://learn.microsoft.com/azure/templates/microsoft.insights/workbooks
@description('Azure region.')
param location string

@description('Tags of the deployment.')
param tags object

@description('Name that people see.')
param displayName string

@description('Resource id of the Log Analytics workspace that is asked.')
param workspaceId string

// The queries are those of the alerts, without their thresholds.
resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(workspaceId, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    category: 'workbook'
    displayName: displayName
    sourceId: workspaceId
    serializedData: loadTextContent('../queries/workbook.json')
    version: 'Notebook/1.0'
  }
}
