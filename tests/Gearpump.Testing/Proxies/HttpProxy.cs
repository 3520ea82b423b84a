using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gearpump.Testing.Proxies;

/// <summary>Stands in front of an HTTP server, and does to each request what it is told to.</summary>
public sealed class HttpProxy : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly string _target;

    private HttpProxy(WebApplication app, string target) => (_app, _target) = (app, target);

    /// <summary>http://host:port of the proxy.</summary>
    public string Endpoint { get; private set; } = "";

    /// <summary>What happens to a request. Default: it passes.</summary>
    public Func<HttpRequest, HttpFault> Fault { get; set; } = static _ => HttpFault.None;

    /// <summary>Starts one before a server at http://host:port.</summary>
    public static async Task<HttpProxy> StartAsync(string target)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = null);
        var app = builder.Build();
        var proxy = new HttpProxy(app, target);
        app.Run(proxy.HandleAsync);
        await app.StartAsync();
        proxy.Endpoint = app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _server.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var fault = Fault(context.Request);
        if (fault.Wait is { } wait)
        {
            await wait.WaitAsync(context.RequestAborted);
        }

        if (fault.Status is { } status)
        {
            context.Response.StatusCode = (int)status;
            context.Response.ContentType = "application/xml";
            await context.Response.WriteAsync($"<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{fault.Code}</Code><Message>by the proxy</Message></Error>");
            return;
        }

        using var request = Copy(context.Request);
        using var answer = await _server.SendAsync(request, context.RequestAborted);
        if (fault.LosesAnswer)
        {
            context.Abort();
            return;
        }

        await CopyAsync(answer, context.Response);
    }

    private HttpRequestMessage Copy(HttpRequest from)
    {
        var target = from.HttpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var request = new HttpRequestMessage(new HttpMethod(from.Method), new Uri(_target + target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
        {
            Content = from.ContentLength is null ? null : new StreamContent(from.Body),
        };
        foreach (var (name, values) in from.Headers)
        {
            // The host too: it is part of what is signed.
            if (!request.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return request;
    }

    private static async Task CopyAsync(HttpResponseMessage from, HttpResponse to)
    {
        to.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers))
        {
            to.Headers[name] = values.ToArray();
        }

        to.Headers.Remove("Transfer-Encoding");
        if (from.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.NotModified))
        {
            await from.Content.CopyToAsync(to.Body);
        }
    }
}
