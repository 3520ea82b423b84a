using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gearpump.Testing.Proxies;

/// <summary>Stands in front of an HTTP server, and does to each request what it is told to.</summary>
public sealed class HttpProxy : IAsyncDisposable
{
    private readonly HttpMessageInvoker _server = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });
    private readonly string _target;
    private LoopbackHttp? _http;

    private HttpProxy(string target) => _target = target;

    /// <summary>http://host:port of the proxy.</summary>
    public string Endpoint => _http!.Endpoint;

    /// <summary>What happens to a request. Default: it passes.</summary>
    public Func<HttpRequest, HttpFault> Fault { get; set; } = static _ => HttpFault.None;

    /// <summary>Starts one before a server at http://host:port.</summary>
    public static async Task<HttpProxy> StartAsync(string target)
    {
        var proxy = new HttpProxy(target);
        proxy._http = await LoopbackHttp.StartAsync(proxy.HandleAsync);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _http!.DisposeAsync();
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
