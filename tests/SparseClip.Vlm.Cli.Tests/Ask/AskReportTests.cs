using System.Text.Json;
using SparseClip.Vlm.Cli.Ask;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Geometry;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Cli.Tests.Ask;

public class AskReportTests
{
    [Fact]
    public void The_report_has_the_fields_of_the_interface()
    {
        var done = new AnswerDone(
            "stop",
            [new AppliedEdit(new FeatureId(7), "dog", SteeringOperation.Set, 9, 2, "clamped")],
            new AnswerTimings(1, 2, 3, 4, 5));
        var code = new ImageCode(SparseCode.FromDense(new float[8]), [SparseCode.FromDense(new float[8])], 1, 1);
        var picture = new StoredPicture(new SeenPicture("", new SquareMapping(4, 4, 0, 0, 4), new byte[48], 4, code, 6.5), Cached: false);
        using var json = JsonDocument.Parse(AskReport.ToJson("A dog.", [new ConceptActivation(new Concept("animal", SparseCode.FromSorted(9, [1], [1f]), 0, 0.1f), 0.75f, 1)], [new FeatureActivation(new FeatureId(7), "dog", 1.5f, 0.5f)], picture, done));
        var root = json.RootElement;
        Assert.Equal("A dog.", root.GetProperty("answer").GetString());
        var feature = root.GetProperty("features")[0];
        Assert.Equal((7, "dog", 1.5), (feature.GetProperty("id").GetInt32(), feature.GetProperty("name").GetString(), feature.GetProperty("value").GetDouble()));
        var edit = root.GetProperty("steering").GetProperty("applied")[0];
        Assert.Equal((7, "set", 9.0, 2.0, "clamped"), (
            edit.GetProperty("feature").GetInt32(),
            edit.GetProperty("op").GetString(),
            edit.GetProperty("requested").GetDouble(),
            edit.GetProperty("effective").GetDouble(),
            edit.GetProperty("reason").GetString()));
        string[] timings = ["cache_n", "prompt_n", "prompt_ms", "predicted_n", "predicted_ms", "predicted_per_second", "vision_ms", "vision_cached"];
        Assert.All(timings, name => Assert.True(root.GetProperty("timings").TryGetProperty(name, out _)));
        Assert.Equal(6.5, root.GetProperty("timings").GetProperty("vision_ms").GetDouble());
        Assert.Contains("\nvision 0 ms,", AskReport.ToText([], [], picture with { Cached = true }, done), StringComparison.Ordinal);
    }
}
