using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using Hangfire;
using Hangfire.Dashboard;

namespace FlowModule.Hangfire;

/// <summary>Hangfire's own dashboard, which is a part of its core.</summary>
/// <param name="storage">Opens the storage.</param>
/// <param name="describe">Describes what the database throws.</param>
internal sealed class HangfirePages(Func<JobStorage> storage, Func<Exception, HistoryException> describe) : IWorkQueuePages
{
    // Its only request of the method POST that changes nothing.
    private const string Statistics = "/stats";

    public async Task<WorkQueueAnswer> Answer(IWorkQueueExchange exchange)
    {
        if (DashboardRoutes.Routes.FindDispatcher(exchange.Path) is not var (dispatcher, match))
        {
            return WorkQueueAnswer.None;
        }

        bool isPost = exchange.Method.Equals("POST", StringComparison.OrdinalIgnoreCase);
        try
        {
            await dispatcher.Dispatch(new HangfireContext(storage(), exchange) { UriMatch = match }).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not (HistoryException or OperationCanceledException))
        {
            throw describe(exception);
        }

        return isPost && exchange.Path != Statistics ? WorkQueueAnswer.Changed : WorkQueueAnswer.Shown;
    }
}
