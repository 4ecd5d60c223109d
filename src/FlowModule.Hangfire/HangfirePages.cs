using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using Hangfire;
using Hangfire.Dashboard;

namespace FlowModule.Hangfire;

/// <summary>Hangfire's own dashboard, which is a part of its core.</summary>
/// <param name="storage">Opens the storage.</param>
/// <param name="isOfDatabase">Whether the database throws it, and not Hangfire itself.</param>
/// <param name="describe">Describes what the database throws.</param>
internal sealed class HangfirePages(Func<JobStorage> storage, Func<Exception, bool> isOfDatabase, Func<Exception, HistoryException> describe) : IWorkQueuePages
{
    // Its only request of the method POST that changes nothing: its pages ask for figures again and again.
    private const string Statistics = "/stats";

    public bool Changes(IWorkQueueExchange exchange) =>
        !exchange.Method.Equals("GET", StringComparison.OrdinalIgnoreCase) && !exchange.Path.Equals(Statistics, StringComparison.Ordinal);

    public async Task<bool> Answer(IWorkQueueExchange exchange)
    {
        if (DashboardRoutes.Routes.FindDispatcher(exchange.Path) is not var (dispatcher, match))
        {
            return false;
        }

        try
        {
            await dispatcher.Dispatch(new HangfireContext(storage(), exchange) { UriMatch = match }).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (isOfDatabase(exception))
        {
            throw describe(exception);
        }
    }
}
