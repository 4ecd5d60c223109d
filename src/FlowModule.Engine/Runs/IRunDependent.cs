namespace FlowModule.Engine.Runs;

/// <summary>Something started inside a run that the run waits for and stops with itself: a child run, or a fan-out that runs as a job.</summary>
internal interface IRunDependent
{
    void Stop(StopRequest request);
}
