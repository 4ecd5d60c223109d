using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;

namespace FlowModule.Tests.Scheduling;

/// <summary>
/// The rules of a task's XML, of what is used of it. From the documentation of Task Scheduler's schema (MS-TSCH 2.5): a task has triggers, settings, principals and
/// actions; a trigger has a start (local, or in UTC with a Z), then a repetition, then for a calendar trigger one kind of days; a repetition has an interval of one minute to 31 days
/// and a duration of at least a minute, and no shorter than the interval; days have an interval of 1 to 365, weeks of 1 to 52; days of a month are 1 to 31 or Last, weeks 1 to 4 or
/// Last; durations, booleans and times are those of XML Schema; a task has at most 48 triggers.
/// </summary>
internal static class TaskRules
{
    private const int MostTriggers = 48;

    private const string Rules = """
        <xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task"
                   targetNamespace="http://schemas.microsoft.com/windows/2004/02/mit/task" elementFormDefault="qualified">
          <xs:element name="Task">
            <xs:complexType>
              <xs:all>
                <xs:element name="RegistrationInfo" minOccurs="0"><xs:complexType><xs:all>
                  <xs:element name="Source" type="xs:string" minOccurs="0"/><xs:element name="Description" type="xs:string" minOccurs="0"/>
                </xs:all></xs:complexType></xs:element>
                <xs:element name="Triggers" minOccurs="0"><xs:complexType><xs:choice minOccurs="0" maxOccurs="48">
                  <xs:element name="TimeTrigger" type="trigger"/><xs:element name="CalendarTrigger" type="calendarTrigger"/>
                </xs:choice></xs:complexType></xs:element>
                <xs:element name="Principals" minOccurs="0"><xs:complexType><xs:sequence>
                  <xs:element name="Principal"><xs:complexType><xs:all>
                    <xs:element name="UserId" type="nonEmpty" minOccurs="0"/>
                    <xs:element name="LogonType" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
                      <xs:enumeration value="S4U"/><xs:enumeration value="Password"/><xs:enumeration value="InteractiveToken"/>
                    </xs:restriction></xs:simpleType></xs:element>
                    <xs:element name="RunLevel" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
                      <xs:enumeration value="LeastPrivilege"/><xs:enumeration value="HighestAvailable"/>
                    </xs:restriction></xs:simpleType></xs:element>
                  </xs:all><xs:attribute name="id" type="xs:ID"/></xs:complexType></xs:element>
                </xs:sequence></xs:complexType></xs:element>
                <xs:element name="Settings" minOccurs="0"><xs:complexType><xs:all>
                  <xs:element name="MultipleInstancesPolicy" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
                    <xs:enumeration value="Parallel"/><xs:enumeration value="Queue"/><xs:enumeration value="IgnoreNew"/><xs:enumeration value="StopExisting"/>
                  </xs:restriction></xs:simpleType></xs:element>
                  <xs:element name="DisallowStartIfOnBatteries" type="xs:boolean" minOccurs="0"/>
                  <xs:element name="StopIfGoingOnBatteries" type="xs:boolean" minOccurs="0"/>
                  <xs:element name="AllowHardTerminate" type="xs:boolean" minOccurs="0"/>
                  <xs:element name="StartWhenAvailable" type="xs:boolean" minOccurs="0"/>
                  <xs:element name="Enabled" type="xs:boolean" minOccurs="0"/>
                  <xs:element name="ExecutionTimeLimit" type="xs:duration" minOccurs="0"/>
                </xs:all></xs:complexType></xs:element>
                <xs:element name="Actions"><xs:complexType><xs:sequence>
                  <xs:element name="Exec" maxOccurs="32"><xs:complexType><xs:all>
                    <xs:element name="Command" type="nonEmpty"/><xs:element name="Arguments" type="xs:string" minOccurs="0"/>
                    <xs:element name="WorkingDirectory" type="xs:string" minOccurs="0"/>
                  </xs:all></xs:complexType></xs:element>
                </xs:sequence><xs:attribute name="Context" type="xs:string"/></xs:complexType></xs:element>
              </xs:all>
              <xs:attribute name="version" type="xs:string"/>
            </xs:complexType>
          </xs:element>
          <xs:complexType name="trigger"><xs:sequence>
            <xs:element name="Enabled" type="xs:boolean" minOccurs="0"/>
            <xs:element name="StartBoundary" type="start"/>
            <xs:element name="EndBoundary" type="xs:dateTime" minOccurs="0"/>
            <xs:element name="Repetition" minOccurs="0"><xs:complexType><xs:all>
              <xs:element name="Interval" type="interval"/><xs:element name="Duration" type="duration" minOccurs="0"/>
              <xs:element name="StopAtDurationEnd" type="xs:boolean" minOccurs="0"/>
            </xs:all></xs:complexType></xs:element>
          </xs:sequence></xs:complexType>
          <xs:complexType name="calendarTrigger"><xs:complexContent><xs:extension base="trigger"><xs:choice>
            <xs:element name="ScheduleByDay"><xs:complexType><xs:sequence><xs:element name="DaysInterval" type="days"/></xs:sequence></xs:complexType></xs:element>
            <xs:element name="ScheduleByWeek"><xs:complexType><xs:all>
              <xs:element name="WeeksInterval" type="weeks" minOccurs="0"/><xs:element name="DaysOfWeek" type="daysOfWeek"/>
            </xs:all></xs:complexType></xs:element>
            <xs:element name="ScheduleByMonth"><xs:complexType><xs:all>
              <xs:element name="DaysOfMonth"><xs:complexType><xs:sequence><xs:element name="Day" type="dayOfMonth" maxOccurs="32"/></xs:sequence></xs:complexType></xs:element>
              <xs:element name="Months" type="months"/>
            </xs:all></xs:complexType></xs:element>
            <xs:element name="ScheduleByMonthDayOfWeek"><xs:complexType><xs:all>
              <xs:element name="Weeks"><xs:complexType><xs:sequence><xs:element name="Week" type="week" maxOccurs="5"/></xs:sequence></xs:complexType></xs:element>
              <xs:element name="DaysOfWeek" type="daysOfWeek"/><xs:element name="Months" type="months"/>
            </xs:all></xs:complexType></xs:element>
          </xs:choice></xs:extension></xs:complexContent></xs:complexType>
          <xs:simpleType name="nonEmpty"><xs:restriction base="xs:string"><xs:minLength value="1"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="start"><xs:restriction base="xs:dateTime"><xs:pattern value="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="interval"><xs:restriction base="xs:duration"><xs:minInclusive value="PT1M"/><xs:maxInclusive value="P31D"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="duration"><xs:restriction base="xs:duration"><xs:minInclusive value="PT1M"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="days"><xs:restriction base="xs:unsignedInt"><xs:minInclusive value="1"/><xs:maxInclusive value="365"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="weeks"><xs:restriction base="xs:unsignedByte"><xs:minInclusive value="1"/><xs:maxInclusive value="52"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="dayOfMonth"><xs:restriction base="xs:string"><xs:pattern value="[1-9]|[12][0-9]|3[01]|Last"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="week"><xs:restriction base="xs:string"><xs:pattern value="[1-4]|Last"/></xs:restriction></xs:simpleType>
          <xs:complexType name="mark"/>
          <xs:complexType name="daysOfWeek"><xs:all>
            <xs:element name="Monday" type="mark" minOccurs="0"/><xs:element name="Tuesday" type="mark" minOccurs="0"/><xs:element name="Wednesday" type="mark" minOccurs="0"/>
            <xs:element name="Thursday" type="mark" minOccurs="0"/><xs:element name="Friday" type="mark" minOccurs="0"/><xs:element name="Saturday" type="mark" minOccurs="0"/>
            <xs:element name="Sunday" type="mark" minOccurs="0"/>
          </xs:all></xs:complexType>
          <xs:complexType name="months"><xs:all>
            <xs:element name="January" type="mark" minOccurs="0"/><xs:element name="February" type="mark" minOccurs="0"/><xs:element name="March" type="mark" minOccurs="0"/>
            <xs:element name="April" type="mark" minOccurs="0"/><xs:element name="May" type="mark" minOccurs="0"/><xs:element name="June" type="mark" minOccurs="0"/>
            <xs:element name="July" type="mark" minOccurs="0"/><xs:element name="August" type="mark" minOccurs="0"/><xs:element name="September" type="mark" minOccurs="0"/>
            <xs:element name="October" type="mark" minOccurs="0"/><xs:element name="November" type="mark" minOccurs="0"/><xs:element name="December" type="mark" minOccurs="0"/>
          </xs:all></xs:complexType>
        </xs:schema>
        """;

    private static readonly XmlSchemaSet Schemas = Read();

    /// <summary>Fails the test if a task breaks a rule.</summary>
    internal static void Check(string xml)
    {
        XDocument task = XDocument.Parse(xml);
        var faults = new List<string>();
        task.Validate(Schemas, (_, fault) => faults.Add(fault.Message));
        Assert.True(faults.Count == 0, $"{string.Join('\n', faults)}\n{xml}");

        // What a schema cannot say.
        XNamespace ns = task.Root!.Name.Namespace;
        Assert.All(task.Descendants(ns + "Repetition").Where(repetition => repetition.Element(ns + "Duration") is not null), repetition => Assert.True(
            XmlConvert.ToTimeSpan(repetition.Element(ns + "Duration")!.Value) >= XmlConvert.ToTimeSpan(repetition.Element(ns + "Interval")!.Value)));
        Assert.InRange(task.Descendants(ns + "Triggers").Elements().Count(), 1, MostTriggers);
        Assert.Equal(task.Descendants(ns + "Principal").Single().Attribute("id")!.Value, task.Descendants(ns + "Actions").Single().Attribute("Context")!.Value);
    }

    private static XmlSchemaSet Read()
    {
        using var text = new StringReader(Rules);
        using var reader = XmlReader.Create(text);
        var schemas = new XmlSchemaSet();
        schemas.Add(XmlSchema.Read(reader, null)!);
        schemas.Compile();
        return schemas;
    }
}
