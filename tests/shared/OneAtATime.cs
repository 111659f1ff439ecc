// Torch has one generator of random numbers for the process: only where tests run one after another does a seed give the same numbers each time.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
