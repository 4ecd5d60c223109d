using FlowModule.Tests.Support;

namespace FlowModule.Tests.Closures;

/// <summary>Commands that come from modules, and flows that belong to one.</summary>
public sealed class ModuleTests : FlowTest
{
    private void WriteModule() => Folder.Write("Tool/Tool.psm1", """
        $script:level = 1
        $script:loads = 0
        function Get-Private { "private-$script:level" }
        function Get-Tool { Get-Private }
        function Set-Level($value) { $script:level = $value }
        function Get-ToolFlow { New-Flow tool { "$(Get-Private) in flow, level $level" } }
        function Start-Tool { { Get-Private } | Start-Subflow -Parallel }
        function Get-Nested { { Get-Private } | Start-Subflow -Parallel | Receive-FlowResult }
        Set-Alias gt Get-Tool
        Export-ModuleMember -Function Get-Tool, Set-Level, Get-ToolFlow, Start-Tool, Get-Nested -Alias gt
        """);

    private string Import
    {
        get
        {
            WriteModule();
            return $"Import-Module '{Folder.FullPath}/Tool/Tool.psm1'\n";
        }
    }

    [Fact]
    public void A_function_of_a_script_module_is_found() =>
        Assert.Equal("private-1", Value(Import + "{ Get-Tool } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void An_alias_of_a_script_module_is_found() =>
        Assert.Equal("private-1", Value(Import + "{ gt } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_name_qualified_by_the_module_is_found() =>
        Assert.Equal("private-1", Value(Import + "{ Tool\\Get-Tool } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Variables_of_the_module_have_their_current_values() =>
        Assert.Equal("private-5", Value(Import + "Set-Level 5; { Get-Tool } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void Variables_of_the_module_have_their_current_values_on_a_warm_worker() =>
        Assert.Equal(["private-5", "private-6"], Values(Import + """
            foreach ($n in 5, 6) { Set-Level $n; { Get-Tool } | Start-Subflow -Parallel -ThrottleLimit 1 | Receive-FlowResult }
            """));

    [Fact]
    public void What_a_subflow_changes_in_a_module_is_not_seen_by_the_next() =>
        Assert.Equal(["private-1", "private-1"], Values(Import + """
            1, 2 | Start-Subflow { Get-Tool; Set-Level 9 } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));

    [Theory]
    [InlineData("Start-Subflow -Parallel")]
    [InlineData("Start-Subflow")]
    [InlineData("Invoke-Flow")]
    public void A_flow_of_a_module_sees_its_private_functions_and_variables(string start) =>
        Assert.Equal("private-3 in flow, level 3", Value(Import + $"$flow = Get-ToolFlow; Set-Level 3; $flow | {start} | Receive-FlowResult"));

    [Fact]
    public void A_flow_of_a_module_is_started_by_its_name_too() =>
        Assert.Equal("private-1 in flow, level 1", Value(Import + "$null = Get-ToolFlow; { Start-Subflow tool -Parallel } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_modules_function_can_start_subflows_of_its_own() =>
        Assert.Equal("private-1", Value(Import + "Start-Tool | Receive-FlowResult"));

    [Fact]
    public void A_modules_function_can_start_subflows_of_its_own_in_a_worker() =>
        Assert.Equal("private-1", Value(Import + "{ Get-Nested } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_module_with_a_manifest_and_brackets_in_its_path_is_found()
    {
        Folder.Write("a [b] c/Tool/Tool.psm1", "function Get-Tool { 'bracketed' }");
        Folder.Write("a [b] c/Tool/Tool.psd1", "@{ RootModule = 'Tool.psm1'; ModuleVersion = '1.2.3'; FunctionsToExport = 'Get-Tool' }");
        string path = System.Management.Automation.WildcardPattern.Escape($"{Folder.FullPath}/a [b] c/Tool/Tool.psd1");
        Assert.Equal("bracketed", Value($"Import-Module '{path}'; {{ Get-Tool }} | Start-Subflow -Parallel | Receive-FlowResult"));
    }

    [Fact]
    public void A_module_that_the_caller_imported_with_a_prefix_is_called_by_it() =>
        Assert.Equal("private-1", Value(Import.Replace(".psm1'", ".psm1' -Prefix My", StringComparison.Ordinal) + "{ Get-MyTool } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void A_module_that_does_not_import_in_a_worker_fails_its_runs_with_the_reason()
    {
        Folder.Write("Once/Once.psm1", "if ([appdomain]::CurrentDomain.GetData('Once')) { throw 'only once' }; [appdomain]::CurrentDomain.SetData('Once', 1); function Get-Once { 1 }");
        ScriptResult result = Run($"Import-Module '{Folder.FullPath}/Once/Once.psm1'; {{ Get-Once }} | Start-Subflow -Parallel");
        Assert.Contains("only once", result.OnlyError.ToString(), StringComparison.Ordinal);
        Assert.Equal(StateType.Failed, result.State.Type);
    }

    [Fact]
    public void A_function_of_a_dynamic_module_is_found_with_its_private_parts() =>
        Assert.Equal("private-2", Value("""
            $null = New-Module { $script:level = 2; function Get-Private { "private-$script:level" }; function Get-It { Get-Private }; Export-ModuleMember Get-It } | Import-Module
            { Get-It } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void Dynamic_modules_keep_their_own_parts_apart() =>
        Assert.Equal(["a-1", "b-2", "caller-3"], Values("""
            $null = New-Module -Name A { $script:level = 1; function Get-Private { 'a' }; function Get-A { "$(Get-Private)-$script:level" }; Export-ModuleMember Get-A } | Import-Module
            $null = New-Module -Name B { $script:level = 2; function Get-Private { 'b' }; function Get-B { "$(Get-Private)-$script:level" }; Export-ModuleMember Get-B } | Import-Module
            $script:level = 3; function Get-Private { 'caller' }
            { Get-A; Get-B; "$(Get-Private)-$script:level" } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_function_of_a_module_on_disk_and_the_callers_own_keep_apart() =>
        Assert.Equal(["private-1", "mine-7"], Values(Import + """
            $script:level = 7; function Get-Private { "mine-$script:level" }
            { Get-Tool; Get-Private } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_variable_of_a_module_and_the_callers_own_of_that_name_keep_apart() =>
        Assert.Equal(["tool-5", "mine"], Values(Import + """
            $level = 'mine'; Set-Level 5
            function Get-Mine { $level }
            { (Get-Tool).Replace('private', 'tool'); Get-Mine } | Start-Subflow -Parallel | Receive-FlowResult
            """));

    [Fact]
    public void A_script_block_of_a_module_in_a_variable_runs_in_that_module()
    {
        Folder.Write("Maker/Maker.psm1", "$level = 3; function Get-Private { \"private-$level\" }; function Get-Block { { Get-Private } }; Export-ModuleMember Get-Block");
        Assert.Equal(["private-3"], Values($"Import-Module '{Folder.FullPath}/Maker/Maker.psm1'; $block = Get-Block; {{ & $block }} | Start-Subflow -Parallel | Receive-FlowResult"));
    }

    [Fact]
    public void A_closure_in_a_variable_and_the_callers_variable_of_that_name_keep_apart() =>
        Assert.Equal([1, 99], Values("$n = 1; $block = { $n }.GetNewClosure(); $n = 99; { & $block; $n } | Start-Subflow -Parallel | Receive-FlowResult"));

    [Fact]
    public void What_a_subflow_changes_in_a_dynamic_module_is_not_seen_by_the_next() =>
        Assert.Equal([1, 1], Values("""
            $null = New-Module { $script:count = 0; function Step-Count { (++$script:count) } } | Import-Module
            1, 2 | Start-Subflow { Step-Count } -Parallel -ThrottleLimit 1 | Receive-FlowResult
            """));

    [Fact]
    public void A_binary_cmdlet_of_a_module_is_found()
    {
        string assembly = typeof(ModuleTests).Assembly.Location;
        Assert.Equal(84, Value($"Import-Module '{assembly}'; {{ Get-DoubledNumber 42 }} | Start-Subflow -Parallel | Receive-FlowResult"));
    }
}

[System.Management.Automation.Cmdlet(System.Management.Automation.VerbsCommon.Get, "DoubledNumber")]
public sealed class GetDoubledNumberCommand : System.Management.Automation.PSCmdlet
{
    [System.Management.Automation.Parameter(Mandatory = true, Position = 0)]
    public int Number { get; set; }

    protected override void EndProcessing() => WriteObject(Number * 2);
}
