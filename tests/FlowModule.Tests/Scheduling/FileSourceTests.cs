using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Scripts;
using FlowModule.Scheduling.Serving;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>A folder of scripts as a scheduler reads it repeatedly.</summary>
public sealed class FileSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _troubles = [];

    public void Dispose() => _folder.Dispose();

    private IFlowSource Source(bool isRecursive = false) => FlowSources.Scripts(_folder.FullPath, isRecursive, Path.Combine(_folder.FullPath, "history.db"), []);

    private string[] Look(IFlowSource source) => [.. source.Read(_troubles.Add).Select(flow => $"{flow.Name}: {string.Join("; ", flow.Schedules)}")];

    /// <summary>Writes a file with another time than before, like editors.</summary>
    private void Write(string name, string text, int age = 0) => File.SetLastWriteTimeUtc(_folder.Write(name, text), DateTime.UtcNow.AddMinutes(-60 + age));

    [Fact]
    public void Scripts_with_a_schedule_are_served_and_others_are_not()
    {
        Write("a.ps1", "#FlowSchedule -Every 00:15\n1");
        Write("b.ps1", "#FlowSchedule -Daily -At 03:00 -Name other\n1");
        Write("library.ps1", "function f { }");
        Write("notes.txt", "#FlowSchedule -Every 00:15");
        Write("inside/c.ps1", "#FlowSchedule -Every 00:30");
        Assert.Equal(["a: Every 00:15:00", "other: Daily at 03:00"], Look(Source()));
        Assert.Equal(["a: Every 00:15:00", "other: Daily at 03:00", "c: Every 00:30:00"], Look(Source(isRecursive: true)));
        Assert.Empty(_troubles);
    }

    [Fact]
    public void What_changes_is_read_anew_and_what_does_not_is_the_same_object()
    {
        IFlowSource source = Source();
        Write("a.ps1", "#FlowSchedule -Every 00:15");
        Write("b.ps1", "#FlowSchedule -Every 00:15");
        ScheduledFlow[] before = [.. source.Read(_troubles.Add)];
        Write("b.ps1", "#FlowSchedule -Every 00:20", age: 1);
        Write("c.ps1", "#FlowSchedule -Every 00:25");
        ScheduledFlow[] now = [.. source.Read(_troubles.Add)];
        Assert.Same(before[0], now[0]);
        Assert.Equal(["Every 00:15:00", "Every 00:20:00", "Every 00:25:00"], now.Select(flow => flow.Schedules[0].Description));
        File.Delete(now[0].Path);
        Assert.Equal(["b: Every 00:20:00", "c: Every 00:25:00"], Look(source));
    }

    [Fact]
    public void A_script_that_is_broken_is_told_of_once_and_served_as_before()
    {
        IFlowSource source = Source();
        Write("a.ps1", "#FlowSchedule -Every 00:15");
        Look(source);
        Write("a.ps1", "#FlowSchedule -Every never", age: 1);
        Write("b.ps1", "#FlowSchedule -Cron '61 * * * *'");
        Assert.Equal(["a: Every 00:15:00"], Look(source));
        Assert.Equal(2, _troubles.Count);
        Assert.Contains("a.ps1' cannot be served", _troubles[0], StringComparison.Ordinal);
        Assert.EndsWith("It is served as it was before.", _troubles[0], StringComparison.Ordinal);
        Assert.False(source.IsWhole);

        Assert.Equal(["a: Every 00:15:00"], Look(source));
        Assert.Equal(2, _troubles.Count);
        Write("a.ps1", "#FlowSchedule -Every 00:45", age: 2);
        File.Delete(Path.Combine(_folder.FullPath, "b.ps1"));
        Assert.Equal(["a: Every 00:45:00"], Look(source));
        Assert.True(source.IsWhole);
    }

    /// <summary>Deployment programs and editors do this.</summary>
    [Fact]
    public void Files_that_go_while_the_folder_is_looked_through_are_gone_and_no_trouble()
    {
        string[] files = [.. "abcd".Select(name => _folder.Write($"{name}.ps1", "x"))];
        bool isRacing = true;
        var source = new FileSource(_folder.FullPath, "*.ps1", isRecursive: false, path =>
        {
            if (isRacing && path == files[0])
            {
                File.Delete(files[1]);
                File.Delete(files[2]);
            }

            _ = File.ReadAllText(path);
            return Flow(path);
        });

        Assert.Equal(["a", "d"], source.Read(_troubles.Add).Select(flow => flow.Name));
        isRacing = false;
        _folder.Write("b.ps1", "b");
        Assert.Equal(["a", "b", "d"], source.Read(_troubles.Add).Select(flow => flow.Name));
        Assert.Empty(_troubles);
    }

    /// <summary>The owner and mode of a file can be corrected, and space can be freed on a full disk, without a change to the file.</summary>
    [Fact]
    public void A_script_that_could_not_be_read_is_read_again_though_it_has_not_changed()
    {
        _folder.Write("a.ps1", "a");
        string? trouble = "one";
        var source = new FileSource(_folder.FullPath, "*.ps1", isRecursive: false, path => trouble is null ? Flow(path) : throw new UnauthorizedAccessException(trouble));

        Assert.Empty(source.Read(_troubles.Add));
        Assert.Empty(source.Read(_troubles.Add));
        Assert.EndsWith("one", Assert.Single(_troubles), StringComparison.Ordinal);
        trouble = "two";
        Assert.Empty(source.Read(_troubles.Add));
        Assert.Equal(2, _troubles.Count);
        trouble = null;
        Assert.Equal("a", Assert.Single(source.Read(_troubles.Add)).Name);
        Assert.True(source.IsWhole);
    }

    [Fact]
    public void Of_two_scripts_of_one_name_the_first_is_served()
    {
        IFlowSource source = Source();
        Write("a.ps1", "#FlowSchedule -Every 00:15");
        Write("b.ps1", "#FlowSchedule -Every 00:20 -Name A");
        Assert.Equal(["a: Every 00:15:00"], Look(source));
        Assert.Contains("b.ps1' is not served: its name 'A' is already used by", Assert.Single(_troubles), StringComparison.Ordinal);
        Look(source);
        Assert.Single(_troubles);
    }

    [Fact]
    public void A_folder_that_goes_away_leaves_what_it_held()
    {
        using var inner = new TempFolder();
        IFlowSource source = FlowSources.Scripts(inner.FullPath, isRecursive: false, Path.Combine(_folder.FullPath, "history.db"), []);
        inner.Write("a.ps1", "#FlowSchedule -Every 00:15");
        Look(source);
        Directory.Delete(inner.FullPath, recursive: true);
        Assert.Equal(["a: Every 00:15:00"], Look(source));
        Look(source);
        Assert.Contains("cannot be read", Assert.Single(_troubles), StringComparison.Ordinal);
        Assert.False(source.IsWhole);
        Directory.CreateDirectory(inner.FullPath);
        Assert.Empty(Look(source));
        Assert.True(source.IsWhole);
    }

    [Fact]
    public void A_folder_that_is_not_there_is_refused()
    {
        var exception = Assert.Throws<FlowException>(() => FlowSources.Scripts(Path.Combine(_folder.FullPath, "none"), isRecursive: false, "history.db", []));
        Assert.Equal("FlowFolderNotFound", exception.ErrorRecord.FullyQualifiedErrorId);
    }

    /// <summary>The system reports changes, so there is no wait for the next periodic read.</summary>
    [Fact]
    public async Task A_watch_reads_anew_when_something_changes()
    {
        using var looks = new System.Collections.Concurrent.BlockingCollection<string[]>();
        Write("a.ps1", "#FlowSchedule -Every 00:15");
        using var end = new CancellationTokenSource();
        using var watch = new SourceWatch(Source(), flows => looks.Add([.. flows.Select(flow => flow.Name)]), _troubles.Add, TimeProvider.System);
        Task running = Task.Run(() => watch.Run(end.Token));
        Assert.Equal(["a"], Next(looks));
        Write("b.ps1", "#FlowSchedule -Every 00:15");
        Until(looks, ["a", "b"]);
        File.Delete(Path.Combine(_folder.FullPath, "a.ps1"));
        Until(looks, ["b"]);
        watch.Refresh();
        Assert.Equal(["b"], Next(looks));
        await end.CancelAsync();
        await running;
        Assert.Empty(_troubles);
    }

    private static ScheduledFlow Flow(string path) => new()
    {
        Name = Path.GetFileNameWithoutExtension(path),
        Path = path,
        Schedules = [new IntervalSchedule(TimeSpan.FromHours(1), DateTimeOffset.UnixEpoch, TimeZoneInfo.Utc, TimeSpan.Zero)],
        WorkingDirectory = "/",
        LogPath = "/log",
        Since = default,
    };

    private static string[] Next(System.Collections.Concurrent.BlockingCollection<string[]> looks) =>
        looks.TryTake(out string[]? names, TimeSpan.FromSeconds(SourceWatch.Period.TotalSeconds * 4)) ? names : throw new TimeoutException("Nothing was read.");

    // One change may be reported more than once.
    private static void Until(System.Collections.Concurrent.BlockingCollection<string[]> looks, string[] names)
    {
        while (!Next(looks).SequenceEqual(names))
        {
        }
    }

    /// <summary>The current content of the file would run, whatever it was before.</summary>
    [UnixOnlyFact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void A_script_that_others_can_write_is_served_no_more()
    {
        Write("a.ps1", "#FlowSchedule -Daily -At 03:00");
        IFlowSource source = Source();
        Assert.Single(Look(source));

        Write("a.ps1", "#FlowSchedule -Daily -At 04:00", age: 1);
        File.SetUnixFileMode(Path.Combine(_folder.FullPath, "a.ps1"), (UnixFileMode)0x1B6);

        Assert.Empty(Look(source));
        Assert.Contains("Other users can write to the file", Assert.Single(_troubles), StringComparison.Ordinal);
        Assert.DoesNotContain("as it was before", _troubles[0], StringComparison.Ordinal);
    }
}
