namespace FlowModule.Engine.Retries;

/// <summary>The user's retry condition threw, so it is unknown whether to retry.</summary>
internal sealed class RetryConditionException(string message, Exception innerException) : Exception(message, innerException);
