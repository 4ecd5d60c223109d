namespace FlowModule.Hosting;

/// <summary>Variables that the engine sets and that are not the caller's to give.</summary>
internal static class SpecialVariables
{
    /// <summary>What a caller's preferences are: they hold in its subflows too.</summary>
    internal static readonly string[] Preferences =
    [
        "ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference", "ProgressPreference",
        "ConfirmPreference", "WhatIfPreference", "ErrorView", "OFS", "OutputEncoding", "PSNativeCommandUseErrorActionPreference",
        "PSNativeCommandArgumentPassing", "PSModuleAutoLoadingPreference", "FormatEnumerationLimit",
    ];

    internal const string DefaultParameterValues = "PSDefaultParameterValues";
    internal const string FlowRun = "FlowRun";
    internal const string TaskRun = "TaskRun";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "_", "PSItem", "this", "args", "input", "true", "false", "null", FlowRun, TaskRun, "PSCmdlet", "MyInvocation", "PSBoundParameters",
        "PSScriptRoot", "PSCommandPath", "Matches", "Error", "Host", "PID", "HOME", "PSHOME", "PSVersionTable", "PSEdition",
        "ExecutionContext", "LASTEXITCODE", "StackTrace", "?", "^", "$", "NestedPromptLevel", "ShellId", "foreach", "switch", "sender",
        "event", "EventArgs", "EventSubscriber", "PSCulture", "PSUICulture", "IsWindows", "IsLinux", "IsMacOS", "IsCoreCLR", "PSStyle",
        "PROFILE", "EnabledExperimentalFeatures", "PSDebugContext", "PSSenderInfo", "PWD", DefaultParameterValues,
        "FlowBody", "FlowParameters", "FlowItem",
    };

    internal static bool IsSpecial(string name) => Names.Contains(name) || Array.Exists(Preferences, preference => preference.Equals(name, StringComparison.OrdinalIgnoreCase));
}
