namespace Gearpump.Pipeline.Nodes;

/// <summary>A step that takes values of a type.</summary>
internal interface IStep<T>
{
    /// <summary>Makes the step, and all that follows it in its stage, for one task.</summary>
    Receiver<T> CreateReceiver(ChainBuild build);

    /// <summary>Makes it as the first step of a stage.</summary>
    Head CreateHead(ChainBuild build, Serde<T> serde) => new DecodingHead<T>(((Node)this).Name, build.Context, serde, CreateReceiver(build));
}
