#!/usr/bin/env bash
# Microsoft.PowerShell.SDK 7.6.9: published for one platform (dotnet publish -r), a program loses PowerShell's own module folder.
#
# The package puts the folder Modules (Utility, Management, Security, Host) below runtimes/<unix|win>/lib/net10.0, and in a build for every
# platform the engine lies there too, so that $PSHOME/Modules is right. A publish for one platform moves the engine beside the program,
# and the folder stays where it was: $PSHOME/Modules does not exist, Get-Module -ListAvailable lists none of the four, and with
# InitialSessionState.CreateDefault2, which loads commands from modules, there is no Get-Date.
# Seen with Microsoft.PowerShell.SDK 7.6.9 and the .NET SDK 10.0.4xx on Linux. FlowModule copies the folder beside its program.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 HOME=$work
mkdir "$work/program"
cd "$work/program"
cat >program.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Microsoft.PowerShell.SDK" Version="7.6.9" />
  </ItemGroup>
</Project>
XML
cat >Program.cs <<'CS'
using System.Management.Automation;
using System.Management.Automation.Runspaces;

using Runspace runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
runspace.Open();
using PowerShell shell = PowerShell.Create(runspace);
shell.AddScript("@(Get-Module -ListAvailable | Where-Object Name -like 'Microsoft.PowerShell.*').Count; [IO.Directory]::Exists(\"$PSHOME/Modules\"); @(Get-Command Get-Dat[e]).Count");
Console.WriteLine(string.Join(' ', shell.Invoke()));
CS
runtime=$(dotnet --info | sed -nE 's/^ *RID: *//p' | head -n 1)
dotnet build -c Release -o "$work/every" -v q --nologo >/dev/null
dotnet publish -c Release -r "$runtime" --no-self-contained -o "$work/one" -v q --nologo >/dev/null
every=$(dotnet "$work/every/program.dll")
one=$(dotnet "$work/one/program.dll")
echo "modules, folder, commands named Get-Date in a build for every platform: $every"
echo "modules, folder, commands named Get-Date in a publish for $runtime: $one"
[ "$every" = "4 True 1" ] && [ "$one" = "0 False 0" ] || { echo "This has changed."; exit 1; }
