using System.Management.Automation;

namespace FlowModule.Streams;

/// <summary>The message of a log line of the module: text for the hosts of people, with its facts for one that writes data.</summary>
internal sealed class LogMessage : HostInformationMessage
{
    internal required LineFacts Facts { get; init; }
}
