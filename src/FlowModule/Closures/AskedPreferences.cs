using System.Management.Automation;

namespace FlowModule.Closures;

/// <summary>
/// What -Verbose and -Debug on a cmdlet ask of the bodies that it runs, as they ask it of a function's.
/// </summary>
internal static class AskedPreferences
{
    internal static List<PSVariable> Of(PSCmdlet cmdlet)
    {
        List<PSVariable> variables = [];
        Add("Verbose");
        Add("Debug");
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
