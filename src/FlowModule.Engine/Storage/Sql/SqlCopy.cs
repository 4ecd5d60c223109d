using System.Globalization;

namespace FlowModule.Engine.Storage.Sql;

/// <summary>
/// Copies a history to a database without runs, in one transaction there: what is not whole in the end was never there. Meanwhile a transaction of the source
/// keeps others from writing runs, so all tables are copied as they were at one moment.
/// </summary>
/// <param name="source">The history.</param>
/// <param name="destination">Where it is copied to.</param>
/// <param name="tell">Is told how far it is.</param>
/// <param name="cancellationToken">Ends it, and then nothing was copied.</param>
internal sealed class SqlCopy(ISqlSession source, ISqlSession destination, Action<CopyProgress> tell, CancellationToken cancellationToken)
{
    private const int RowsAtOnce = 500;

    /// <summary>How many characters and bytes are sent at once, so that memory stays bounded whatever the rows have.</summary>
    private const int SizeAtOnce = 4 * 1024 * 1024;

    private readonly List<(string Sql, object?[] Values)> _rows = [];
    private long _size;
    private long _done;
    private long _total;

    /// <param name="forgetNumbers">Tells processes of the destination that the numbers they know are invalid.</param>
    internal void Run(Action forgetNumbers)
    {
        bool isKept = false;
        try
        {
            source.InTransaction(SqlArea.Retention, () =>
            {
                // It may be repeated, also after the copy was kept.
                if (!isKept)
                {
                    RequireEnded();
                    destination.InTransaction(SqlArea.Retention, () =>
                    {
                        RequireFree();
                        CopyAll();
                        RequireWhole();
                        forgetNumbers();
                    });
                    isKept = true;
                }
            });
        }
        catch (HistoryException) when (isKept)
        {
            // The source could not end its transaction, which had nothing to write.
        }
    }

    private void RequireEnded()
    {
        long runs = Count(source, $"run WHERE {SqlProcesses.IsLeft}");
        long ticks = Count(source, "tick WHERE over = 0 AND process IN (SELECT id FROM process WHERE ended IS NULL)");
        if (runs + ticks > 0)
        {
            throw new HistoryException(
                HistoryFault.InUse,
                $"The history cannot be copied while anything in it goes on (runs: {Number(runs)}, occurrences of scheduled flows: {Number(ticks)}). Wait until it has ended, or stop it. Nothing was copied.");
        }
    }

    private void RequireFree()
    {
        if (Count(destination, "run") + Count(destination, "tick") > 0)
        {
            throw new HistoryException(
                HistoryFault.NotEmpty, "The destination has runs or occurrences of scheduled flows of its own. Name a file that does not exist, or another schema with ?schema= in the address. Nothing was copied.");
        }

        long processes = Count(destination, "process WHERE ended IS NULL");
        if (processes > 0)
        {
            throw new HistoryException(
                HistoryFault.InUse, $"The destination is in use by other processes ({Number(processes)}), whose numbers in it the copy would change. End them first. Nothing was copied.");
        }
    }

    private void CopyAll()
    {
        _rows.Clear();
        (_size, _done) = (0, 0);
        _total = SqlTable.Copied.Sum(table => Count(source, table));
        foreach (SqlTable table in SqlTable.OfTheMoment.Concat(SqlTable.Copied))
        {
            destination.Run($"DELETE FROM {table.Name}{table.Which}");
        }

        foreach (SqlTable table in SqlTable.Copied)
        {
            Copy(table);
        }

        // No run needs them. Those that live are no processes of this history.
        destination.Run("UPDATE process SET ended = heartbeat WHERE ended IS NULL");

        // New rows get numbers that no row of the source has had: also rows that are gone may still be named.
        foreach (SqlTable table in SqlTable.Copied.Concat(SqlTable.OfTheMoment).Where(static table => table.IsNumbered))
        {
            if (source.Number(source.Dialect.LastNumber(table.Name)) is { } last and > 0)
            {
                destination.RunAll(destination.Dialect.SetLastNumber(table.Name, last));
            }
        }
    }

    private void Copy(SqlTable table)
    {
        string values = string.Join(", ", Enumerable.Range(1, table.Columns.Count).Select(static number => string.Create(CultureInfo.InvariantCulture, $"${number}")));
        string insert = $"INSERT INTO {table.Name}({table.List}){destination.Dialect.WithNumbers} VALUES({values})";

        // Rows are written while they are read, so of each row only the result of this function is kept.
        source.Query($"SELECT {table.List} FROM {table.Name}{table.Which}", row =>
        {
            object?[] found = table.Read(row, destination.Dialect);
            _rows.Add((insert, found));
            _size += found.Sum(static value => value switch { string text => text.Length, byte[] bytes => bytes.Length, _ => 0L });
            if (_rows.Count >= RowsAtOnce || _size >= SizeAtOnce)
            {
                Write(table);
            }

            return true;
        });
        Write(table);
    }

    private void Write(SqlTable table)
    {
        cancellationToken.ThrowIfCancellationRequested();
        destination.RunAll(_rows);
        _done += _rows.Count;
        _rows.Clear();
        _size = 0;
        tell(new CopyProgress(table.Name, _done, _total));
    }

    private void RequireWhole()
    {
        string[] different =
        [
            .. from table in SqlTable.Copied
               let rows = Count(source, table)
               let copied = Count(destination, table)
               where rows != copied
               select $"{table.Name} ({Number(copied)} of {Number(rows)} rows)",
        ];
        if (different.Length > 0)
        {
            throw new HistoryException(HistoryFault.Incomplete, $"The copy was not kept, because it differed from the history: {string.Join(", ", different)}. Nothing was copied.");
        }
    }

    private static long Count(ISqlSession session, SqlTable table) => Count(session, table.Name + table.Which);

    private static long Count(ISqlSession session, string rows) => session.Number($"SELECT count(*) FROM {rows}")!.Value;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
