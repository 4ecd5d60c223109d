using FlowModule.Wire;

namespace FlowModule.Pool;

/// <summary>The answer of a worker to a request: a process that has greeted it.</summary>
/// <param name="Machine">The name of the worker's machine.</param>
/// <param name="Mark">See <see cref="IPeer.Mark"/>.</param>
internal readonly record struct PoolGrant(string Machine, string Mark)
{
    internal static PoolGrant Read(byte[] bytes)
    {
        using var data = new BinaryReader(new MemoryStream(bytes), FrameBuilder.Text);
        return new PoolGrant(data.ReadString(), data.ReadString());
    }

    internal byte[] ToBytes()
    {
        var builder = new FrameBuilder();
        builder.Data.Write(Machine);
        builder.Data.Write(Mark);
        builder.Data.Flush();
        return builder.Payload.ToArray();
    }
}
