using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>What CLIXML cannot say: an object of a type of our own stands for it, which <see cref="ValueRevival"/> makes it from again.</summary>
internal static class ValueMarks
{
    /// <summary>The type of what stands for a value.</summary>
    internal const string TypeName = "FlowModule.Value";

    /// <summary>The type after the types of an object that was made of its properties, where those do not say so.</summary>
    internal const string OfCustom = "FlowModule.Custom";

    internal const string OfType = "T";
    internal const string OfText = "V";
    internal const string OfItems = "I";
    internal const string OfNumber = "N";
    internal const string OfNotes = "P";

    internal static bool IsMarked(object bare) => ContainerShape.Of(bare) is not null || bare is ScriptBlock || TextTypes.IsOne(bare);

    internal static bool TryText(object bare, out string type, out string text)
    {
        if (bare is not ScriptBlock script)
        {
            return TextTypes.TryWrite(bare, out type, out text);
        }

        if (script.Module is { } module && ClosureCapture.ModulePath(module) is null)
        {
            throw new HistoryXmlException("it holds a script block with variables of its own (GetNewClosure, New-Module).");
        }

        (type, text) = (ScriptText.Type, script.ToString());
        return true;
    }
}
