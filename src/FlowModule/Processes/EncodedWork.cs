using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using FlowModule.Closures;
using FlowModule.Serialization;
using FlowModule.Wire;

namespace FlowModule.Processes;

/// <summary>
/// A flow and its closure in encoded form, written once for all runs and processes of one call. Its key is computed from its
/// content: a later call with the same content has the same key, and a process that has it need not receive it again.
/// </summary>
internal sealed class EncodedWork
{
    private static readonly ConditionalWeakTable<SubflowWork, EncodedWork> Known = [];

    private EncodedWork(byte[] payload)
    {
        Payload = payload;
        Key = Convert.ToHexString(SHA256.HashData(payload));
    }

    internal string Key { get; }

    internal byte[] Payload { get; }

    internal static EncodedWork Of(SubflowWork work, CliXml cliXml)
    {
        if (Known.TryGetValue(work, out EncodedWork? known))
        {
            return known;
        }

        // The workers of a call begin at the same time, with the same work.
        lock (work)
        {
            return Known.GetValue(work, _ => Encode(work, cliXml));
        }
    }

    private static EncodedWork Encode(SubflowWork work, CliXml cliXml)
    {
        var builder = new FrameBuilder();
        WorkCodec.Write(builder.Data, work, new ValueWriter(cliXml));
        return new EncodedWork(builder.Payload.ToArray());
    }
}
