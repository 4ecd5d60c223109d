namespace FlowModule.Values;

/// <summary>Variables that PowerShell sets and that the caller cannot pass: each body, or each session, has its own.</summary>
internal static class SpecialVariables
{
    /// <summary>The caller's preferences, which also apply in its subflows.</summary>
    internal static readonly string[] Preferences =
    [
        "ErrorActionPreference", "WarningPreference", "VerbosePreference", "DebugPreference", "InformationPreference", "ProgressPreference",
        "ConfirmPreference", "WhatIfPreference", "ErrorView", "OFS", "OutputEncoding", "PSNativeCommandUseErrorActionPreference",
        "PSNativeCommandArgumentPassing", "PSModuleAutoLoadingPreference", "FormatEnumerationLimit", LogPreference,
    ];

    /// <summary>Which of the lines about runs are shown.</summary>
    internal const string LogPreference = "FlowLogPreference";

    internal const string InformationPreference = "InformationPreference";
    internal const string DefaultParameterValues = "PSDefaultParameterValues";
    internal const string FlowRun = "FlowRun";
    internal const string TaskRun = "TaskRun";

    /// <summary>Set by a pattern match.</summary>
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
