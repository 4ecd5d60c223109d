namespace FlowModule.FlowHost.Running;

/// <summary>The engine reports each module that is loaded to its makers, unless told not to: a script host has no business to.</summary>
internal static class Telemetry
{
    private const string OptOutVariable = "POWERSHELL_TELEMETRY_OPTOUT";

    public static void OptOut()
    {
        if (Environment.GetEnvironmentVariable(OptOutVariable) is null)
        {
            Environment.SetEnvironmentVariable(OptOutVariable, "1");
        }
    }
}
