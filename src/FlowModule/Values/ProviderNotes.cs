using System.Management.Automation;

namespace FlowModule.Values;

/// <summary>
/// The properties that PowerShell's providers add to their output. The location of a file follows from its name; drives and providers belong to the
/// session, and the free space of a drive changes all the time: none of these is part of a value.
/// </summary>
internal static class ProviderNotes
{
    private const string Path = "PSPath";
    private const string ParentPath = "PSParentPath";
    private const string ChildName = "PSChildName";
    private const string IsContainer = "PSIsContainer";
    private const string ReadCount = "ReadCount";
    private const string FileSystem = @"Microsoft.PowerShell.Core\FileSystem::";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase) { Path, ParentPath, ChildName, IsContainer, ReadCount, "PSDrive", "PSProvider", "UnixStat" };

    /// <summary>The note properties of an object without those; null for none.</summary>
    internal static List<PSPropertyInfo>? Without(PSObject value)
    {
        List<PSPropertyInfo>? notes = null;
        foreach (PSPropertyInfo property in value.Properties)
        {
            if (property.MemberType == PSMemberTypes.NoteProperty && IsCarried(value, property))
            {
                (notes ??= []).Add(property);
            }
        }

        return notes;
    }

    /// <summary>Whether a property is kept with its object.</summary>
    internal static bool IsCarried(PSObject owner, PSPropertyInfo property) =>
        property is not PSNoteProperty || !(PSObject.AsPSObject(property.Value ?? string.Empty).BaseObject is PSDriveInfo or ProviderInfo || (owner.BaseObject is FileSystemInfo && Is(property.Name)));

    /// <summary>Whether a property with this name says where an item was found, not what it is.</summary>
    internal static bool Is(string name) => Names.Contains(name);

    /// <summary>A file or folder in the form of Get-Item, so that commands find it by its path.</summary>
    internal static object Restore(FileSystemInfo file)
    {
        var found = new PSObject(file);
        string? parent = System.IO.Path.GetDirectoryName(file.FullName);
        Add(found, Path, FileSystem + file.FullName);
        Add(found, ParentPath, parent is null ? string.Empty : FileSystem + parent);
        Add(found, ChildName, file.Name);
        Add(found, IsContainer, file is DirectoryInfo);
        return found;
    }

    private static void Add(PSObject to, string name, object value) => to.Properties.Add(new PSNoteProperty(name, value));
}
