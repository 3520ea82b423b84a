namespace Gearpump.Search.Hosts;

/// <summary>Something asked of the store or of the outside, on its way.</summary>
/// <param name="serve">Does it, and tells its process, unless that was told already that it had timed out.</param>
/// <param name="timeOut">Tells the process that nothing is known; null: it cannot time out here.</param>
internal sealed class Request(HostProcess owner, string what, bool lastsWithoutOwner, Action<bool> serve, Action? timeOut)
{
    public HostProcess Owner => owner;

    public string What => what;

    /// <summary>Changes something outside, so that it counts also when nobody waits for it any more.</summary>
    public bool LastsWithoutOwner => lastsWithoutOwner;

    public Action? TimeOut => timeOut;

    /// <summary>Nobody waits for its answer now: it comes when it likes.</summary>
    public bool IsLate { get; set; }

    public void Serve() => serve(!IsLate);
}
