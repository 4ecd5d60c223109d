using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Storage;

/// <summary>A kind of history store. It is found by the scheme of an address.</summary>
internal interface IHistoryBackend
{
    /// <summary>Whether there is a history at an address. The check creates nothing.</summary>
    bool Exists(HistoryAddress address);

    /// <summary>The names that the user has given to histories of this kind, each of which is an address after the scheme.</summary>
    /// <exception cref="HistoryException">The names cannot be read.</exception>
    IReadOnlyList<string> Names => [];

    /// <summary>Opens a history, or creates it if there is none.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    OpenedStore Open(HistoryAddress address, TimeProvider time);

    /// <summary>How the processes that use a history see whether the others live.</summary>
    IProcessPresence PresenceAt(HistoryAddress address);

    /// <summary>Opens what processes of several machines lend workers over, and makes it if it is missing. Null if one machine alone can reach the history.</summary>
    /// <exception cref="HistoryException">This is not possible.</exception>
    ILeaseStore? LeasesAt(HistoryAddress address) => null;
}

/// <summary>An opened store.</summary>
/// <param name="Store">The store.</param>
/// <param name="Warning">A warning for the user, or null.</param>
internal readonly record struct OpenedStore(IHistoryStore Store, string? Warning = null);
