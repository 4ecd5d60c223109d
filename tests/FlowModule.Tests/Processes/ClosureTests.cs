using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>What a flow takes along arrives in the other process, as a copy.</summary>
public sealed class ClosureTests : SharedProcessTest
{
    [Fact]
    public void Variables_functions_and_aliases() => Assert.Equal(["1 2 it: x via alias"], Values("""
        $one = 1; $table = @{ two = 2 }
        function Get-Inner($what) { "it: $what" }
        function Get-It($what) { Get-Inner $what }
        Set-Alias git Get-It
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$one $($table.two) $(git x) via alias" }).Result
        """));

    [Fact]
    public void The_cultures_of_the_call_also_in_a_process_that_has_run_before() => Assert.Equal(["de-DE fr-FR 1,5 de-DE", "en-US de-DE 1.5 en-US"], Values("""
        $tell = { "$([cultureinfo]::CurrentCulture.Name) $([cultureinfo]::CurrentUICulture.Name) $((1.5).ToString()) $([cultureinfo]::DefaultThreadCurrentCulture.Name)"; [cultureinfo]::CurrentCulture = 'it-IT' }
        & { [cultureinfo]::CurrentCulture = 'de-DE'; [cultureinfo]::CurrentUICulture = 'fr-FR'; (Start-Subflow -Isolation Process $tell).Result }
        & { [cultureinfo]::CurrentCulture = 'en-US'; [cultureinfo]::CurrentUICulture = 'de-DE'; (Start-Subflow -Isolation Process $tell).Result }
        """));

    [Fact]
    public void The_strict_mode_of_the_call() => Assert.Equal(["0", "2", "0"], Values("""
        $tell = { $version = 0; try { $null = $unset } catch { $version = 1 }; try { $null = (1).Unset } catch { $version = 2 }; try { $null = @(1)[4] } catch { $version = 3 }; "$version" }
        (Start-Subflow -Isolation Process $tell).Result
        & { Set-StrictMode -Version 2; (Start-Subflow -Isolation Process $tell).Result }
        (Start-Subflow -Isolation Process $tell).Result
        """));

    [Fact]
    public void Variables_whose_names_PowerShell_uses() => Assert.Equal(["42 e"], Values("""
        $null = 'x42' -match '\d+'; $event = 'e'
        (Start-Subflow -Isolation Process { "$($matches[0]) $event" }).Result
        """));

    [Fact]
    public void Parameters_and_piped_input() => Assert.Equal(["a 1 5", "a 2 5"], Values("""
        $flow = New-Flow f { param([string] $Text, [int] $Number) "$Text $_ $Number" }
        (1..2 | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 $flow -Parameters @{ Text = 'a'; Number = 5 } -KeepOrder).Result
        """));

    [Theory]
    [InlineData("Start-Subflow { [Counter]::Describe() } -Isolation Process")]
    [InlineData("Start-Subflow { param([Color] $color) $color } -Isolation Process -Parameters @{ color = 'Red' }")]
    [InlineData("function count { [Counter]::new() }; 1..2 | Start-Subflow { count } -Isolation Process -Parallel")]
    [InlineData("Start-Subflow (New-Flow apart { [Counter]::Describe() } -Isolation Process)")]
    [InlineData("Invoke-FlowTask { [Counter]::Describe() } -Isolation Process")]
    public void A_flow_that_names_a_class_of_the_session_is_refused_a_process_of_its_own(string call)
    {
        ErrorRecord error = Run("class Counter { static [string] Describe() { return 'a counter' } }; enum Color { Red; Green }\n" + call).OnlyError;

        Assert.StartsWith("FlowClassNotInProcess", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("a class or an enum of this session", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Pipeline_input_by_value() => Assert.Equal([6], Values("""
        $flow = New-Flow f { param([Parameter(ValueFromPipeline)] [int] $Number) process { 2 * $Number } }
        (3 | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 $flow).Result
        """));

    [Fact]
    public void The_result_of_a_task_in_the_place_of_its_handle() => Assert.Equal([3], Values("""
        (Start-Subflow -Isolation Process { param([int] $Number) $Number + 1 } -Parameters @{ Number = Start-FlowTask { 2 } }).Result
        """));

    [Fact]
    public void Several_hooks_of_one_event()
    {
        ScriptResult result = Run("""
            $flow = New-Flow f { 1 } -OnCompletion { Write-Host 'one' }, { Write-Host 'two' }
            $null = Start-Subflow -Isolation Process { $flow | Invoke-Flow }
            """).Clean();
        Assert.Equal(["one", "two"], result.Lines);
    }

    [Fact]
    public void Using_values() => Assert.Equal(["a b c"], Values("""
        $x = 'a'; $o = @{ p = 'b' }; $list = @('c')
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$using:x $($using:o.p) $($using:list[0])" }).Result
        """));

    [Fact]
    public void Script_and_global_variables() => Assert.Equal(["s g"], Values("""
        $script:s = 's'; $global:g = 'g'
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$script:s $global:g" }).Result
        """));

    [Fact]
    public void Preferences_and_default_parameter_values() => Assert.Equal(["Stop + default"], Values("""
        & {
            $ErrorActionPreference = 'Stop'; $OFS = '+'
            function Get-Default { [CmdletBinding()] param($Value) $Value }
            $PSDefaultParameterValues = @{ 'Get-Default:Value' = 'default' }
            (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$ErrorActionPreference $OFS $(Get-Default)" }).Result
        }
        """));

    [Fact]
    public void The_location_and_the_working_directory() => Assert.Equal(["/usr /usr"], Values("""
        Push-Location /usr
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$PWD $([Environment]::CurrentDirectory)" }).Result
        Pop-Location
        """));

    [Fact]
    public void The_callers_item() => Assert.Equal(["outer 1"], Values("1 | ForEach-Object { (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { \"outer $_\" }).Result }"));

    [Fact]
    public void A_module_on_disk_and_its_variables()
    {
        string module = Folder.Write("Counter/Counter.psm1", """
            $count = 0
            function Get-Count { $script:count }
            function Add-Count { $script:count++ }
            Export-ModuleMember -Function Get-Count, Add-Count
            """);
        Assert.Equal(["2 True"], Values($$"""
            Import-Module '{{module}}'; Add-Count; Add-Count
            (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$(Get-Count) $((Get-Command Get-Count).Module.Name -eq 'Counter')" }).Result
            """));
    }

    [Fact]
    public void A_flow_of_a_module_on_disk_sees_what_is_private_there()
    {
        string module = Folder.Write("Private/Private.psm1", """
            function Get-Secret { 'secret' }
            function New-It { New-Flow it { Get-Secret } }
            Export-ModuleMember -Function New-It
            """);
        Assert.Equal(["secret"], Values($"Import-Module '{module}'; (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-It)).Result"));
    }

    [Fact]
    public void A_module_in_memory_and_a_closed_over_block() => Assert.Equal(["inner own", "5"], Values("""
        $module = New-Module { $own = 'own'; function Get-Private { "inner $own" }; function Get-Public { Get-Private }; Export-ModuleMember -Function Get-Public } | Import-Module -PassThru
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Get-Public }).Result
        $n = 5; $block = { "$n" }.GetNewClosure(); $n = 6
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { & $block }).Result
        """));

    [Fact]
    public void Script_blocks_in_variables_parameters_and_input() => Assert.Equal(["8", "9", "10"], Values("""
        $double = { param($n) "$(2 * $n)" }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { & $double 4 }).Result
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow f { param($block) & $block 3 }) -Parameters @{ block = { param($n) "$(3 * $n)" } }).Result
        ({ param($n) "$(5 * $n)" } | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { & $_ 2 }).Result
        """));

    [Fact]
    public void Nested_flows() => Assert.Equal(["2 4 6", "in named", "10 20"], Values("""
        $factor = 2
        $inner = New-Flow inner { $factor * $_ }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$(1..3 | Start-Subflow $inner -Parallel -KeepOrder | Receive-FlowResult)" }).Result
        $null = New-Flow named { 'in named' }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Start-Subflow named | Receive-FlowResult }).Result
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$(1..2 | Start-Subflow { 10 * $_ } | Receive-FlowResult)" }).Result
        """));

    [Fact]
    public void A_flow_defined_later_is_known_too() => Assert.Equal(["a", "b"], Values("""
        $null = New-Flow first { 'a' }
        $name = 'first'
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Start-Subflow $name | Receive-FlowResult }).Result
        $null = New-Flow second { 'b' }
        $name = 'second'
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Start-Subflow $name | Receive-FlowResult }).Result
        """));

    [Fact]
    public void The_run_itself()
    {
        ScriptResult result = Run("""
            'x' | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow who { param($p) [pscustomobject] @{
                Id = $FlowRun.Id; Name = $FlowRun.Name; Flow = $FlowRun.FlowName; Input = $FlowRun.InputObject; P = $FlowRun.Parameters.p; Token = $FlowRun.CancellationToken.CanBeCanceled; State = "$($FlowRun.State.Type)"
            } } -RunName 'run-{p}') -Parameters @{ p = 4 }
            """).Clean();

        var seen = (PSObject)result.State.Result!;
        Assert.Equal(
            [result.State.Run.Id, "run-4", "who", "x", 4, true, "Running"],
            seen.Properties.Select(property => property.Value));
    }

    [Fact]
    public void A_functions_head_parameters_and_a_filter() => Assert.Equal(["a-b", "2", "4"], Values("""
        function Join-Two($left, $right = 'b') { "$left-$right" }
        filter Get-Double { 2 * $_ }
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Join-Two a; 1..2 | Get-Double }).Result | ForEach-Object { "$_" }
        """));

    [Fact]
    public void A_block_that_is_all_of_its_text() => Assert.Equal([3, 3], Values("""
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 ([scriptblock]::Create('1 + 2'))).Result
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { & ([scriptblock]::Create('{ 3 }').Invoke()[0]) }).Result
        """));

    [Fact]
    public void A_class_instance_arrives_as_a_job_has_it() => Assert.Equal(["5 Deserialized.Thing"], Values("""
        class Thing { [int] $Value = 5 }
        $thing = [Thing]::new()
        (Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$($thing.Value) $($thing.PSTypeNames[0])" }).Result
        """));

    [Fact]
    public void A_constrained_caller_has_a_constrained_process()
    {
        using FlowSession session = NewSession();
        session.Runspace.SessionStateProxy.LanguageMode = PSLanguageMode.ConstrainedLanguage;
        ScriptResult result = session.Run("""
            function Get-It { [System.IO.Path]::GetTempPath() }
            $block = { [System.IO.Path]::GetTempPath() }
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { "$($ExecutionContext.SessionState.LanguageMode)" }
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [System.IO.Path]::GetTempPath() }
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Get-It }
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { & $block }
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Start-Subflow { [System.IO.Path]::GetTempPath() } -Parallel }
            """);

        Assert.Equal("ConstrainedLanguage", result.States[0].Result is PSObject wrapped ? wrapped.BaseObject : result.States[0].Result);
        Assert.All(result.States[1..], state => Assert.Equal(StateType.Failed, state.Type));
        Assert.Equal(5, result.States.Length);
    }

    [Fact]
    public void A_command_that_the_session_does_not_have_is_not_in_its_processes()
    {
        using FlowSession session = NewSession(state => state.Commands.Remove("Clear-History", typeof(SessionStateCmdletEntry)));
        ScriptResult result = session.Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Clear-History }");

        Assert.StartsWith("CommandNotFoundException", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void The_culture() => Assert.Equal(
        [System.Globalization.CultureInfo.CurrentCulture.Name], Values("(Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { [cultureinfo]::CurrentCulture.Name }).Result"));
}
