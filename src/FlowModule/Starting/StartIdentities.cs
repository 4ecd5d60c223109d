using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Closures;
using FlowModule.Engine.Tasks;
using FlowModule.Secrets;
using FlowModule.Stored;
using FlowModule.Values;

namespace FlowModule.Starting;

/// <summary>Computes the identities of the starts of one call: the flow or task, its script, its input, and the values that the script reads from its surroundings.</summary>
internal sealed class StartIdentities
{
    // Read quickly, because there may be thousands of starts. Longer values cannot be compared; a list of plain values is read only once.
    private const int Longest = 64 * 1024;
    private const int LongestList = 4 * 1024 * 1024;

    // Shorter texts take less space and time than a hash.
    private const int Short = 256;

    // Values are analysed once for a call, not for each of its runs: a value may be a long list.
    private readonly Dictionary<object, (object Value, Trait Trait)> _known = [];
    private readonly StringBuilder _text = new(256);
    private (Closure? Closure, Trait[] Traits) _surroundings;

    /// <param name="Label">The description for people.</param>
    /// <param name="Text">Equal for equal values, also after a value was stored and read again; without secrets.</param>
    /// <param name="Secret">The secret part, or null.</param>
    /// <param name="Incomparable">Why it is equal to nothing, or null.</param>
    private sealed record Trait(string Label, string Text, string? Secret = null, string? Incomparable = null);

    /// <summary>The identity of a start.</summary>
    /// <param name="flow">The flow or task.</param>
    /// <param name="input">Its input.</param>
    /// <param name="hasItem">Whether the input includes an object.</param>
    /// <param name="surroundings">The values that its script reads from its surroundings; null for none.</param>
    /// <param name="secrets">The names of secret parameters.</param>
    internal StartIdentity Of(Flow flow, in RunInput input, bool hasItem, Closure? surroundings, IReadOnlyList<string> secrets)
    {
        var traits = new List<Trait>(4) { new("its script", flow.Script?.Hash ?? string.Empty) };
        foreach (DictionaryEntry parameter in Fingerprint.InOrder(input.Parameters))
        {
            string name = parameter.Key.ToString()!;
            bool isSecret = secrets.Count > 0 && secrets.Contains(name, StringComparer.OrdinalIgnoreCase);
            Trait trait = TraitOf(name, $"parameter '{name}'", parameter.Value);
            traits.Add(isSecret ? trait with { Text = string.Empty, Secret = trait.Secret ?? trait.Text } : trait);
        }

        if (hasItem)
        {
            traits.Add(TraitOf(key: null, "the piped object", input.Item));
        }

        traits.AddRange(TraitsOf(surroundings, hasItem));
        return Make(StartIdentity.NameOf(flow.IsTask ? RunKind.Task : RunKind.Flow, flow.Name), traits);
    }

    /// <summary>The hash of the surroundings alone, including secrets; or why they cannot be compared.</summary>
    internal (string? Hash, string? Incomparable) OfSurroundings(Closure? surroundings, bool hasItem)
    {
        Trait[] traits = TraitsOf(surroundings, hasItem);
        return Array.Find(traits, static trait => trait.Incomparable is not null)?.Incomparable is { } why
            ? (null, why)
            : (Fingerprint.Of(string.Concat(traits.Select(static trait => $"{trait.Label}={trait.Text}{trait.Secret}"))), null);
    }

    private StartIdentity Make(string name, List<Trait> traits)
    {
        byte[] kept = new byte[StartIdentity.KeyLength + (StartTraits.MarkLength * traits.Count)];
        string[] labels = new string[traits.Count];
        StringBuilder? secret = null;
        string? incomparable = null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var whole = new StringBuilder(256).Append(name).Append('\n');
        for (int i = 0; i < labels.Length; i++)
        {
            Trait trait = traits[i];
            labels[i] = trait.Label;
            incomparable ??= trait.Incomparable;
            if (trait.Secret is not null)
            {
                (secret ??= new StringBuilder()).Append(trait.Label).Append('=').Append(trait.Secret).Append('\n');
            }

            _text.Clear().Append(trait.Text);
            Fingerprint.Hash(_text, hash);
            hash[..StartTraits.MarkLength].CopyTo(kept.AsSpan(StartIdentity.KeyLength + (StartTraits.MarkLength * i)));
            whole.Append(trait.Label.ToUpperInvariant()).Append('=').Append(Convert.ToHexString(hash)).Append('\n');
        }

        Fingerprint.Hash(whole, hash);
        hash[..StartIdentity.KeyLength].CopyTo(kept);
        string here = StartIdentity.KeyIn(kept);
        return new StartIdentity(
            secret is null ? here : here + Fingerprint.Of(secret.ToString()),
            kept,
            new StartTraits(name, labels, kept.AsMemory(StartIdentity.KeyLength), incomparable));
    }

    private Trait[] TraitsOf(Closure? surroundings, bool hasItem)
    {
        if (surroundings is null)
        {
            return [];
        }

        // All runs of a call may share the same closure.
        if (!ReferenceEquals(_surroundings.Closure, surroundings))
        {
            _surroundings = (surroundings, [.. CapturedValues.In(surroundings, hasItem).Select(captured => CapturedTrait(captured.Label, captured.Value))]);
        }

        return _surroundings.Traits;
    }

    private Trait CapturedTrait(string label, object? value) => Found(label, value) is { } known
        ? known
        : ComparableValues.WhyNot(value) is { } type
            ? Incomparable(label, $"{label} contains a {type}, which cannot be compared with its earlier value.")
            : TraitOf(key: null, label, value);

    private Trait TraitOf(string? key, string label, object? value)
    {
        object? bare = Bare(value);
        if (bare is null or bool or int or long or double)
        {
            return Fits(label, value)!;
        }

        if (Found(label, bare) is { } found)
        {
            return found;
        }

        if (key is not null && bare is not string && _known.TryGetValue(key, out (object Value, Trait Trait) known) && ReferenceEquals(known.Value, bare))
        {
            return known.Trait;
        }

        Trait trait;
        try
        {
            trait = Look(label, value!);
            PlainLists.Keep(bare, trait);
        }
        catch (Exception exception) when (exception is not PipelineStoppedException)
        {
            // An object of the user threw, or another thread is writing to it. The start continues without it.
            trait = Incomparable(label, $"{label} cannot be compared: {exception.Message}");
        }

        if (key is not null)
        {
            _known[key] = (bare, trait);
        }

        return trait;
    }

    private static Trait? Found(string label, object? value) => Bare(value) is { } bare && KnownSecrets.Count == 0 && PlainLists.Find(bare) is Trait found ? found with { Label = label } : null;

    private static object? Bare(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private Trait Look(string label, object value)
    {
        object plain = HeldValues.Replace(value, WithoutSecrets)!;
        bool holdsSecrets = !ReferenceEquals(plain, value) && HeldValues.Any(value, static item => item is SecureString or PSCredential or NetworkCredential);
        Trait? kept = Fits(label, plain);
        if (kept is null || (!holdsSecrets && !KnownSecrets.AreIn(kept.Text)))
        {
            return kept is null ? TooLong(label) : kept.Text.Length <= Short ? kept : kept with { Text = Fingerprint.Of(kept.Text) };
        }

        return Fits(label, HeldValues.Replace(value, WithRuns)) is { } whole ? new Trait(label, holdsSecrets ? kept.Text : string.Empty, whole.Text) : TooLong(label);
    }

    private Trait? Fits(string label, object? value)
    {
        _text.Clear();
        return ValueFingerprint.TryAppend(_text, value, Bare(value) is { } bare && PlainLists.Is(bare) ? LongestList : Longest) ? new Trait(label, _text.ToString()) : null;
    }

    private static Trait TooLong(string label) => Incomparable(label, $"{label} is too large to be compared.");

    // Equal to nothing, not even itself.
    private static Trait Incomparable(string label, string why) => new(label, Guid.NewGuid().ToString(), Incomparable: why);

    /// <summary>Each attempt has new run objects, so a run counts as the work that it stands for.</summary>
    private static object WithRuns(object item) => item switch
    {
        FlowRun run => $"run {run.DoneBy}",
        FlowState state => $"{state.Type} of run {state.Run.DoneBy}",
        Flow flow => $"{flow.Kind} {flow.Name} {flow.Script?.Hash}",
        _ => item,
    };

    private static object WithoutSecrets(object item) => item switch
    {
        SecureString => nameof(SecureString),
        PSCredential credential => credential.UserName,
        NetworkCredential credential => credential.UserName,
        _ => WithRuns(item),
    };
}
