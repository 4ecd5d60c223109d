using System.Net;
using System.Runtime.InteropServices;
using System.Security;

namespace FlowModule.Wire;

/// <summary>Values without parts.</summary>
internal static class PlainValues
{
    internal static bool TryWrite(BinaryWriter data, object? value)
    {
        switch (value)
        {
            case null:
                data.Write((byte)ValueKind.Null);
                return true;
            case string text:
                // In its memory form: a lone surrogate is not valid text, but may be a value.
                data.Write((byte)ValueKind.String);
                WriteText(data, text);
                return true;
            case bool flag:
                data.Write((byte)(flag ? ValueKind.True : ValueKind.False));
                return true;
            case Enum:
                return false;
            case int number:
                data.Write((byte)ValueKind.Int32);
                data.Write(number);
                return true;
            case long number:
                data.Write((byte)ValueKind.Int64);
                data.Write(number);
                return true;
            case double number:
                data.Write((byte)ValueKind.Double);
                data.Write(number);
                return true;
            case byte[] bytes:
                data.Write((byte)ValueKind.Bytes);
                data.Write7BitEncodedInt(bytes.Length);
                data.Write(bytes);
                return true;
            default:
                return TryWriteNumber(data, value) || TryWriteStructure(data, value);
        }
    }

    internal static void WriteText(BinaryWriter data, string text)
    {
        data.Write7BitEncodedInt(text.Length);
        data.Write(MemoryMarshal.AsBytes(text.AsSpan()));
    }

    internal static string ReadText(BinaryReader data) => string.Create(
        data.Read7BitEncodedInt(), data, static (text, source) => source.BaseStream.ReadExactly(MemoryMarshal.AsBytes(text)));

    internal static string Reveal(SecureString secret) => new NetworkCredential(string.Empty, secret).Password;

    internal static SecureString Conceal(string text)
    {
        SecureString secret = new NetworkCredential(string.Empty, text).SecurePassword;
        secret.MakeReadOnly();
        return secret;
    }

    internal static bool TryRead(BinaryReader data, ValueKind kind, out object? value)
    {
        value = kind switch
        {
            ValueKind.Null => null,
            ValueKind.True => true,
            ValueKind.False => false,
            ValueKind.Byte => data.ReadByte(),
            ValueKind.SByte => data.ReadSByte(),
            ValueKind.Int16 => data.ReadInt16(),
            ValueKind.UInt16 => data.ReadUInt16(),
            ValueKind.Int32 => data.ReadInt32(),
            ValueKind.UInt32 => data.ReadUInt32(),
            ValueKind.Int64 => data.ReadInt64(),
            ValueKind.UInt64 => data.ReadUInt64(),
            ValueKind.Single => data.ReadSingle(),
            ValueKind.Double => data.ReadDouble(),
            ValueKind.Decimal => data.ReadDecimal(),
            ValueKind.Char => (char)data.ReadUInt16(),
            ValueKind.String => ReadText(data),
            ValueKind.DateTime => DateTime.FromBinary(data.ReadInt64()),
            ValueKind.TimeSpan => TimeSpan.FromTicks(data.ReadInt64()),
            ValueKind.Guid => new Guid(data.ReadBytes(16)),
            ValueKind.Uri => new Uri(data.ReadString(), UriKind.RelativeOrAbsolute),
            ValueKind.Version => Version.Parse(data.ReadString()),
            ValueKind.Bytes => data.ReadBytes(data.Read7BitEncodedInt()),
            _ => kind,
        };
        return value is not ValueKind;
    }

    private static bool TryWriteNumber(BinaryWriter data, object value)
    {
        switch (value)
        {
            case byte number:
                data.Write((byte)ValueKind.Byte);
                data.Write(number);
                return true;
            case sbyte number:
                data.Write((byte)ValueKind.SByte);
                data.Write(number);
                return true;
            case short number:
                data.Write((byte)ValueKind.Int16);
                data.Write(number);
                return true;
            case ushort number:
                data.Write((byte)ValueKind.UInt16);
                data.Write(number);
                return true;
            case uint number:
                data.Write((byte)ValueKind.UInt32);
                data.Write(number);
                return true;
            case ulong number:
                data.Write((byte)ValueKind.UInt64);
                data.Write(number);
                return true;
            case float number:
                data.Write((byte)ValueKind.Single);
                data.Write(number);
                return true;
            case decimal number:
                data.Write((byte)ValueKind.Decimal);
                data.Write(number);
                return true;
            case char character:
                // As a number: a lone surrogate is not text.
                data.Write((byte)ValueKind.Char);
                data.Write((ushort)character);
                return true;
            default:
                return false;
        }
    }

    private static bool TryWriteStructure(BinaryWriter data, object value)
    {
        switch (value)
        {
            case DateTime time:
                data.Write((byte)ValueKind.DateTime);
                data.Write(time.ToBinary());
                return true;
            case TimeSpan span:
                data.Write((byte)ValueKind.TimeSpan);
                data.Write(span.Ticks);
                return true;
            case Guid id:
                data.Write((byte)ValueKind.Guid);
                data.Write(id.ToByteArray());
                return true;
            case Uri uri:
                data.Write((byte)ValueKind.Uri);
                data.Write(uri.OriginalString);
                return true;
            case Version version:
                data.Write((byte)ValueKind.Version);
                data.Write(version.ToString());
                return true;
            default:
                return false;
        }
    }
}
