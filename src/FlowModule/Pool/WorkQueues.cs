using FlowModule.Engine.Loading;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;

namespace FlowModule.Pool;

/// <summary>What carries leases to workers, by the scheme of the history's address. Its assembly is loaded at first use.</summary>
internal static class WorkQueues
{
    private static readonly Lazy<IWorkQueueBackend> Hangfire = new(static () => PrivateAssemblies.Method<Func<IWorkQueueBackend>>("hangfire", "FlowModule.Hangfire.HangfireBackend", "Create")());

    /// <summary>The carrier for a history: so far one that finds its storage by the scheme itself.</summary>
    internal static IWorkQueueBackend Of(HistoryAddress address) => address.Path is null ? Hangfire.Value : throw new NotSupportedException("A file has no queues.");
}
