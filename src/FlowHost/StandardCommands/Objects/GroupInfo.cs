using System.Collections.ObjectModel;
using System.Management.Automation;

// pwsh's own names: the engine's views are made for them.
namespace Microsoft.PowerShell.Commands;

/// <summary>One group of Group-Object.</summary>
internal sealed class GroupInfo(Collection<PSObject> group, string name, object?[] values)
{
    public int Count => Group.Count;

    public string Name { get; } = name;

    public Collection<PSObject> Group { get; } = group;

    public object?[] Values { get; } = values;
}

/// <summary>One group of Group-Object -NoElement.</summary>
internal sealed class GroupInfoNoElement(int count, string name, object?[] values)
{
    public int Count { get; } = count;

    public string Name { get; } = name;

    public object?[] Values { get; } = values;
}
