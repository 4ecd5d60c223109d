using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace FlowModule.Tests.Scheduling;

/// <summary>The rules of a task's XML, which the check under Wine uses too.</summary>
internal static class TaskRules
{
    private const int MostTriggers = 48;

    private static readonly XmlSchemaSet Schemas = Read();

    /// <summary>Fails the test if a task breaks a rule.</summary>
    internal static void Check(string xml)
    {
        XDocument task = XDocument.Parse(xml);
        var faults = new List<string>();
        task.Validate(Schemas, (_, fault) => faults.Add(fault.Message));
        Assert.True(faults.Count == 0, $"{string.Join('\n', faults)}\n{xml}");

        // Rules that a schema cannot express.
        XNamespace ns = task.Root!.Name.Namespace;
        Assert.All(task.Descendants(ns + "Repetition").Where(repetition => repetition.Element(ns + "Duration") is not null), repetition => Assert.True(
            XmlConvert.ToTimeSpan(repetition.Element(ns + "Duration")!.Value) >= XmlConvert.ToTimeSpan(repetition.Element(ns + "Interval")!.Value)));
        Assert.InRange(task.Descendants(ns + "Triggers").Elements().Count(), 1, MostTriggers);
        Assert.Equal(task.Descendants(ns + "Principal").Single().Attribute("id")!.Value, task.Descendants(ns + "Actions").Single().Attribute("Context")!.Value);
    }

    private static XmlSchemaSet Read()
    {
        using Stream text = typeof(TaskRules).Assembly.GetManifestResourceStream("task.xsd")!;
        using var reader = XmlReader.Create(text);
        var schemas = new XmlSchemaSet();
        schemas.Add(XmlSchema.Read(reader, null)!);
        schemas.Compile();
        return schemas;
    }
}
