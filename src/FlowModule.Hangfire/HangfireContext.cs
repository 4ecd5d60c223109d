using System.Text;
using FlowModule.Engine.Pool;
using Hangfire;
using Hangfire.Dashboard;

namespace FlowModule.Hangfire;

/// <summary>A request as Hangfire's dashboard wants it, and the answer.</summary>
internal sealed class HangfireContext : DashboardContext
{
    internal HangfireContext(JobStorage storage, IWorkQueueExchange exchange)
        : base(storage, Options(exchange))
    {
        Request = new Asked(exchange);
        Response = new Answered(exchange);
        AntiforgeryHeader = exchange.ProofHeader;
        AntiforgeryToken = exchange.Proof;
    }

    private static new DashboardOptions Options(IWorkQueueExchange exchange) => new()
    {
        AppPath = exchange.Home,
        DashboardTitle = "Hangfire",

        // The address of the history is shown elsewhere, without what it has of the server's settings.
        DisplayStorageConnectionString = false,
        DisplayNameFunc = static (_, job) => job.Args is [string lease] ? $"Lease {lease}" : job.ToString(),
        IsReadOnlyFunc = _ => exchange.IsReadOnly,
    };

    private sealed class Asked(IWorkQueueExchange exchange) : DashboardRequest
    {
        public override string Method => exchange.Method;

        public override string Path => exchange.Path;

        public override string PathBase => exchange.PathBase;

        // For Hangfire's own rule of who gets in, which is not used.
        public override string LocalIpAddress => string.Empty;

        public override string RemoteIpAddress => string.Empty;

        public override string? GetQuery(string key) => exchange.Query(key);

        public override Task<IList<string>> GetFormValuesAsync(string key) => exchange.Form(key);
    }

    private sealed class Answered(IWorkQueueExchange exchange) : DashboardResponse
    {
        public override string? ContentType
        {
            get => exchange.ContentType;
            set => exchange.ContentType = value;
        }

        public override int StatusCode
        {
            get => exchange.StatusCode;
            set => exchange.StatusCode = value;
        }

        public override Stream Body => exchange.Body;

        public override void SetExpire(DateTimeOffset? value)
        {
            if (value is { } time)
            {
                exchange.KeepUntil(time);
            }
        }

        public override Task WriteAsync(string text) => Body.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask();
    }
}
