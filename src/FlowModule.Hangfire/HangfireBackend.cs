using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.PostgreSql;

namespace FlowModule.Hangfire;

/// <summary>Queues that Hangfire carries. The only thing that the module asks for by name in this assembly.</summary>
internal sealed class HangfireBackend : IWorkQueueBackend
{
    internal static IWorkQueueBackend Create() => new HangfireBackend();

    /// <remarks>Another storage of Hangfire is another case here: nothing but this knows which one it is.</remarks>
    public IWorkQueue Open(HistoryAddress address) => new HangfireQueue(address, static address => PostgreSqlQueues.Open(PgPlace.Of(address)));
}
