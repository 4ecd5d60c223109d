using FlowModule.Engine.History;

namespace FlowModule.Secrets;

/// <summary>
/// The secrets in the input of each run. They are known until the top-level run ends, because the runs around a run may write its secrets
/// after its end. A run that never ends keeps only the last ones.
/// </summary>
internal static class RunSecrets
{
    /// <summary>How many secrets of ended inner runs a run keeps.</summary>
    internal const int Inherited = 1_000;

    private static readonly object Gate = new();

    private sealed class Held
    {
        internal HashSet<string> Own { get; } = new(StringComparer.Ordinal);

        internal HashSet<string> OfOthers { get; } = new(StringComparer.Ordinal);

        internal Queue<string> Order { get; } = new();
    }

    /// <summary>Called with each text before anything can write it, because another process writes the output of this one. Null if none does.</summary>
    internal static Action<string>? HandOver { get; set; }

    /// <summary>Registers the secrets in a run's input before the run begins.</summary>
    internal static void Learn(FlowRun run) => Learn(run, SecretTexts.Of(run));

    /// <summary>Registers texts for as long as a run's own secrets.</summary>
    internal static void Learn(FlowRun run, IReadOnlyCollection<string>? texts)
    {
        if (texts is null)
        {
            return;
        }

        if (run.Recording is { } recording)
        {
            Hold(recording, texts);
        }

        // A run that is not recorded may still be written to a log. Outside of the lock, because the other process takes time.
        if (HandOver is { } tell)
        {
            foreach (string text in texts)
            {
                tell(text);
            }
        }
    }

    internal static void Forget(RunRecording recording)
    {
        if (recording.Secrets is null)
        {
            return;
        }

        lock (Gate)
        {
            var held = (Held)recording.Secrets;
            recording.Secrets = null;
            RunRecording? around = recording.Run.Around is { State.IsFinal: false } outer ? outer.Recording : null;
            foreach (string text in held.Own.Concat(held.OfOthers))
            {
                if (around is not null)
                {
                    Inherit(HeldBy(around), text);
                }

                KnownSecrets.Remove(text);
            }
        }
    }

    private static void Hold(RunRecording recording, IReadOnlyCollection<string> texts)
    {
        lock (Gate)
        {
            Held held = HeldBy(recording);
            foreach (string text in texts)
            {
                if (held.Own.Add(text))
                {
                    KnownSecrets.Add(text);
                }
            }
        }
    }

    private static void Inherit(Held held, string text)
    {
        if (held.Own.Contains(text) || !held.OfOthers.Add(text))
        {
            return;
        }

        KnownSecrets.Add(text);
        held.Order.Enqueue(text);
        if (held.Order.Count > Inherited)
        {
            string oldest = held.Order.Dequeue();
            held.OfOthers.Remove(oldest);
            KnownSecrets.Remove(oldest);
        }
    }

    private static Held HeldBy(RunRecording recording) => (Held)(recording.Secrets ??= new Held());
}
