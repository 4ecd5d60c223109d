using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Contract;

/// <summary>Logs are read in the order in which they were kept.</summary>
/// <typeparam name="TOpener">The opener of the store.</typeparam>
public abstract class LogContract<TOpener> : StoreContract<TOpener>
    where TOpener : class, new()
{
    [StoreFact]
    public void LinesOfSeveralBatchesAreInTheirOrder()
    {
        RunRow top = Start(Own), child = Start(Own, NewRun("child", top)), other = Start(Other);
        Write(Own, Line(top, "1"), Line(child, "2"));
        Write(Other, Line(other, "not of it"));
        Write(Own, Line(top, "3", FlowLogLevel.Error));

        FlowLogRecord[] lines = [.. Other.Logs(new LogQuery(top.Id))];

        Assert.Equal(["1", "2", "3"], lines.Select(line => line.Message));
        Assert.Equal((child.Id, child.Name, "child", Now), (lines[1].RunId, lines[1].RunName, lines[1].FlowName, lines[1].Time));
        Assert.True(lines[0].Number < lines[1].Number && lines[1].Number < lines[2].Number);
        Assert.Equal(["1", "3"], Messages(new LogQuery(top.Id) { Tree = false }));
        Assert.Equal(["3"], Messages(new LogQuery(top.Id) { Level = FlowLogLevel.Warning }));
        Assert.Equal(["3"], Messages(new LogQuery(top.Id) { After = lines[1].Number }));
        Assert.Equal(["2", "3"], Messages(new LogQuery(top.Id) { Tail = 2 }));
        Assert.Equal(["1", "2"], Messages(new LogQuery(top.Id) { First = 2 }));
        Assert.Equal(["2"], Messages(new LogQuery(top.Id) { First = 1, After = lines[0].Number }));
        Assert.Equal(["1"], Messages(new LogQuery(top.Id) { Before = lines[1].Number, Tail = 2 }));
        Assert.Empty(Messages(new LogQuery(Guid.NewGuid())));
    }

    [StoreTheory]
    [InlineData("ROW", "a Row of 10%")]
    [InlineData("10%", "a Row of 10%")]
    [InlineData("1_0", null)]
    [InlineData("\\", "C:\\temp")]
    public void LinesAreFoundByWhatIsInThem(string text, string? line)
    {
        RunRow run = Start(Own);
        Write(Own, Line(run, "a Row of 10%"), Line(run, "C:\\temp"), Line(run, "100"));

        Assert.Equal(line is null ? [] : [line], Messages(new LogQuery(run.Id) { Text = text }));
        Assert.Equal(line is null ? [] : [line], Messages(new LogQuery(run.Id) { Text = text, Tail = 5 }));
    }

    [StoreFact]
    public void LinesSinceATime()
    {
        RunRow run = Start(Own);
        Write(Own, Line(run, "before"));
        Time.Advance(TimeSpan.FromSeconds(1));
        Write(Own, Line(run, "then"));

        Assert.Equal(["then"], Messages(new LogQuery(run.Id) { Since = Now }));
    }

    [StoreFact]
    public void StatesAreLinesToo()
    {
        RunRow top = Run(Own), child = Run(Own, NewRun("child", top));

        Assert.Equal(
            [(top.Id, "Running", true), (top.Id, "Completed", true), (child.Id, "Running", true), (child.Id, "Completed", true)],
            Other.StateLines(new LogQuery(top.Id)).Select(line => (line.RunId, line.Message, line.IsState)));
        Assert.Equal(2, Other.StateLines(new LogQuery(top.Id) { Tree = false }).Count);
        Assert.Equal(2, Other.StateLines(new LogQuery(top.Id) { Since = child.CreatedTime }).Count);
    }

    [StoreFact]
    public void ALineHoldsAnyText()
    {
        RunRow run = Start(Own);
        string text = "a\0b\n\u001B[31mred\uD83D\uDE00";
        Write(Own, Line(run, text));

        Assert.Equal([text], Messages(new LogQuery(run.Id)));
    }

    [StoreFact]
    public void WhatIsTooMuchOfALogIsLeftOutOfItsMiddle()
    {
        RunRow run = Start(Own), other = Start(Own);
        Write(Own, [.. Enumerable.Range(1, 6).Select(i => Line(run, $"{i}")), Line(other, "of another")]);

        Own.Retention.LeaveOut(run.Id, new LogCut(Rows: 4, Removed: 2, Left: 3), "3 lines are left out.");

        Assert.Equal(["1", "2", "3 lines are left out.", "6"], Messages(new LogQuery(run.Id)));
        Assert.Equal(["of another"], Messages(new LogQuery(other.Id)));
    }

    private string[] Messages(LogQuery query) => [.. Other.Logs(query).Select(line => line.Message)];
}
