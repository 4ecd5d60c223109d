namespace FlowModule.Wire;

/// <summary>The encoding of a value between processes.</summary>
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

    /// <summary>A value that is fully described by a text, with the name of its type.</summary>
    Text,

    /// <summary>A container: the name of its type, a detail, and its items.</summary>
    Container,

    /// <summary>A value with properties that were added to it.</summary>
    Decorated,

    /// <summary>A container that is already in the frame, by its number, because data may contain itself.</summary>
    Known,
    ScriptBlock,
    BoundBlock,
    Flow,
    Run,
    State,
    Error,

    /// <summary>Anything else, in the form of PowerShell's own jobs.</summary>
    CliXml,
}
