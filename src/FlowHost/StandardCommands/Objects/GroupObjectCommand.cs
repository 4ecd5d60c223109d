using System.Collections;
using System.Collections.ObjectModel;
using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Group-Object, without -Culture.</summary>
[Cmdlet(VerbsData.Group, "Object", DefaultParameterSetName = "HashTable")]
internal sealed class GroupObjectCommand : PSCmdlet
{
    private readonly List<(object?[] Keys, Collection<PSObject> Items)> _groups = [];
    private readonly Dictionary<string, List<int>> _groupsByText = new(StringComparer.OrdinalIgnoreCase);
    private List<PropertyExpression> _properties = [];
    private ObjectComparer _comparer = new(caseSensitive: false);

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter NoElement { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    [Alias("AHT")]
    public SwitchParameter AsHashTable { get; set; }

    [Parameter(ParameterSetName = "HashTable")]
    public SwitchParameter AsString { get; set; }

    protected override void BeginProcessing()
    {
        _properties = PropertyExpression.ParseAll(this, Property);
        _comparer = new ObjectComparer(CaseSensitive);
    }

    protected override void ProcessRecord()
    {
        if (!PipelineInput.IsObject(InputObject))
        {
            return;
        }

        object?[] keys = _properties.Count == 0 ? [InputObject] : [.. _properties.Select(property => property.GetValue(InputObject))];

        // The text of the keys finds the few groups that a comparison is then made with.
        List<int> candidates = CollectionFor(Describe(keys));
        int place = candidates.FindIndex(index => _groups[index].Keys.SequenceEqual(keys, _comparer));
        int group = place < 0 ? -1 : candidates[place];
        if (group < 0)
        {
            group = _groups.Count;
            candidates.Add(group);
            _groups.Add((keys, []));
        }

        _groups[group].Items.Add(InputObject);
    }

    protected override void EndProcessing()
    {
        if (AsHashTable)
        {
            WriteObject(ToHashtable());
            return;
        }

        Comparer<object?[]> order = Comparer<object?[]>.Create((x, y) =>
            x.Zip(y, _comparer.Compare).FirstOrDefault(difference => difference != 0));
        foreach ((object?[] keys, Collection<PSObject> items) in _groups.OrderBy(group => group.Keys, order))
        {
            WriteObject(NoElement
                ? new GroupInfoNoElement(items.Count, Describe(keys), keys)
                : new GroupInfo(items, Describe(keys), keys));
        }
    }

    private static string Describe(object?[] keys) =>
        string.Join(", ", keys.Select(key => key is null ? string.Empty : PSObject.AsPSObject(key).ToString()));

    private Hashtable ToHashtable()
    {
        Hashtable table = CaseSensitive ? [] : new Hashtable(StringComparer.CurrentCultureIgnoreCase);
        foreach ((object?[] keys, Collection<PSObject> items) in _groups)
        {
            object key = AsString || keys.Length > 1 || keys[0] is null
                ? Describe(keys)
                : keys[0] is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : keys[0]!;
            table[key] = items;
        }

        return table;
    }

    private List<int> CollectionFor(string text)
    {
        if (!_groupsByText.TryGetValue(text, out List<int>? indexes))
        {
            _groupsByText[text] = indexes = [];
        }

        return indexes;
    }
}
