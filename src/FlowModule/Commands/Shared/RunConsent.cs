using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Whether a command only plans its runs, and whether it asks first: by its parameters, otherwise by the preference variables.</summary>
internal sealed class RunConsent(PSCmdlet cmdlet)
{
    /// <summary>Whether to return the plan and run nothing.</summary>
    internal bool OnlyPlans { get; } = IsBound(cmdlet, "WhatIf") ?? LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Whether to ask the user. Then all input is collected first, so that the question can contain the number of runs.</summary>
    internal bool Asks { get; } = IsBound(cmdlet, "Confirm")
        ?? (LanguagePrimitives.TryConvertTo(cmdlet.SessionState.PSVariable.GetValue("ConfirmPreference"), out ConfirmImpact least)
            && least is not ConfirmImpact.None && ConfirmImpact.Medium >= least);

    private static bool? IsBound(PSCmdlet cmdlet, string parameter) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) && value is SwitchParameter given ? given.IsPresent : null;
}
