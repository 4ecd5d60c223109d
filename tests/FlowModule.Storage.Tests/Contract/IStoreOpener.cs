using FlowModule.Engine.Storage;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>
/// A history for one test, which is opened as often as there are processes. To have another store pass the contract, write one of these for it, and in
/// <c>Stores.cs</c> a class for each part of the contract.
/// </summary>
internal interface IStoreOpener : IDisposable
{
    FakeTimeProvider Time { get; }

    IHistoryBackend Backend { get; }

    /// <summary>Where the history is. At first there is none.</summary>
    HistoryAddress Address { get; }
}
