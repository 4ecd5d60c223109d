using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FlowModule.FlowHost.Tests.Support;

/// <summary>Reads the Protocol Buffers messages of an exporter, but only the fields that tests need.</summary>
internal static class OtlpMessage
{
    private const int VarInt = 0;
    private const int Fixed64 = 1;
    private const int Bytes = 2;

    /// <summary>The spans of an ExportTraceServiceRequest.</summary>
    internal static IEnumerable<OtlpSpan> Spans(byte[] request)
    {
        foreach (Field resourceSpans in Fields(request).Where(field => field.Number == 1))
        {
            string service = Fields(resourceSpans.Data).Where(field => field.Number == 1)
                .SelectMany(resource => Tags(Fields(resource.Data), number: 1)).FirstOrDefault(tag => tag.Key == "service.name").Value ?? string.Empty;
            foreach (Field scopeSpans in Fields(resourceSpans.Data).Where(field => field.Number == 2))
            {
                foreach (Field span in Fields(scopeSpans.Data).Where(field => field.Number == 2))
                {
                    yield return Span(Fields(span.Data)) with { Service = service };
                }
            }
        }
    }

    /// <summary>The names of the metrics of an ExportMetricsServiceRequest.</summary>
    internal static IEnumerable<string> Metrics(byte[] request) =>
        from resourceMetrics in Fields(request)
        where resourceMetrics.Number == 1
        from scopeMetrics in Fields(resourceMetrics.Data)
        where scopeMetrics.Number == 2
        from metric in Fields(scopeMetrics.Data)
        where metric.Number == 2
        select Text(Fields(metric.Data), number: 1);

    private static OtlpSpan Span(Field[] fields)
    {
        Field[] status = fields.FirstOrDefault(field => field.Number == 15) is { Data: { } data } ? Fields(data) : [];
        return new OtlpSpan
        {
            TraceId = Hex(fields, 1),
            Id = Hex(fields, 2),
            ParentId = Hex(fields, 4),
            Name = Text(fields, 5),
            Start = Number(fields, 7),
            End = Number(fields, 8),
            Tags = Tags(fields, number: 9).ToDictionary(StringComparer.Ordinal),
            Events = [.. fields.Where(field => field.Number == 11).Select(field => Text(Fields(field.Data), number: 2))],
            StatusMessage = Text(status, 2),
            Status = Number(status, 3),
        };
    }

    private static IEnumerable<KeyValuePair<string, string>> Tags(Field[] fields, int number)
    {
        foreach (Field[] pair in fields.Where(field => field.Number == number).Select(field => Fields(field.Data)))
        {
            Field[] value = pair.FirstOrDefault(field => field.Number == 2) is { Data: { } data } ? Fields(data) : [];
            yield return KeyValuePair.Create(
                Text(pair, 1), value is [{ Number: 1 }] ? Text(value, 1) : value is [var only] ? only.Value.ToString(CultureInfo.InvariantCulture) : string.Empty);
        }
    }

    private static string Text(Field[] fields, int number) => fields.FirstOrDefault(field => field.Number == number) is { Data: { } data } ? Encoding.UTF8.GetString(data) : string.Empty;

    private static string Hex(Field[] fields, int number) => fields.FirstOrDefault(field => field.Number == number) is { Data: { } data } ? Convert.ToHexStringLower(data) : string.Empty;

    private static ulong Number(Field[] fields, int number) => fields.FirstOrDefault(field => field.Number == number)?.Value ?? 0;

    private static Field[] Fields(byte[] message)
    {
        var fields = new List<Field>();
        for (int position = 0; position < message.Length;)
        {
            ulong key = ReadVarInt(message, ref position);
            int number = (int)(key >> 3);
            switch ((int)(key & 7))
            {
                case VarInt:
                    fields.Add(new Field(number, ReadVarInt(message, ref position), []));
                    break;
                case Fixed64:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(message.AsSpan(position)), []));
                    position += sizeof(ulong);
                    break;
                case Bytes:
                    int length = (int)ReadVarInt(message, ref position);
                    fields.Add(new Field(number, 0, message[position..(position + length)]));
                    position += length;
                    break;
                default:
                    fields.Add(new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(position)), []));
                    position += sizeof(uint);
                    break;
            }
        }

        return [.. fields];
    }

    private static ulong ReadVarInt(byte[] message, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = message[position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }

    private sealed record Field(int Number, ulong Value, byte[] Data);
}
