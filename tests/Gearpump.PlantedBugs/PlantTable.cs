using System.Text;

namespace Gearpump.PlantedBugs;

/// <summary>The results as markdown, for the docs page and for people.</summary>
internal static class PlantTable
{
    public static string Of(IReadOnlyList<PlantResult> results)
    {
        var table = new StringBuilder();
        foreach (var area in results.GroupBy(static result => result.Bug.Area))
        {
            table.Append("\n**").Append(area.Key).Append("**\n\n| planted bug | what it breaks | oracle | seeds | profile |\n| --- | --- | --- | --- | --- |\n");
            foreach (var result in area.Where(static result => result.Bug.HiddenBy is null))
            {
                table.Append("| ").Append(result.Bug.Name).Append(" | ").Append(result.Bug.Breaks).Append(" | ")
                    .Append(result.Oracle ?? "**none**").Append(" | ").Append(result.Seeds).Append(" | ").Append(result.Bug.Profile).Append(" |\n");
            }
        }

        var hidden = results.Where(static result => result.Bug.HiddenBy is not null).ToList();
        if (hidden.Count > 0)
        {
            table.Append("\n**By itself without effect: another guard stands behind it**\n\n| planted bug | what it breaks | the guard behind it |\n| --- | --- | --- |\n");
            foreach (var result in hidden)
            {
                table.Append("| ").Append(result.Bug.Name).Append(" | ").Append(result.Bug.Breaks).Append(" | ").Append(result.Bug.HiddenBy).Append(" |\n");
            }
        }

        return table.ToString();
    }
}
