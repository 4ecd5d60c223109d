namespace FlowModule.Scheduling.Notifications;

/// <summary>A mail server, as given by the user.</summary>
/// <param name="Name">Its name or address.</param>
/// <param name="Port">Its port, or null for the default.</param>
/// <param name="UseSsl">Whether the connection must be encrypted.</param>
/// <param name="ImplicitTls">Whether it must be encrypted from its first byte.</param>
internal sealed record SmtpEndpoint(string Name, int? Port, bool UseSsl, bool ImplicitTls)
{
    private const int PlainPort = 25;
    private const int SubmissionPort = 587;
    private const int ImplicitTlsPort = 465;

    /// <summary>Port 465 accepts nothing else.</summary>
    internal bool UsesImplicitTls => ImplicitTls || Port == ImplicitTlsPort;

    internal bool UsesStartTls => UseSsl && !UsesImplicitTls;

    internal bool IsEncrypted => UseSsl || UsesImplicitTls;

    internal int PortFor(SmtpAccount account) =>
        Port ?? (UsesImplicitTls ? ImplicitTlsPort : UseSsl || account.UserName is not null ? SubmissionPort : PlainPort);
}
