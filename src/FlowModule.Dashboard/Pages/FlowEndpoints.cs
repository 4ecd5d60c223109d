using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Forms;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FlowModule.Dashboard.Pages;

/// <summary>The page of a flow, and the action that starts it.</summary>
internal static class FlowEndpoints
{
    private const string Path = "/flow";

    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Path, static (HistoryReader reader, string name) => reader.Flow(name) is { Last.Count: > 0 } flow ? Endpoints.Page<FlowPage>(new { Flow = flow }) : NotFound(name));
        app.MapPost(Path, Start).DisableAntiforgery();
    }

    private static IResult NotFound(string name) => Endpoints.NotFound($"There is no run of a flow '{name}' in the history.");

    private static async Task<IResult> Start(HttpContext context, HistoryReader reader, RunActions actions, string name)
    {
        if (reader.Flow(name) is not { Last: [var last, ..] } flow)
        {
            return NotFound(name);
        }

        IFormCollection form = await context.Request.ReadFormAsync(context.RequestAborted);
        string script = last.ScriptHash is { } hash ? reader.Script(hash) ?? string.Empty : string.Empty;
        var parameters = ParameterForm.Of(script);
        var faults = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string text = ParameterText.Write(parameters, field => form[$"p.{field}"], faults);
        var given = parameters.Fields.Where(static field => field.Kind is not (FieldKind.Secret or FieldKind.Credential)).ToDictionary(static field => field.Name, field => form[$"p.{field.Name}"].ToString());
        if (faults.Count > 0)
        {
            return Endpoints.Page<FlowPage>(new { Flow = flow, Faults = (IReadOnlyDictionary<string, string>)faults, Given = (IReadOnlyDictionary<string, string>)given });
        }

        return Endpoints.See(actions.StartFlow(last, text, Gate.VisitorOf(context)));
    }
}
