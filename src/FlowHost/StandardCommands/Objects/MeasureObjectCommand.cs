using System.Management.Automation;
using FlowModule.FlowHost.StandardCommands;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Measure-Object for numbers and orders; it counts no lines, words or characters.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Object")]
internal sealed class MeasureObjectCommand : PSCmdlet
{
    private readonly ObjectComparer _comparer = new(caseSensitive: false);
    private readonly List<Statistics> _measured = [];
    private List<PropertyExpression> _properties = [];

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    [Parameter(Position = 0)]
    public object[]? Property { get; set; }

    [Parameter]
    public SwitchParameter Sum { get; set; }

    [Parameter]
    public SwitchParameter Average { get; set; }

    [Parameter]
    public SwitchParameter Minimum { get; set; }

    [Parameter]
    public SwitchParameter Maximum { get; set; }

    [Parameter]
    public SwitchParameter AllStats { get; set; }

    private bool WantsNumbers => Sum || Average || AllStats;

    protected override void BeginProcessing()
    {
        _properties = PropertyExpression.ParseAll(this, Property);
        _measured.AddRange(_properties.Count == 0
            ? [new Statistics(property: null)]
            : _properties.Select(property => new Statistics(property.Name)));
    }

    protected override void ProcessRecord()
    {
        if (!PipelineInput.IsObject(InputObject))
        {
            return;
        }

        if (_properties.Count == 0)
        {
            Take(_measured[0], InputObject);
        }

        for (int i = 0; i < _properties.Count; i++)
        {
            if (_properties[i].GetValue(InputObject) is { } value)
            {
                Take(_measured[i], value);
            }
        }
    }

    protected override void EndProcessing()
    {
        foreach (Statistics statistics in _measured)
        {
            if (statistics is { Property: not null, Count: 0 })
            {
                WriteError(new ErrorRecord(
                    new PSInvalidOperationException($"The property \"{statistics.Property}\" cannot be found in the input for any objects."),
                    "GenericMeasurePropertyNotFound",
                    ErrorCategory.InvalidArgument,
                    targetObject: null));
                continue;
            }

            WriteObject(new GenericMeasureInfo
            {
                Count = statistics.Count,
                Sum = Sum || AllStats ? statistics.Sum : null,
                Average = (Average || AllStats) && statistics.Count > 0 ? statistics.Sum / statistics.Count : null,
                Minimum = Minimum || AllStats ? statistics.Minimum : null,
                Maximum = Maximum || AllStats ? statistics.Maximum : null,
                StandardDeviation = AllStats ? statistics.StandardDeviation : null,
                Property = statistics.Property,
            });
        }
    }

    private void Take(Statistics statistics, object value)
    {
        object inner = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        bool isNumber = LanguagePrimitives.TryConvertTo(inner, out double number);
        if (WantsNumbers && !isNumber)
        {
            WriteError(new ErrorRecord(
                new PSInvalidCastException($"Input object \"{inner}\" is not numeric."),
                "NonNumericInputObject",
                ErrorCategory.InvalidType,
                inner));
            return;
        }

        statistics.Add(number);
        object ordered = isNumber && WantsNumbers ? number : inner;
        statistics.Minimum = statistics.Minimum is null || _comparer.Compare(ordered, statistics.Minimum) < 0 ? ordered : statistics.Minimum;
        statistics.Maximum = statistics.Maximum is null || _comparer.Compare(ordered, statistics.Maximum) > 0 ? ordered : statistics.Maximum;
    }

    private sealed class Statistics(string? property)
    {
        private double _mean;
        private double _squares;

        public string? Property { get; } = property;

        public int Count { get; private set; }

        public double Sum { get; private set; }

        public object? Minimum { get; set; }

        public object? Maximum { get; set; }

        public double? StandardDeviation => Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : 0;

        // Welford's way: sums of squares of large numbers would lose the small differences.
        public void Add(double number)
        {
            Count++;
            Sum += number;
            double before = number - _mean;
            _mean += before / Count;
            _squares += before * (number - _mean);
        }
    }
}
