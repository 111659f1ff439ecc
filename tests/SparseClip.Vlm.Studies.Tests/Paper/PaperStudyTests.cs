using System.Text.Json;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Studies.Paper;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Studies.Tests.Paper;

/// <summary>The whole study in small: the real trunk and text layers, a handful of pictures, a few steps.</summary>
public sealed class PaperStudyTests : IDisposable
{
    private static readonly StudyPreset s_preset = new()
    {
        ImageSize = 64,
        Icons = 6,
        Scenes = 2,
        Photographs = 4,
        BatchesPerShard = 2,
        LeastShards = 2,
        Views = 1,
        TextLayers = [0, 1],
        TextHidden = 16,
        TextWidth = 8,
        Dimensions = [16, 32],
        SparseDimension = 32,
        Bias = -0.5f,
        MeasuredScenes = 6,
        Words = 30,
        SpliceWords = 10,
        Steps = 4,
    };

    // In four steps the scale stays at its start, about 14: of the same run with the caps 100, 50, 40, 30 and 20 one is trained.
    private static readonly int s_trained = new PaperRuns(s_preset).All.Count + 4 - 4;

    private readonly TinyDataFolder _data = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-study-");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Output => Path.Combine(_folder.FullName, "paper");

    public void Dispose()
    {
        _data.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_study_writes_a_whole_report_and_the_same_call_computes_nothing_again()
    {
        var said = new List<string>();
        var study = Study(said.Add);

        var page = File.ReadAllText(study.Run(Token));

        Assert.Equal(s_trained, study.Trained);
        Assert.All(["<h1>", "O1:", "O2:", "O3:", "Controls", "Table 1", "Table 3a", "Modality", "How features came about", "prefers-color-scheme", "SpLiCE", "sparseclip report paper"], part =>
            Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.DoesNotContain("alt=\"\"", page, StringComparison.Ordinal);
        Assert.All(["o1-accuracy", "o1-l0", "o2-l0", "o3-cap", "table1", "modality"], name =>
            Assert.All([".png", ".svg"], extension => Assert.True(new FileInfo(Path.Combine(Output, name + extension)).Length > 1000)));
        using var numbers = JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "results.json")));
        var results = numbers.RootElement.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(study.Trained + 4, results.Count);
        string Scores(string name) => results.Single(result => result.GetProperty("name").GetString() == name).GetProperty("scores").GetRawText();
        Assert.All(["Sparse+ (cap 40)", "ReLU, D 32", "ReLU, cap 30", "ReLU, cap 20"], name => Assert.Equal(Scores("Sparse (cap 50)"), Scores(name)));
        Assert.NotEqual(Scores("Sparse (cap 50)"), Scores("ReLU, cap 5"));
        Assert.Contains(said, line => line.Contains("step 4 of 4", StringComparison.Ordinal));

        File.Delete(Path.Combine(Output, "index.html"));
        var again = Study(_ => { });
        Assert.True(File.Exists(again.Run(Token)));
        Assert.Equal(0, again.Trained);
    }

    [Fact]
    public void A_cancelled_study_goes_on_with_the_runs_that_are_missing()
    {
        using var stop = new CancellationTokenSource();
        var study = Study(line =>
        {
            if (line.StartsWith("run 4 ", StringComparison.Ordinal))
            {
                stop.Cancel();
            }
        });

        Assert.ThrowsAny<OperationCanceledException>(() => study.Run(stop.Token));
        Assert.Equal(2, study.Trained);
        var rest = Study(_ => { });
        rest.Run(Token);

        Assert.Equal(s_trained - 2, rest.Trained);
    }

    [Fact]
    public void Missing_data_and_a_missing_trunk_are_named()
    {
        var noData = new PaperStudy(Options() with { Data = Path.Combine(_folder.FullName, "none") }, s_preset, _ => { });
        var noTrunk = new PaperStudy(Options() with { TrunkFolder = Path.Combine(_folder.FullName, "none") }, s_preset, _ => { });

        Assert.Contains("data build", Assert.Throws<ShardException>(() => noData.Run(Token)).Message, StringComparison.Ordinal);
        Assert.Contains("trunk", Assert.Throws<FileNotFoundException>(() => noTrunk.Run(Token)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Steps_follow_from_the_budget_and_no_run_is_longer_than_allowed()
    {
        Assert.Equal(350, StudyPlan.StepsWithin(1000, [0.5, 1.5], s_preset));
        Assert.Equal(40, StudyPlan.StepsWithin(100_000, [0.5, 1.5], s_preset with { MostMinutes = 1 }));
    }

    private PaperStudy Study(Action<string> report) => new(Options(), s_preset, report);

    private StudyOptions Options() => new(
        _data.Path, RepositoryFiles.Model("pretrained", "efficientnet-lite0"), RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"),
        Path.Combine(_folder.FullName, "cache"), Output, 1, 3, "sparseclip report paper --data DIR --budget 1");
}
