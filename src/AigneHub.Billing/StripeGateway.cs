using System.Net;
using AigneHub.Core.Payments;
using Stripe;

namespace AigneHub.Billing;

/// <summary>Calls Stripe, and says which of its failures are answers.</summary>
internal sealed class StripeGateway : IDisposable
{
    private const int RetriesMax = 2;
    private static readonly TimeSpan CallMax = TimeSpan.FromSeconds(20);

#pragma warning disable RS0030 // Stripe's library asks for one; answers are small documents.
    private readonly HttpClient _http;

    /// <param name="handler">Owned from now on.</param>
    /// <param name="retries">Of a call without an answer, under the same idempotency key.</param>
    public StripeGateway(PaymentOptions options, HttpMessageHandler handler, int retries = RetriesMax)
    {
        _http = new HttpClient(handler) { Timeout = CallMax };
#pragma warning restore RS0030
        Client = new StripeClient(new StripeClientOptions
        {
            ApiKey = options.StripeSecretKey,
            ApiBase = options.StripeApiBase.TrimEnd('/'),
            HttpClient = new SystemNetHttpClient(_http, retries, null, enableTelemetry: false),
        });
    }

    public StripeClient Client { get; }

    /// <summary>The secret goes to the address of the settings and nowhere else.</summary>
    public static HttpMessageHandler NewHandler() => new SocketsHttpHandler
    {
        // Nor does it learn whose call it belongs to.
        ActivityHeadersPropagator = null,
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
    };

    /// <summary>Null: Stripe has no such object.</summary>
    public static async Task<T?> FindAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return await call();
        }
        catch (StripeException e) when (e.HttpStatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failure(e);
        }
    }

    /// <summary>For what Stripe refuses when it is too late for it (400): how it stands is fetched afterwards.</summary>
    public static async Task TryAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            await call();
        }
        catch (StripeException e) when (e.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.NotFound)
        {
            // The answer is in what is fetched.
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failure(e);
        }
    }

    public static async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            throw Failure(e);
        }
    }

    /// <summary>Whether it is Stripe's or the network's, and not the caller's end.</summary>
    public static bool IsFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is StripeException or HttpRequestException or IOException
        || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested);

    /// <summary>Its message names no object, person or secret.</summary>
    public static PaymentProviderUnavailableException Failure(Exception exception)
    {
        if (exception is not StripeException { StripeError: var error, HttpStatusCode: var status, StripeResponse: var response } stripe)
        {
            return new PaymentProviderUnavailableException($"Stripe does not answer ({exception.GetType().Name}).", exception);
        }

        var message = $"Stripe: {(int)status} {error?.Type} {error?.Code} {response?.RequestId}";
        var isRefused = (int)status is >= 400 and < 500 and not (409 or 429);
        return IsRefusal(stripe)
            ? new PaymentProviderRefusedException(message, error is { Code: "resource_missing", Param: "customer" }, exception)
            {
                NeedsOperator = isRefused,
            }
            : new PaymentProviderUnavailableException(message, exception) { NeedsOperator = isRefused };
    }

    /// <summary>
    /// Whether the same call would be refused again. Not of the hub's own key (401, 403), which is no account's fault; nor of a repeat
    /// that differs from the first call (<c>idempotency_error</c>), which may have succeeded: https://docs.stripe.com/api/errors.
    /// </summary>
    public static bool IsRefusal(StripeException exception) =>
        (int)exception.HttpStatusCode is >= 400 and < 500 and not (401 or 403 or 409 or 429)
        && exception.StripeError?.Type != "idempotency_error";

    public void Dispose() => _http.Dispose();
}
