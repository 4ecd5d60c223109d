using System.Text.RegularExpressions;
using ArchUnitNET.Domain;

namespace Architecture.Tests;

/// <summary>A room is a folder of a project. Rooms stand on floors: each uses only rooms below it, so that no two of them need each other.</summary>
public sealed class FloorTests
{
    private const int MostFiles = 30;

    private const string PowerShell = "System.Management.Automation";

    // Bottom-up. Rooms on one line are one room in several folders, and may use each other.
    private static readonly string[][] Floors =
    [
        ["FlowModule.Engine/Files"],
        ["FlowModule.Engine/Texts"],
        ["FlowModule.Engine/Loading"],
        ["FlowModule.Engine/Processes"],
        ["FlowModule.Engine/States"],
        ["FlowModule.Engine/Schedules/Notifications"],
        ["FlowModule.Engine/Schedules/Health"],
        ["FlowModule.Engine/Waves"],
        ["FlowModule.Engine/Storage/Rows"],
        ["FlowModule.Engine/Storage/Leases"],
        ["FlowModule.Engine/Storage"],
        ["FlowModule.Engine/Pool"],
        ["FlowModule.Engine/Liveness"],
        ["FlowModule.Engine/Limits"],
        ["FlowModule.Engine/Schedules"],
        ["FlowModule.Engine/Retries"],
        ["FlowModule.Engine/Caching"],
        ["FlowModule.Engine/Schedules/Ticks"],
        // It does to rows what the rules of limits, cached results and ticks say.
        ["FlowModule.Engine/Storage/Sql"],
        ["FlowModule.Engine/Schedules/Serving"],
        // A run is what its driver moves, and holds the tasks that it has started.
        ["FlowModule.Engine/Runs", "FlowModule.Engine/Runs/Driving", "FlowModule.Engine/Tasks"],
        ["FlowModule.Engine/Workers"],
        ["FlowModule.Engine/FanOuts"],
        ["FlowModule.Engine/Telemetry"],
        ["FlowModule.Engine/History"],
        ["FlowModule.Engine/History/Input"],
        ["FlowModule.Engine/History/Relay"],
        ["FlowModule.Scheduling/Registrars"],
        ["FlowModule.Scheduling/Registrars/Times"],
        ["FlowModule.Scheduling/Registrars/Crontab"],
        ["FlowModule.Scheduling/Registrars/Systemd"],
        ["FlowModule.Scheduling/Registrars/TaskScheduler"],
        ["FlowModule.Scheduling/Health"],
        ["FlowModule.Scheduling/Notifications"],
        ["FlowModule.Scheduling/Instances"],
        ["FlowModule.Scheduling/Serving"],
        ["FlowModule/Errors"],
        ["FlowModule/Values"],
        ["FlowModule/Flows"],
        ["FlowModule/Sessions"],
        ["FlowModule/Closures"],
        ["FlowModule/Secrets"],
        ["FlowModule/Serialization"],
        ["FlowModule/History"],
        ["FlowModule/Lookup"],
        ["FlowModule/Streams"],
        ["FlowModule/Parameters"],
        ["FlowModule/Bodies"],
        ["FlowModule/Scripts"],
        ["FlowModule/Wire"],
        ["FlowModule/Stored"],
        ["FlowModule/Starting"],
        ["FlowModule/Workers"],
        ["FlowModule/Processes"],
        ["FlowModule/Pool"],
        ["FlowModule/Processes/Child"],
        ["FlowModule/Remoting"],
        ["FlowModule/Runners"],
        ["FlowModule/Tasks"],
        ["FlowModule/Resuming"],
        ["FlowModule/Stopping"],
        ["FlowModule/Jobs"],
        ["FlowModule/Scheduling/Notifications"],
        ["FlowModule/Scheduling/Health"],
        ["FlowModule/Scheduling/Registrations"],
        ["FlowModule/Scheduling/Instances"],
        ["FlowModule/Scheduling/Serving"],
        ["FlowModule/Scheduling/Scripts"],
        ["FlowModule/Pages"],
        ["FlowModule/Lookup/Export"],
        ["FlowModule/Lookup/Report"],
        ["FlowModule/Lookup/Watching"],
        ["FlowModule/Completion"],
        ["FlowModule/Commands/Shared", "FlowModule/Commands/Flows", "FlowModule/Commands/Runs", "FlowModule/Commands/Schedules", "FlowModule/Commands/Limits", "FlowModule/Commands/Hosts", "FlowModule/Commands/Workers"],
    ];

    // Rooms that may use a room above them, and why.
    private static readonly HashSet<(string From, string To)> Exceptions =
    [
        // A state names its run, which has it: they are one thing in two rooms. The pipeline shows states, whose types storage and reports need without runs.
        ("FlowModule.Engine/States", "FlowModule.Engine/Runs"),

        // A session gives its runs the listener for telemetry, which hides secrets and writes errors as the history does.
        ("FlowModule/Sessions", "FlowModule/Serialization"),
    ];

    private static readonly Dictionary<string, int> FloorOf = Floors
        .SelectMany((rooms, floor) => rooms.Select(room => (room, floor)))
        .ToDictionary(pair => pair.room, pair => pair.floor);

    [Fact]
    public void A_room_uses_only_rooms_below_it() => Assert.Equal(string.Empty, string.Join('\n', Uses
        .Where(use => FloorOf[use.To] > FloorOf[use.From] && !Exceptions.Contains((use.From, use.To)))
        .Select(use => $"{use.From} uses {use.To}: {use.Type} {use.Used}")
        .Distinct(StringComparer.Ordinal)));

    [Fact]
    public void An_exception_is_needed() => Assert.All(Exceptions, exception =>
        Assert.Contains(Uses, use => (use.From, use.To) == exception && FloorOf[use.To] > FloorOf[use.From]));

    [Fact]
    public void Each_room_stands_on_a_floor_and_each_floor_has_its_rooms() =>
        Assert.Equal(FloorOf.Keys.Order(StringComparer.Ordinal), House.Files.Select(room => room.Key).Where(room => room.Contains('/', StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    [Fact]
    public void No_room_has_more_files_than_a_person_overlooks() =>
        Assert.All(House.Files, room => Assert.True(room.Count() <= MostFiles, $"{room.Key} has {room.Count()} files."));

    [Fact]
    public void Only_the_module_knows_PowerShell()
    {
        Assert.Empty(House.Types
            .Where(type => !House.RoomOf(type)!.StartsWith("FlowModule/", StringComparison.Ordinal) && type.Dependencies.Any(dependency => KnowsPowerShell(dependency.Target)))
            .Select(type => type.FullName));

        // The question can be answered with yes.
        Assert.Contains(House.Types, type => type.Dependencies.Any(dependency => KnowsPowerShell(dependency.Target)));
    }

    [Fact]
    public void The_picture_shows_the_floors()
    {
        string page = File.ReadAllText(Path.Combine(House.Root, "docs", "architecture.md"));
        foreach ((string box, string project) in new[] { ("M", "FlowModule/"), ("E", "FlowModule.Engine/") })
        {
            int[][] boxes = [.. Regex.Matches(page, $"^    {box}[0-9]+\\[\"(?<folder>[^:\"]+: )?(?<rooms>[^\"]+)\"\\]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout)
                .Select(match => match.Groups["rooms"].Value.Split(", ")
                    .SelectMany(room => RoomsOf(project + match.Groups["folder"].Value.Replace(": ", "/", StringComparison.Ordinal) + room))
                    .Select(room => FloorOf[room])
                    .ToArray())];

            // Each box stands wholly above the next one, and none is left out.
            Assert.All(boxes.Zip(boxes.Skip(1)), pair => Assert.True(pair.First.Min() > pair.Second.Max()));
            Assert.Equal(FloorOf.Where(floor => floor.Key.StartsWith(project, StringComparison.Ordinal)).Select(floor => floor.Value).Order(), boxes.SelectMany(floors => floors).Order());
        }
    }

    // A box names a folder for the folders in it too, unless they have a box of their own.
    private static IEnumerable<string> RoomsOf(string room) => room switch
    {
        "FlowModule/Commands" => FloorOf.Keys.Where(key => key.StartsWith(room + "/", StringComparison.Ordinal)),
        "FlowModule/Processes" => [room, room + "/Child"],
        _ => [room],
    };

    private static IEnumerable<(string From, string To, string Type, string Used)> Uses =>
        from type in House.Types
        let room = House.RoomOf(type)!
        from dependency in type.Dependencies
        let other = House.RoomOf(dependency.Target)
        where other is not null && other != room
        select (room, other, type.Name, dependency.Target.Name);

    private static bool KnowsPowerShell(IType type) => type.FullName.StartsWith(PowerShell, StringComparison.Ordinal);
}
