using System.Net;

namespace FlowModule.Dashboard;

/// <summary>The options of <c>flow ui</c>.</summary>
internal sealed record DashboardOptions
{
    /// <summary>The default port.</summary>
    internal const int DefaultPort = 4200;

    /// <summary>The file of the history.</summary>
    internal required string HistoryPath { get; init; }

    /// <summary>The address to listen on.</summary>
    internal IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any free port.</summary>
    internal int Port { get; init; } = DefaultPort;

    /// <summary>Whether the pages cannot change anything.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>Whether to allow an address that other computers can reach.</summary>
    internal bool AllowsRemote { get; init; }

    /// <summary>Whether to serve other computers without a certificate.</summary>
    internal bool IsInsecure { get; init; }

    /// <summary>A certificate with its key, as PFX or PEM; null for plain HTTP.</summary>
    internal string? CertificatePath { get; init; }

    /// <summary>The file of the certificate's key, if it is separate.</summary>
    internal string? CertificateKeyPath { get; init; }

    /// <summary>The file with the certificate's password.</summary>
    internal string? CertificatePasswordPath { get; init; }

    /// <summary>The file with the token; null for the one beside the history.</summary>
    internal string? TokenPath { get; init; }

    /// <summary>The command that starts flow again for actions: the program and its first arguments.</summary>
    internal required IReadOnlyList<string> Flow { get; init; }
}
