using FlowModule.Dashboard.Acting;
using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FlowModule.Dashboard.Pages;

/// <summary>The pages of schedules and limits, and the actions on them.</summary>
internal static class ScheduleEndpoints
{
    internal static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Links.Schedules, static () => Endpoints.Page<SchedulesPage>());
        app.MapGet(Links.Schedules + "/{action}", static (string action, string name) =>
            ScheduleActions.Confirmations.TryGetValue(action, out var text)
                ? Endpoints.Page<ConfirmPage>(new { Question = $"{text.Label} '{name}'?", text.Consequence, text.Label, Action = Links.ScheduleAction(name, action), Back = Links.Schedules, Active = Links.Schedules })
                : Endpoints.NotFound("There is no such page."));
        app.MapPost(Links.Schedules + "/{action}", static (HttpContext context, ScheduleActions actions, string action, string name) =>
            Endpoints.See(actions.Do(action, name, Gate.VisitorOf(context)))).DisableAntiforgery();
        app.MapGet(Links.Limits + "/remove", static (string limit, long claim) => Endpoints.Page<ConfirmPage>(new
        {
            Question = $"Remove slot {claim} of limit '{limit}'?",
            Consequence = "Whoever has it goes on, and others may take its place: the limit is exceeded if its run still works.",
            Label = "Remove",
            Action = Links.RemoveClaim(limit, claim),
            Back = Links.Limits,
            IsDangerous = true,
            Active = Links.Limits,
        }));
        app.MapPost(Links.Limits + "/remove", static (HttpContext context, MachineReader machine, ActionLog log, string limit, long claim) =>
        {
            machine.RemoveClaim(claim);
            log.Add(Gate.VisitorOf(context).ToString(), "Remove slot", run: null, limit, $"Slot {claim} was removed.");
            return Endpoints.See(Links.Limits);
        }).DisableAntiforgery();
    }
}
