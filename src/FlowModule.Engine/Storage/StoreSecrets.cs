namespace FlowModule.Engine.Storage;

/// <summary>Passwords that are kept in a vault of the user's. Stores cannot open vaults themselves: those belong to PowerShell.</summary>
internal static class StoreSecrets
{
    /// <summary>Reads a secret, by its name and its vault (null: wherever it is). Set once, before any history is opened; null where there are no vaults.</summary>
    internal static Func<string, string?, string>? Reader { get; set; }

    /// <summary>Reads the secret that "vault/name" or "name" means.</summary>
    /// <exception cref="HistoryException">It cannot be read.</exception>
    internal static string Read(string secret)
    {
        (string? vault, string name) = secret.Split('/', 2) is [var first, var second] ? (first, second) : (null, secret);
        return (Reader ?? throw new HistoryException(HistoryFault.Unavailable, $"The secret '{secret}' cannot be read here: there are no vaults."))(name, vault);
    }
}
