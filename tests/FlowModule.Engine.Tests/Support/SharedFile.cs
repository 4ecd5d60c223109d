using System.Globalization;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Sqlite;

namespace FlowModule.Engine.Tests.Support;

/// <summary>
/// A history in a file, shared by several processes: each has its own <see cref="RunHistory"/>. A disposed one is a dead process, which leaves behind what it had.
/// </summary>
internal sealed class SharedFile(TimeProvider time) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("FlowModule.Tests-").FullName;
    private readonly List<RunHistory> _processes = [];

    /// <summary>The exception of opening the file, or null.</summary>
    internal HistoryException? Trouble { get; private set; }

    internal string Path => System.IO.Path.Combine(_folder, "history.db");

    /// <summary>Another process that uses the file.</summary>
    internal RunHistory Open(long resultBytes = RunHistory.DefaultResultBytes)
    {
        var history = new RunHistory(
            HistoryAddress.OfFile(Path), PlainValues.Instance, time, new TestBackend(() => Trouble is null ? SqliteHistory.Open(Path, time) : throw Trouble), hasThread: false)
        {
            ResultBytes = resultBytes,
        };
        _processes.Add(history);
        return history;
    }

    /// <summary>From now on, no process can use the file.</summary>
    internal void Break()
    {
        Trouble = new HistoryException(HistoryFault.Unavailable, "The disk is full.");
        _processes.ForEach(process => process.TryUse(_ => throw Trouble));
    }

    /// <summary>It can be used again.</summary>
    internal void Mend() => Trouble = null;

    /// <summary>Ends all processes.</summary>
    internal void End()
    {
        _processes.ForEach(process => process.Dispose());
        _processes.Clear();
    }

    public void Dispose()
    {
        End();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Texts, numbers and null; texts that begin with "secret" are not kept.</summary>
    private sealed class PlainValues : IHistoryValues
    {
        internal static readonly PlainValues Instance = new();

        public EncodedValue Encode(object? value) => value switch
        {
            null => default,
            string text when text.StartsWith("secret", StringComparison.Ordinal) => new EncodedValue(null, "Not kept: it contains a secret."),
            string text => new EncodedValue("s" + text),
            int number => new EncodedValue("i" + number.ToString(CultureInfo.InvariantCulture)),
            _ => new EncodedValue(null, "Not kept."),
        };

        public EncodedValue EncodeParameters(FlowRun run) => default;

        public EncodedValue EncodeError(object error) => default;

        public string Mask(string text) => text.Replace("secret", "***", StringComparison.Ordinal);

        public object? Decode(string text) => text[0] switch
        {
            's' => text[1..],
            'i' => int.Parse(text[1..], CultureInfo.InvariantCulture),
            _ => throw new FormatException(),
        };
    }
}
