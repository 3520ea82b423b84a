namespace Gearpump.Pipeline.Nodes;

/// <summary>What brings records into a stage: a source, or a step that ends another stage.</summary>
internal interface IStageEntry
{
    Head CreateHead(ChainBuild build, Node first);
}
