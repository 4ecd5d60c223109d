using FlowModule.Engine.History;

namespace FlowModule.Secrets;

/// <summary>
/// What each run was given that is secret, and until when it is known: to the end of the run at the top, because what is around a run may tell its secrets
/// after it. Of a run that goes on for ever, the last ones.
/// </summary>
internal static class RunSecrets
{
    /// <summary>How many secrets of the runs inside of it that are over a run goes on knowing.</summary>
    internal const int Inherited = 1_000;

    private static readonly object Gate = new();

    private sealed class Held
    {
        internal HashSet<string> Own { get; } = new(StringComparer.Ordinal);

        internal HashSet<string> OfOthers { get; } = new(StringComparer.Ordinal);

        internal Queue<string> Order { get; } = new();
    }

    /// <summary>Gets each text before anything can write it: another process writes what this one says. Null where none does.</summary>
    internal static Action<string>? HandOver { get; set; }

    /// <summary>A run is about to begin: what it was given is known from now on.</summary>
    internal static void Learn(FlowRun run) => Learn(run, SecretTexts.Of(run));

    /// <summary>Has a run know texts as long as those that it was given.</summary>
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

        // What is not recorded may be written to a log all the same. Outside of the lock: the other process takes its time.
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
            RunRecording? around = recording.Run.Parent is { State.IsFinal: false } parent ? parent.Recording : null;
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
