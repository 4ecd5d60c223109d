using System.Text.Json.Serialization;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>Starts a program, which reads the report as JSON from its standard input.</summary>
[method: JsonConstructor]
internal sealed class CommandNotification(string command, string[] arguments) : FlowNotification
{
    [JsonInclude]
    internal string Command => command;

    [JsonInclude]
    internal string[] Arguments => arguments;

    public override string Description => string.Join(' ', [command, .. arguments]);
}
