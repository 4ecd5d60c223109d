namespace FlowModule.Hosting.Processes;

/// <summary>How a value is written between processes.</summary>
internal enum ValueKind : byte
{
    Null,
    True,
    False,
    Byte,
    SByte,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Single,
    Double,
    Decimal,
    Char,
    String,
    DateTime,
    DateTimeOffset,
    TimeSpan,
    Guid,
    Uri,
    Version,
    Bytes,
    Switch,
    Enum,
    Encoding,
    SecureString,
    Credential,
    Array,
    List,
    ArrayList,
    Hashtable,
    OrderedDictionary,
    CustomObject,

    /// <summary>A container of the same frame again, by its number: data may hold itself.</summary>
    Known,
    ScriptBlock,
    BoundBlock,
    Flow,
    Run,
    State,
    Error,

    /// <summary>Anything else: as PowerShell's own jobs carry it.</summary>
    CliXml,
}
