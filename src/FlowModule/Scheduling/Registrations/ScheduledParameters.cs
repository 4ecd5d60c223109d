using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using System.Net;
using System.Security;
using FlowModule.Parameters;
using FlowModule.Serialization;
using FlowModule.Values;

namespace FlowModule.Scheduling.Registrations;

/// <summary>The parameters of a scheduled script: checked against its param block, and encoded.</summary>
internal static class ScheduledParameters
{
    // The depth to which values are encoded.
    private const int MaxDepth = 60;

    /// <summary>Encodes parameters as CLIXML; null for none. Must be called on the pipeline thread.</summary>
    /// <param name="path">The script.</param>
    /// <param name="parameters">The parameters, or null.</param>
    /// <exception cref="FlowException">It is not a script, its parameters do not match, or a value cannot be encoded.</exception>
    internal static string? Encode(string path, IDictionary? parameters)
    {
        var script = new Flow(Path.GetFileName(path), Parse(path).GetScriptBlock());
        FlowSignature signature = FlowSignature.Of(script);
        signature.Bind(script, parameters, item: null);
        if (parameters is null || parameters.Count == 0)
        {
            return null;
        }

        var kept = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry entry in parameters)
        {
            string name = entry.Key.ToString()!;
            kept[name] = HoldsSecret(entry.Value, MaxDepth) ? throw ScheduleErrors.SecretParameter(name) : entry.Value;
        }

        string text = Write(path, kept);
        try
        {
            signature.Bind(script, (IDictionary?)HistoryValues.Instance.Decode(text), item: null);
        }
        catch (FlowException exception)
        {
            throw ScheduleErrors.ParameterNotKept(path, $"they would arrive as plain data, which the script does not accept. {exception.Message}", exception);
        }

        return text;
    }

    private static string Write(string path, Hashtable parameters)
    {
        try
        {
            return HistoryXml.Write(parameters, hasSession: true);
        }
        catch (HistoryXmlException exception)
        {
            throw ScheduleErrors.ParameterNotKept(path, exception.Message, exception);
        }
    }

    private static ScriptBlockAst Parse(string path)
    {
        if (!File.Exists(path))
        {
            throw ScheduleErrors.ScriptNotFound(path);
        }

        if (!path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
        {
            throw ScheduleErrors.ScriptInvalid(path, "it is not a PowerShell script: its name does not end in .ps1.");
        }

        ScriptBlockAst ast = Parser.ParseFile(path, out _, out ParseError[] errors);
        return errors.Length == 0 ? ast : throw ScheduleErrors.ScriptInvalid(path, $"line {errors[0].Extent.StartLineNumber}: {errors[0].Message}");
    }

    private static bool HoldsSecret(object? value, int depth) => depth > 0 && (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        SecureString or PSCredential or NetworkCredential => true,
        string => false,
        PSCustomObject => PSObject.AsPSObject(value!).Properties.Any(property => HoldsSecret(property.Value, depth - 1)),
        IDictionary table => table.Values.Cast<object?>().Any(item => HoldsSecret(item, depth - 1)),
        IList list and not Array { Length: > 0, Rank: > 1 } => list is not byte[] && list.Cast<object?>().Any(item => HoldsSecret(item, depth - 1)),
        _ => false,
    };
}
