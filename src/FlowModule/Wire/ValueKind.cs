namespace FlowModule.Wire;

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
    TimeSpan,
    Guid,
    Uri,
    Version,
    Bytes,
    SecureString,
    Credential,
    Array,
    List,
    ArrayList,
    Hashtable,
    OrderedDictionary,
    CustomObject,

    /// <summary>What a text tells wholly, by the name of its type.</summary>
    Text,

    /// <summary>A container by the name of its type, a word about it and its items.</summary>
    Container,

    /// <summary>A value with properties that were added to it.</summary>
    Decorated,

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
