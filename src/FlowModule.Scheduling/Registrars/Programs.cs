using System.Diagnostics;

namespace FlowModule.Scheduling.Registrars;

/// <summary>The output of a program and how it ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Its standard output, byte for byte.</param>
/// <param name="Errors">Its standard error.</param>
internal sealed record ProgramResult(int ExitCode, byte[] Output, string Errors);

/// <summary>Runs the programs of the machine's schedulers.</summary>
internal interface IPrograms
{
    /// <summary>Whether there is a program with this name.</summary>
    bool Has(string program);

    /// <exception cref="RegistrarException">It cannot be started, or does not end.</exception>
    ProgramResult Run(string program, IReadOnlyList<string> arguments, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null);
}

/// <summary>The programs on the PATH.</summary>
internal sealed class Programs : IPrograms
{
    internal static readonly Programs Instance = new();

    // They only read or write a few files.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public bool Has(string program) => Find(program) is not null;

    public ProgramResult Run(string program, IReadOnlyList<string> arguments, byte[]? input = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        string path = Find(program) ?? throw new RegistrarException($"There is no program '{program}' on this machine.", isMissing: true);
        var start = new ProcessStartInfo(path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };

        // Their output is parsed, so it must be in one language.
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        try
        {
            using Process process = Process.Start(start)!;
            return Talk(process, program, input);
        }
        catch (Exception exception) when (exception is System.ComponentModel.Win32Exception or IOException or InvalidOperationException)
        {
            throw new RegistrarException($"'{path}' cannot be run: {exception.Message}", inner: exception);
        }
    }

    private static ProgramResult Talk(Process process, string program, byte[]? input)
    {
        using var output = new MemoryStream();
        Task reading = Copy(process.StandardOutput, output);
        Task<string> errors = ReadText(process.StandardError);
        Task writing = Write(process, input);
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new RegistrarException($"'{program}' has not ended after {Patience.TotalSeconds:0} seconds, and was stopped.");
        }

        // A process that it started may keep its output open, and is not waited for.
        Task.WaitAll([reading, errors, writing], Patience);
        return new ProgramResult(process.ExitCode, output.ToArray(), errors.IsCompletedSuccessfully ? errors.Result.Trim() : string.Empty);
    }

    // Read to its end and then closed, because disposing of the process does not close it.
    private static async Task Copy(StreamReader reader, MemoryStream output)
    {
        using (reader)
        {
            await reader.BaseStream.CopyToAsync(output).ConfigureAwait(false);
        }
    }

    private static async Task<string> ReadText(StreamReader reader)
    {
        using (reader)
        {
            return await reader.ReadToEndAsync().ConfigureAwait(false);
        }
    }

    private static async Task Write(Process process, byte[]? input)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input ?? []).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input; its exit code gives the reason.
        }
    }

    /// <summary>The full path of a program on the PATH, or null.</summary>
    internal static string? Find(string program)
    {
        string[] endings = OperatingSystem.IsWindows() ? [".exe", ".cmd"] : [string.Empty];
        return (from folder in (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                from ending in endings
                let path = Path.Combine(folder, program + ending)
                where Path.IsPathFullyQualified(path) && File.Exists(path)
                select path).FirstOrDefault();
    }
}
