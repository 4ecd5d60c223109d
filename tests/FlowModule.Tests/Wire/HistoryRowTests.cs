using FlowModule.Engine.Storage.Rows;
using FlowModule.Wire;

namespace FlowModule.Tests.Wire;

/// <summary>Rows of a history cross to another process as they are.</summary>
public sealed class HistoryRowTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.FromHours(-3.5));

    private readonly HistoryRowWriter _writer = new();
    private readonly HistoryRowReader _reader = new();

    [Fact]
    public void Each_part_of_a_row_is_the_same_on_the_other_side()
    {
        RunRow run = Row();
        var full = new RunChange(run, new StateRow(3, StateType.Failed, "TimedOut", "In time?\n", Now, Now.AddSeconds(1)))
        {
            Start = new RunStart { Parameters = new EncodedValue("parameters"), Input = new EncodedValue(null, "secret"), Options = new EncodedValue("options"), CrashHook = "hook", GoesOn = true },
            IsOver = true,
            StartTime = Now.AddTicks(1),
            Attempt = 2,
            ErrorCount = 300,
            HostName = "web1",
            Result = new EncodedValue("result"),
            Error = new EncodedValue("error"),
            ErrorDetails = new EncodedValue("details"),
        };
        var bare = new RunChange(new RunRow { Id = Guid.NewGuid(), RootId = Guid.NewGuid(), Kind = RunKind.Flow, Name = string.Empty, Flow = new FlowRow("f", []), CreatedTime = Now }, new StateRow(0, StateType.Pending, null, null, Now, null));
        var line = new LogRow(run.Id, Now, FlowLogLevel.Warning, "名前");

        List<HistoryRow> read = Send(full, bare, line);

        Assert.Equal(3, read.Count);
        Assert.Equivalent(AllOf(full), AllOf((RunChange)read[0]), strict: true);
        Assert.Equivalent(AllOf(bare), AllOf((RunChange)read[1]), strict: true);
        Assert.Equal((line.RunId, line.Time, line.Level, line.Message), read[2] is LogRow log ? (log.RunId, log.Time, log.Level, log.Message) : default);
        Assert.Equal(Now.Offset, ((LogRow)read[2]).Time.Offset);
    }

    [Fact]
    public void The_text_of_a_script_and_what_a_run_was_given_are_sent_once()
    {
        string large = new('x', 100_000);
        RunRow run = Row(large);
        RunChange At(int number, bool isOver) => new(run, new StateRow(number, StateType.Running, null, null, Now, null)) { Start = new RunStart { Input = new EncodedValue(large) }, IsOver = isOver };

        int first = Size(At(1, isOver: false)), second = Size(At(2, isOver: false));
        RunChange last = Assert.IsType<RunChange>(Assert.Single(Send(At(3, isOver: true))));

        Assert.InRange(first, 200_000, 210_000);
        Assert.InRange(second, 1, 1_000);
        Assert.Equal((large, large), (last.Run.Flow.ScriptText, last.Start!.Input.Text));
    }

    private static RunRow Row(string script = "{ 1 }") => new()
    {
        Id = Guid.NewGuid(),
        ParentId = Guid.NewGuid(),
        RootId = Guid.NewGuid(),
        Kind = RunKind.Task,
        Name = "name",
        Flow = new FlowRow("flow", ["a", "b"]) { ScriptHash = "hash", ScriptText = script, ScriptPath = "/x.ps1", ScriptLine = 0 },
        CreatedTime = Now,
        Key = [1, 0, 255],
        RestartOf = Guid.NewGuid(),
        Schedule = "every night",
        ScheduledTime = Now.AddHours(-1),
    };

    private static object AllOf(RunChange change) => new
    {
        change.Run.Id, change.Run.ParentId, change.Run.RootId, change.Run.Kind, change.Run.Name, change.Run.CreatedTime, change.Run.Key, change.Run.RestartOf, change.Run.Schedule, change.Run.ScheduledTime,
        Flow = new { change.Run.Flow.Name, Tags = string.Join(',', change.Run.Flow.Tags), change.Run.Flow.ScriptHash, change.Run.Flow.ScriptText, change.Run.Flow.ScriptPath, change.Run.Flow.ScriptLine },
        State = change.State.ToString(),
        Start = change.Start is { } start ? new { Parameters = $"{start.Parameters}", Input = $"{start.Input}", Options = $"{start.Options}", start.CrashHook, start.GoesOn } : null,
        change.IsOver, change.StartTime, change.Attempt, change.ErrorCount, change.HostName,
        Result = $"{change.Result}", Error = $"{change.Error}", ErrorDetails = $"{change.ErrorDetails}",
    };

    private int Size(HistoryRow row) => Send(out int size, row).Count == 1 ? size : 0;

    private List<HistoryRow> Send(params HistoryRow[] rows) => Send(out _, rows);

    private List<HistoryRow> Send(out int size, params HistoryRow[] rows)
    {
        var batch = new HistoryBatch();
        Array.ForEach(rows, batch.Add);
        using var stream = new MemoryStream();
        using var data = new BinaryWriter(stream, FrameBuilder.Text);
        _writer.Write(data, batch);
        data.Flush();
        size = (int)stream.Length;
        stream.Position = 0;
        return _reader.Read(new BinaryReader(stream, FrameBuilder.Text));
    }
}
