using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.HelpBuilder;

/// <summary>A cmdlet as the engine sees it.</summary>
/// <param name="Info">The cmdlet.</param>
/// <param name="Parameters">Its parameters but the common ones.</param>
internal sealed record DocumentedCommand(CmdletInfo Info, IReadOnlyList<DocumentedParameter> Parameters)
{
    internal string Name => Info.Name;
}

/// <summary>A parameter as the engine sees it, in each of its parameter sets.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sets">What it is in each set.</param>
/// <param name="IsInAllSets">Whether it is the same parameter whatever the set.</param>
/// <param name="TakesWildcards">Whether its values may be patterns.</param>
internal sealed record DocumentedParameter(string Name, IReadOnlyDictionary<string, CommandParameterInfo> Sets, bool IsInAllSets, bool TakesWildcards)
{
    internal CommandParameterInfo Any => Sets.Values.First();

    internal string TypeName => NameOf(Any.ParameterType);

    internal bool IsSwitch => Any.ParameterType == typeof(SwitchParameter);

    private static string NameOf(Type type) => (Nullable.GetUnderlyingType(type) ?? type).Name;
}

/// <summary>Imports the module as people do and asks the engine for its cmdlets.</summary>
internal static class ModuleCommands
{
    private static readonly HashSet<string> Common = [.. Cmdlet.CommonParameters];

    internal static IReadOnlyList<DocumentedCommand> Load(string manifest)
    {
        InitialSessionState state = InitialSessionState.CreateDefault2();
        state.ImportPSModule(Path.GetFullPath(manifest));
        using Runspace runspace = RunspaceFactory.CreateRunspace(state);
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        List<CmdletInfo> cmdlets = [.. shell.AddCommand("Get-Command").AddParameter("Module", "FlowModule").AddParameter("CommandType", CommandTypes.Cmdlet)
            .Invoke<CmdletInfo>().OrderBy(cmdlet => cmdlet.Name, StringComparer.OrdinalIgnoreCase)];
        return cmdlets.Count > 0
            ? [.. cmdlets.Select(cmdlet => new DocumentedCommand(cmdlet, ParametersOf(cmdlet)))]
            : throw new InvalidOperationException($"The module {manifest} exports no cmdlets: {string.Join(' ', shell.Streams.Error)}");
    }

    private static List<DocumentedParameter> ParametersOf(CmdletInfo cmdlet)
    {
        var found = new List<DocumentedParameter>();
        foreach (ParameterMetadata metadata in cmdlet.Parameters.Values.Where(parameter => !Common.Contains(parameter.Name)))
        {
            var sets = cmdlet.ParameterSets
                .Select(set => (set.Name, Parameter: set.Parameters.FirstOrDefault(parameter => parameter.Name == metadata.Name)))
                .Where(entry => entry.Parameter is not null)
                .ToDictionary(entry => entry.Name, entry => entry.Parameter!, StringComparer.OrdinalIgnoreCase);
            bool takesWildcards = cmdlet.ImplementingType.GetProperty(metadata.Name)?.IsDefined(typeof(SupportsWildcardsAttribute), inherit: true) ?? false;
            found.Add(new DocumentedParameter(metadata.Name, sets, metadata.ParameterSets.ContainsKey(ParameterAttribute.AllParameterSets), takesWildcards));
        }

        return found;
    }
}
