namespace FlowModule.Sqlite;

/// <summary>Remembers, for one who asks again and again, whether others have written.</summary>
internal sealed class SqliteChanges
{
    /// <summary>Gives another number after each change that another connection has made.</summary>
    internal const string Version = "PRAGMA data_version";

    private long _seen = -1;

    /// <summary>Whether a number is another than at the last call. One thread at a time asks.</summary>
    internal bool IsNew(long version)
    {
        bool isNew = version != _seen;
        _seen = version;
        return isNew;
    }
}
