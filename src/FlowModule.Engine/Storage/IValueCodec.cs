using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Turns the host's values into text and back. All members may be called on any thread, and throw nothing but what decoding says.</summary>
internal interface IValueCodec
{
    /// <summary>A value as it is to be kept; with a note instead of the text when it is too large, secret, or cannot be read back.</summary>
    EncodedValue Encode(object? value);

    /// <summary>The value that a text was made of.</summary>
    /// <exception cref="FormatException">It is not such a text.</exception>
    object? Decode(string text);

    /// <summary>A text in which what is known to be secret is masked.</summary>
    string Mask(string text);
}
