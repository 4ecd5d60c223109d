using System.Data.Common;
using System.Runtime.InteropServices;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The current row of a result, in the formats of a history.</summary>
/// <param name="reader">The result.</param>
/// <param name="decode">What turns a stored text into the text that was stored; null where it is the same.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly struct SqlRow(DbDataReader reader, Func<string, string>? decode = null)
{
    internal bool IsNull(int column) => reader.IsDBNull(column);

    internal long Number(int column) => reader.GetInt64(column);

    internal long? NumberOrNull(int column) => IsNull(column) ? null : Number(column);

    internal int Int(int column) => checked((int)Number(column));

    internal int? IntOrNull(int column) => IsNull(column) ? null : Int(column);

    internal bool Flag(int column) => Number(column) != 0;

    internal string Text(int column) => decode is null ? reader.GetString(column) : decode(reader.GetString(column));

    internal string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    internal byte[] Bytes(int column) => (byte[])reader.GetValue(column);

    internal byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);

    internal Guid Id(int column) => reader.GetValue(column) is Guid id ? id : new Guid(Bytes(column), bigEndian: true);

    internal Guid? IdOrNull(int column) => IsNull(column) ? null : Id(column);

    /// <summary>A number, a text or bytes; null without a value.</summary>
    internal object? Value(int column) => IsNull(column) ? null : reader.GetValue(column) is string ? Text(column) : reader.GetValue(column);

    internal DateTimeOffset Time(int column) => SqlTime.To(Number(column));

    internal DateTimeOffset? TimeOrNull(int column) => IsNull(column) ? null : Time(column);
}
