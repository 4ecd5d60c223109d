using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine;
using FlowModule.Hosting.History;

namespace FlowModule.Hosting;

/// <summary>What a run is among those that its parent starts: the same flow or task, for the same input, has the same key in every process.</summary>
internal sealed class RunKeys
{
    private const int Length = 16;

    private readonly StringBuilder _text = new(256);

    // The values last given for each parameter: what is the same for all runs of a call is looked into once, for it may be a long list.
    private readonly Dictionary<object, (object Value, string Text)> _known = [];

    /// <summary>
    /// The key of a run, as short as the history keeps it, and equal for an input that was kept and read again: results of earlier runs are the
    /// input of later ones. Secrets have no part in it: who has the file could try out short ones.
    /// </summary>
    internal byte[] Of(Flow flow, in RunInput input, IReadOnlyList<string> secrets)
    {
        _text.Clear().Append(flow.Kind).Append(' ').Append(flow.Name).Append('\n').Append(flow.Script?.Hash).Append('\n');
        foreach (DictionaryEntry parameter in Fingerprint.InOrder(input.Parameters))
        {
            string name = parameter.Key.ToString()!;
            bool isSecret = secrets.Count > 0 && secrets.Contains(name, StringComparer.OrdinalIgnoreCase);
            _text.Append(name.ToUpperInvariant()).Append('=');
            Append(name, isSecret ? null : parameter.Value);
        }

        Append(name: null, input.Item);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        Fingerprint.Hash(_text, hash);
        return hash[..Length].ToArray();
    }

    /// <summary>The same for a run that is compared with others of this process only, secrets and all.</summary>
    internal static string TextOf(Flow flow, in RunInput input)
    {
        var named = new Hashtable(input.Parameters.Count, StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry parameter in input.Parameters)
        {
            named[parameter.Key] = HeldValues.Replace(parameter.Value, WithNames);
        }

        return $"{flow.Kind} {flow.Name}\n{flow.Script?.Hash}\n{Fingerprint.Of(named, HeldValues.Replace(input.Item, WithNames))}";
    }

    private void Append(string? name, object? value)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (bare is null or string or bool or int or long or double)
        {
            Fingerprint.AppendBriefly(_text, bare);
        }
        else if (name is not null && _known.TryGetValue(name, out (object Value, string Text) known) && ReferenceEquals(known.Value, bare))
        {
            _text.Append(known.Text);
        }
        else
        {
            int before = _text.Length;
            Fingerprint.AppendBriefly(_text, AsKept(value!));
            if (name is not null)
            {
                _known[name] = (bare, _text.ToString(before, _text.Length - before));
            }
        }
    }

    private static object? AsKept(object value)
    {
        try
        {
            EncodedValue kept = HistoryValues.Instance.Encode(HeldValues.Replace(value, WithoutSecrets));
            return kept.Text is { } text ? HistoryValues.Instance.Decode(text) : kept.Note;
        }
        catch (FormatException)
        {
            return value.GetType().ToString();
        }
    }

    /// <summary>Each attempt has new task runs, of the same names.</summary>
    private static object WithNames(object item) => item switch
    {
        FlowRun run => run.Name,
        FlowState state => $"{state.Run.Name} {state.Type}",
        _ => item,
    };

    private static object WithoutSecrets(object item) => item switch
    {
        SecureString => nameof(SecureString),
        PSCredential credential => credential.UserName,
        NetworkCredential credential => credential.UserName,
        _ => WithNames(item),
    };
}
