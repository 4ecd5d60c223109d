using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Tests.Support;

/// <summary>Values as their plain text.</summary>
internal sealed class TestValues : IHistoryValues
{
    public EncodedValue Encode(object? value) => new(Convert.ToString(value, CultureInfo.InvariantCulture));

    public EncodedValue EncodeParameters(FlowRun run) => run.Parameters.Count == 0 ? default : new(string.Join(',', run.Parameters.Keys.Cast<object>()));

    public EncodedValue EncodeError(object error) => new(error.ToString());

    public string Mask(string text) => text;

    public object? Decode(string text) => text;
}
