using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Select-Object, without -Wait and -CaseInsensitive.</summary>
[Cmdlet(VerbsCommon.Select, "Object", DefaultParameterSetName = Default)]
internal sealed class SelectObjectCommand : PSCmdlet
{
    private const string Default = "DefaultParameter";
    private const string ByIndex = "IndexParameter";
    private const string SkippingLast = "SkipLastParameter";

    private readonly Queue<PSObject> _tail = new();
    private readonly List<PSObject> _unique = [];
    private readonly ObjectComparer _exact = new(caseSensitive: true);
    private List<PropertyExpression> _properties = [];
    private List<PropertyExpression> _excluded = [];
    private PropertyExpression? _expanded;
    private HashSet<int>? _indexes;
    private int _seen;
    private int _passed;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public string[]? ExcludeProperty { get; set; }

    [Parameter]
    public string? ExpandProperty { get; set; }

    [Parameter]
    public SwitchParameter Unique { get; set; }

    [Parameter(ParameterSetName = Default)]
    [ValidateRange(0, int.MaxValue)]
    public int? First { get; set; }

    [Parameter(ParameterSetName = Default)]
    [ValidateRange(0, int.MaxValue)]
    public int? Last { get; set; }

    [Parameter(ParameterSetName = Default)]
    [Parameter(ParameterSetName = SkippingLast)]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    [Parameter(ParameterSetName = SkippingLast, Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int SkipLast { get; set; }

    [Parameter(ParameterSetName = ByIndex, Mandatory = true)]
    [ValidateRange(0, int.MaxValue)]
    public int[]? Index { get; set; }

    protected override void BeginProcessing()
    {
        _properties = PropertyExpression.ParseAll(this, Property);
        _excluded = PropertyExpression.ParseAll(this, ExcludeProperty);
        _indexes = Index is null ? null : [.. Index];
        if (ExpandProperty is not null)
        {
            _expanded = PropertyExpression.ParseAll(this, [ExpandProperty])[0];
        }
        else if (_excluded.Count > 0 && _properties.Count == 0)
        {
            _properties = PropertyExpression.ParseAll(this, ["*"]);
        }
    }

    protected override void ProcessRecord()
    {
        if (!PipelineInput.IsObject(InputObject))
        {
            return;
        }

        int place = _seen++;
        if (_indexes is not null)
        {
            if (_indexes.Contains(place))
            {
                Emit(InputObject);
            }

            StopWhen(_seen > _indexes.Max());
        }
        else if (Last is not null)
        {
            // -First and -Last together give both ends: -Skip then counts from the end.
            if (First is { } first && _passed < first)
            {
                _passed++;
                Emit(InputObject);
                return;
            }

            _tail.Enqueue(InputObject);
            if (_tail.Count > Last + Skip)
            {
                _tail.Dequeue();
            }
        }
        else if (ParameterSetName == SkippingLast)
        {
            if (place < Skip)
            {
                return;
            }

            _tail.Enqueue(InputObject);
            if (_tail.Count > SkipLast)
            {
                Emit(_tail.Dequeue());
            }
        }
        else if (place >= Skip && (First is null || _passed < First))
        {
            _passed++;
            Emit(InputObject);
        }

        StopWhen(First is not null && Last is null && _passed >= First);
    }

    protected override void EndProcessing()
    {
        if (Last is not null)
        {
            foreach (PSObject item in _tail.Take(_tail.Count - Skip))
            {
                Emit(item);
            }
        }

        WriteObject(_unique, enumerateCollection: true);
    }

    private void StopWhen(bool done)
    {
        if (done)
        {
            // What is kept back for -Unique would be lost: the pipeline's end is reached by another way.
            WriteObject(_unique, enumerateCollection: true);
            _unique.Clear();
            EngineInternals.StopUpstream(this);
        }
    }

    private void Emit(PSObject input)
    {
        if (_expanded is not null)
        {
            Expand(input, _expanded);
        }
        else
        {
            Pass(_properties.Count == 0 ? input : Project(input));
        }
    }

    private PSObject Project(PSObject input)
    {
        PSObject result = new();
        result.TypeNames.Insert(0, "Selected." + (input.BaseObject is PSCustomObject ? input.TypeNames[0] : input.BaseObject.GetType().ToString()));
        AddProperties(input, result);
        return result;
    }

    private void AddProperties(PSObject input, PSObject result)
    {
        foreach (PropertyExpression property in _properties)
        {
            bool found = false;
            foreach ((string name, object? value) in property.GetValues(input))
            {
                found = true;
                Add(result, name, value);
            }

            if (!found && !WildcardPattern.ContainsWildcardCharacters(property.Name))
            {
                Add(result, property.Name, value: null);
            }
        }
    }

    private void Add(PSObject result, string name, object? value)
    {
        if (!_excluded.Exists(excluded => excluded.Matches(name)) && result.Properties[name] is null)
        {
            result.Properties.Add(new PSNoteProperty(name, value));
        }
    }

    private void Expand(PSObject input, PropertyExpression expanded)
    {
        bool found = false;
        foreach ((string _, object? value) in expanded.GetValues(input))
        {
            found = true;
            System.Collections.IEnumerable items = LanguagePrimitives.GetEnumerable(value) ?? new[] { value };
            foreach (object? item in items)
            {
                if (item is null)
                {
                    continue;
                }

                PSObject wrapped = PSObject.AsPSObject(item);
                AddProperties(input, wrapped);
                Pass(wrapped);
            }
        }

        if (!found)
        {
            WriteError(new ErrorRecord(
                new PSInvalidOperationException($"Property \"{ExpandProperty}\" cannot be found."),
                "ExpandPropertyNotFound",
                ErrorCategory.InvalidArgument,
                input));
        }
    }

    private void Pass(PSObject item)
    {
        if (!Unique)
        {
            WriteObject(item);
        }
        else if (!_unique.Exists(other => AreEqual(other, item)))
        {
            _unique.Add(item);
        }
    }

    // Objects made here have no value of their own: they are their properties.
    private bool AreEqual(PSObject left, PSObject right) =>
        left.BaseObject is PSCustomObject && right.BaseObject is PSCustomObject
            ? left.Properties.Count() == right.Properties.Count()
                && left.Properties.All(property => right.Properties[property.Name] is { } other && _exact.Equals(property.Value, other.Value))
            : _exact.Equals(left, right);
}
