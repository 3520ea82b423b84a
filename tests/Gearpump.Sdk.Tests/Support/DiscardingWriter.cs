using Gearpump.Runtime;

namespace Gearpump.Sdk.Tests.Support;

internal sealed class DiscardingWriter : IRecordWriter
{
    public void Write(in Record record)
    {
        // What is measured is the chain.
    }
}
