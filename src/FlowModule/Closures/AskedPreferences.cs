using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Closures;

/// <summary>
/// Applies -Verbose, -Debug and -LogLevel of a cmdlet to the bodies that it runs, as for a function.
/// </summary>
internal static class AskedPreferences
{
    internal static List<PSVariable> Of(PSCmdlet cmdlet)
    {
        List<PSVariable> variables = [];
        Add("Verbose");
        Add("Debug");
        if (cmdlet.MyInvocation.BoundParameters.TryGetValue("LogLevel", out object? level))
        {
            variables.Add(new PSVariable(SpecialVariables.LogPreference, level));
        }

        return variables;

        void Add(string parameter)
        {
            if (cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out object? value) && value is SwitchParameter isAsked)
            {
                variables.Add(new PSVariable(parameter + "Preference", isAsked ? ActionPreference.Continue : ActionPreference.SilentlyContinue));
            }
        }
    }
}
