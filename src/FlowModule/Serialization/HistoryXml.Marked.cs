using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <content>What CLIXML cannot say: an object of a type of our own stands for it, which <see cref="ValueRevival"/> makes it from again.</content>
internal sealed partial class HistoryXml
{
    /// <summary>The type of what stands for a value.</summary>
    internal const string MarkType = "FlowModule.Value";

    /// <summary>The type after the types of an object that was made of its properties, where those do not say so.</summary>
    internal const string CustomMark = "FlowModule.Custom";

    internal const string MarkOfType = "T";
    internal const string MarkOfText = "V";
    internal const string MarkOfItems = "I";
    internal const string MarkOfNumber = "N";
    internal const string MarkOfNotes = "P";

    /// <summary>Writes a value that a text tells wholly; false for any other.</summary>
    private bool Text(object bare, string? name)
    {
        if (!TryText(bare, out string type, out string text))
        {
            return false;
        }

        OpenMark(name, type);
        _text.Element("S", MarkOfText, text, isSafe: false);
        CloseMark();
        return true;
    }

    private static bool IsMarked(object bare) => ContainerShape.Of(bare) is not null || bare is ScriptBlock || TextTypes.IsOne(bare);

    private static bool TryText(object bare, out string type, out string text)
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

    /// <summary>Writes a value of either kind with the properties that were added to it.</summary>
    private void Marked(object bare, List<PSPropertyInfo> notes, string? name, int depth, bool isData)
    {
        OpenMark(name, type: null);
        _level++;
        Items([bare], depth, isData);
        Open(MarkOfNotes);
        Properties("MS", notes, depth, isData);
        _text.Append("</Obj>");
        _level--;
        CloseMark();
    }

    private void Shaped(object bare, ContainerShape shape, string? name, int depth, bool isData)
    {
        if (TryReference(bare, name))
        {
            return;
        }

        object?[] items = shape.Items(bare);
        OpenMark(name, TypeNames.Of(CarriedTypes.Of(bare.GetType())));
        if (shape.About(bare) is { Length: > 0 } about)
        {
            _text.Element("S", MarkOfText, about, isSafe: false);
        }

        Items(items, depth, isData);
        CloseMark();
    }

    /// <summary>Writes what a container holds where its mark is: a level of the text, and none of the value.</summary>
    private void Items(object?[] items, int depth, bool isData)
    {
        _level++;
        Open(MarkOfItems);
        Types(items, items);
        Container("LST", items, depth, isData);
        _text.Append("</Obj>");
        _level--;
    }

    /// <summary>Writes a number in the place of a value that is too deep to be read there.</summary>
    private void Deeper(object value, string? name, int depth, bool isData)
    {
        OpenMark(name, type: null);
        _text.Number("I32", MarkOfNumber, ++_parts);
        CloseMark();
        _deeper.Enqueue((value, depth, isData, _nesting));
    }

    private void OpenMark(string? name, string? type)
    {
        Open(name);
        Types(MarkType);
        _text.Append("<MS>");
        if (type is not null)
        {
            _text.Element("S", MarkOfType, type, isSafe: false);
        }
    }

    private void CloseMark() => _text.Append("</MS></Obj>");
}
