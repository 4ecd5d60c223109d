namespace FlowModule.FlowHost.Terminal;

/// <summary>What <c>flow</c> writes to standard output.</summary>
internal enum LogFormat
{
    /// <summary>Text, as in PowerShell.</summary>
    Text,

    /// <summary>One JSON object per line, for programs that collect logs.</summary>
    Json,
}
