using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Random.</summary>
[Cmdlet(VerbsCommon.Get, "Random", DefaultParameterSetName = FromRange)]
internal sealed class GetRandomCommand : PSCmdlet
{
    private const string FromRange = "RandomNumberParameterSet";
    private const string FromList = "RandomListItemParameterSet";
    private const string Shuffled = "ShuffleParameterSet";

    // -SetSeed holds for the rest of the session.
    private static readonly ConditionalWeakTable<Runspace, Random> Seeded = [];

    private readonly List<object?> _items = [];
    private Random? _random;

    [Parameter]
    public int? SetSeed { get; set; }

    [Parameter(ParameterSetName = FromRange, Position = 0)]
    public object? Maximum { get; set; }

    [Parameter(ParameterSetName = FromRange)]
    public object? Minimum { get; set; }

    [Parameter(ParameterSetName = FromList, ValueFromPipeline = true, Position = 0, Mandatory = true)]
    [Parameter(ParameterSetName = Shuffled, ValueFromPipeline = true, Position = 0, Mandatory = true)]
    [AllowNull]
    [AllowEmptyCollection]
    public object?[] InputObject { get; set; } = [];

    [Parameter(ParameterSetName = FromRange)]
    [Parameter(ParameterSetName = FromList)]
    [ValidateRange(1, int.MaxValue)]
    public int Count { get; set; } = 1;

    [Parameter(ParameterSetName = Shuffled, Mandatory = true)]
    public SwitchParameter Shuffle { get; set; }

    protected override void BeginProcessing()
    {
        Runspace? runspace = Runspace.DefaultRunspace;
        if (SetSeed is { } seed && runspace is not null)
        {
            Seeded.AddOrUpdate(runspace, new Random(seed));
        }

        _random = runspace is not null && Seeded.TryGetValue(runspace, out Random? seeded) ? seeded : new SecureRandom();
        if (ParameterSetName == FromRange)
        {
            for (int i = 0; i < Count; i++)
            {
                WriteNext();
            }
        }
    }

    protected override void ProcessRecord()
    {
        if (ParameterSetName != FromRange)
        {
            _items.AddRange(InputObject ?? [null]);
        }
    }

    protected override void EndProcessing()
    {
        int wanted = Shuffle ? _items.Count : Math.Min(Count, _items.Count);
        for (int i = 0; i < wanted; i++)
        {
            int pick = _random!.Next(i, _items.Count);
            (_items[i], _items[pick]) = (_items[pick], _items[i]);
            WriteObject(_items[i]);
        }
    }

    private void WriteNext()
    {
        object maximum = Number(Maximum) ?? int.MaxValue;
        object minimum = Number(Minimum) ?? 0;
        if (maximum is double || minimum is double)
        {
            double low = Convert.ToDouble(minimum);
            double high = Maximum is null ? double.MaxValue : Convert.ToDouble(maximum);
            CheckRange(low < high);
            WriteObject(low + (_random!.NextDouble() * (high - low)));
            return;
        }

        long from = Convert.ToInt64(minimum);
        long to = Maximum is null && minimum is long ? long.MaxValue : Convert.ToInt64(maximum);
        CheckRange(from < to);
        long value = _random!.NextInt64(from, to);
        WriteObject(maximum is long || minimum is long ? value : (object)(int)value);
    }

    // A number given as text counts as the number that it spells.
    private static object? Number(object? value)
    {
        object? inner = value is PSObject wrapped ? wrapped.BaseObject : value;
        object? number = inner is string text ? LanguagePrimitives.ConvertTo<double>(text) : inner;
        return number switch
        {
            null => null,
            double whole when inner is string && Math.Floor(whole) == whole && Math.Abs(whole) <= int.MaxValue => (int)whole,
            double or int or long => number,
            float or decimal => Convert.ToDouble(number),
            _ => LanguagePrimitives.ConvertTo<int>(number),
        };
    }

    private void CheckRange(bool ordered)
    {
        if (!ordered)
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSInvalidOperationException("The Minimum value must be less than the Maximum value."),
                "MinGreaterThanOrEqualMax",
                ErrorCategory.InvalidArgument,
                targetObject: null));
        }
    }

    /// <summary>Unseeded numbers come from the system's generator, as pwsh's do.</summary>
    private sealed class SecureRandom : Random
    {
        public override int Next(int minValue, int maxValue) => RandomNumberGenerator.GetInt32(minValue, maxValue);

        public override double NextDouble() => (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) >> 11) * (1.0 / (1UL << 53));

        public override long NextInt64(long minValue, long maxValue) =>
            (long)((UInt128)BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))) * (ulong)(maxValue - minValue) >> 64) + minValue;
    }
}
