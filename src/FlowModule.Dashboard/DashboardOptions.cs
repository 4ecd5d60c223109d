using System.Net;

namespace FlowModule.Dashboard;

/// <summary>What the command line of <c>flow ui</c> says.</summary>
internal sealed record DashboardOptions
{
    /// <summary>The port that is listened on unless said otherwise.</summary>
    internal const int DefaultPort = 4200;

    /// <summary>The file of the history.</summary>
    internal required string HistoryPath { get; init; }

    /// <summary>The address that is listened on.</summary>
    internal IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port; 0 for any that is free.</summary>
    internal int Port { get; init; } = DefaultPort;

    /// <summary>Whether nothing can be changed through the pages.</summary>
    internal bool IsReadOnly { get; init; }

    /// <summary>Whether an address may be listened on that other computers reach.</summary>
    internal bool AllowsRemote { get; init; }

    /// <summary>Whether other computers may be served without a certificate.</summary>
    internal bool IsInsecure { get; init; }

    /// <summary>A certificate with its key, as PFX or PEM; null for plain HTTP.</summary>
    internal string? CertificatePath { get; init; }

    /// <summary>The file of the certificate's key, where that is apart.</summary>
    internal string? CertificateKeyPath { get; init; }

    /// <summary>The file with the certificate's password.</summary>
    internal string? CertificatePasswordPath { get; init; }

    /// <summary>The file with the token; null for the one that is kept beside the history.</summary>
    internal string? TokenPath { get; init; }

    /// <summary>How flow is started again, for what a person has it run: the program and its first arguments.</summary>
    internal required IReadOnlyList<string> Flow { get; init; }
}
