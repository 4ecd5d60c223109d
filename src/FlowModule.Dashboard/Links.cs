using System.Globalization;
using FlowModule.Dashboard.Reading;

namespace FlowModule.Dashboard;

/// <summary>The addresses of the pages.</summary>
internal static class Links
{
    internal const string Runs = "/runs";
    internal const string Waiting = "/waiting";
    internal const string Flows = "/flows";
    internal const string Schedules = "/schedules";
    internal const string Limits = "/limits";
    internal const string Processes = "/processes";
    internal const string Workers = "/workers";
    internal const string Carrier = "/hangfire";
    internal const string Actions = "/actions";
    internal const string Events = "/events";

    internal static string Run(Guid id) => $"/runs/{id}";

    internal static string RunAction(Guid id, string action) => $"/runs/{id}/{action}";

    internal static string Tree(Guid id) => $"/runs/{id}/tree.json";

    internal static string Log(Guid id) => $"/runs/{id}/log";

    internal static string Job(Guid id) => $"/jobs/{id}";

    internal static string Flow(string name) => $"/flow?name={Escape(name)}";

    internal static string RunsOfFlow(string name) => $"{Runs}?flow={Escape(name)}";

    internal static string RunsOfScript(string path) => $"{Runs}?q={Escape(path)}";

    internal static string RunsOfSchedule(string name) => $"{Runs}?schedule={Escape(name)}";

    internal static string RunsInside(Guid id) => $"{Runs}?parent={id}";

    internal static string Question(QuestionRow question) => $"/waiting/answer?run={question.Run}&name={Escape(question.Name)}";

    internal static string ScheduleAction(string name, string action) => $"/schedules/{action}?name={Escape(name)}";

    internal static string RemoveClaim(string limit, long claim) => $"/limits/remove?limit={Escape(limit)}&claim={claim.ToString(CultureInfo.InvariantCulture)}";

    internal static string WorkerAction(Guid key, string action) => $"{Workers}/{key}/{action}";

    /// <summary>The list of runs with a filter.</summary>
    internal static string List(RunFilter filter, string? age, Guid? below = null)
    {
        (string Name, string? Value)[] all =
        [
            ("q", filter.Text), ("flow", filter.Flow), ("state", filter.State), ("schedule", filter.Schedule), ("tag", filter.Tag), ("age", age),
            ("parent", filter.Parent?.ToString()), ("all", filter.IncludesInner ? "1" : null), ("below", below?.ToString()),
        ];
        string query = string.Join('&', all.Where(static pair => !string.IsNullOrEmpty(pair.Value)).Select(static pair => $"{pair.Name}={Escape(pair.Value!)}"));
        return query.Length == 0 ? Runs : $"{Runs}?{query}";
    }

    internal static string LogAfter(LogFilter filter, long number) => $"{LogOf(filter)}&after={number.ToString(CultureInfo.InvariantCulture)}";

    internal static string LogBefore(LogFilter filter, long number) => $"{LogOf(filter)}&before={number.ToString(CultureInfo.InvariantCulture)}";

    private static string LogOf(LogFilter filter) => $"{Log(filter.Run)}?q={Escape(filter.Text)}&level={filter.Level}&tree={(filter.Tree ? 1 : 0)}";

    private static string Escape(string text) => Uri.EscapeDataString(text);
}
