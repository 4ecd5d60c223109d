using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Architecture.Tests;

/// <summary>The compiled types of the projects under src, and the room that each is in: the folder of its file, from the project's own on.</summary>
internal static class House
{
    /// <summary>The repository's folder.</summary>
    internal static string Root { get; } = typeof(House).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == "RepositoryRoot").Value!;

    /// <summary>The compiled projects.</summary>
    internal static ArchUnitNET.Domain.Architecture Built { get; } = new ArchLoader()
        .LoadAssemblies([.. Projects.Select(project => System.Reflection.Assembly.Load(project))])
        .Build();

    /// <summary>The files of each room, by its name.</summary>
    internal static ILookup<string, string> Files { get; } = Projects
        .SelectMany(project => Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Path.Combine(Root, "src"), file).Replace('\\', '/'))
        .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
        .ToLookup(file => Path.GetDirectoryName(file)!.Replace('\\', '/'));

    // Scripts name public types, whose namespace is the module's whatever room they are in: their files have their names.
    private static readonly Dictionary<string, string> RoomOfFile = Files
        .SelectMany(room => room.Select(file => (Name: Path.GetFileNameWithoutExtension(file), Room: room.Key)))
        .DistinctBy(file => file.Name)
        .ToDictionary(file => file.Name, file => file.Room);

    private static IEnumerable<string> Projects => ["FlowModule.Engine", "FlowModule.Scheduling", "FlowModule"];

    /// <summary>The types of the projects.</summary>
    internal static IEnumerable<IType> Types => Built.Types.Where(type => RoomOf(type) is not null);

    /// <summary>The room of a type; null for a type of another library, and for a type parameter.</summary>
    internal static string? RoomOf(IType type)
    {
        // A type of a library that the loader does not follow has no assembly there.
        string? project = type.Assembly?.Name.Split(',')[0];
        if (type is GenericParameter || project is null || !Projects.Contains(project))
        {
            return null;
        }

        string outer = type.FullName.Split('+', '/', '<', '`')[0];
        int dot = outer.LastIndexOf('.');
        if (dot < 0)
        {
            // What the compiler adds.
            return null;
        }

        string space = outer[..dot];
        return space is "FlowModule" or "FlowModule.Commands" or "FlowModule.Completion"
            ? RoomOfFile.GetValueOrDefault(outer[(dot + 1)..])
            : space.StartsWith(project + ".", StringComparison.Ordinal) ? $"{project}/{space[(project.Length + 1)..].Replace('.', '/')}" : null;
    }
}
