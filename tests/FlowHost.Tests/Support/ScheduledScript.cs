using System.Globalization;
using System.Text.Json.Nodes;

namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A registered script with its own history, in a folder that is removed after the test.</summary>
internal sealed class ScheduledScript : IDisposable
{
    public const string Name = "nightly";

    /// <summary>A second name of the same script, with its own log.</summary>
    public const string Another = "another";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("flow-schedule-");

    /// <param name="script">The script.</param>
    /// <param name="policy">What happens while another run has not ended.</param>
    /// <param name="once">The only time at which it is due; null for a repeating schedule.</param>
    /// <param name="missed">What happens with missed ticks.</param>
    /// <param name="host">The scheduler that starts it.</param>
    public ScheduledScript(string script, string policy = "IgnoreNew", DateTimeOffset? once = null, string missed = "Skip", string host = "Scheduler")
    {
        File.WriteAllText(PathOf("script.ps1"), script);
        string since = (once ?? DateTimeOffset.UtcNow).ToString("O", CultureInfo.InvariantCulture);
        JsonObject registration = new()
        {
            ["version"] = 1,
            ["name"] = Name,
            ["path"] = PathOf("script.ps1"),
            ["workingDirectory"] = _folder.FullName,
            ["schedules"] = new JsonArray(once is not null
                ? new JsonObject { ["at"] = since }
                : new JsonObject { ["every"] = "00:00:00.0010000", ["anchor"] = "2026-01-01T00:00:00.0000000+00:00" }),
            ["multipleInstances"] = policy,
            ["missed"] = missed,
            ["onFailure"] = new JsonArray(),
            ["environment"] = new JsonObject { ["FLOW_TEST_WORD"] = "wörd" },
            ["logPath"] = LogPath,
            ["since"] = since,
            ["parameters"] = null,
            ["using"] = host,
            ["entries"] = new JsonArray(),
        };
        Directory.CreateDirectory(PathOf("schedules"));
        File.WriteAllText(PathOf($"schedules/{Name}.json"), registration.ToJsonString());
        registration["name"] = Another;
        registration["logPath"] = PathOf("another.log");
        File.WriteAllText(PathOf($"schedules/{Another}.json"), registration.ToJsonString());
    }

    public string Log => File.ReadAllText(LogPath);

    /// <summary>The content of its history files.</summary>
    public string History => string.Concat(Directory.GetFiles(_folder.FullName, "history.db*").Select(file => File.ReadAllText(file, System.Text.Encoding.Latin1)));

    private string LogPath => PathOf("nightly.log");

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Creates a file that the script waits for.</summary>
    public void Signal(string name) => File.WriteAllText(PathOf(name), string.Empty);

    /// <summary>Starts the command that the machine's scheduler starts.</summary>
    public FlowProcess Start(string name = Name) => FlowProcess.Start("scheduled", name, "--history-path", PathOf("history.db"));

    public FlowResult Run(string name = Name)
    {
        using FlowProcess process = Start(name);
        return process.WaitForExit();
    }

    /// <summary>The same, with environment variables.</summary>
    public FlowResult Run(IReadOnlyDictionary<string, string?> environment) => FlowProcess.Invoke(["scheduled", Name, "--history-path", PathOf("history.db")], environment);

    /// <summary>Waits until the script has created a file.</summary>
    public void WaitFor(string name)
    {
        Assert.True(MadeFile.IsThere(PathOf(name)), $"The script has not made '{name}'. Its log: {(File.Exists(LogPath) ? Log : null)}");
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
