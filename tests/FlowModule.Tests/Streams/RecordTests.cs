using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Streams;

/// <summary>Every record of every stream reaches the caller, in order and once.</summary>
public sealed class RecordTests : FlowTest
{
    private const string Noisy = """
        { Write-Host 'one'; Write-Warning 'two'; Write-Verbose 'three' -Verbose; Write-Information 'four'; Write-Error 'five'; Write-Debug 'six' -Debug; Write-Host 'seven' }
        """;

    [Theory]
    [InlineData($"Invoke-Flow {Noisy}")]
    [InlineData($"Start-Subflow {Noisy}")]
    [InlineData($"Start-Subflow {Noisy} -Parallel")]
    [InlineData($"Invoke-Flow {{ Start-Subflow {{ Start-Subflow {Noisy} -Parallel }} -Parallel }}")]
    public void Records_of_all_streams_come_in_the_order_they_were_written(string call)
    {
        object?[] merged = Values($$"""
            $VerbosePreference = $DebugPreference = 'Continue'
            $ErrorActionPreference = 'Continue'
            & { {{call}} } *>&1
            """);

        string[] records = [.. merged.Where(IsOfTheBody).Select(record => record!.ToString()!)];
        Assert.Equal(["one", "two", "three", "four", "five", "six", "seven"], records);
        Assert.IsType<InformationRecord>(merged.First(record => record?.ToString() == "one"));
        Assert.IsType<WarningRecord>(merged.First(record => record?.ToString() == "two"));
        Assert.IsType<VerboseRecord>(merged.First(record => record?.ToString() == "three"));
        Assert.IsType<ErrorRecord>(merged.First(record => record?.ToString() == "five"));
        Assert.IsType<DebugRecord>(merged.First(record => record?.ToString() == "six"));
    }

    [Theory]
    [InlineData("Invoke-Flow { Write-Host 'hello' }")]
    [InlineData("Start-Subflow { Write-Host 'hello' }")]
    [InlineData("Start-Subflow { Write-Host 'hello' } -Parallel")]
    [InlineData("Invoke-Flow { Start-Subflow { Start-Subflow { Write-Host 'hello' } -Parallel } -Parallel }")]
    [InlineData("Start-Subflow { $Host.UI.WriteLine('hello') } -Parallel")]
    public void Text_for_people_is_shown_once(string call)
    {
        ScriptResult result = Run($"$null = {call}").Clean();

        Assert.Single(result.HostText.Split('\n'), line => line == "hello");
        Assert.Equal(["hello"], result.Lines);
    }

    [Theory]
    [InlineData("Invoke-Flow {0}")]
    [InlineData("Start-Subflow {0} -Parallel")]
    public void What_a_body_shows_though_its_caller_does_not_ask_reaches_the_host(string call)
    {
        string body = "{ Write-Verbose 'v' -Verbose; Write-Debug 'd' -Debug }";

        ScriptResult result = Run("$null = " + string.Format(call, body)).Clean();

        Assert.Contains("VERBOSE: v", result.HostText, StringComparison.Ordinal);
        Assert.Contains("DEBUG: d", result.HostText, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Write-Information 'told' -InformationAction Continue")]
    [InlineData("$how = 'Continue'; Write-Information 'told' -infa $how")]
    [InlineData("$InformationPreference = 'Continue'; Write-Information 'told'")]
    [InlineData("function tell { [CmdletBinding()] param() Write-Information 'told' }; tell -InformationAction Continue")]
    public void Information_that_a_body_shows_is_shown_once(string statement)
    {
        foreach (string call in new[] { "Invoke-Flow", "Invoke-FlowTask", "Start-Subflow -Parallel -Flow" })
        {
            ScriptResult result = Run($"$null = {call} {{ {statement}; Write-Information 'untold' }}").Clean();

            Assert.Single(result.HostText.Split('\n'), line => line == "told");
            Assert.Equal(["told", "untold"], result.Lines);
            Assert.Equal(statement.StartsWith("$Info", StringComparison.Ordinal), result.HostText.Contains("untold", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Verbose_records_go_to_the_stream_when_the_caller_asks_for_them()
    {
        ScriptResult result = Run("$null = Start-Subflow { Write-Verbose 'v' -Verbose } -Parallel -Verbose").Clean();

        Assert.Single(result.Verbose, "v");
    }

    [Fact]
    public void Questions_are_refused_in_workers()
    {
        ScriptResult result = Run("Start-Subflow { $Host.UI.ReadLine() } -Parallel");

        Assert.Contains("cannot ask questions", result.State.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slow_reader_of_records_slows_the_body()
    {
        var counter = new int[2];
        Session.Set("counter", counter);

        object?[] ahead = Values("""
            Start-Subflow { foreach ($i in 1..20000) { $counter[0]++; Write-Information $i } } -Parallel 6>&1 | ForEach-Object {
                $counter[1]++
                [System.Threading.Thread]::SpinWait(2000)
                $counter[0] - $counter[1]
            }
            """);

        Assert.Equal(20000 + 3, ahead.Length);
        Assert.InRange(ahead.Cast<int>().Max(), 0, 1100);
    }

    [Fact]
    public void A_million_objects_are_the_result() =>
        Assert.Equal([1_000_000], Values("(Start-Subflow { 1..1000000 } -Parallel).Result.Count"));

    [Fact]
    public void A_slow_reader_of_states_slows_the_fan_out()
    {
        var counter = new int[2];
        Session.Set("counter", counter);

        object?[] ahead = Values("""
            1..3000 | Start-Subflow { $counter[0]++ } -Parallel -ThrottleLimit 1 -InformationAction Ignore | ForEach-Object {
                $counter[1]++
                [System.Threading.Thread]::SpinWait(5000)
                $counter[0] - $counter[1]
            }
            """);

        Assert.Equal(3000, ahead.Length);
        Assert.InRange(ahead.Cast<int>().Max(), 0, 1100);
    }

    private static bool IsOfTheBody(object? record) => record switch
    {
        FlowState => false,
        InformationRecord information => !information.Tags.Contains("FlowLog"),
        _ => true,
    };
}
