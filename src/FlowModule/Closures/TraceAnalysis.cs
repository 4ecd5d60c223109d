using System.Management.Automation.Language;

namespace FlowModule.Closures;

/// <summary>
/// Decides whether a script can leave something behind in the session that runs it. A "no" must be reliable: anything
/// unknown counts as a trace, and the session is then compared with its baseline after the run.
/// </summary>
internal static class TraceAnalysis
{
    private static readonly HashSet<string> HarmlessCommands = new(StringComparer.OrdinalIgnoreCase)
    {
        "ForEach-Object", "Where-Object", "Out-Null", "Write-Host", "Write-Output", "Write-Verbose", "Write-Warning", "Write-Error",
        "Write-Debug", "Write-Information", "Write-Progress", "Start-Sleep", "Get-Date", "Get-Random", "Get-ChildItem", "Get-Item",
        "Get-Content", "Set-Content", "Add-Content", "Test-Path", "Join-Path", "Split-Path", "Resolve-Path", "Get-FileHash", "Get-Process",
        "Select-Object", "Sort-Object", "Group-Object", "Measure-Object", "Select-String", "Compare-Object", "ConvertTo-Json",
        "ConvertFrom-Json", "ConvertTo-Csv", "ConvertFrom-Csv", "Import-Csv", "Export-Csv", "Invoke-RestMethod", "Invoke-WebRequest",
        "New-Object", "New-TimeSpan", "Get-Location", "Out-String", "Out-File", "Copy-Item", "Move-Item",
        "Start-Subflow", "Receive-FlowResult", "Invoke-FlowTask", "Start-FlowTask", "Wait-FlowTask", "Receive-FlowTask",
    };

    // Their effect cannot be observed: neither whether they were called, nor the previous value.
    private static readonly HashSet<string> SpendingCommands = new(StringComparer.OrdinalIgnoreCase) { "Update-TypeData", "Remove-TypeData", "Update-FormatData" };

    // The same, for Get-Random, and for Push-Location and similar commands.
    private static readonly string[] SpendingParameters = ["SetSeed", "StackName"];

    private const string AsJob = "AsJob";

    internal static bool IsHarmless(string command) => HarmlessCommands.Contains(command);

    /// <summary>Whether the script's own statements leave nothing behind.</summary>
    internal static bool LeavesNoTrace(ScriptBlockAst root) => root.Find(MayLeaveTrace, searchNestedScriptBlocks: true) is null;

    /// <summary>Whether the script may change something that a comparison with the baseline does not show.</summary>
    internal static bool SpendsSession(ScriptBlockAst root) => root.Find(
        ast => ast switch
        {
            CommandParameterAst parameter => Array.Exists(SpendingParameters, name => MayBe(parameter, name)),
            StringConstantExpressionAst text => SpendingCommands.Contains(text.Value) || SpendingParameters.Contains(text.Value, StringComparer.OrdinalIgnoreCase),
            _ => false,
        },
        searchNestedScriptBlocks: true) is not null;

    /// <summary>Whether this is the named parameter, in full or abbreviated.</summary>
    private static bool MayBe(CommandParameterAst parameter, string name) =>
        parameter.ParameterName.Length > 1 && name.StartsWith(parameter.ParameterName, StringComparison.OrdinalIgnoreCase);

    private static bool MayLeaveTrace(Ast ast) => ast switch
    {
        // $global:x = 1, ${function:f} = { }, [ref]$script:x, $script:table.Key = 1: any mention of another scope or drive counts, except $env:,
        // which belongs to the process. Access to the session through $ExecutionContext and similar variables counts too.
        VariableExpressionAst variable => IsSessionVariable(variable),
        FunctionDefinitionAst function => function.Name.Contains(':', StringComparison.Ordinal),
        TypeDefinitionAst => true,
        CommandAst command => MayLeaveTrace(command),
        // -OutVariable 'global:x', [ref] to a name, and any other string that contains a scope.
        StringConstantExpressionAst text => text.Value.Contains("global:", StringComparison.OrdinalIgnoreCase)
            || text.Value.Contains("script:", StringComparison.OrdinalIgnoreCase) || text.Value.Equals(AsJob, StringComparison.OrdinalIgnoreCase),
        CommandParameterAst parameter => MayBe(parameter, AsJob),
        _ => false,
    };

    private static bool IsSessionVariable(VariableExpressionAst variable)
    {
        string path = variable.VariablePath.UserPath;
        if (path.Contains(':', StringComparison.Ordinal))
        {
            return !path.StartsWith("env:", StringComparison.OrdinalIgnoreCase) && !path.StartsWith("local:", StringComparison.OrdinalIgnoreCase)
                && !path.StartsWith("using:", StringComparison.OrdinalIgnoreCase);
        }

        return path.ToUpperInvariant() is "EXECUTIONCONTEXT" or "PSDEFAULTPARAMETERVALUES" or "PSCMDLET" or "MYINVOCATION" or "HOST";
    }

    private static bool MayLeaveTrace(CommandAst command)
    {
        // A name that is only known at run time, or dot-sourcing, may be anything.
        if (command.InvocationOperator == TokenKind.Dot || command.GetCommandName() is not { } name)
        {
            return command.CommandElements[0] is not ScriptBlockExpressionAst;
        }

        // Set-Variable and similar commands can write outside the script's scope; other commands are judged by what their name means to the caller.
        return name.Contains("Variable", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Get-", StringComparison.OrdinalIgnoreCase);
    }
}
