using System.Globalization;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Measures the memory of the whole process, so nothing else may run at the same time.</summary>
[Collection("Alone")]
public sealed class RecordMemoryTests : FlowTest
{
    [Fact]
    [Trait("Category", "Long")]
    public void A_million_records_for_a_slow_reader_do_not_fill_memory()
    {
        object?[] output = Values("""
            $before = [GC]::GetTotalMemory($true)
            $seen = @{ Count = 0; Most = 0 }
            Start-Subflow { foreach ($i in 1..1000000) { Write-Information 'a record of some length, so that a million of them would be seen' } } -Parallel 6>&1 |
                ForEach-Object {
                    if (++$seen.Count % 100000 -eq 0) { $seen.Most = [Math]::Max($seen.Most, [GC]::GetTotalMemory($true) - $before) }
                }
            $seen.Count
            $seen.Most
            """);

        Assert.Equal(1_000_000 + 3, output[0]);
        Assert.InRange(Convert.ToInt64(output[1], CultureInfo.InvariantCulture), 0, 250_000_000);
    }
}
