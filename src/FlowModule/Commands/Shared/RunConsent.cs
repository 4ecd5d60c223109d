using System.Management.Automation;

namespace FlowModule.Commands;

/// <summary>Whether a command that runs flows only plans, and whether it asks before: by its parameters, else by the preferences.</summary>
internal sealed class RunConsent(PSCmdlet cmdlet)
{
    /// <summary>Whether nothing is run, and the plan is returned.</summary>
    internal bool OnlyPlans { get; } = IsBound(cmdlet, "WhatIf") ?? LanguagePrimitives.IsTrue(cmdlet.SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Whether the person is asked. Then all input is awaited before, so that the question can say how much it is.</summary>
    internal bool Asks { get; } = IsBound(cmdlet, "Confirm")
        ?? (LanguagePrimitives.TryConvertTo(cmdlet.SessionState.PSVariable.GetValue("ConfirmPreference"), out ConfirmImpact least)
            && least is not ConfirmImpact.None && ConfirmImpact.Medium >= least);

    private static bool? IsBound(PSCmdlet cmdlet, string parameter) =>
        cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) && value is SwitchParameter given ? given.IsPresent : null;
}
