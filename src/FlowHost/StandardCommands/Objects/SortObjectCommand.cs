using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Sort-Object. Always stable, as -Stable asks of pwsh; without -Culture.</summary>
[Cmdlet("Sort", "Object", DefaultParameterSetName = "Default")]
internal sealed class SortObjectCommand : PSCmdlet
{
    private readonly List<PSObject> _items = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter Descending { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter]
    public SwitchParameter CaseSensitive { get; set; }

    [Parameter(ParameterSetName = "Default")]
    public SwitchParameter Stable { get; set; }

    [Parameter(ParameterSetName = "Top", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Top { get; set; }

    [Parameter(ParameterSetName = "Bottom", Mandatory = true)]
    [ValidateRange(1, int.MaxValue)]
    public int Bottom { get; set; }

    protected override void ProcessRecord()
    {
        if (PipelineInput.IsObject(InputObject))
        {
            _items.Add(InputObject);
        }
    }

    protected override void EndProcessing()
    {
        List<PropertyExpression> properties = PropertyExpression.ParseAll(this, Property);
        ObjectComparer comparer = new(CaseSensitive);
        bool[] descending = properties.Count == 0
            ? [Descending]
            : [.. properties.Select(property => property.Descending ?? Descending)];

        // The keys once an object, not once a comparison: they may be scripts.
        List<(PSObject Item, object?[] Keys)> keyed =
            [.. _items.Select(item => (item, properties.Count == 0 ? [item] : properties.Select(property => property.GetValue(item)).ToArray()))];
        Comparer<object?[]> order = Comparer<object?[]>.Create((x, y) => Compare(comparer, descending, x, y));
        IEnumerable<(PSObject Item, object?[] Keys)> sorted = keyed.OrderBy(pair => pair.Keys, order);
        if (Unique)
        {
            sorted = WithoutRepeats(sorted, order);
        }

        List<PSObject> result = [.. sorted.Select(pair => pair.Item)];
        int from = Bottom > 0 ? Math.Max(0, result.Count - Bottom) : 0;
        int count = Top > 0 ? Math.Min(Top, result.Count) : result.Count - from;
        WriteObject(result.GetRange(from, count), enumerateCollection: true);
    }

    private static int Compare(ObjectComparer comparer, bool[] descending, object?[] x, object?[] y)
    {
        for (int i = 0; i < x.Length; i++)
        {
            int order = comparer.Compare(x[i], y[i]);
            if (order != 0)
            {
                return descending[i] ? -order : order;
            }
        }

        return 0;
    }

    private static IEnumerable<(PSObject Item, object?[] Keys)> WithoutRepeats(
        IEnumerable<(PSObject Item, object?[] Keys)> sorted,
        Comparer<object?[]> order)
    {
        object?[]? last = null;
        foreach ((PSObject item, object?[] keys) in sorted)
        {
            if (last is null || order.Compare(last, keys) != 0)
            {
                yield return (item, keys);
            }

            last = keys;
        }
    }
}
