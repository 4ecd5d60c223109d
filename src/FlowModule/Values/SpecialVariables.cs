namespace FlowModule.Values;

/// <summary>Variables that the engine sets and that are not the caller's to give: each body, or each session, has its own.</summary>
internal static class SpecialVariables
{
    /// <summary>What a caller's preferences are: they hold in its subflows too.</summary>
    internal static readonly string[] Preferences =
    [
        "ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference", "ProgressPreference",
        "ConfirmPreference", "WhatIfPreference", "ErrorView", "OFS", "OutputEncoding", "PSNativeCommandUseErrorActionPreference",
        "PSNativeCommandArgumentPassing", "PSModuleAutoLoadingPreference", "FormatEnumerationLimit",
    ];

    internal const string InformationPreference = "InformationPreference";
    internal const string DefaultParameterValues = "PSDefaultParameterValues";
    internal const string FlowRun = "FlowRun";
    internal const string TaskRun = "TaskRun";

    /// <summary>What a match with a pattern sets.</summary>
    internal const string Matches = "Matches";

    private static readonly HashSet<string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        "_", "PSItem", "args", "input", "true", "false", "null", FlowRun, TaskRun, "PSCmdlet", "MyInvocation", "PSBoundParameters",
        "PSScriptRoot", "PSCommandPath", "Error", "Host", "PID", "HOME", "PSHOME", "PSVersionTable", "PSEdition",
        "ExecutionContext", "LASTEXITCODE", "StackTrace", "?", "^", "$", "NestedPromptLevel", "ShellId", "PSCulture", "PSUICulture", "IsWindows", "IsLinux", "IsMacOS", "IsCoreCLR", "PSStyle",
        "EnabledExperimentalFeatures", "PSDebugContext", "PSSenderInfo", "PWD", DefaultParameterValues,
        "FlowBody", "FlowParameters", "FlowItem",
    };

    internal static bool IsSpecial(string name) => Names.Contains(name) || Array.Exists(Preferences, preference => preference.Equals(name, StringComparison.OrdinalIgnoreCase));
}
