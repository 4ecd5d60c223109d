using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Specialized;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;
using System.Xml;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Texts;
using FlowModule.Secrets;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>Stores values as CLIXML: plain data completely, objects as their properties.</summary>
internal sealed class HistoryValues : IHistoryValues
{
    internal static readonly HistoryValues Instance = new();

    // Sessions for threads without one.
    private readonly ConcurrentBag<CliXml> _sessions = [];

    // Values that were too large, with their item counts: a list that thousands of runs share is not serialized for each of them.
    private readonly ConditionalWeakTable<object, LargeValue> _large = [];

    private HistoryValues()
    {
    }

    private sealed record LargeValue(int Count, string Note);

    public EncodedValue Encode(object? value) => value is null ? default : Write(value);

    public string? DescribeInput(FlowRunRecord run) => InputText.Of(run.InputObject, run.Parameters, []);

    public EncodedValue EncodeParameters(FlowRun run)
    {
        if (run.Parameters.Count == 0)
        {
            return default;
        }

        OrderedDictionary kept = Sorted(run);
        EncodedValue whole = Write(kept);
        if (whole.Text is not null)
        {
            return whole;
        }

        // The other parameters are still stored.
        foreach (string name in kept.Keys.Cast<string>().ToArray())
        {
            if (Encode(kept[name]).Note is { } note)
            {
                kept[name] = new HistorySecret("NotKept", note);
            }
        }

        EncodedValue rest = Write(kept);
        return rest.Text is null ? whole : rest;
    }

    /// <summary>The run's piped object, unless a secret parameter got its value from it.</summary>
    public EncodedValue EncodeInput(FlowRun run)
    {
        if (run.Policy.Secrets.Count > 0 && run.InputObject is { } input)
        {
            foreach (DictionaryEntry parameter in run.Parameters)
            {
                if (run.Policy.Secrets.Contains(parameter.Key.ToString()!, StringComparer.OrdinalIgnoreCase) && IsSame(Bare(parameter.Value), Bare(input)))
                {
                    return new EncodedValue(null, $"Not kept: it is the value of the secret parameter '{parameter.Key}'.");
                }
            }
        }

        return Encode(run.InputObject);
    }

    public EncodedValue EncodeOptions(FlowRun run) => run.Flow is Flow flow && StoredOptions.Of(flow, run.Policy) is { } options ? Encode(options) : default;

    public EncodedValue EncodeError(object error)
    {
        string text = error is ErrorRecord record
            ? $"{TypeOf(record.Exception)}: {record.Exception.Message}{PlaceOf(record)}"
            : error.ToString() ?? string.Empty;
        return new EncodedValue(Mask(VisibleText.OfMessage(text)));
    }

    public EncodedValue EncodeErrorDetails(object error)
    {
        try
        {
            return error is ErrorRecord record ? new EncodedValue(StoredError.Write(record, text => Mask(VisibleText.OfMessage(text)))) : default;
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // An exception of the user's may throw when it is read. The run does not depend on this text.
            return new EncodedValue(null, $"Not kept: {Mask(exception.Message)}");
        }
    }

    public void Learn(RunRecording recording) => RunSecrets.Learn(recording.Run);

    public void Forget(RunRecording recording) => RunSecrets.Forget(recording);

    public string Mask(string text) => KnownSecrets.Mask(text);

    public object? Decode(string text)
    {
        try
        {
            return new ValueRevival(PSSerializer.DeserializeAsList(text)).Value();
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            throw new FormatException($"A value of the history cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The parameters without secrets, sorted by name, so that equal parameters have equal texts.</summary>
    private OrderedDictionary Sorted(FlowRun run)
    {
        var sorted = new OrderedDictionary(run.Parameters.Count, StringComparer.OrdinalIgnoreCase);
        IEnumerable<DictionaryEntry> entries = run.Parameters.Cast<DictionaryEntry>();
        if (run.Parameters.Count > 1)
        {
            entries = entries.OrderBy(entry => entry.Key.ToString(), StringComparer.OrdinalIgnoreCase);
        }

        foreach (DictionaryEntry entry in entries)
        {
            string name = entry.Key.ToString()!;
            sorted[name] = run.Policy.Secrets.Contains(name, StringComparer.OrdinalIgnoreCase)
                ? HistorySecret.Parameter
                : KnownLarge(entry.Value) is { } note ? new HistorySecret("NotKept", note) : entry.Value;
        }

        return sorted;
    }

    private EncodedValue Write(object value)
    {
        if (KnownLarge(value) is { } known)
        {
            return new EncodedValue(null, known);
        }

        try
        {
            string text = ToText(value);
            return KnownSecrets.AreIn(text) ? new EncodedValue(null, "Not kept: it contains a secret.") : new EncodedValue(text);
        }
        catch (HistoryXmlException exception)
        {
            string note = $"Not kept: {exception.Message}";
            if (Counted(value) is { } list)
            {
                _large.AddOrUpdate(list, new LargeValue(list.Count, note));
            }

            return new EncodedValue(null, note);
        }
        catch (Exception exception)
        {
            // A user's object threw, or changed while it was read. The run does not depend on this text.
            return new EncodedValue(null, $"Not kept: {Mask(exception.Message)}");
        }
    }

    private string ToText(object value)
    {
        bool hasSession = Runspace.DefaultRunspace is not null;
        try
        {
            return HistoryXml.Write(value, hasSession);
        }
        catch (HistoryXmlException exception) when (exception.NeedsSession)
        {
            CliXml session = _sessions.TryTake(out CliXml? idle) ? idle : new CliXml();
            try
            {
                return session.InSession(() => HistoryXml.Write(value, hasSession: true));
            }
            finally
            {
                _sessions.Add(session);
            }
        }
    }

    private string? KnownLarge(object? value) =>
        Counted(value) is { } list && _large.TryGetValue(list, out LargeValue? large) && large.Count == list.Count ? large.Note : null;

    private static ICollection? Counted(object? value) => Bare(value) is ICollection list and (Array or ArrayList or List<object?> or Hashtable) ? list : null;

    private static bool IsSame(object? value, object? other) => ReferenceEquals(value, other) || (value is string or ValueType && value.Equals(other));

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    /// <summary>The type name; for an exception from another process, that of the original.</summary>
    private static string TypeOf(Exception exception) => exception is RemoteException { SerializedRemoteException.TypeNames: [var type, ..] }
        ? type[(type.LastIndexOf('.') + 1)..]
        : exception.GetType().Name;

    private static string? PlaceOf(ErrorRecord record) => record.InvocationInfo is { ScriptLineNumber: > 0 } place
        ? $"\nat {(string.IsNullOrEmpty(place.ScriptName) ? "<no file>" : place.ScriptName)}:{place.ScriptLineNumber}"
        : null;
}
