using FlowModule.Engine.Caching;
using FlowModule.Engine.History;

namespace FlowModule.Engine.Tests.Support;

internal static class CacheExtensions
{
    /// <summary>A cache of the history's results, as a process has one.</summary>
    internal static ResultCache NewCache(this RunHistory history) => new(history, history.Values, history.ResultBytes);
}
