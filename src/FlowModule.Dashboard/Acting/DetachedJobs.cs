using System.Collections.Concurrent;
using System.Diagnostics;
using FlowModule.Engine.Files;

namespace FlowModule.Dashboard.Acting;

/// <summary>
/// Starts processes of flow for the actions of users. Each has its own session and outlives the dashboard. It reads its code from standard
/// input, and writes to a private file.
/// </summary>
internal sealed class DetachedJobs(DashboardOptions options, DashboardFiles files, TimeProvider time)
{
    // Older jobs are forgotten.
    private const int MostKept = 200;

    private readonly ConcurrentDictionary<Guid, Job> _jobs = new();

    /// <summary>Starts PowerShell code.</summary>
    /// <param name="title">What it does, for display.</param>
    /// <param name="script">The code.</param>
    /// <param name="resumed">The run that it continues, or null for a new one.</param>
    /// <param name="schedule">The scheduled flow that it runs, or null.</param>
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

                // With its own console, so that Ctrl+C in the dashboard's console does not reach it.
                CreateNoWindow = true,
                WorkingDirectory = Path.GetDirectoryName(files.Folder),
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
                // A program that it has left running may have the file open.
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

/// <summary>A process that a user has started.</summary>
public sealed class Job(Guid id, string title, DateTimeOffset started)
{
    internal Guid Id => id;

    internal string Title => title;

    internal DateTimeOffset Started => started;

    internal int ProcessId { get; set; }

    /// <summary>The run that it continues, or null for a new one.</summary>
    internal Guid? Resumed { get; init; }

    /// <summary>The scheduled flow that it runs, or null.</summary>
    internal string? Schedule { get; init; }

    /// <summary>Its last output; null while it runs.</summary>
    internal string? Output { get; set; }

    /// <summary>Its exit code; null while it runs.</summary>
    internal int? ExitCode { get; set; }
}
