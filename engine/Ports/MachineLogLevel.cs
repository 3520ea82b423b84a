namespace Gearpump.Engine.Ports;

public enum MachineLogLevel
{
    Debug,
    Information,
    Warning,
    Error,
}
