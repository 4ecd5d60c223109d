using FlowModule.Engine.Files;
using FlowModule.Engine.Loading;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Secrets;

namespace FlowModule.History;

/// <summary>The kinds of history stores, by the scheme of an address. The assembly of a kind is loaded at its first use.</summary>
internal static class HistoryBackends
{
    /// <summary>How the address of a history begins that has a name.</summary>
    internal const string NamedPrefix = PostgreSql + ":";

    private const string PostgreSql = "postgres";

    private static readonly Dictionary<string, IHistoryBackend> Known = new(StringComparer.Ordinal)
    {
        [HistoryAddress.FileScheme] = new LoadedBackend("sqlite", "FlowModule.Sqlite.SqliteBackend"),
        [PostgreSql] = new LoadedBackend("postgresql", "FlowModule.PostgreSql.PgBackend"),
    };

    static HistoryBackends() => StoreSecrets.Reader = SecretVault.Read;

    /// <summary>Whether this process executes the runs of another machine, which has sent the module here. Set once, before any cmdlet runs.</summary>
    internal static bool ServesOtherMachine { get; set; }

    /// <summary>Returns the address for a text: an address with a known scheme, otherwise the path of a file.</summary>
    /// <exception cref="FlowException">The address has a password: addresses are recorded, shown, and passed to other processes.</exception>
    internal static HistoryAddress AddressOf(string text)
    {
        // Both names are common.
        var address = HistoryAddress.Parse(text.StartsWith("postgresql:", StringComparison.Ordinal) ? $"{PostgreSql}:{text["postgresql:".Length..]}" : text);
        return !Known.ContainsKey(address.Scheme) ? HistoryAddress.OfFile(text)
            : address.Path is null && address.WithoutPassword() is { } masked ? throw HistoryErrors.PasswordInAddress(masked)
            : address;
    }

    /// <summary>The addresses of the histories on servers to which the user has given names; none if they cannot be read.</summary>
    internal static IReadOnlyList<string> NamedAddresses
    {
        get
        {
            try
            {
                return [.. Known[PostgreSql].Names.Select(static name => $"{NamedPrefix}{name}")];
            }
            catch (HistoryException)
            {
                return [];
            }
        }
    }

    /// <summary>Returns the backend for an address's scheme.</summary>
    internal static IHistoryBackend Of(HistoryAddress address) => Known[address.Scheme];

    /// <summary>A backend in an assembly of its own, in a load context of its own.</summary>
    /// <param name="folder">The folder of the module that the assembly is in.</param>
    /// <param name="type">The type that makes it, by its method Create.</param>
    private sealed class LoadedBackend(string folder, string type) : IHistoryBackend
    {
        private readonly Lazy<IHistoryBackend> _backend = new(() => Load(folder, type));

        public IReadOnlyList<string> Names => _backend.Value.Names;

        public bool Exists(HistoryAddress address) => _backend.Value.Exists(address);

        public OpenedStore Open(HistoryAddress address, TimeProvider time)
        {
            OpenedStore opened = _backend.Value.Open(address, time);
            if (Path.GetDirectoryName(address.Path) == PrivateFiles.UserFolder)
            {
                // The whole folder belongs to the module, so it is made private even if a umask once left it open.
                PrivateFiles.MakePrivate(PrivateFiles.UserFolder);
            }

            return opened;
        }

        /// <exception cref="HistoryException">The module was sent to this machine for the runs of another one, without what opens histories.</exception>
        private static IHistoryBackend Load(string folder, string type)
        {
            try
            {
                return PrivateAssemblies.Method<Func<IHistoryBackend>>(folder, type, "Create")();
            }
            catch (FileNotFoundException exception) when (ServesOtherMachine)
            {
                throw new HistoryException(
                    HistoryFault.Elsewhere, "A body on another machine than the flow that started it can open no history: what is needed for it is not sent along. Read the history in the flow that starts it.", exception);
            }
        }

        public IProcessPresence PresenceAt(HistoryAddress address) => new LoadedPresence(new Lazy<IProcessPresence>(() => _backend.Value.PresenceAt(address)));

        public ILeaseStore? LeasesAt(HistoryAddress address) => _backend.Value.LeasesAt(address);
    }

    private sealed class LoadedPresence(Lazy<IProcessPresence> presence) : IProcessPresence
    {
        public IPresence Enter(Guid key) => presence.Value.Enter(key);

        public LockEvidence Look(Guid key) => presence.Value.Look(key);

        public void Forget(Guid key) => presence.Value.Forget(key);
    }
}
