using System.Collections;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Sessions;

namespace FlowModule.Wire;

/// <summary>Carries a flow and its closure. Modules on disk are carried as their paths, names and versions, everything else as copies.</summary>
internal static class WorkCodec
{
    internal static void Write(BinaryWriter data, SubflowWork work, ValueWriter values)
    {
        Closure closure = work.Closure;
        MemoryModule[] memories = [.. closure.MemoryModules.Values];
        values.Reset(memories.Select((memory, index) => (memory, index)).ToDictionary(entry => entry.memory, entry => entry.index));
        data.Write7BitEncodedInt(memories.Length);
        foreach (MemoryModule memory in memories)
        {
            values.WriteTable(data, memory.Variables);
            WriteAll(data, memory.Functions, values);
            data.Write7BitEncodedInt(memory.StrictMode);
        }

        FlowCodec.Write(data, work.Flow, values);
        values.WriteTable(data, closure.Variables);
        values.WriteTable(data, closure.SessionVariables);
        WriteAll(data, closure.Functions, values);
        WriteAll(data, closure.BoundFunctions, values);
        WriteAll(data, closure.Aliases, values);
        data.Write7BitEncodedInt(closure.Modules.Count);
        foreach ((string path, PSModuleInfo? module) in closure.Modules)
        {
            data.Write(path);
            data.Write(module?.Name ?? string.Empty);
            data.Write(module?.Version?.ToString() ?? string.Empty);
        }

        data.Write7BitEncodedInt(closure.ModuleVariables.Count);
        foreach ((string path, Dictionary<string, object?> variables) in closure.ModuleVariables)
        {
            data.Write(path);
            values.WriteTable(data, variables);
        }

        values.Write(data, closure.HomeModule);
        values.Write(data, closure.WorkerUsings);
        values.Write(data, closure.CallerItem);
        values.WriteTable(data, [.. closure.Preferences.Select(preference => KeyValuePair.Create(preference.Name, (object?)preference.Value))]);
        values.Write(data, closure.DefaultParameterValues is null ? null : new Hashtable(closure.DefaultParameterValues));
        WriteLocation(data, closure.Location);
        data.Write(closure.Culture.Name);
        data.Write(closure.UICulture.Name);
        data.Write7BitEncodedInt(closure.StrictMode);
        data.Write((int)closure.LanguageMode);
        data.Write(closure.LeavesNoTrace);
        data.Write(closure.SpendsSession);
    }

    internal static SubflowWork Read(BinaryReader data, ValueReader values)
    {
        var memories = new MemoryModule[data.Read7BitEncodedInt()];
        for (int i = 0; i < memories.Length; i++)
        {
            memories[i] = new MemoryModule();
        }

        values.Reset(memories);
        var closure = new Closure();
        foreach (MemoryModule memory in memories)
        {
            closure.MemoryModules[memory] = memory;
            values.ReadTable(data, memory.Variables);
            ReadAll(data, memory.Functions!, values);
            memory.StrictMode = data.Read7BitEncodedInt();
        }

        Flow flow = FlowCodec.Read(data, values);
        values.ReadTable(data, closure.Variables);
        values.ReadTable(data, closure.SessionVariables);
        ReadAll(data, closure.Functions, values);
        ReadAll(data, closure.BoundFunctions, values);
        ReadAll(data, closure.Aliases, values);
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            // The module object belongs to the other process; here it is imported from its path, or, on another machine, by its name.
            string path = data.ReadString();
            (string Name, string Version) module = (data.ReadString(), data.ReadString());
            closure.Modules[path] = null!;
            if (module.Name.Length > 0 && !Path.Exists(path))
            {
                closure.ModulesByName[path] = module;
            }
        }

        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            values.ReadTable(data, closure.ModuleVariables[data.ReadString()] = new(StringComparer.OrdinalIgnoreCase));
        }

        closure.HomeModule = values.Read<string?>(data);
        closure.WorkerUsings = values.Read<Hashtable?>(data);
        closure.Usings = closure.WorkerUsings;
        closure.CallerItem = values.Read(data);
        var preferences = new Dictionary<string, object?>();
        values.ReadTable(data, preferences);
        closure.Preferences.AddRange(preferences.Select(entry => new PSVariable(entry.Key, entry.Value)));
        closure.DefaultParameterValues = values.Read<Hashtable?>(data);
        closure.Location = ReadLocation(data);
        closure.Culture = CultureInfo.GetCultureInfo(data.ReadString());
        closure.UICulture = CultureInfo.GetCultureInfo(data.ReadString());
        closure.StrictMode = data.Read7BitEncodedInt();
        closure.LanguageMode = (PSLanguageMode)data.ReadInt32();
        closure.LeavesNoTrace = data.ReadBoolean();
        closure.SpendsSession = data.ReadBoolean();
        return new SubflowWork(flow, closure);
    }

    private static void WriteAll<T>(BinaryWriter data, Dictionary<string, T> table, ValueWriter values)
        where T : class
    {
        data.Write7BitEncodedInt(table.Count);
        foreach ((string name, T value) in table)
        {
            data.Write(name);
            values.Write(data, value);
        }
    }

    private static void ReadAll<T>(BinaryReader data, Dictionary<string, T> table, ValueReader values)
        where T : class
    {
        for (int count = data.Read7BitEncodedInt(); count > 0; count--)
        {
            table[data.ReadString()] = values.Read<T>(data);
        }
    }

    private static void WriteLocation(BinaryWriter data, ClosureLocation? location)
    {
        data.Write(location is not null);
        if (location is not null)
        {
            data.Write(location.Path);
            data.Write(location.Drive ?? string.Empty);
            data.Write(location.Provider);
            data.Write(location.ProviderPath);
        }
    }

    private static ClosureLocation? ReadLocation(BinaryReader data)
    {
        if (!data.ReadBoolean())
        {
            return null;
        }

        string path = data.ReadString();
        string drive = data.ReadString();
        return new ClosureLocation(path, drive.Length == 0 ? null : drive, data.ReadString(), data.ReadString());
    }
}
