using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FlowModule.Dashboard.Pages;

/// <summary>The page of workers and queues, and the actions on workers.</summary>
internal static class WorkerEndpoints
{
    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Links.Workers, static () => Endpoints.Page<WorkersPage>());
        app.MapGet(Links.Workers + "/{key:guid}/{action}", static (PoolReader pool, Guid key, string action) =>
            pool.Find(key) is not { } worker ? NotFound()
            : WorkerActions.For(worker).FirstOrDefault(known => known.Name == action) is not { } known ? Endpoints.NotFound(WorkerActions.Refusal(worker, action))
            : Endpoints.Page<ConfirmPage>(new
            {
                Question = $"{known.Label} worker '{worker.Name}'?",
                known.Consequence,
                known.Label,
                Action = Links.WorkerAction(key, action),
                Back = Links.Workers,
                known.IsDangerous,
                Active = Links.Workers,
            }));
        app.MapPost(Links.Workers + "/{key:guid}/{action}", static (HttpContext context, PoolReader pool, WorkerActions actions, Guid key, string action) =>
            pool.Find(key) is { } worker ? Endpoints.See(actions.Do(worker, action, Gate.VisitorOf(context))) : NotFound()).DisableAntiforgery();
    }

    private static IResult NotFound() => Endpoints.NotFound("There is no such worker. It has ended.");
}
