using System.Reflection;

namespace HelpExamples.Tests;

/// <summary>Paths in the repository.</summary>
internal static class Repository
{
    internal static string Root { get; } = Metadata("RepositoryRoot");

    internal static string FlowPath { get; } = Metadata("FlowPath");

    /// <summary>The documentation pages, by their paths from the root.</summary>
    internal static IEnumerable<string> Pages() =>
        Directory.GetFiles(Path.Combine(Root, "docs", "en-US"), "*.md")
            .Append(Path.Combine(Root, "README.md"))
            .Where(File.Exists)
            .Select(file => Path.GetRelativePath(Root, file).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    internal static IEnumerable<string> CmdletPages() => Pages().Where(page => Path.GetFileName(page) is not "README.md" and var name && !name.StartsWith("about_", StringComparison.Ordinal));

    private static string Metadata(string key) => typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == key).Value!;
}
