using System.Text.Json;
using FlowModule.Dashboard.Reading;

namespace FlowModule.Dashboard.Pages;

/// <summary>Writes the runs of a tree in the format of the timeline; see its runs.js.</summary>
internal sealed class TreeJson(HistoryReader reader)
{
    // In a larger tree, inputs are left out, because each would need its own query.
    private const int MostDescribed = 500;

    /// <summary>Changes this long before the last look are sent again, because a busy process may write a state some time after it entered it.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    /// <param name="stream">The output.</param>
    /// <param name="top">The run at the top.</param>
    /// <param name="since">The page's last look, in milliseconds since 1970: then only new and changed runs are written; null for all.</param>
    internal void Write(Stream stream, Guid top, long? since)
    {
        IReadOnlyList<RunRow> tree = reader.Tree(top);
        long from = since is { } last ? last - (long)Late.TotalMilliseconds : long.MinValue;
        using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteNumber("now", DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
        json.WriteNumber("count", tree.Count);
        json.WriteStartArray("runs");
        foreach (RunRow run in tree)
        {
            if (run.Changed.ToUnixTimeMilliseconds() >= from)
            {
                Write(json, run, isDescribed: tree.Count <= MostDescribed);
            }
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known)
        {
            json.WriteNumber(name, known.ToUnixTimeMilliseconds());
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private void Write(Utf8JsonWriter json, RunRow run, bool isDescribed)
    {
        json.WriteStartObject();
        json.WriteString("id", run.Id);
        json.WriteString("parent", run.Parent?.ToString());
        json.WriteString("name", run.Name);
        json.WriteString("flow", run.FlowName);
        json.WriteString("kind", run.Kind.ToString());
        json.WriteString("type", run.State.ToString());
        json.WriteString("state", run.StateName);
        WriteTime(json, "created", run.Created);
        WriteTime(json, "start", run.Started);
        WriteTime(json, "end", run.Ended);
        json.WriteString("message", run.Message);
        json.WriteString("input", isDescribed ? reader.InputOf(run.Id) : null);
        json.WriteString("href", Links.Run(run.Id));
        if (run.Attempt > 1 || run.State is StateType.Paused)
        {
            WriteStates(json, run.Id);
        }

        json.WriteEndObject();
    }

    private void WriteStates(Utf8JsonWriter json, Guid run)
    {
        json.WriteStartArray("states");
        foreach (StateRow state in reader.States(run))
        {
            json.WriteStartArray();
            json.WriteNumberValue(state.Time.ToUnixTimeMilliseconds());
            json.WriteStringValue(state.State.ToString());
            json.WriteStringValue(state.Name);
            json.WriteEndArray();
        }

        json.WriteEndArray();
    }
}
