using static TorchSharp.torch;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>
/// Tests of many tiny torch steps, for which threads cost more than they save (on a busy machine a hundred times more): they run by themselves, on one thread.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneThread : ICollectionFixture<OneThread.Setting>
{
    public const string Name = "torch on one thread";

    public sealed class Setting : IDisposable
    {
        private readonly int _before = get_num_threads();

        public Setting() => set_num_threads(1);

        public void Dispose() => set_num_threads(_before);
    }
}
