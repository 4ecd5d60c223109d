using System.Globalization;
using System.Xml;

namespace FlowModule.Serialization;

/// <content>Types that have their own CLIXML element.</content>
internal sealed partial class HistoryXml
{
    /// <summary>Writes a value that fits into one element; returns false for all others.</summary>
    private bool Simple(object? bare, string? name)
    {
        switch (bare)
        {
            case null:
                _text.Empty("Nil", name);
                return true;
            case string text:
                _text.Element("S", name, text, isSafe: false);
                return true;
            case int number:
                _text.Number("I32", name, number);
                return true;
            case bool flag:
                _text.Element("B", name, flag ? "true" : "false");
                return true;
            case long number:
                _text.Number("I64", name, number);
                return true;
            case double number:
                _text.Element("Db", name, XmlConvert.ToString(number));
                return true;
            case DateTime time:
                _text.Element("DT", name, XmlConvert.ToString(time, XmlDateTimeSerializationMode.RoundtripKind));
                return true;
            case Guid id:
                _text.Element("G", name, id.ToString());
                return true;
            case TimeSpan span:
                _text.Element("TS", name, XmlConvert.ToString(span));
                return true;
            case decimal number:
                _text.Element("D", name, XmlConvert.ToString(number));
                return true;
            case byte[] bytes:
                _text.Bytes(bytes, name);
                return true;
            default:
                return bare is not Enum && Rare(bare, name);
        }
    }

    private bool Rare(object bare, string? name)
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

        string text = bare switch
        {
            char letter => ((int)letter).ToString(CultureInfo.InvariantCulture),
            float number => XmlConvert.ToString(number),
            XmlNode node => node.OuterXml,
            IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
            _ => bare.ToString() ?? string.Empty,
        };
        _text.Element(tag, name, text, isSafe: false);
        return true;
    }
}
