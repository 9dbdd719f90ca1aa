using AigneHub.Functions;
using AigneHub.Functions.Azure;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// The entry point on Azure: the isolated worker, which the Functions host starts.
var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

builder.Services.AddHub(builder.Configuration).AddServiceBusUsage(builder.Configuration);

// The host leaves the worker's logs to the worker, those between invocations included.
builder.Services.AddOpenTelemetry().UseFunctionsWorkerDefaults();

await builder.Build().RunAsync();
