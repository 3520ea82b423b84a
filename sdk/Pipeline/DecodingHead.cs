using Gearpump.Runtime;
using Gearpump.Serialization;

namespace Gearpump.Pipeline;

/// <summary>Decodes the value for the first step.</summary>
internal sealed class DecodingHead<T>(string step, StepContext context, Serde<T> serde, Receiver<T> next) : Head
{
    public override void Take(in Record record)
    {
        context.CurrentStep = step;
        next.Emit(SerdeReader.Read(serde, record.Value));
    }
}
