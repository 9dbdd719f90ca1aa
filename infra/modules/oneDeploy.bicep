// https://learn.microsoft.com/azure/templates/microsoft.web/sites/extensions-onedeploy
@description('Name of the function app.')
param siteName string

@secure()
@description('Address of the package (zip) that the app\'s deployment site fetches from inside the network; may carry a SAS.')
param packageUri string

resource site 'Microsoft.Web/sites@2024-11-01' existing = {
  name: siteName
}

// Deployment over Azure Resource Manager: needs no way from the deployer to the private site.
resource package 'Microsoft.Web/sites/extensions@2024-11-01' = {
  parent: site
  #disable-next-line BCP036 // The types know the name MSDeploy only.
  name: 'onedeploy'
  #disable-next-line BCP187
  properties: {
    packageUri: packageUri
    remoteBuild: false
  }
}
