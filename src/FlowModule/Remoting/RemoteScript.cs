using System.Globalization;
using System.Text;

namespace FlowModule.Remoting;

/// <summary>What runs on the other machine: loads the module's assemblies, which are sent if they are not there, and starts a worker.</summary>
internal static class RemoteScript
{
    /// <summary>The other machine has not got the assemblies.</summary>
    internal const string Send = "send";

    /// <summary>The worker starts: from now on, there are frames.</summary>
    internal const string Ready = "ready";

    /// <summary>The other machine's PowerShell is too old. Its version follows.</summary>
    internal const string TooOld = "version ";

    /// <summary>The lowest version of PowerShell.</summary>
    internal static readonly Version Lowest = new(7, 4);

    private const string Functions = """
        function Get-Folder($name) {
            $data = [Environment]::GetFolderPath('LocalApplicationData', 'Create')
            if (-not $data) { $data = [IO.Path]::GetTempPath() }
            [IO.Path]::Combine($data, 'FlowModule', 'remote', $name)
        }
        function Expand-Module($folder, $archive) {
            $new = $folder + '.' + [guid]::NewGuid().ToString('N')
            if ([OperatingSystem]::IsWindows()) { $null = [IO.Directory]::CreateDirectory($new) }
            else { $null = [IO.Directory]::CreateDirectory($new, [IO.UnixFileMode] 'UserRead, UserWrite, UserExecute') }
            [IO.Compression.ZipFile]::ExtractToDirectory([IO.MemoryStream]::new([byte[]] $archive), $new)
            try { [IO.Directory]::Move($new, $folder) }
            catch {
                if (-not [IO.Directory]::Exists($folder)) { throw }
                [IO.Directory]::Delete($new, $true)
            }
        }

        """;

    private const string OverStreams = """
        $ErrorActionPreference = 'Stop'
        $out = [Console]::OpenStandardOutput()
        function Say($text) { $bytes = [Text.Encoding]::UTF8.GetBytes("`n{0} $text`n"); $out.Write($bytes, 0, $bytes.Length); $out.Flush() }
        if ([version]::new($PSVersionTable.PSVersion.Major, $PSVersionTable.PSVersion.Minor) -lt [version] '{1}') { Say "version $($PSVersionTable.PSVersion)"; exit 3 }
        $folder = Get-Folder '{2}'
        if (-not [IO.Directory]::Exists($folder)) {
            Say 'send'
            $in = [Console]::OpenStandardInput()
            $archive = [byte[]]::new({3})
            $count = 0
            while ($count -lt $archive.Length) {
                $read = $in.Read($archive, $count, $archive.Length - $count)
                if ($read -eq 0) { exit 3 }
                $count += $read
            }
            Expand-Module $folder $archive
        }
        $null = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($folder, 'FlowModule.dll'))
        Say 'ready'
        [FlowModule.FlowWorkerProcess]::Serve([runspace]::DefaultRunspace.InitialSessionState)
        exit 0
        """;

    /// <summary>For a pipeline of PowerShell remoting: answers its input, first what is said here, then the bytes of the worker.</summary>
    internal const string InPipeline = $$"""
        begin {
            $worker = $null; $folder = $null
            {{Functions}}
        }
        process {
            if ($null -ne $worker) { , $worker.Exchange($_); return }
            if ($_ -is [string]) { $folder = Get-Folder $_ } else { Expand-Module $folder $_ }
            if (-not [IO.Directory]::Exists($folder)) { 'send'; return }
            $null = [Reflection.Assembly]::LoadFrom([IO.Path]::Combine($folder, 'FlowModule.dll'))
            $worker = [FlowModule.FlowRemoteWorker]::new([runspace]::DefaultRunspace.InitialSessionState)
            'ready'
        }
        clean { if ($null -ne $worker) { $worker.Dispose() } }
        """;

    /// <summary>For a PowerShell that reads its commands from standard input: one line. What it says on standard output begins with the mark.</summary>
    internal static string LineFor(RemoteModule module, string mark)
    {
        string script = Functions + OverStreams
            .Replace("{0}", mark, StringComparison.Ordinal)
            .Replace("{1}", Lowest.ToString(), StringComparison.Ordinal)
            .Replace("{2}", module.Name, StringComparison.Ordinal)
            .Replace("{3}", module.Archive.Length.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return $". ([scriptblock]::Create([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{Convert.ToBase64String(Encoding.UTF8.GetBytes(script))}'))))\n";
    }
}
