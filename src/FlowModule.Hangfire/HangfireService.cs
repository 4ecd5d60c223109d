using FlowModule.Engine.Pool;
using Hangfire;

namespace FlowModule.Hangfire;

/// <summary>A server of Hangfire.</summary>
/// <param name="server">The server.</param>
internal sealed class HangfireService(BackgroundJobServer server) : IWorkService
{
    public void Stop() => server.SendStop();

    public void Dispose()
    {
        server.SendStop();
        server.Dispose();
    }
}
