using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Get-FlowClosure lists exactly what is taken along.</summary>
public sealed class FlowClosureListTests : FlowTest
{
    [Fact]
    public void It_lists_kinds_names_and_values()
    {
        Folder.Write("Tool/Tool.psm1", "$script:level = 4; function Get-Tool { $script:level }");
        FlowClosureItem[] items = [.. Values($$"""
            Import-Module '{{Folder.FullPath}}/Tool/Tool.psm1'
            $n = 5; $unused = 6; $global:g = 7; $viaFunction = 8; $viaUsing = 9
            function Outer { Inner }; function Inner { $viaFunction }; function Unused { }
            Set-Alias out1 Outer; Set-Alias unused1 Unused
            Get-FlowClosure { $n; $global:g; out1; Get-Tool; $using:viaUsing; Write-Output 1; % { }; $own = 1; $own }
            """).Cast<FlowClosureItem>()];
        Assert.Equal(
            [
                "Variable n", "Variable viaFunction", "UsingValue $using:viaUsing", "SessionVariable g", "ModuleVariable level", "Function Inner", "Function Outer",
                "Alias out1", $"Module {Folder.FullPath}/Tool/Tool.psm1",
            ],
            items.Select(item => $"{item.Kind} {item.Name}"));
        Assert.Equal([5, 8, 9, 7, 4], items.Take(5).Select(item => item.Value));
        Assert.All(items, item => Assert.Equal("scriptblock", item.FlowName));
    }

    [Theory]
    [InlineData("{ 1 }")]
    [InlineData("{ param($n) $n }")]
    [InlineData("{ $_; $args; $input; $PSScriptRoot; $FlowRun; $Error; $true; $null; $env:PATH; $Host }")]
    [InlineData("{ Write-Host 1; Get-Command x; Where-Object { $_ } }")]
    [InlineData("{ $n = 1; $n }")]
    [InlineData("{ foreach ($n in 1, 2) { $n } }")]
    [InlineData("{ [int] $n = 1; $n }")]
    [InlineData("{ $n, $m = 1, 2; $n; $m }")]
    [InlineData("{ ($n) = 1; $n }")]
    [InlineData("{ $n = $m = 1; $n + $m }")]
    [InlineData("{ foreach ($x in 1, 2) { $n = $x; $n } }")]
    [InlineData("{ for ($n = 0; $n -lt 3; $n++) { $n } }")]
    [InlineData("{ if ($true) { $n = 1; $n } }")]
    [InlineData("{ $n = 1; 1 | ForEach-Object { $n } }")]
    [InlineData("{ $n = 1; function f { $n }; f }")]
    [InlineData("{ 1 | ForEach-Object { $n = $_; $n } }")]
    [InlineData("{ param($n) { $n } | Start-Subflow }")]
    [InlineData("{ function f($n, $m = $n) { $n + $m }; f 1 }")]
    [InlineData("{ function Own { $x = 1; $x }; Own }")]
    [InlineData("{ 'n'; \"text\"; '$n' }")]
    [InlineData("{ Get-Command -Name n }")]
    [InlineData("{ try { 1 } catch { $_ } finally { 2 } }")]
    public void It_lists_nothing_for_a_script_that_needs_nothing(string script) =>
        Assert.Empty(Values($"$n = 5; $m = 6; $x = 7; function Own {{ }}; Get-FlowClosure {script}"));

    [Theory]
    [InlineData("{ $n }")]
    [InlineData("{ $n = $n + 1 }")]
    [InlineData("{ $n += 1 }")]
    [InlineData("{ $n++ }")]
    [InlineData("{ if ($true) { $n = 1 }; $n }")]
    [InlineData("{ $n[0] = 1 }")]
    [InlineData("{ $n.Property = 1 }")]
    [InlineData("{ 1 | ForEach-Object { $n } }")]
    [InlineData("{ & { $n = 1 }; $n }")]
    [InlineData("{ param($x = $n) }")]
    [InlineData("{ Get-It @n }")]
    [InlineData("{ \"$n\" }")]
    [InlineData("{ \"$($n.Length)\" }")]
    [InlineData("{ $N }")]
    [InlineData("{ $n = 1 + $n }")]
    [InlineData("{ foreach ($x in 1) { $n = 1 }; $n }")]
    [InlineData("{ try { $n = 1 } catch { }; $n }")]
    [InlineData("{ function f { $n }; $n = 1; f }")]
    [InlineData("{ function f { $n }; f }")]
    [InlineData("{ param($x) process { $n } }")]
    [InlineData("{ begin { } process { $n } end { } }")]
    [InlineData("{ switch ($n) { 1 { } } }")]
    [InlineData("{ class C { [int] $x }; $n }")]
    [InlineData("{ @'\n'@; $n }")]
    public void It_lists_a_variable_that_may_be_read(string script) =>
        Assert.Equal("n", Assert.IsType<FlowClosureItem>(Value($"$n = 5; Get-FlowClosure {script}"), exactMatch: true).Name, ignoreCase: true);

    [Fact]
    public void Parameters_in_the_head_of_a_function_are_the_functions() =>
        Assert.Equal(["m", "Get-It"], Values("$n = 5; $m = 6; function Get-It($n, $k = $m) { $n + $k }; (Get-FlowClosure { Get-It 1 }).Name"));

    [Fact]
    public void A_using_value_of_an_inner_block_is_there_for_the_subflow_that_the_script_may_start_with_it() =>
        Assert.Equal(["Variable n", "UsingValue $using:n"], Values("""$n = 5; Get-FlowClosure { 1 | ForEach-Object { $using:n } } | ForEach-Object { "$($_.Kind) $($_.Name)" }"""));

    [Theory]
    [InlineData("f")]
    [InlineData("-Flow f")]
    [InlineData("$flow")]
    public void It_takes_a_flow_by_name_and_as_object(string flow) =>
        Assert.Equal("f", Assert.IsType<FlowClosureItem>(Value($"$n = 5; $flow = New-Flow f {{ $n }}; Get-FlowClosure {flow}")).FlowName);

    [Fact]
    public void It_takes_flows_from_the_pipeline() =>
        Assert.Equal(["n", "m"], Values("$n = 5; $m = 6; ((New-Flow f { $n }), (New-Flow g { $m }) | Get-FlowClosure).Name"));

    [Fact]
    public void The_value_is_the_object_itself()
    {
        var list = new List<int>();
        Session.Set("list", list);
        Assert.Same(list, Assert.IsType<FlowClosureItem>(Value("Get-FlowClosure { $list }")).Value);
    }

    [Fact]
    public void An_unknown_flow_is_an_error() =>
        Assert.StartsWith("FlowNotFound", Run("Get-FlowClosure nosuch").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
}
