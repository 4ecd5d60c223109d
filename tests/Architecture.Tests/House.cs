using System.Reflection;
using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace Architecture.Tests;

/// <summary>The compiled types of the projects under src, and the room that each is in: the folder of its file, from the project's own on.</summary>
internal static class House
{
    /// <summary>The repository's folder.</summary>
    internal static string Root { get; } = typeof(House).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == nameof(Root).Insert(0, "Repository")).Value!;

    /// <summary>The types, compiled ones left out: what they use counts for the type that they are in.</summary>
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

    private static IEnumerable<string> Projects => ["FlowModule.Engine", "FlowModule"];

    /// <summary>The types of our own, without those that stand inside of others.</summary>
    internal static IEnumerable<IType> Types => Built.Types.Where(type => RoomOf(type) is not null);

    /// <summary>The room of a type; null for a type that is not ours.</summary>
    internal static string? RoomOf(IType type)
    {
        string outer = type.FullName.Split('+', '<', '`')[0];
        int dot = outer.LastIndexOf('.');
        if (dot < 0 || !Projects.Contains(type.Assembly.Name.Split(',')[0]))
        {
            return null;
        }

        (string space, string name) = (outer[..dot], outer[(dot + 1)..]);
        return space is "FlowModule" or "FlowModule.Commands" or "FlowModule.Completion"
            ? RoomOfFile.GetValueOrDefault(name)
            : space.StartsWith("FlowModule.Engine.", StringComparison.Ordinal)
                ? "FlowModule.Engine/" + space["FlowModule.Engine.".Length..].Replace('.', '/')
                : space.StartsWith("FlowModule.", StringComparison.Ordinal) ? "FlowModule/" + space["FlowModule.".Length..].Replace('.', '/') : null;
    }
}
