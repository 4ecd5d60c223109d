using System.Text;
using FlowModule.Processes;
using FlowModule.Secrets;
using FlowModule.Wire;

namespace FlowModule.Scheduling.Instances;

/// <summary>
/// The secrets that a script's process has reported. Everything from that process is masked here before it is stored or sent: its output, and its
/// end message.
/// </summary>
internal sealed class InstanceMasks
{
    // Maps each byte to one character, so that invalid text is not changed.
    private static readonly Encoding Bytes = Encoding.Latin1;

    private readonly TextMasks _masks = new();
    private readonly Queue<string[]> _order = new();

    private volatile bool _any;

    /// <summary>Whether there is anything to mask.</summary>
    internal bool Any => _any;

    /// <summary>Masks a text from now on. Not thread-safe.</summary>
    internal void Add(string text)
    {
        string[] forms = [.. SecretForms.Of(text).Select(InBytes)];
        _masks.Add(forms);
        _any = true;
        _order.Enqueue(forms);
        if (_order.Count > SecretHandover.Most)
        {
            _masks.Remove(_order.Dequeue());
        }
    }

    /// <summary>A message without secrets.</summary>
    internal string? Mask(string? message) => message is null || !Any ? message : FrameBuilder.Text.GetString(Bytes.GetBytes(_masks.Mask(InBytes(message))));

    /// <summary>Output, which is UTF-8 where it is text, without secrets.</summary>
    internal ReadOnlySpan<byte> MaskOutput(ReadOnlySpan<byte> output)
    {
        if (!Any)
        {
            return output;
        }

        string text = Bytes.GetString(output);
        return _masks.AreIn(text) ? Bytes.GetBytes(_masks.Mask(text)) : output;
    }

    private static string InBytes(string text) => Bytes.GetString(FrameBuilder.Text.GetBytes(text));
}
