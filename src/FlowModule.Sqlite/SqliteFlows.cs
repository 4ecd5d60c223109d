using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite.Statements;
using Microsoft.Data.Sqlite;

namespace FlowModule.Sqlite;

/// <summary>The flows' numbers in the file.</summary>
internal sealed class SqliteFlows(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
    private readonly SqliteStatement _find = new(connection, "SELECT id FROM flow WHERE identity = $1", 1);
    private readonly SqliteStatement _add = new(connection, "INSERT INTO flow(name, script, path, line, tags, identity) VALUES($1, $2, $3, $4, $5, $6) RETURNING id", 6);
    private readonly SqliteStatement _addScript = new(connection, "INSERT OR IGNORE INTO script(hash, text) VALUES($1, $2)", 2);
    private (FlowRow Flow, long Number)? _last;

    /// <summary>Returns the number of a flow, and adds the flow if it is missing.</summary>
    internal long Find(FlowRow flow)
    {
        // Most of the time, the same flow comes several times in a row.
        if (_last is not { } last || !ReferenceEquals(last.Flow, flow))
        {
            _last = last = (flow, FindByIdentity(flow));
        }

        return last.Number;
    }

    /// <summary>Forgets the known numbers, because they may be invalid now.</summary>
    internal void Clear()
    {
        _last = null;
        _numbers.Clear();
    }

    public void Dispose()
    {
        _find.Dispose();
        _add.Dispose();
        _addScript.Dispose();
    }

    private long FindByIdentity(FlowRow flow)
    {
        string? tags = flow.Tags.Count == 0 ? null : string.Join('\n', flow.Tags);
        string identity = $"{flow.Name}\n{flow.ScriptHash}\n{flow.ScriptPath}\n{flow.ScriptLine}\n{tags}";
        if (_numbers.TryGetValue(identity, out long number))
        {
            return number;
        }

        if (_find.Scalar(identity) is long known)
        {
            number = known;
        }
        else
        {
            if (flow.ScriptHash is not null)
            {
                _addScript.Run(flow.ScriptHash, flow.ScriptText);
            }

            number = (long)_add.Scalar(flow.Name, flow.ScriptHash, flow.ScriptPath, flow.ScriptLine, tags, identity)!;
        }

        return _numbers[identity] = number;
    }
}
