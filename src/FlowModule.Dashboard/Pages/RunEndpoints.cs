using System.Globalization;
using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace FlowModule.Dashboard.Pages;

/// <summary>The pages of runs, and the actions on them.</summary>
internal static class RunEndpoints
{
    private const string RowsCookie = "flow-ui-rows";

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Links.Runs, ShowList);
        app.MapGet(Links.Runs + "/{id:guid}", static (HttpContext context, HistoryReader reader, Guid id) =>
            reader.Run(id) is { } run ? Endpoints.Page<RunPage>(new { Run = run, IsHeadOnly = context.Request.Headers["HX-Target"] == "head" }) : NotFound(id));
        app.MapGet(Links.Runs + "/{id:guid}/log", ShowLog);
        app.MapGet(Links.Runs + "/{id:guid}/tree.json", static (HistoryReader reader, Guid id, long? since) =>
        {
            var content = new MemoryStream();
            new TreeJson(reader).Write(content, id, since);
            return Results.Bytes(content.GetBuffer().AsMemory(0, (int)content.Length), "application/json");
        });
        app.MapGet(Links.Runs + "/{id:guid}/{action}", static (HistoryReader reader, Guid id, string action) =>
            reader.Run(id) is not { } run ? NotFound(id)
            : RunActions.For(run).FirstOrDefault(known => known.Name == action) is not { } known ? Endpoints.NotFound($"'{action}' cannot be done with run '{run.Name}': it is {run.StateName}.")
            : Endpoints.Page<ConfirmPage>(new { known.Question, known.Consequence, known.Label, Action = Links.RunAction(id, action), Back = Links.Run(id), known.IsDangerous }));
        app.MapPost(Links.Runs + "/{id:guid}/{action}", static (HttpContext context, HistoryReader reader, RunActions actions, Guid id, string action) =>
            reader.Run(id) is { } run ? Endpoints.See(actions.Do(run, action, Gate.VisitorOf(context))) : NotFound(id)).DisableAntiforgery();
        app.MapGet("/jobs/{id:guid}", ShowJob);
        app.MapGet(Links.Waiting, static () => Endpoints.Page<WaitingPage>());
        app.MapGet(Links.Waiting + "/answer", static (HistoryReader reader, Guid run, string name) =>
            Find(reader, run, name) is { } question ? Endpoints.Page<AnswerPage>(new { Question = question }) : NoQuestion());
        app.MapPost(Links.Waiting + "/answer", Answer).DisableAntiforgery();
    }

    internal static IResult NotFound(Guid id) => Endpoints.NotFound($"There is no run {id} in the history. It may have been removed.");

    private static IResult NoQuestion() => Endpoints.NotFound("The question is no longer open: it has an answer, or its run has ended.");

    private static RazorComponentResult ShowList(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        string age = query["age"].ToString();
        var filter = new RunFilter
        {
            Text = query["q"].ToString().Trim(),
            Flow = Value(query, "flow"),
            State = Value(query, "state"),
            Schedule = Value(query, "schedule"),
            Tag = Value(query, "tag"),
            Parent = Guid.TryParse(query["parent"], out Guid parent) ? parent : null,
            Age = Ages.Of(age),
            IncludesInner = query["all"] == "1",
            Below = Guid.TryParse(query["below"], out Guid below) ? below : null,
            Size = SizeOf(context),
        };
        return Endpoints.Page<RunsPage>(new { Filter = filter, Age = age });
    }

    /// <summary>Returns the chosen page size, and remembers it.</summary>
    private static int SizeOf(HttpContext context)
    {
        string? asked = Value(context.Request.Query, "rows");
        if (!int.TryParse(asked ?? context.Request.Cookies[RowsCookie], NumberStyles.None, CultureInfo.InvariantCulture, out int size) || !RunFilter.Sizes.Contains(size))
        {
            return RunFilter.DefaultSize;
        }

        if (asked is not null)
        {
            context.Response.Cookies.Append(
                RowsCookie, asked, new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = context.Request.IsHttps });
        }

        return size;
    }

    private static RazorComponentResult ShowLog(HistoryReader reader, Guid id, string? q, FlowLogLevel? level, string? tree, long? after, long? before)
    {
        var filter = new LogFilter(id) { Text = q?.Trim() ?? string.Empty, Level = level ?? FlowLogLevel.Debug, Tree = tree != "0", After = after ?? 0, Before = before };
        return Endpoints.Page<LogLines>(new { Run = id, Log = reader.Log(filter), Filter = filter with { After = 0, Before = null } });
    }

    /// <summary>Shows a started process, or its run as soon as it has started.</summary>
    private static IResult ShowJob(HttpContext context, HistoryReader reader, DetachedJobs jobs, Guid id)
    {
        if (jobs.Find(id) is not { } job)
        {
            return Endpoints.NotFound("The dashboard was started again since, and no longer knows of it. Its run is in the list.");
        }

        if (reader.Begun(job.ProcessId, job.Started, job.Resumed, job.Schedule) is not { } run)
        {
            return Endpoints.Page<JobPage>(new { Job = job });
        }

        if (!context.Request.Headers.ContainsKey("HX-Request"))
        {
            return Endpoints.See(Links.Run(run.Id));
        }

        context.Response.Headers["HX-Redirect"] = Links.Run(run.Id);
        return Results.NoContent();
    }

    private static async Task<IResult> Answer(HttpContext context, HistoryReader reader, RunActions actions, Guid run, string name)
    {
        if (Find(reader, run, name) is not { } question)
        {
            return NoQuestion();
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        string answer = form["answer"].ToString();
        try
        {
            return Endpoints.See(actions.Answer(question, answer, Gate.VisitorOf(context)));
        }
        catch (DashboardException exception)
        {
            return Endpoints.Page<AnswerPage>(new { Question = question, Fault = exception.Message, Given = answer });
        }
    }

    private static QuestionRow? Find(HistoryReader reader, Guid run, string name) =>
        reader.Questions().FirstOrDefault(question => question.Run == run && string.Equals(question.Name, name, StringComparison.OrdinalIgnoreCase));

    private static string? Value(IQueryCollection query, string name) => query[name].ToString() is { Length: > 0 } value ? value : null;
}
