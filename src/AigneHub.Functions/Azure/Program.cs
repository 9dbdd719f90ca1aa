using AigneHub.Functions;
using AigneHub.Functions.Azure;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The entry point on Azure: the isolated worker, which the Functions host starts.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// The host lets 100 MiB through (FUNCTIONS_REQUEST_BODY_SIZE_LIMIT), the worker's own Kestrel only 30 MB unless told so.
// The gateway's own, smaller limits apply below this one.
builder.Services.Configure<KestrelServerOptions>(kestrel => kestrel.Limits.MaxRequestBodySize = 104_857_600);

builder.Services.AddHub(builder.Configuration).AddServiceBusUsage(builder.Configuration);

await builder.Build().RunAsync();
