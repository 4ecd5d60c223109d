using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Security;
using FlowModule.Closures;
using FlowModule.Engine.Runs;
using FlowModule.Sessions;
using FlowModule.Values;

namespace FlowModule.Secrets;

/// <summary>Finds the secret texts in a run's input: all of a secret parameter, and passwords anywhere, also in values that the run takes from its caller.</summary>
internal sealed class SecretTexts
{
    private const int MaxDepth = 8;

    // A list of a million items contains data.
    private const int MaxLooks = 10_000;

    private HashSet<string>? _found;
    private int _looks;

    /// <summary>The secret texts that are long enough to be masked; null for none.</summary>
    internal static HashSet<string>? Of(FlowRun run) => Of(run.Policy.Secrets, run.Parameters, run.InputObject, run.HostData);

    /// <summary>Checks that a run which is about to be made may go to the workers of a kind.</summary>
    /// <exception cref="FlowException">It may not, because it has secrets.</exception>
    internal static void RequireAllowed(IWorkerKind? kind, RunPolicy policy, in RunInput input, object? hostData)
    {
        if (kind?.SecretsRefusal is { } refusal && (policy.Secrets.Count > 0 || Of([], input.Parameters, input.Item, hostData) is { Count: > 0 }))
        {
            throw refusal;
        }
    }

    private static HashSet<string>? Of(IReadOnlyList<string> secrets, IDictionary parameters, object? input, object? hostData)
    {
        SecretTexts? finder = null;
        foreach (DictionaryEntry parameter in parameters)
        {
            bool isSecret = secrets.Count > 0 && secrets.Contains(parameter.Key.ToString()!, StringComparer.OrdinalIgnoreCase);
            if (isSecret || !IsPlain(parameter.Value))
            {
                (finder ??= new SecretTexts()).LookSafely(parameter.Value, isSecret);
            }
        }

        if (!IsPlain(input))
        {
            (finder ??= new SecretTexts()).LookSafely(input, isSecret: false);
        }

        HashSet<string>? found = finder?._found;
        return hostData is SubflowWork work ? CapturedSecrets.In(work.Closure, found) : found;
    }

    /// <summary>The passwords in a value.</summary>
    internal static HashSet<string>? In(object value)
    {
        var finder = new SecretTexts();
        finder.LookSafely(value, isSecret: false);
        return finder._found;
    }

    private static bool IsPlain(object? value) => value is null or string || value.GetType().IsPrimitive;

    private void LookSafely(object? value, bool isSecret)
    {
        try
        {
            Look(value, isSecret, depth: 0);
        }
        catch (Exception)
        {
            // A list of the user threw, or changed while it was read. The run continues; secrets that were found are known.
        }
    }

    private void Look(object? value, bool isSecret, int depth)
    {
        object? bare = value is PSObject wrapped ? wrapped.BaseObject : value;
        if (depth > MaxDepth || ++_looks > MaxLooks)
        {
            return;
        }

        switch (bare)
        {
            case null:
                return;
            case SecureString text:
                Add(new NetworkCredential(string.Empty, text).Password);
                return;
            case PSCredential credential:
                Add(new NetworkCredential(string.Empty, credential.Password).Password);
                return;
            case NetworkCredential credential:
                Add(credential.Password);
                return;
            case string text:
                if (isSecret)
                {
                    Add(text);
                }

                break;
            case IDictionary table:
                foreach (DictionaryEntry entry in HistoryContainers.EntriesOf(table))
                {
                    Look(entry.Value, isSecret, depth + 1);
                }

                break;
            case Array array when IsPlainItem(array.GetType().GetElementType()!, isSecret):
                break;
            case not null when HistoryContainers.TagOf(bare) is not null:
                foreach (object? item in HistoryContainers.ItemsOf(bare))
                {
                    if (_looks > MaxLooks)
                    {
                        break;
                    }

                    Look(item, isSecret, depth + 1);
                }

                break;
            case IFormattable or bool when isSecret:
                Add(Convert.ToString(bare, CultureInfo.InvariantCulture)!);
                break;
            default:
                break;
        }

        if (bare is PSCustomObject || value is PSObject || bare!.GetType().Assembly.IsDynamic)
        {
            LookInside(value!, bare, isSecret, depth);
        }
    }

    /// <summary>Searches properties that were added to an object, and members of an object of a script's class.</summary>
    private void LookInside(object value, object bare, bool isSecret, int depth)
    {
        bool isOfAScript = bare.GetType().Assembly.IsDynamic;
        foreach (PSPropertyInfo property in PSObject.AsPSObject(value).Properties)
        {
            if (property.MemberType != PSMemberTypes.NoteProperty && !(isOfAScript && property.MemberType == PSMemberTypes.Property))
            {
                continue;
            }

            try
            {
                Look(property.Value, isSecret, depth + 1);
            }
            catch (GetValueException)
            {
                // A property that cannot be read reveals no secret.
            }
        }
    }

    private static bool IsPlainItem(Type type, bool isSecret) => !isSecret && (type.IsPrimitive || type == typeof(string));

    private void Add(string text)
    {
        if (text.Length >= TextMasks.MinLength)
        {
            (_found ??= new HashSet<string>(StringComparer.Ordinal)).Add(text);
        }
    }
}
