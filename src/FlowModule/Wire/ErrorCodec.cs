using System.Management.Automation;
using FlowModule.Serialization;
using FlowModule.Streams;

namespace FlowModule.Wire;

/// <summary>
/// Carries error records like PowerShell remoting: with their id, category and details, the position where they were raised and the stack
/// trace; the exception as a RemoteException with the original's properties. A target that is a text or number is carried unchanged, others as text.
/// </summary>
internal static class ErrorCodec
{
    internal static void Write(BinaryWriter data, ErrorRecord error, ValueWriter values)
    {
        FlowRun? run = RunErrors.RunOf(error);
        data.Write(run is not null);
        if (run is not null)
        {
            FlowCodec.WriteIdentity(data, run, values);
            values.Write(data, run.InputObject);
        }

        Exception exception = error.Exception;
        (string Name, object? Value)[] properties = CarriedError.PropertiesOf(error);
        data.Write7BitEncodedInt(properties.Length);
        foreach ((string name, object? value) in properties)
        {
            data.Write(name);
            values.Write(data, value);
        }

        string[] types = [.. PSObject.AsPSObject(exception).TypeNames.Select(name => "Deserialized." + name)];
        values.Write(data, types);
        values.Write(data, exception.Message);
        values.Write(data, exception.StackTrace);
        values.Write(data, exception.Source);
        values.Write(data, exception.HResult);
        values.Write(data, exception.InnerException?.ToString());
    }

    internal static ErrorRecord Read(BinaryReader data, ValueReader values)
    {
        FlowRun? run = null;
        object? input = null;
        if (data.ReadBoolean())
        {
            run = FlowCodec.ReadIdentity(data, values);
            input = values.Read(data);
        }

        var properties = new (string Name, object? Value)[data.Read7BitEncodedInt()];
        for (int i = 0; i < properties.Length; i++)
        {
            properties[i] = (data.ReadString(), values.Read(data));
        }

        var exception = new PSObject();
        exception.TypeNames.Clear();
        foreach (string type in values.Read<string[]>(data))
        {
            exception.TypeNames.Add(type);
        }

        foreach (string name in new[] { "Message", "StackTrace", "Source", "HResult", "InnerException" })
        {
            exception.Properties.Add(new PSNoteProperty(name, values.Read(data)));
        }

        ErrorRecord error = CarriedError.From(properties, exception);
        if (run is not null && run.Id != values.Executing?.Id)
        {
            RunErrors.Attach(error, run, input);
        }

        return error;
    }
}
