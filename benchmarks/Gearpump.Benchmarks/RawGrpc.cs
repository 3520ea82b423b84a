using System.Diagnostics;
using Gearpump.Hosting.Transport;
using Gearpump.Protocol.V1;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Gearpump.Benchmarks;

/// <summary>The same words over one gRPC stream from this process to another one, without any engine: packed by hand, counted, acknowledged.</summary>
internal static class RawGrpc
{
    public const string ServerFlag = "--raw-grpc-server";
    private const long WordsMost = 30_000_000;
    private const long MessagesMost = 500_000;

    /// <summary>The server's process: prints its address, and serves until its standard input closes.</summary>
    public static async Task<int> ServeAsync(CancellationToken cancellation)
    {
        var (app, address) = await GrpcEndpoints.ListenAsync(
            "127.0.0.1:0", () => true, static services => services.AddSingleton<CountingService>(), static web => web.MapGrpcService<CountingService>());
        await using var listener = app;
        Console.WriteLine(address);
        await Console.In.ReadToEndAsync(cancellation);
        return 0;
    }

    /// <summary>Words a second, without the first tenth.</summary>
    public static async Task<double> MeasureAsync(BenchmarkInput input, int batchBytes, CancellationToken cancellation)
    {
        using var server = Process.Start(new ProcessStartInfo("dotnet", [typeof(RawGrpc).Assembly.Location, ServerFlag])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        var address = await server.StandardOutput.ReadLineAsync(cancellation) ?? throw new InvalidOperationException("the server has not begun");
        using var channel = GrpcEndpoints.Connect(address);
        using var call = channel.CreateCallInvoker().AsyncDuplexStreamingCall(GrpcMethods.Exchange, null, new CallOptions(cancellationToken: cancellation));
        var words = batchBytes > 1 ? Math.Min(input.Words, WordsMost) : MessagesMost;
        var reading = ReadAcknowledgementsAsync(call.ResponseStream, cancellation);
        var (sent, began, before) = (0L, 0L, 0L);
        var buffer = new byte[batchBytes + 1_024];
        while (sent < words)
        {
            var (length, count) = (0, 0);
            do
            {
                var word = input.Sample[(int)((sent + count) % input.Sample.Count)];
                buffer[length] = (byte)word.Length;
                word.CopyTo(buffer, length + 1);
                length += 1 + word.Length;
                count++;
            }
            while (length < batchBytes && sent + count < words);
            if (began == 0 && sent >= words / 10)
            {
                (began, before) = (Stopwatch.GetTimestamp(), sent);
            }

            call.RequestStream.WriteOptions = new WriteOptions(batchBytes > 1 ? WriteFlags.BufferHint : default);
            await call.RequestStream.WriteAsync(new DataFrame { Batch = new Batch { Payload = ByteString.CopyFrom(buffer, 0, length), Records = (uint)count } }, cancellation);
            sent += count;
        }

        await call.RequestStream.CompleteAsync();
        var counted = await reading;
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        server.StandardInput.Close();
        await server.WaitForExitAsync(cancellation);
        return counted == words
            ? (words - before) / seconds
            : throw new InvalidOperationException($"{counted} of {words} words were counted");
    }

    private static async Task<long> ReadAcknowledgementsAsync(IAsyncStreamReader<DataFeedback> responses, CancellationToken cancellation)
    {
        var records = 0L;
        while (await responses.MoveNext(cancellation))
        {
            records = (long)responses.Current.Channels[0].AckedRecords;
        }

        return records;
    }
}
