using System.Management.Automation.Language;

namespace FlowModule.Closures;

/// <summary>
/// Tells whether a script can leave something behind in the session that runs it. A no must be safe: what is not known to
/// leave nothing is taken to leave something, and the session is then compared with its baseline after the run.
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

    // Their effect shows nowhere: neither can it be seen whether they were called, nor put back what was there before.
    private static readonly HashSet<string> SpendingCommands = new(StringComparer.OrdinalIgnoreCase) { "Update-TypeData", "Remove-TypeData", "Update-FormatData" };

    // The same, of Get-Random, and of Push-Location and its like.
    private static readonly string[] SpendingParameters = ["SetSeed", "StackName"];

    private const string AsJob = "AsJob";

    internal static bool IsHarmless(string command) => HarmlessCommands.Contains(command);

    /// <summary>Whether the statements of the script themselves leave nothing behind.</summary>
    internal static bool LeavesNoTrace(ScriptBlockAst root) => root.Find(MayLeaveTrace, searchNestedScriptBlocks: true) is null;

    /// <summary>Whether the script may change what a comparison with the baseline does not show.</summary>
    internal static bool SpendsSession(ScriptBlockAst root) => root.Find(
        ast => ast switch
        {
            CommandParameterAst parameter => Array.Exists(SpendingParameters, name => MayBe(parameter, name)),
            StringConstantExpressionAst text => SpendingCommands.Contains(text.Value) || SpendingParameters.Contains(text.Value, StringComparer.OrdinalIgnoreCase),
            _ => false,
        },
        searchNestedScriptBlocks: true) is not null;

    /// <summary>Whether the parameter is the one of this name, written in full or as short as it can be.</summary>
    private static bool MayBe(CommandParameterAst parameter, string name) =>
        parameter.ParameterName.Length > 1 && name.StartsWith(parameter.ParameterName, StringComparison.OrdinalIgnoreCase);

    private static bool MayLeaveTrace(Ast ast) => ast switch
    {
        // $global:x = 1, ${function:f} = { }, [ref]$script:x, $script:table.Key = 1: any mention of another scope or drive counts, but for $env:,
        // which is the process's. Reaching the session through $ExecutionContext and its like counts too.
        VariableExpressionAst variable => IsSessionVariable(variable),
        FunctionDefinitionAst function => function.Name.Contains(':', StringComparison.Ordinal),
        TypeDefinitionAst => true,
        CommandAst command => MayLeaveTrace(command),
        // -OutVariable 'global:x', [ref] to a name, and whatever else names a scope in a string.
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
        // A name that is only known when it runs, or dot-sourcing, may be anything.
        if (command.InvocationOperator == TokenKind.Dot || command.GetCommandName() is not { } name)
        {
            return command.CommandElements[0] is not ScriptBlockExpressionAst;
        }

        // Set-Variable and friends can write outside the script's scope; everything else is judged by what the name means to the caller.
        return name.Contains("Variable", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("Get-", StringComparison.OrdinalIgnoreCase);
    }
}
