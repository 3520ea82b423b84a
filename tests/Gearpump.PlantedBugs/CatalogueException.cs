namespace Gearpump.PlantedBugs;

/// <summary>The catalogue does not fit the sources any more.</summary>
internal sealed class CatalogueException(string message) : Exception(message);
