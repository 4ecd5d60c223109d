using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage;

/// <summary>Encodes the host's values as text and decodes them. Any thread may call the members; only <see cref="Decode"/> throws.</summary>
internal interface IValueCodec
{
    /// <summary>Encodes a value; returns a note instead of a text if the value is too large, secret or cannot be read back.</summary>
    EncodedValue Encode(object? value);

    /// <summary>Returns the value that was encoded as a text.</summary>
    /// <exception cref="FormatException">The text is not an encoded value.</exception>
    object? Decode(string text);

    /// <summary>Masks the known secrets in a text.</summary>
    string Mask(string text);
}
