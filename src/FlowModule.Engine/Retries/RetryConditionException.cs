namespace FlowModule.Engine.Retries;

/// <summary>The user's retry condition threw: whether the failure was worth a retry is not known.</summary>
internal sealed class RetryConditionException(string message, Exception innerException) : Exception(message, innerException);
