using System.Collections.Concurrent;
using System.Diagnostics;
using FlowModule.Engine.Files;

namespace FlowModule.Dashboard.Acting;

/// <summary>
/// Processes of flow that run what a person has started here. Each has a session of its own: it goes on when the dashboard ends. What it is to do comes
/// through its standard input, and what it writes goes to a file of the user's own.
/// </summary>
internal sealed class DetachedJobs(DashboardOptions options, DashboardFiles files, TimeProvider time)
{
    // More are not looked at again.
    private const int MostKept = 200;

    private readonly ConcurrentDictionary<Guid, Job> _jobs = new();

    /// <summary>Starts PowerShell code.</summary>
    /// <param name="title">What it does, for people.</param>
    /// <param name="script">The code.</param>
    /// <param name="resumed">The run that it goes on with, if it is not a new one.</param>
    /// <param name="schedule">The scheduled flow that it runs, if it is one.</param>
    /// <exception cref="DashboardException">flow cannot be started.</exception>
    internal Job Start(string title, string script, Guid? resumed, string? schedule)
    {
        var job = new Job(Guid.NewGuid(), title, time.GetUtcNow()) { Resumed = resumed, Schedule = schedule };
        try
        {
            PrivateFiles.MakeFolder(files.Folder);
            var start = new ProcessStartInfo(options.Flow[0])
            {
                RedirectStandardInput = true,
                UseShellExecute = false,

                // Of a console of its own: Ctrl+C at the dashboard's is not for it.
                CreateNoWindow = true,
                WorkingDirectory = Path.GetDirectoryName(options.HistoryPath),
            };
            foreach (string argument in (IEnumerable<string>)[.. options.Flow.Skip(1), "detached", files.LogOf(job.Id)])
            {
                start.ArgumentList.Add(argument);
            }

            Process process = Process.Start(start)!;
            process.StandardInput.Write(script);
            process.StandardInput.Close();
            job.ProcessId = process.Id;
            _ = Watch(job, process);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            throw new DashboardException($"flow could not be started: {exception.Message}");
        }

        _jobs[job.Id] = job;
        Forget();
        return job;
    }

    internal Job? Find(Guid id) => _jobs.GetValueOrDefault(id);

    private async Task Watch(Job job, Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync();
            string log = files.LogOf(job.Id);
            try
            {
                job.Output = File.Exists(log) ? LastLines(log) : string.Empty;
                File.Delete(log);
            }
            catch (IOException exception)
            {
                // What it has left running may hold it.
                job.Output ??= exception.Message;
            }

            job.ExitCode = process.ExitCode;
        }
    }

    private static string LastLines(string path) => string.Join('\n', File.ReadLines(path).TakeLast(40));

    private void Forget()
    {
        foreach (Job job in _jobs.Values.Where(static job => job.ExitCode is not null).OrderByDescending(static job => job.Started).Skip(MostKept))
        {
            _jobs.TryRemove(job.Id, out _);
        }
    }
}

/// <summary>What a person has started.</summary>
public sealed class Job(Guid id, string title, DateTimeOffset started)
{
    internal Guid Id => id;

    internal string Title => title;

    internal DateTimeOffset Started => started;

    internal int ProcessId { get; set; }

    /// <summary>The run that it goes on with, if it is not a new one.</summary>
    internal Guid? Resumed { get; init; }

    /// <summary>The scheduled flow that it runs, if it is one.</summary>
    internal string? Schedule { get; init; }

    /// <summary>What it has written last; null while it runs.</summary>
    internal string? Output { get; set; }

    /// <summary>How it ended; null while it runs.</summary>
    internal int? ExitCode { get; set; }
}
