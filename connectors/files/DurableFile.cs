using System.Runtime.InteropServices;

namespace Gearpump.Files;

/// <summary>Files that appear under their name whole and durable, or not at all.</summary>
internal static partial class DurableFile
{
    private const int FileExists = 17;
    private const int NoSpace = 28;

    /// <summary>The prefix of files that are being written; a reader passes them over.</summary>
    public const string TemporaryPrefix = ".tmp-";

    /// <summary>Gives a finished, flushed temporary file its name, unless that is taken. The temporary name is gone in both cases.</summary>
    public static bool Publish(string temporary, string path)
    {
        var created = OperatingSystem.IsWindows() ? MoveOnWindows(temporary, path) : LinkOnUnix(temporary, path);
        SyncFolder(Path.GetDirectoryName(path)!);
        return created;
    }

    /// <summary>Writes a new temporary file beside <paramref name="path"/>, flushed to the disk.</summary>
    public static string WriteTemporary(string path, Action<FileStream> write)
    {
        var folder = Path.GetDirectoryName(path)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, TemporaryPrefix + Guid.NewGuid().ToString("n"));
        using var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        write(file);
        file.Flush(flushToDisk: true);
        return temporary;
    }

    /// <summary>Deletes temporary files that a process has left behind, once they are older than any write can be.</summary>
    public static void DeleteLeftovers(string folder, TimeSpan olderThan)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        foreach (var path in Directory.EnumerateFiles(folder, TemporaryPrefix + "*", SearchOption.AllDirectories))
        {
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > olderThan)
            {
                File.Delete(path);
            }
        }
    }

    /// <summary>Makes a folder's entries durable, where the system can.</summary>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(folder, 0);
        if (descriptor >= 0)
        {
            // A file system that cannot sync a folder says so by an error, and has nothing to sync.
            _ = Fsync(descriptor);
            _ = Close(descriptor);
        }
    }

    private static bool LinkOnUnix(string temporary, string path)
    {
        if (Link(temporary, path) == 0)
        {
            File.Delete(temporary);
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        File.Delete(temporary);
        return error switch
        {
            FileExists => false,
            NoSpace => throw new IOException($"no space left on the device of {path} (ENOSPC)"),
            _ => throw new IOException($"cannot create {path}: {Marshal.GetPInvokeErrorMessage(error)}"),
        };
    }

    private static bool MoveOnWindows(string temporary, string path)
    {
        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            File.Delete(temporary);
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string created);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
