using System.IO.Pipes;
using FlowModule.Engine.Processes;

namespace FlowModule.Tests.Processes;

/// <summary>Output outside of the streams, and the mark after the output of a run.</summary>
public sealed class StrayOutputTests : IDisposable
{
    private const string TheMark = "\u001emark";

    // Never reached.
    private static readonly TimeSpan Long = TimeSpan.FromDays(1);

    private readonly AnonymousPipeServerStream _child = new(PipeDirection.Out);
    private readonly AnonymousPipeClientStream _parent;
    private readonly StreamWriter _writer;
    private readonly StrayOutput _output;
    private readonly List<string> _lines = [];

    public StrayOutputTests()
    {
        _parent = new AnonymousPipeClientStream(PipeDirection.In, _child.ClientSafePipeHandle);
        _writer = new StreamWriter(_child) { AutoFlush = true };
        _output = new StrayOutput(new StreamReader(_parent), TheMark, _lines.Add);
    }

    [Fact]
    public void All_lines_of_a_run_have_come_when_its_mark_has()
    {
        _writer.Write($"one\ntwo{TheMark}\n");
        _output.WaitForMark(Long);

        Assert.Equal(["one", "two"], _lines);
    }

    [Fact]
    public void The_end_of_the_stream_ends_the_wait()
    {
        _writer.Write("one\n");
        _writer.Dispose();
        _output.WaitForMark(Long);

        Assert.Equal(["one"], _lines);
    }

    [Fact]
    public void Later_runs_do_not_wait_for_a_mark_that_one_kept_from_coming_until_all_have_come()
    {
        _output.WaitForMark(TimeSpan.Zero);
        _output.WaitForMark(Long);
        _output.WaitForMark(Long);
        _writer.Write($"{TheMark}\n{TheMark}\n{TheMark}\n{TheMark}\nlast\n");
        _writer.Dispose();
        _output.WaitForEnd(Long);
        _output.WaitForMark(Long);

        Assert.Equal(["last"], _lines);
    }

    public void Dispose()
    {
        _writer.Dispose();
        _child.Dispose();
    }
}
