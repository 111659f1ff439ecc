namespace SparseClip.Vlm.Cli.Tests.Training;

/// <summary>What <c>train clip</c> and <c>eval features</c> say about numbers that cannot be.</summary>
public sealed class TrainClipCommandTests
{
    [Fact]
    public async Task No_steps_are_refused() => Assert.Contains(
        "--steps must be 1 or more", await CommandLine.RefusedAsync("train", "clip", "--data", "data", "--out", "out", "--steps", "0"), StringComparison.Ordinal);

    [Fact]
    public async Task No_latents_are_refused() => Assert.Contains(
        "--latents must be 1 or more", await CommandLine.RefusedAsync("eval", "features", "--set", "data", "--latents", "0"), StringComparison.Ordinal);
}
