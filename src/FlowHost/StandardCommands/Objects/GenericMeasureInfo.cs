// pwsh's own name: the engine's view is made for it.
namespace Microsoft.PowerShell.Commands;

/// <summary>What Measure-Object gives.</summary>
internal sealed class GenericMeasureInfo
{
    public int Count { get; init; }

    public double? Average { get; init; }

    public double? Sum { get; init; }

    public object? Maximum { get; init; }

    public object? Minimum { get; init; }

    public double? StandardDeviation { get; init; }

    public string? Property { get; init; }
}
