#!/usr/bin/env bash
# PowerShell 7.6.9 as a .NET tool: pwsh compiles its own methods each time it starts.
#
# PowerShell's archives and installers bring assemblies that are compiled ahead, so one would expect the same of the tool, which has the same version. Its
# package is for all platforms, and has IL alone: a script of one line waits until thousands of methods of PowerShell are compiled. When the one assembly
# System.Management.Automation.dll of the same tool is compiled ahead with the SDK's own compiler, most of them need not be. Both numbers are counted here.
# Seen with the tool 7.6.9, the SDK 10.0.401 and microsoft.netcore.app.crossgen2 10.0.12 on Linux: 5,500 and 400 methods, give or take a tenth.
# FlowModule's program flow is PowerShell that is compiled ahead where it is built, so that a scheduled script starts in less time.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off
dotnet tool install --tool-path "$work/tool" PowerShell --version 7.6.9 >/dev/null
shell=$(dirname "$(find "$work/tool" -path '*unix/pwsh.dll')")
compiled() {
    dotnet "$1/pwsh.dll" -NoProfile -NonInteractive -Command '[System.Runtime.JitInfo]::GetCompiledMethodCount($false)'
}
first=$(compiled "$shell")

mkdir "$work/ahead"
cat >"$work/ahead/ahead.csproj" <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="Microsoft.NETCore.App.Crossgen2.$(NETCoreSdkPortableRuntimeIdentifier)" Version="[$(BundledNETCoreAppPackageVersion)]" />
  </ItemGroup>
  <Target Name="Show">
    <Message Importance="high" Text="compiler:$(NuGetPackageRoot)microsoft.netcore.app.crossgen2.$(NETCoreSdkPortableRuntimeIdentifier)/$(BundledNETCoreAppPackageVersion)/tools/crossgen2" />
    <Message Importance="high" Text="framework:$(NetCoreRoot)shared/Microsoft.NETCore.App/$(BundledNETCoreAppPackageVersion)" />
  </Target>
</Project>
XML
dotnet restore "$work/ahead" -v q --nologo >/dev/null
told=$(dotnet msbuild "$work/ahead" -t:Show -nologo -v:n)
compiler=$(sed -nE 's/^ *compiler://p' <<<"$told")
framework=$(sed -nE 's/^ *framework://p' <<<"$told")
cp -r "$shell" "$work/shell"
"$compiler" "$shell/System.Management.Automation.dll" -o "$work/shell/System.Management.Automation.dll" \
    -r "$framework/*.dll" -r "$shell/*.dll" -O >/dev/null 2>&1
second=$(compiled "$work/shell")
echo "methods compiled before the end of a script of one line: $first as the tool is, $second with System.Management.Automation.dll compiled ahead"
[ "$first" -gt 2000 ] && [ "$second" -lt $((first / 2)) ] || { echo "This has changed."; exit 1; }
