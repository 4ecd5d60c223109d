using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>The flows' numbers in the history.</summary>
internal sealed class SqlFlows(ISqlSession session)
{
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);
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

    /// <summary>Whether the number of a flow is known already.</summary>
    internal bool Knows(FlowRow flow)
    {
        if (_last is { } last && ReferenceEquals(last.Flow, flow))
        {
            return true;
        }

        if (!_numbers.TryGetValue(IdentityOf(flow, TagsOf(flow)), out long number))
        {
            return false;
        }

        _last = (flow, number);
        return true;
    }

    /// <summary>Forgets the known numbers, because they may be invalid now.</summary>
    internal void Clear()
    {
        _last = null;
        _numbers.Clear();
    }

    /// <summary>By what a flow is known in a database.</summary>
    internal static string IdentityOf(SqlDialect dialect, string name, string? script, string? path, long? line, string? tags) =>
        dialect.AsKey($"{name}\n{script}\n{path}\n{line}\n{tags}");

    private long FindByIdentity(FlowRow flow)
    {
        string? tags = TagsOf(flow);
        string identity = IdentityOf(flow, tags);
        if (_numbers.TryGetValue(identity, out long number))
        {
            return number;
        }

        if (session.Number("SELECT id FROM flow WHERE identity = $1", identity) is { } known)
        {
            number = known;
        }
        else
        {
            if (flow.ScriptHash is not null)
            {
                session.Run("INSERT INTO script(hash, text) VALUES($1, $2) ON CONFLICT(hash) DO NOTHING", flow.ScriptHash, flow.ScriptText);
            }

            // Another process may add it at the same time: then this returns the number that it has there.
            number = session.Number(
                """
                INSERT INTO flow(name, script, path, line, tags, identity) VALUES($1, $2, $3, $4, $5, $6)
                ON CONFLICT(identity) DO UPDATE SET identity = excluded.identity RETURNING id
                """,
                flow.Name, flow.ScriptHash, flow.ScriptPath, flow.ScriptLine, tags, identity)!.Value;
        }

        return _numbers[identity] = number;
    }

    private string IdentityOf(FlowRow flow, string? tags) => IdentityOf(session.Dialect, flow.Name, flow.ScriptHash, flow.ScriptPath, flow.ScriptLine, tags);

    private static string? TagsOf(FlowRow flow) => flow.Tags.Count == 0 ? null : string.Join('\n', flow.Tags);
}
