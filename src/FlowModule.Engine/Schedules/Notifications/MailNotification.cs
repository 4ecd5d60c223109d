using System.Text.Json.Serialization;

namespace FlowModule.Engine.Schedules.Notifications;

/// <summary>Sends a mail.</summary>
[method: JsonConstructor]
internal sealed class MailNotification(
    string server, int port, bool useSsl, string from, string[] to, string? userName, string? passwordPath, bool implicitTls = false, string? tokenPath = null)
    : FlowNotification
{
    [JsonInclude]
    internal string Server => server;

    [JsonInclude]
    internal int Port => port;

    /// <summary>Whether the connection must be encrypted by STARTTLS.</summary>
    [JsonInclude]
    internal bool UseSsl => useSsl;

    /// <summary>Whether the connection is encrypted from its first byte.</summary>
    [JsonInclude]
    internal bool ImplicitTls => implicitTls;

    [JsonInclude]
    internal string From => from;

    [JsonInclude]
    internal string[] To => to;

    [JsonInclude]
    internal string? UserName => userName;

    /// <summary>The file with the password. A registration never contains a password.</summary>
    [JsonInclude]
    internal string? PasswordPath => passwordPath;

    /// <summary>The file with an OAuth access token, instead of a password.</summary>
    [JsonInclude]
    internal string? TokenPath => tokenPath;

    public override string Description => $"Mail to {string.Join(", ", to)}";
}
