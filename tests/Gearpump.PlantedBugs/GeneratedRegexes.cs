using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gearpump.PlantedBugs;

/// <summary>What the runtime's source generator would add for <c>[GeneratedRegex]</c>: here the same expression, interpreted.</summary>
internal static class GeneratedRegexes
{
    public static string For(IEnumerable<SyntaxTree> trees)
    {
        var source = new StringBuilder();
        foreach (var method in trees.SelectMany(static tree => tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()))
        {
            var attribute = method.AttributeLists.SelectMany(static list => list.Attributes).FirstOrDefault(static one => one.Name.ToString() == "GeneratedRegex");
            if (attribute?.ArgumentList is { } arguments && method.Parent is TypeDeclarationSyntax type)
            {
                var space = type.FirstAncestorOrSelf<BaseNamespaceDeclarationSyntax>()!.Name;
                source.Append("namespace ").Append(space).Append(" { ").Append(type.Modifiers).Append(" class ").Append(type.Identifier).Append(" { ")
                    .Append(method.Modifiers).Append(" System.Text.RegularExpressions.Regex ").Append(method.Identifier)
                    .Append("() => new System.Text.RegularExpressions.Regex(").Append(arguments.Arguments[0]).AppendLine("); } }");
            }
        }

        return source.ToString();
    }
}
