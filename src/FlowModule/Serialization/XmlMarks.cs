using System.Management.Automation;
using FlowModule.Values;

namespace FlowModule.Serialization;

/// <summary>Writes <see cref="ValueMarks"/>.</summary>
/// <param name="writer">Writes what a mark holds.</param>
/// <param name="text">The text.</param>
/// <param name="objects">The objects that it holds.</param>
internal sealed class XmlMarks(HistoryXml writer, KeptText text, XmlObjects objects)
{
    /// <summary>Writes a value that a text tells wholly; false for any other.</summary>
    internal bool TryWrite(object bare, string? name)
    {
        if (!ValueMarks.TryText(bare, out string type, out string line))
        {
            return false;
        }

        OpenMark(name, type);
        text.Element("S", ValueMarks.OfText, line, isSafe: false);
        CloseMark();
        return true;
    }

    /// <summary>Writes a value of either kind with the properties that were added to it.</summary>
    internal void Noted(object bare, List<PSPropertyInfo> notes, string? name, int depth, bool isData)
    {
        OpenMark(name, type: null);
        writer.Level++;
        Items([bare], depth, isData);
        objects.Open(ValueMarks.OfNotes);
        writer.Properties("MS", notes, depth, isData);
        text.Append("</Obj>");
        writer.Level--;
        CloseMark();
    }

    internal void Shaped(object bare, ContainerShape shape, string? name, int depth, bool isData)
    {
        if (objects.TryReference(bare, name))
        {
            return;
        }

        object?[] items = shape.Items(bare);
        OpenMark(name, TypeNames.Of(CarriedTypes.Of(bare.GetType())));
        if (shape.About(bare) is { Length: > 0 } about)
        {
            text.Element("S", ValueMarks.OfText, about, isSafe: false);
        }

        Items(items, depth, isData);
        CloseMark();
    }

    /// <summary>Writes what a container holds where its mark is: a level of the text, and none of the value.</summary>
    private void Items(object?[] items, int depth, bool isData)
    {
        writer.Level++;
        objects.Open(ValueMarks.OfItems);
        objects.Types(items, items);
        writer.Container("LST", items, depth, isData);
        text.Append("</Obj>");
        writer.Level--;
    }

    /// <summary>Writes a number in the place of a value that stands elsewhere.</summary>
    internal void Number(string? name, int number)
    {
        OpenMark(name, type: null);
        text.Number("I32", ValueMarks.OfNumber, number);
        CloseMark();
    }

    private void OpenMark(string? name, string? type)
    {
        objects.Open(name);
        objects.Types(ValueMarks.TypeName);
        text.Append("<MS>");
        if (type is not null)
        {
            text.Element("S", ValueMarks.OfType, type, isSafe: false);
        }
    }

    private void CloseMark() => text.Append("</MS></Obj>");
}
