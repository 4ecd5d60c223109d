using System.Globalization;
using System.Xml;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>Types that have their own CLIXML element.</summary>
internal static class XmlScalars
{
    /// <summary>Writes a value that fits into one element; returns false for all others.</summary>
    internal static bool TryWrite(KeptText text, object? bare, string? name)
    {
        switch (bare)
        {
            case null:
                text.Empty("Nil", name);
                return true;
            case string line:
                text.Element("S", name, line, isSafe: false);
                return true;
            case int number:
                text.Number("I32", name, number);
                return true;
            case bool flag:
                text.Element("B", name, flag ? "true" : "false");
                return true;
            case long number:
                text.Number("I64", name, number);
                return true;
            case double number:
                text.Element("Db", name, XmlConvert.ToString(number));
                return true;
            case DateTime time:
                text.Element("DT", name, XmlConvert.ToString(time, XmlDateTimeSerializationMode.RoundtripKind));
                return true;
            case Guid id:
                text.Element("G", name, id.ToString());
                return true;
            case TimeSpan span:
                text.Element("TS", name, XmlConvert.ToString(span));
                return true;
            case decimal number:
                text.Element("D", name, XmlConvert.ToString(number));
                return true;
            case byte[] bytes:
                text.Bytes(bytes, name);
                return true;
            default:
                return bare is not Enum && TryWriteRare(text, bare, name);
        }
    }

    private static bool TryWriteRare(KeptText text, object bare, string? name)
    {
        string? tag = bare switch
        {
            char => "C",
            byte => "By",
            sbyte => "SB",
            short => "I16",
            ushort => "U16",
            uint => "U32",
            ulong => "U64",
            float => "Sg",
            Version => "Version",
            Uri => "URI",
            XmlDocument => "XD",
            XmlNode and not XmlElement => "S",
            _ => null,
        };
        if (tag is null)
        {
            return false;
        }

        string value = bare switch
        {
            char letter => ((int)letter).ToString(CultureInfo.InvariantCulture),
            float number => XmlConvert.ToString(number),
            XmlNode node => node.OuterXml,
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => bare.ToString() ?? string.Empty,
        };
        text.Element(tag, name, value, isSafe: false);
        return true;
    }
}
