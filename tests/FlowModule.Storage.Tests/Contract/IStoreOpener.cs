using FlowModule.Engine.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>
/// Makes one history for a test, and opens it as often as there are processes. To have another store pass the contract, write one of these for it,
/// and in <c>Stores.cs</c> a class for each part of the contract.
/// </summary>
internal interface IStoreOpener : IDisposable
{
    FakeTimeProvider Time { get; }

    /// <summary>The history as another process has it: none of the stores knows of the others.</summary>
    IHistoryStore Open();
}
