using System.Xml;
using System.Xml.Linq;
using FlowModule.Engine.Schedules;

namespace FlowModule.Scheduling.Registrars.TaskScheduler;

/// <summary>The definition of a task, as described in MS-TSCH.</summary>
internal static class TaskXml
{
    // The scheduler refuses more.
    private const int MostTriggers = 48;

    private static readonly XNamespace Ns = TaskTriggers.Namespace;

    /// <exception cref="InexpressibleException">The times cannot be expressed.</exception>
    internal static string Of(ScheduledFlow flow, ScheduleCommand command, HostClock clock, TaskAccount account)
    {
        XElement[] triggers = [.. flow.Schedules.SelectMany(schedule => TaskTriggers.Translate(schedule, clock))];
        if (triggers.Length > MostTriggers)
        {
            throw new InexpressibleException($"It would need {triggers.Length} triggers, and a task has at most {MostTriggers}.");
        }

        var task = new XElement(
            Ns + "Task",
            new XAttribute("version", "1.2"),
            Element("RegistrationInfo", Element("Source", "FlowModule"), Element("Description", $"Scheduled flow '{flow.Name}'. Unregister-FlowSchedule removes it.")),
            Element("Triggers", [.. triggers]),
            Element("Principals", Principal(account)),
            Settings(flow),
            Element("Actions", new XAttribute("Context", "Author"), Exec(command)));
        return new XDocument(new XDeclaration("1.0", "UTF-16", standalone: null), task) is var document ? $"{document.Declaration}\n{document}" : string.Empty;
    }

    /// <summary>The times and the command in a normalized form, because Windows rewrites the XML of a task.</summary>
    internal static string Essence(string xml)
    {
        XElement task = XDocument.Parse(xml).Root!;
        return Text(task.Element(Ns + "Triggers")!) + Text(task.Element(Ns + "Actions")!) + task.Element(Ns + "Settings")?.Element(Ns + "Enabled")?.Value.Replace("true", "", StringComparison.Ordinal);
    }

    /// <summary>A short form of the triggers.</summary>
    internal static string Times(string xml) => string.Join("; ", XDocument.Parse(xml).Root!.Element(Ns + "Triggers")!.Elements().Select(trigger => string.Join(' ',
        trigger.Descendants().Where(element => !element.HasElements).Select(element => element.Value.Length > 0 ? element.Value : element.Name.LocalName))));

    private static string Text(XElement element)
    {
        IEnumerable<string> children = element.Elements()
            .Where(child => (child.Name.LocalName, child.Value) is not ("Enabled", "true") and not ("StopAtDurationEnd", "false"))
            .Select(Text);
        string content = element.HasElements
            ? string.Concat(element.Name.LocalName is "Triggers" ? children : children.Order(StringComparer.Ordinal))
            : element.Name.LocalName is "Interval" or "Duration" ? XmlConvert.ToString(XmlConvert.ToTimeSpan(element.Value)) : element.Value.Trim();
        return $"<{element.Name.LocalName}>{content}</>";
    }

    private static XElement Principal(TaskAccount account) => Element(
        "Principal",
        new XAttribute("id", "Author"),
        Element("UserId", account.User),
        Element("LogonType", account.MayRunLoggedOff ? "S4U" : "InteractiveToken"),
        Element("RunLevel", "LeastPrivilege"));

    // Several instances must be allowed to start: the started process itself applies -MultipleInstances, across all schedulers.
    private static XElement Settings(ScheduledFlow flow) => Element(
        "Settings",
        Element("MultipleInstancesPolicy", "Parallel"),
        Element("DisallowStartIfOnBatteries", value: false),
        Element("StopIfGoingOnBatteries", value: false),
        Element("AllowHardTerminate", value: true),
        Element("StartWhenAvailable", flow.Missed != MissedRuns.Skip),
        Element("Enabled", value: true),
        Element("ExecutionTimeLimit", "PT0S"));

    private static XElement Exec(ScheduleCommand command)
    {
        if (command.Arguments.Prepend(command.Program).Any(word => word.Any(letter => !XmlConvert.IsXmlChar(letter) && !char.IsSurrogate(letter))))
        {
            throw new InexpressibleException("It cannot express a path with a control character.");
        }

        return Element("Exec", Element("Command", command.Program), Element("Arguments", WindowsCommandLine.Join(command.Arguments)));
    }

    private static XElement Element(string name, params object[] content) => new(Ns + name, content);

    private static XElement Element(string name, bool value) => new(Ns + name, value);
}

/// <summary>The account of a task.</summary>
/// <param name="User">The user's name, with the domain.</param>
/// <param name="MayRunLoggedOff">Whether it also runs while that user is not logged on, which needs an administrator.</param>
internal sealed record TaskAccount(string User, bool MayRunLoggedOff)
{
    internal static TaskAccount OfThisProcess() => new($@"{Environment.UserDomainName}\{Environment.UserName}", Environment.IsPrivilegedProcess);
}
