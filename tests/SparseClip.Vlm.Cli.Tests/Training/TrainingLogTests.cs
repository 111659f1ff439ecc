using System.Text.Json;
using SparseClip.Vlm.Cli.Training;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Tests.Training;

public sealed class TrainingLogTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-log-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Losses_and_measures_are_shown_and_kept_under_their_names()
    {
        var log = new TrainingLog(_folder.FullName);
        var progress = new TrainingProgress(
            20, 1.5, new TrainingLength(90, null), new Dictionary<string, double> { ["contrastive"] = 1.25, ["naming"] = 0.5 }, new Dictionary<string, double> { ["L0 image"] = 0.0125 },
            2, 30, 0.1);

        Assert.Equal(
            "step     20    1.5/90 min  contrastive 1.250  naming 0.500  L0 image 0.0125  gradient 2.00  30.0 pictures/s  loader wait 10 %", TrainingLog.Line(progress));
        Assert.StartsWith("step     20/2000    1.5 min  ", TrainingLog.Line(progress with { Length = new TrainingLength(90, 2000) }), StringComparison.Ordinal);
        log.Write(progress);
        log.Write(new Measurement(20, "photographs", new Dictionary<string, double> { ["top-1"] = 0.75 }, ["a dog"]));

        var lines = File.ReadAllLines(Path.Combine(_folder.FullName, TrainingLog.FileName)).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(1.25, lines[0].GetProperty("Losses").GetProperty("contrastive").GetDouble());
        Assert.Equal(0.0125, lines[0].GetProperty("Measures").GetProperty("L0 image").GetDouble());
        Assert.Equal(0.75, lines[1].GetProperty("Values").GetProperty("top-1").GetDouble());
    }
}
