namespace FlowModule.FlowHost.Running;

/// <summary>Turns off PowerShell's telemetry, which reports each loaded module: a script host must not send reports.</summary>
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
