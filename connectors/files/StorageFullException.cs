namespace Gearpump.Files;

/// <summary>The disk, or the quota on it, is full. Nothing was published; the same call succeeds once there is space.</summary>
public sealed class StorageFullException(string path, Exception? inner = null)
    : IOException($"no space left for {path} (ENOSPC): free some on that device, what is written is tried again", inner);
