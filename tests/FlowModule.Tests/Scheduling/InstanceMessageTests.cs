using System.Text;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Scheduling.Instances;
using FlowModule.Wire;

namespace FlowModule.Tests.Scheduling;

/// <summary>What a scheduler and the process of a script tell each other.</summary>
public sealed class InstanceMessageTests
{
    private static readonly DateTimeOffset Three = new(2027, 1, 31, 3, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void A_trace_of_the_pipe_can_be_read()
    {
        Assert.Equal(
            """{"Instance":{"Name":"nightly","Time":"2027-01-31T03:00:00+01:00","IsLate":true},"Path":"/srv/nightly.ps1","Parameters":null,"HistoryPath":null}""",
            Encoding.UTF8.GetString(Sent(channel => InstanceMessages.TrySend(channel, new InstanceOrder(new ScheduledInstance("nightly", Three, IsLate: true), "/srv/nightly.ps1", null, null)), FrameKind.Instance)));
        Assert.Equal(
            """{"State":"Failed","ExitCode":1,"Message":"no disk"}""",
            Encoding.UTF8.GetString(Sent(channel => InstanceMessages.TrySend(channel, InstanceResult.Failed("no disk")), FrameKind.Ended)));
        Assert.Equal(
            """{"Reason":"Ctrl+C"}""",
            Encoding.UTF8.GetString(Sent(channel => InstanceMessages.TrySend(channel, new InstanceStopOrder("Ctrl+C")), FrameKind.Stop)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("<Objs>...</Objs>", "/srv/Größe \"1\"/history.db")]
    public void An_order_arrives_as_it_was_given(string? parameters, string? history)
    {
        var order = new InstanceOrder(new ScheduledInstance("nightly", Three, IsLate: false), "/srv/flows/nightly.ps1", parameters, history);

        Assert.Equal(order, InstanceMessages.ReadOrder(Sent(channel => InstanceMessages.TrySend(channel, order), FrameKind.Instance)));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("1/2 states failed.", "1/2 states failed.")]
    [InlineData("red \u001b[31mletters\u001b[0m", "red letters")]
    public void A_result_arrives_with_a_message_that_can_be_shown(string? message, string? expected)
    {
        InstanceResult result = InstanceResult.Failed("x") with { Message = message };

        Assert.Equal(result with { Message = expected }, InstanceMessages.ReadResult(Sent(channel => InstanceMessages.TrySend(channel, result), FrameKind.Ended)));
    }

    [Fact]
    public void A_message_that_is_no_valid_text_ends_nothing()
    {
        InstanceResult result = InstanceResult.Failed($"half {(char)0xD800}");

        Assert.Equal("half \ufffd", InstanceMessages.ReadResult(Sent(channel => InstanceMessages.TrySend(channel, result), FrameKind.Ended)).Message);
    }

    private static byte[] Sent(Action<FrameChannel> send, FrameKind kind)
    {
        var stream = new MemoryStream();
        using var channel = new FrameChannel(stream);
        send(channel);
        stream.Position = 0;
        Assert.True(channel.TryRead(out FrameKind received, out byte[]? payload));
        Assert.Equal(kind, received);
        return payload;
    }
}
