namespace FlowModule.Engine.Storage;

/// <summary>Passwords that are kept in a vault of the user's. Stores cannot open vaults themselves: those belong to PowerShell.</summary>
internal static class StoreSecrets
{
    /// <summary>Those that were read. Set by tests alone.</summary>
    internal static SecretCache Known { get; set; } = new(Ask, TimeProvider.System);

    /// <summary>Asks for a secret, by its name and its vault (null: wherever it is). Set once, before any history is opened; null where there are no vaults.</summary>
    internal static Func<string, string?, CancellationToken, string>? Reader { get; set; }

    /// <summary>Reads the secret that "vault/name" or "name" means.</summary>
    /// <param name="secret">The secret.</param>
    /// <param name="refused">What it was when a server refused it: the vault is asked again if the last answer is not new, because it may have another one now.</param>
    /// <exception cref="HistoryException">It cannot be read.</exception>
    internal static string Read(string secret, string? refused = null) => Known.Read(secret, refused);

    internal static HistoryException Unreadable(string secret, string why, Exception? inner)
    {
        (string name, string? vault) = Parts(secret);
        return new HistoryException(HistoryFault.Unavailable, $"The secret '{name}'{(vault is null ? null : $" of the vault '{vault}'")} cannot be read: {why}", inner);
    }

    private static string Ask(string secret, CancellationToken end)
    {
        (string name, string? vault) = Parts(secret);
        return (Reader ?? throw new HistoryException(HistoryFault.Unavailable, $"The secret '{secret}' cannot be read here: there are no vaults."))(name, vault, end);
    }

    private static (string Name, string? Vault) Parts(string secret) => secret.Split('/', 2) is [var vault, var name] ? (name, vault) : (secret, null);
}
