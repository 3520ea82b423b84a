namespace Gearpump.Engine.Channels;

/// <summary>Opens a call between two workers.</summary>
public sealed record HelloInfo(
    int Protocol,
    string Job,
    string Instance,
    long Epoch,
    string Sender,
    string SenderProcess,
    string Receiver,
    string ReceiverProcess);
