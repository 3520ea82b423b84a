using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Gearpump.Testing.Proxies;

/// <summary>An S3 server that knows no conditions: every put succeeds. There are such.</summary>
public sealed class ForgetfulS3 : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);
    private LoopbackHttp? _http;

    private ForgetfulS3()
    {
    }

    public string Endpoint => _http!.Endpoint;

    public static async Task<ForgetfulS3> StartAsync()
    {
        var server = new ForgetfulS3();
        server._http = await LoopbackHttp.StartAsync(server.HandleAsync);
        return server;
    }

    public ValueTask DisposeAsync() => _http!.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var key = context.Request.Path.Value!;
        switch (context.Request.Method)
        {
            case "PUT":
                using (var body = new MemoryStream())
                {
                    await context.Request.Body.CopyToAsync(body);
                    _objects[key] = body.ToArray();
                }

                break;
            case "DELETE":
                _objects.TryRemove(key, out _);
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                break;
            case "GET" when _objects.TryGetValue(key, out var found):
                await context.Response.Body.WriteAsync(found);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }
}
