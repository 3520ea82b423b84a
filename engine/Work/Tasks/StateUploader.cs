using System.Buffers;
using Gearpump.Engine.Log;
using Gearpump.Engine.Snapshots;
using Gearpump.Protocol.V1;
using Gearpump.Runtime;
using Google.Protobuf;

namespace Gearpump.Engine.Work.Tasks;

/// <summary>Encodes a frozen state in the background, object by object, and stores it. One object is in memory at a time.</summary>
internal sealed class StateUploader(WorkerContext context, EpochIdentity epoch, Uploader uploader, Func<bool> isOver, Action<string> failed)
{
    public void Upload(ITaskState state, IFrozenState frozen, int task, long cut, CutPartBuilder part)
    {
        part.Hold();
        Next(state.Step, state.IsKeyed, frozen, task, cut, part, frozen.Range.Start, 0);
    }

    private void Next(string step, bool keyed, IFrozenState frozen, int task, long cut, CutPartBuilder part, int group, int serial)
    {
        if (group >= frozen.Range.End)
        {
            part.Release();
            return;
        }

        context.Host.Run(() => Encode(step, frozen, cut, group), (encoded, error) =>
        {
            if (isOver())
            {
                return;
            }

            if (encoded is null)
            {
                failed($"encoding the state of {step}: {error}");
                return;
            }

            var key = StoreKeys.CutObject(context.Graph.Job, epoch.Instance, cut, epoch.Epoch, step, $"{group}-{encoded.EndGroup}-{task}-{serial}");
            uploader.Upload(key, encoded.Bytes, hash =>
            {
                part.Part.Objects.Add(new StateObject
                {
                    Step = step,
                    Key = key,
                    Length = (ulong)encoded.Bytes.Length,
                    Sha256 = UnsafeByteOperations.UnsafeWrap(hash),
                    FirstGroup = (uint)group,
                    EndGroup = (uint)encoded.EndGroup,
                    Task = (uint)task,
                    Keyed = keyed,
                });
                Next(step, keyed, frozen, task, cut, part, encoded.EndGroup, serial + 1);
            });
        });
    }

    private Encoded Encode(string step, IFrozenState frozen, long cut, int group)
    {
        var payload = new ArrayBufferWriter<byte>();
        var end = frozen.Encode(group, payload, context.Options.SnapshotObjectBytes);
        var header = new SnapshotHeader
        {
            Job = context.Graph.Job,
            Instance = epoch.Instance,
            Step = step,
            Epoch = (ulong)epoch.Epoch,
            Cut = (ulong)cut,
            Codec = "none",
        };
        return new Encoded(SnapshotObject.Write(header, payload.WrittenSpan), end);
    }

    private sealed record Encoded(byte[] Bytes, int EndGroup);
}
