using System.Collections;
using System.Management.Automation;
using FlowModule.Scheduling.Notifications;

namespace FlowModule.Commands;

/// <summary>Defines how somebody is notified that a scheduled flow has failed.</summary>
[Cmdlet(VerbsCommon.New, "FlowNotification", DefaultParameterSetName = CommandSet)]
[OutputType(typeof(FlowNotification))]
public sealed class NewFlowNotificationCommand : FlowCommand
{
    private const string CommandSet = "Command";
    private const string WebhookSet = "Webhook";
    private const string MailSet = "Mail";

    /// <summary>The program to start.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = CommandSet)]
    [ValidateNotNullOrEmpty]
    public string Command { get; set; } = string.Empty;

    /// <summary>The program's arguments, one for each element.</summary>
    [Parameter(Position = 1, ParameterSetName = CommandSet)]
    [AllowEmptyCollection]
    [AllowEmptyString]
    [ValidateNotNull]
    public string[] ArgumentList { get; set; } = [];

    /// <summary>The address to post to.</summary>
    [Parameter(Mandatory = true, ParameterSetName = WebhookSet)]
    [ValidateNotNull]
    public Uri Webhook { get; set; } = null!;

    /// <summary>Headers of the post.</summary>
    [Parameter(ParameterSetName = WebhookSet)]
    [ValidateNotNull]
    public IDictionary? Header { get; set; }

    /// <summary>Headers whose values are in files.</summary>
    [Parameter(ParameterSetName = WebhookSet)]
    [ValidateNotNull]
    public IDictionary? HeaderPath { get; set; }

    /// <summary>The recipients of the mail.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MailSet)]
    [ValidateNotNullOrEmpty]
    public string[] MailTo { get; set; } = [];

    /// <summary>The sender of the mail.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MailSet)]
    [ValidateNotNullOrEmpty]
    public string MailFrom { get; set; } = string.Empty;

    /// <summary>The mail server.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MailSet)]
    [ValidateNotNullOrEmpty]
    public string SmtpServer { get; set; } = string.Empty;

    /// <summary>The server's port.</summary>
    [Parameter(ParameterSetName = MailSet)]
    [ValidateRange(1, ushort.MaxValue)]
    public int? Port { get; set; }

    /// <summary>Whether the connection must be encrypted: by STARTTLS, and on port 465 from its first byte.</summary>
    [Parameter(ParameterSetName = MailSet)]
    public SwitchParameter UseSsl { get; set; }

    /// <summary>Whether the connection must be encrypted from its first byte.</summary>
    [Parameter(ParameterSetName = MailSet)]
    public SwitchParameter ImplicitTls { get; set; }

    /// <summary>The name to log on with.</summary>
    [Parameter(ParameterSetName = MailSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The file that contains the password.</summary>
    [Parameter(ParameterSetName = MailSet)]
    [ValidateNotNullOrEmpty]
    public string? PasswordPath { get; set; }

    /// <summary>The file with an OAuth access token, which replaces the password.</summary>
    [Parameter(ParameterSetName = MailSet)]
    [ValidateNotNullOrEmpty]
    public string? TokenPath { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var factory = new NotificationFactory(this);
        WriteObject(OrThrow<FlowNotification>(() => ParameterSetName switch
        {
            WebhookSet => factory.Webhook(Webhook, Header, HeaderPath),
            MailSet => factory.Mail(
                MailTo, MailFrom, new SmtpEndpoint(SmtpServer, Port, UseSsl, ImplicitTls), new SmtpAccount(UserName, PasswordPath, TokenPath)),
            _ => factory.Command(Command, ArgumentList),
        }));
    }
}
