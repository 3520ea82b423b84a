using System.Runtime.InteropServices;

namespace Gearpump.Files;

/// <summary>The two calls of Unix that .NET does not have: a hard link, and the flush of a folder.</summary>
internal static partial class UnixFiles
{
    // These numbers are the same on Linux and macOS, but for the two properties.
    private const int NotPermitted = 1;
    private const int NoEntry = 2;
    private const int Interrupted = 4;
    private const int BadDescriptor = 9;
    private const int FileExists = 17;
    private const int InvalidArgument = 22;
    private const int ReadOnlyFileSystem = 30;

    public const int NoSpace = 28;

    public static int QuotaExceeded { get; } = OperatingSystem.IsMacOS() ? 69 : 122;

    private static int NotSupported { get; } = OperatingSystem.IsMacOS() ? 45 : 95;

    /// <summary>A second name for a file, only if that name is free.</summary>
    public static bool Link(string existing, string created)
    {
        if (link(existing, created) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error == FileExists)
        {
            return false;
        }

        if (error == NoSpace || error == QuotaExceeded)
        {
            throw new StorageFullException(created);
        }

        throw new IOException(error == NotPermitted || error == NotSupported
            ? $"cannot create {created}: its file system has no hard links; put the folder on one that has"
            : $"cannot create {created}: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    /// <summary>Flushes a folder's entries. A folder that is gone has none.</summary>
    public static void SyncFolder(string folder)
    {
        var descriptor = open(folder, 0);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error != NoEntry)
            {
                throw new IOException($"cannot open the folder {folder} to flush it: {Marshal.GetPInvokeErrorMessage(error)}");
            }

            return;
        }

        try
        {
            Flush(descriptor, folder);
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static void Flush(int descriptor, string folder)
    {
        while (fsync(descriptor) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Interrupted)
            {
                continue;
            }

            // A file system that cannot flush a folder says so by one of these, and has nothing to flush.
            if (error is InvalidArgument or BadDescriptor or ReadOnlyFileSystem || error == NotSupported)
            {
                return;
            }

            throw new IOException($"cannot flush the folder {folder}: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int link(string existing, string created);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
