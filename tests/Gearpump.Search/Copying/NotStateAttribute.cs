namespace Gearpump.Search.Copying;

/// <summary>A field that only numbers or measures: two worlds that differ in it alone have the same future.</summary>
[AttributeUsage(AttributeTargets.Field)]
internal sealed class NotStateAttribute : Attribute;
