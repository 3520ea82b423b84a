using System.Security.Cryptography;
using Gearpump.Engine.Ports;

namespace Gearpump.Engine.Work;

/// <summary>Stores the objects of one epoch, each until it stands there: a create whose outcome is unknown is repeated unchanged.</summary>
internal sealed class Uploader(WorkerContext context, Action<string> failed)
{
    private readonly IWorkerHost _host = context.Host;
    private bool _over;

    /// <summary>Bytes on their way.</summary>
    public long Bytes { get; private set; }

    public bool IsFull => Bytes >= context.Options.UploadBytesMax;

    public void Upload(string key, byte[] bytes, Action<byte[]> stored)
    {
        Bytes += bytes.Length;
        _host.Run(() => SHA256.HashData(bytes), (hash, error) =>
        {
            if (_over)
            {
                return;
            }

            if (hash is null)
            {
                failed($"hashing {key}: {error}");
                return;
            }

            Create(key, bytes, new Backoff(_host), () =>
            {
                Bytes -= bytes.Length;
                _host.Remember(key, bytes);
                stored(hash);
            });
        });
    }

    /// <summary>The epoch is over: what is still to come is of no use.</summary>
    public void Stop() => _over = true;

    private void Create(string key, byte[] bytes, Backoff backoff, Action done) => _host.Store.Create(key, bytes, result =>
    {
        if (_over)
        {
            return;
        }

        switch (result.Outcome)
        {
            case PutOutcome.Created:
                done();
                break;
            case PutOutcome.Exists:
                Compare(key, bytes, backoff, done);
                break;
            default:
                _host.Log(MachineLogLevel.Warning, $"storing {key}: {result.Error}; trying again");
                context.Timers.After(backoff.NextMs(), () =>
                {
                    if (!_over)
                    {
                        Create(key, bytes, backoff, done);
                    }
                });
                break;
        }
    });

    // Refused with equal bytes is our own earlier attempt, which came through after all.
    private void Compare(string key, byte[] bytes, Backoff backoff, Action done) => _host.Store.Get(key, result =>
    {
        if (_over)
        {
            return;
        }

        if (result.Bytes is { } found)
        {
            if (found.Span.SequenceEqual(bytes))
            {
                done();
            }
            else
            {
                failed($"object {key} exists with other bytes");
            }

            return;
        }

        context.Timers.After(backoff.NextMs(), () =>
        {
            if (!_over)
            {
                Create(key, bytes, backoff, done);
            }
        });
    });
}
