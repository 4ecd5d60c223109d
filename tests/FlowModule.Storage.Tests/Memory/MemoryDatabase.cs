namespace FlowModule.Storage.Tests.Memory;

/// <summary>A history in memory. Each process that uses it has a <see cref="MemoryStore"/> of its own over it.</summary>
/// <param name="time">The clock.</param>
internal sealed class MemoryDatabase(TimeProvider time)
{
    private MemoryTables _tables = new();
    private bool _isChanging;

    internal TimeProvider Time => time;

    /// <summary>Held while one process changes something, and not while others read.</summary>
    internal object Gate { get; } = new();

    /// <summary>What all processes see. Who changes it holds the gate.</summary>
    internal MemoryTables Tables
    {
        get => Volatile.Read(ref _tables);
        set
        {
            if (!Monitor.IsEntered(Gate))
            {
                throw new InvalidOperationException("Tables are changed by who holds the gate.");
            }

            Volatile.Write(ref _tables, value);
        }
    }

    /// <summary>A number that is another one after each change.</summary>
    internal long Version { get; private set; }

    /// <summary>Does something that is kept whole or not at all, while nobody else changes anything.</summary>
    internal T Change<T>(Func<T> change)
    {
        lock (Gate)
        {
            if (_isChanging)
            {
                return change();
            }

            MemoryTables before = _tables;
            _isChanging = true;
            try
            {
                return change();
            }
            catch
            {
                _tables = before;
                throw;
            }
            finally
            {
                _isChanging = false;
                Version += ReferenceEquals(before, _tables) ? 0 : 1;
            }
        }
    }
}
