using System.Globalization;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Sql;

namespace FlowModule.PostgreSql;

/// <summary>
/// Makes the tables, and brings those of older versions up to date. Steps are only ever added at the end: a history of version n has had the first n steps.
/// </summary>
internal static class PgSchema
{
    private const string Format = "Format";

    private static readonly string[] Steps =
        [PgTables.First, PgPoolTables.Step, PgTables.HostOfRun, PgTables.LastCommit, PgPoolTables.RunsOfWorker, PgPoolTables.FrameOfRun, PgCommit.Function + PgRecording.Function];

    internal static int Version => Steps.Length;

    /// <summary>Whether the tables are there.</summary>
    internal static bool Exists(PgSession session) => VersionOf(session) is not null;

    /// <summary>Makes what is missing, one process at a time.</summary>
    /// <exception cref="HistoryException">A newer version made the tables, or this role may not make them.</exception>
    internal static void Apply(PgSession session)
    {
        if (VersionOf(session) == Version)
        {
            return;
        }

        session.InTransaction(SqlArea.Retention, () =>
        {
            session.RunAll([PgLocks.OfSchema(session.Place)]);
            int version = VersionOf(session) ?? 0;
            if (version < Version)
            {
                session.RunScript(Script(session, version));
            }
        });
    }

    /// <summary>The error for a role that may not make the tables or use them, with what is to be done about it.</summary>
    internal static HistoryException Denied(PgSession session, HistoryException denied)
    {
        (string schema, string role) = (PgPlace.Quoted(session.Place.Schema), PgPlace.Quoted(session.Text("SELECT current_user")!));
        string sql = !HasSchema(session) ? $"CREATE SCHEMA {schema} AUTHORIZATION {role};"
            : HasTables(session) ? $"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA {schema} TO {role}; GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {role};"
            : $"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role};";
        string advice = IsReadableButOld(session)
            ? $"the role {role} may not bring its tables up to date. Open it once with this version of FlowModule as their owner, {PgPlace.Quoted(OwnerOf(session)!)}."
            : $"the role {role} may not make or use its tables. A role that may can allow it with: {sql}";
        return new HistoryException(HistoryFault.Unavailable, $"The history '{session.Place.Address}' cannot be used: {advice}", denied);
    }

    /// <summary>Whether only the owner of the tables can help: no right that a role can be given changes a table.</summary>
    private static bool IsReadableButOld(PgSession session)
    {
        try
        {
            return VersionOf(session) < Version;
        }
        catch (HistoryException)
        {
            // The tables may not be read: the right to do so is what is missing first.
            return false;
        }
    }

    private static string? OwnerOf(PgSession session) =>
        session.Text("SELECT tableowner FROM pg_tables WHERE schemaname = $1 AND tablename = 'setting'", session.Place.Schema);

    /// <summary>The statements that bring the tables from a version to this one.</summary>
    private static string Script(PgSession session, int version) => string.Join('\n',
        [
            // Who may not make a schema may use one that is there.
            HasSchema(session) ? string.Empty : $"CREATE SCHEMA {PgPlace.Quoted(session.Place.Schema)};",
            .. Steps.Skip(version),
            $"INSERT INTO setting(name, value) VALUES('{Format}', '{Version.ToString(CultureInfo.InvariantCulture)}') ON CONFLICT(name) DO UPDATE SET value = excluded.value;",
        ]);

    private static bool HasSchema(PgSession session) => session.Number("SELECT 1 FROM pg_namespace WHERE nspname = $1", session.Place.Schema) is not null;

    private static bool HasTables(PgSession session) =>
        session.Number("SELECT 1 FROM pg_tables WHERE schemaname = $1 AND tablename = 'setting'", session.Place.Schema) is not null;

    /// <exception cref="HistoryException">A newer version made the tables.</exception>
    private static int? VersionOf(PgSession session)
    {
        if (!HasTables(session))
        {
            return null;
        }

        int version = session.Text("SELECT value FROM setting WHERE name = $1", Format) is { } text && int.TryParse(text, CultureInfo.InvariantCulture, out int known)
            ? known
            : throw new HistoryException(
                HistoryFault.Unavailable,
                $"The schema '{session.Place.Schema}' of '{session.Place.Address}' has tables, but they are no history of FlowModule. Name another one with ?schema= in the address.");
        return version <= Version
            ? version
            : throw new HistoryException(
                HistoryFault.TooNew,
                $"The history '{session.Place.Address}' was made by a newer version of FlowModule (its format is {version}, this version knows {Version}).");
    }
}
