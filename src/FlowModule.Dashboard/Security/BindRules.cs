using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FlowModule.Dashboard.Security;

/// <summary>Decides which addresses are allowed, and under which conditions.</summary>
internal static class BindRules
{
    /// <exception cref="DashboardException">Other computers would have access, but the options do not allow it or lack a certificate.</exception>
    internal static void Require(DashboardOptions options)
    {
        if (IPAddress.IsLoopback(options.Address))
        {
            return;
        }

        if (!options.AllowsRemote)
        {
            throw new DashboardException(
                $"The address {options.Address} can be reached from other computers. Whoever signs in can run and stop flows as you: say --allow-remote if that is meant.");
        }

        if (options.CertificatePath is null && !options.IsInsecure)
        {
            throw new DashboardException(
                "Without a certificate, the token and all pages cross the network as plain text. Name one with --certificate, or say --insecure if something before the dashboard encrypts.");
        }
    }

    /// <summary>The certificate to serve with, or null.</summary>
    /// <exception cref="DashboardException">It cannot be read.</exception>
    internal static X509Certificate2? CertificateOf(DashboardOptions options)
    {
        if (options.CertificatePath is not { } path)
        {
            return null;
        }

        try
        {
            string? password = options.CertificatePasswordPath is { } file ? File.ReadAllText(file).TrimEnd('\r', '\n') : null;
            bool isPem = options.CertificateKeyPath is not null || Path.GetExtension(path).ToUpperInvariant() is ".PEM" or ".CRT";
            if (!isPem)
            {
                return X509CertificateLoader.LoadPkcs12FromFile(path, password);
            }

            using X509Certificate2 certificate = password is null
                ? X509Certificate2.CreateFromPemFile(path, options.CertificateKeyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, options.CertificateKeyPath);

            // Windows cannot use a key that exists only in memory.
            return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new DashboardException($"The certificate '{path}' cannot be used: {exception.Message}");
        }
    }
}
