using FlowModule.Engine.Storage;
using FlowModule.Sqlite;

namespace FlowModule.Engine.Tests.Support;

/// <summary>Opens what the test says, for processes that see each other by the locks of files.</summary>
/// <param name="open">Opens the store.</param>
internal sealed class TestBackend(Func<OpenedStore> open) : IHistoryBackend
{
    public bool Exists(HistoryAddress address) => File.Exists(address.Place);

    public OpenedStore Open(HistoryAddress address, TimeProvider time) => open();

    public IProcessPresence PresenceAt(HistoryAddress address) => new FilePresence(address.Place);
}
