using System.Net.Security;
using FlowModule.Engine.Loading;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Scheduling.Notifications;

/// <summary>Provides the mail delivery of this process. Its assembly is loaded for the first mail.</summary>
internal static class MailDelivery
{
    private static readonly Lazy<IMailDelivery> LazyUsual = new(() => Load(trust: null));

    /// <summary>Trusts the certificates that the system trusts.</summary>
    internal static IMailDelivery Usual => LazyUsual.Value;

    /// <summary>Creates a delivery that trusts the certificates that <paramref name="trust"/> accepts.</summary>
    internal static IMailDelivery Load(RemoteCertificateValidationCallback? trust) =>
        PrivateAssemblies.Method<Func<RemoteCertificateValidationCallback?, IMailDelivery>>("mail", "FlowModule.Mail.SmtpDelivery", "Create")(trust);
}
