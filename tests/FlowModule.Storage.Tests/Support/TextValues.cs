using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Storage.Tests.Support;

/// <summary>Values that are texts.</summary>
internal sealed class TextValues : IHistoryValues
{
    public EncodedValue Encode(object? value) => new((string?)value);

    public EncodedValue EncodeParameters(FlowRun run) => default;

    public EncodedValue EncodeError(object error) => default;

    public string Mask(string text) => text;

    public object? Decode(string text) => text;
}
