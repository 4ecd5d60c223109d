using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Live;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Engine.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace FlowModule.Dashboard.Pages;

/// <summary>Maps addresses to pages.</summary>
internal static class Endpoints
{
    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/", static () => Results.Redirect(Links.Runs));
        app.MapGet(Gate.AssetsPath + "/{hash}/{**name}", static (HttpContext context, string hash, string name) => PageAssets.Send(context, hash, name));
        app.MapGet(Gate.SignInPath, static (string? back, string? wrong) => Page<SignInPage>(new { IsWrong = wrong is not null, Back = Local(back) }));
        app.MapPost(Gate.SignInPath, SignIn).DisableAntiforgery();
        app.MapPost("/sign-out", static (HttpContext context) =>
        {
            Gate.SignOut(context);
            return See(Gate.SignInPath);
        });
        app.MapGet(Links.Events, static (ChangeFeed feed, CancellationToken aborted) => TypedResults.ServerSentEvents(feed.Listen(aborted)));
        app.MapGet(Links.Flows, static () => Page<FlowsPage>());
        app.MapGet(Links.Limits, static () => Page<LimitsPage>());
        app.MapGet(Links.Processes, static () => Page<ProcessesPage>());
        app.MapGet(Links.Actions, static () => Page<ActionsPage>());
        RunEndpoints.Map(app);
        FlowEndpoints.Map(app);
        ScheduleEndpoints.Map(app);
        WorkerEndpoints.Map(app);
        CarrierEndpoints.Map(app);
    }

    internal static RazorComponentResult Page<TPage>(object? parameters = null) => parameters is null
        ? new RazorComponentResult(typeof(TPage))
        : new RazorComponentResult(typeof(TPage), parameters);

    /// <summary>Redirects to another page with a new GET request.</summary>
    internal static IResult See(string link) => new SeeOther(link);

    internal static IResult NotFound(string what) => new RazorComponentResult(typeof(MessagePage), new { Title = "Not found", Text = what }) { StatusCode = StatusCodes.Status404NotFound };

    /// <summary>Shows errors as a page.</summary>
    internal static async Task CatchFaults(HttpContext context, RequestDelegate next)
    {
        (int status, string title, string text) fault;
        try
        {
            await next(context);
            return;
        }
        catch (DashboardException exception)
        {
            fault = (StatusCodes.Status409Conflict, "That cannot be done", exception.Message);
        }
        catch (HistoryException exception)
        {
            fault = (StatusCodes.Status503ServiceUnavailable, "The history cannot be used", exception.Message);
        }
        catch (BadHttpRequestException exception)
        {
            fault = (exception.StatusCode, "The request cannot be understood", exception.Message);
        }

        if (!context.Response.HasStarted)
        {
            await new RazorComponentResult(typeof(MessagePage), new { Title = fault.title, Text = fault.text }) { StatusCode = fault.status }.ExecuteAsync(context);
        }
    }

    internal static Task ShowStatus(StatusCodeContext context) => context.HttpContext.Response.StatusCode == StatusCodes.Status404NotFound
        ? NotFound("There is no such page.").ExecuteAsync(context.HttpContext)
        : Task.CompletedTask;

    private static async Task<IResult> SignIn(HttpContext context, Gate gate)
    {
        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        return gate.TrySignIn(context, form[Gate.TokenName], form["name"])
            ? See(Local(form["back"]))
            : See($"{Gate.SignInPath}?wrong=1&back={Uri.EscapeDataString(Local(form["back"]))}");
    }

    /// <summary>Accepts only pages of this server, so that a link to the sign-in cannot lead to another site.</summary>
    private static string Local(string? link) => link is ['/', ..] && !link.StartsWith("//", StringComparison.Ordinal) && !link.StartsWith("/\\", StringComparison.Ordinal) ? link : "/";

    private sealed class SeeOther(string link) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = link;
            return Task.CompletedTask;
        }
    }
}
