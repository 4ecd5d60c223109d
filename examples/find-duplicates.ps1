# Finds files with the same content: a subflow a folder hashes the folder's files, in parallel; the parent gathers the duplicates.
#   find-duplicates.ps1 -Path ~/photos        the groups of equal files, the most wasteful first
#   find-duplicates.ps1 -Path ~/photos -All   every file with its hash
# A file or folder that cannot be read gives an error that names it, and the rest is searched. Symbolic links are not followed.
param(
    [Parameter(Mandatory)] [string] $Path,
    [ValidateRange(1, 1000)] [int] $ThrottleLimit = [Environment]::ProcessorCount,
    [switch] $All
)

$root = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path)
if (-not [System.IO.Directory]::Exists($root)) {
    throw "There is no folder '$root'."
}

# The folders come down the pipeline as they are found, so hashing begins at once.
function Get-Folder([string] $Root) {
    $waiting = [System.Collections.Generic.Stack[string]]::new()
    $waiting.Push($Root)
    while ($waiting.Count -gt 0) {
        $folder = $waiting.Pop()
        $folder
        try {
            foreach ($inner in [System.IO.DirectoryInfo]::new($folder).EnumerateDirectories()) {
                if (-not $inner.Attributes.HasFlag([System.IO.FileAttributes]::ReparsePoint)) {
                    $waiting.Push($inner.FullName)
                }
            }
        }
        catch {
            # The subflow of this folder meets the same, and says so.
        }
    }
}

$hashFolder = New-Flow hash-folder {
    param([string] $Folder)

    try {
        $files = [System.IO.DirectoryInfo]::new($Folder).GetFiles()
    }
    catch {
        Write-Error "Cannot list folder '$Folder': $($_.Exception.GetBaseException().Message)"
        return
    }

    $sha256 = [System.Security.Cryptography.SHA256]::Create()
    try {
        foreach ($file in $files) {
            if ($file.Attributes.HasFlag([System.IO.FileAttributes]::ReparsePoint)) {
                continue
            }

            # Not opened: what looks empty may be a pipe, and opening one waits for ever.
            if ($file.Length -eq 0) {
                [pscustomobject] @{ Path = $file.FullName; Hash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'; Length = [long] 0 }
                continue
            }

            try {
                $stream = [System.IO.FileStream]::new($file.FullName, 'Open', 'Read', 'ReadWrite, Delete', 1MB, 'SequentialScan')
                try {
                    $hash = [Convert]::ToHexString($sha256.ComputeHash($stream)).ToLowerInvariant()
                    [pscustomobject] @{ Path = $file.FullName; Hash = $hash; Length = $stream.Length }
                }
                finally {
                    $stream.Dispose()
                }
            }
            catch {
                Write-Error "Cannot read file '$($file.FullName)': $($_.Exception.GetBaseException().Message)"
            }
        }
    }
    finally {
        $sha256.Dispose()
    }
}

$findDuplicates = New-Flow find-duplicates {
    $files = @(Get-Folder $root | Start-Subflow $hashFolder -Parallel -ThrottleLimit $ThrottleLimit -InformationAction Ignore | Receive-FlowResult)
    if ($All) {
        return $files
    }

    $byHash = [System.Collections.Generic.Dictionary[string, System.Collections.Generic.List[object]]]::new()
    foreach ($file in $files) {
        $group = $null
        if (-not $byHash.TryGetValue($file.Hash, [ref] $group)) {
            $group = [System.Collections.Generic.List[object]]::new()
            $byHash.Add($file.Hash, $group)
        }

        $group.Add($file)
    }

    $duplicates = foreach ($group in $byHash.Values) {
        if ($group.Count -gt 1) {
            [pscustomobject] @{
                Hash   = $group[0].Hash
                Length = $group[0].Length
                Count  = $group.Count
                Wasted = $group[0].Length * ($group.Count - 1)
                Path   = [string[]] $(foreach ($file in $group) { $file.Path })
            }
        }
    }

    $duplicates | Sort-Object Wasted -Descending
}

Invoke-Flow $findDuplicates | Receive-FlowResult
