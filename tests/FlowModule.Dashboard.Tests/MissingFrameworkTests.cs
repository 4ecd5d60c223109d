using System.Runtime.InteropServices;
using FlowModule.Dashboard.Tests.Support;

namespace FlowModule.Dashboard.Tests;

/// <summary>A machine with the .NET runtime and without ASP.NET Core.</summary>
public sealed class MissingFrameworkTests : IDisposable
{
    private static readonly string Runtime = Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());
    private static readonly string Root = Path.GetFullPath(Path.Combine(Runtime, "..", "..", ".."));
    private static readonly string Program = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_dashboard_says_what_is_missing_and_how_to_get_it_and_scripts_run_without_it()
    {
        // A copy, because .NET follows links to where ASP.NET Core is.
        string dotnet = Path.Combine(_folder.Path, Program);
        File.Copy(Path.Combine(Root, Program), dotnet);
        Copy(Path.Combine(Root, "host"), Path.Combine(_folder.Path, "host"));
        Copy(Runtime, Path.Combine(_folder.Path, Path.GetRelativePath(Root, Runtime)));

        (int exitCode, string output) = FlowProgram.RunWith(dotnet, _folder.Path, "ui", "--port", "0");

        Assert.Equal(2, exitCode);
        Assert.Contains($"needs the ASP.NET Core runtime {Environment.Version.Major}.{Environment.Version.Minor}, which is not in '{Path.Combine(_folder.Path, "shared")}", output, StringComparison.Ordinal);
        Assert.Contains($"aspnetcore-runtime-{Environment.Version.Major}.{Environment.Version.Minor}", output, StringComparison.Ordinal);
        Assert.Contains("hello", FlowProgram.RunWith(dotnet, _folder.Path, "command", "'hello'").Output, StringComparison.Ordinal);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }
}
