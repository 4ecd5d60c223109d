using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowModule.Engine.Texts;
using FlowModule.Wire;

namespace FlowModule.Scheduling.Instances;

/// <summary>
/// The messages between a scheduler and the process of a scheduled script, as JSON: they are few, and people can read them in a trace. Their
/// serialization code is generated at build time, because a script's process starts cold.
/// </summary>
[JsonSerializable(typeof(InstanceOrder))]
[JsonSerializable(typeof(InstanceResult))]
[JsonSerializable(typeof(InstanceStopOrder))]
internal sealed partial class InstanceMessages : JsonSerializerContext
{
    // The JSON is never part of a web page, so letters need no escapes.
    private static readonly InstanceMessages Readable = new(new JsonSerializerOptions
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<StateType>() },
    });

    internal static bool TrySend(FrameChannel channel, InstanceOrder order) => TrySend(channel, FrameKind.Instance, JsonSerializer.SerializeToUtf8Bytes(order, Readable.InstanceOrder));

    internal static bool TrySend(FrameChannel channel, InstanceResult result) => TrySend(channel, FrameKind.Ended, JsonSerializer.SerializeToUtf8Bytes(result, Readable.InstanceResult));

    internal static bool TrySend(FrameChannel channel, InstanceStopOrder stop) => TrySend(channel, FrameKind.Stop, JsonSerializer.SerializeToUtf8Bytes(stop, Readable.InstanceStopOrder));

    internal static InstanceOrder ReadOrder(byte[] payload) => JsonSerializer.Deserialize(payload, Readable.InstanceOrder)!;

    internal static InstanceStopOrder ReadStop(byte[] payload) => JsonSerializer.Deserialize(payload, Readable.InstanceStopOrder)!;

    /// <summary>Reads a result, and makes its message safe to display.</summary>
    internal static InstanceResult ReadResult(byte[] payload)
    {
        InstanceResult result = JsonSerializer.Deserialize(payload, Readable.InstanceResult)!;
        return result with { Message = result.Message is { } message ? VisibleText.OfMessage(message) : null };
    }

    private static bool TrySend(FrameChannel channel, FrameKind kind, byte[] json)
    {
        var frame = new FrameBuilder();
        frame.Data.Write(json);
        return frame.TrySend(channel, kind);
    }
}
