using System.Management.Automation;
using System.Management.Automation.Language;

namespace FlowModule;

/// <summary>
/// Invalid input, found before anything has run. Contains the one ErrorRecord that the user sees: its id, category and target.
/// </summary>
public sealed class FlowException : Exception, IContainsErrorRecord
{
    private readonly string _errorId;
    private readonly ErrorCategory _category;
    private readonly object? _target;

    internal FlowException(string message, string errorId, ErrorCategory category, object? target, Exception? inner = null)
        : base(message, inner)
    {
        _errorId = errorId;
        _category = category;
        _target = target;
    }

    /// <summary>Whether the flow itself cannot be started from here, with any input.</summary>
    internal bool IsAboutTheFlow { get; init; }

    /// <summary>The error as PowerShell shows it.</summary>
    public ErrorRecord ErrorRecord => new(this, _errorId, _category, _target);

    internal static FlowException FlowNotFound(string name) => new(
        $"There is no flow named '{name}'. Get-Flow lists the flows of this session; New-Flow defines one.",
        "FlowNotFound", ErrorCategory.ObjectNotFound, name);

    internal static FlowException NotInRun(string what) => new(
        $"{what} works only in the body of a flow or a task.", "FlowRunMissing", ErrorCategory.InvalidOperation, target: null);

    internal static FlowException LimitNotFound(string name) => new(
        $"There is no limit named '{name}'. New-FlowLimit creates one; Get-FlowLimit lists them.",
        "FlowLimitNotFound", ErrorCategory.ObjectNotFound, name) { IsAboutTheFlow = true };

    internal static FlowException OwnLimitNotFound(string name) => new(
        $"There is no limit named '{name}' for runs that are not recorded: they share only the limits of their process. New-FlowLimit -NoHistory creates one.",
        "FlowLimitNotFound", ErrorCategory.ObjectNotFound, name) { IsAboutTheFlow = true };

    internal static FlowException UsingVariableNotFound(UsingExpressionAst ast) => new(
        $"The value of '{ast}' is not available: the variable does not exist where the flow is started (line {ast.Extent.StartLineNumber} of its script).",
        "UsingVariableNotFound", ErrorCategory.InvalidArgument, ast.ToString()) { IsAboutTheFlow = true };

    internal static FlowException UnknownWorkerKind(string kind, IEnumerable<string> known) => new(
        $"There are no workers of the kind '{kind}' in this session. It knows {string.Join(", ", known.Order(StringComparer.Ordinal))}.",
        "FlowWorkerKindUnknown", ErrorCategory.ObjectNotFound, kind) { IsAboutTheFlow = true };

    internal static FlowException ProcessHostNotFound(string variable) => new(
        "Subflows cannot run in separate processes here: they need 'flow' or 'pwsh', and this program is neither. "
        + $"Set the environment variable {variable} to the path of one.",
        "FlowProcessHostNotFound", ErrorCategory.ResourceUnavailable, target: null) { IsAboutTheFlow = true };

    internal static FlowException InvalidParameter(string message, string errorId, object? target, Exception? inner = null, bool isAboutTheFlow = false) =>
        new(message, errorId, ErrorCategory.InvalidArgument, target, inner) { IsAboutTheFlow = isAboutTheFlow };
}
