#!/usr/bin/env bash
# .NET SDK 10.0.4xx: a net8.0 program that is published with PublishReadyToRun has no machine code for .NET 10.
#
# The SDK takes the compiler of the target framework (crossgen 8.0.x for net8.0). The runtime of .NET 10 refuses images of that format without a
# word, and compiles every method as if there were none: a library that is built for net8.0, to run on .NET 8 and later, gains nothing on the newest
# runtime. The same program for net10.0 is compiled ahead. Here the methods of the program that the runtime compiles are counted.
# Seen with the SDK 10.0.401 and microsoft.netcore.app.crossgen2 of 8.0 and 10.0 on Linux. FlowModule's build calls the compiler of the SDK itself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
runtime=$(dotnet --info | sed -nE 's/^ *RID: *//p' | head -n 1)
compiled() {
    local target=$1 folder=$work/$1
    mkdir "$folder"
    cat >"$folder/program.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>$target</TargetFramework>
    <RollForward>Major</RollForward>
    <PublishReadyToRun>true</PublishReadyToRun>
  </PropertyGroup>
</Project>
XML
    cat >"$folder/Program.cs" <<'CS'
using System.Runtime.CompilerServices;

public static class Program
{
    public static int Main() => First(1) + Second(2) + Third(3) == 12 ? 0 : 1;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int First(int value) => value * 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Second(int value) => value * 2;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Third(int value) => value * 2;
}
CS
    dotnet publish "$folder" -c Release -r "$runtime" --no-self-contained -o "$folder/out" -v q --nologo >/dev/null
    DOTNET_JitStdOutFile=$folder/compiled DOTNET_JitDisasmSummary=1 DOTNET_ROLL_FORWARD=LatestMajor dotnet "$folder/out/program.dll"
    grep -cE 'Program:(Main|First|Second|Third)' "$folder/compiled" || true
}
old=$(compiled net8.0)
new=$(compiled net10.0)
echo "methods of the program, of 4, that .NET 10 compiles as it runs: $old when built for net8.0, $new when built for net10.0"
[ "$old" = 4 ] && [ "$new" = 0 ] || { echo "This has changed."; exit 1; }
