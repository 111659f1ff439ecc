using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Modeling.Tests.Towers;

namespace SparseClip.Vlm.Inference.Tests.Pipeline;

/// <summary>A bundle whose tower stands on a Vision Transformer is packed, loaded and asked like any other.</summary>
public sealed class OtherTrunkTests
{
    private static readonly string s_picture = Path.Combine(AppContext.BaseDirectory, "fixtures", "picture.png");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_ViTs_bundle_looks_shows_where_and_answers()
    {
        var folder = Directory.CreateTempSubdirectory("vit-bundle-");
        await TinyBundle.PackAsync(folder.FullName, TinyTower.VitConfig);
        await using (var model = await TinyBundle.LoadAsync(folder.FullName))
        {
            var (picture, _) = await model.LookAsync(new PictureFile(await File.ReadAllBytesAsync(s_picture, Token)), Token);
            Assert.Equal((4, 4), (picture.Code.GridHeight, picture.Code.GridWidth));
            foreach (var feature in model.Features.Top(picture.Code.Pooled, 5))
            {
                var map = await model.HeatMapAsync(picture, feature.Id, Token);
                Assert.Equal(16, map.Length);
                Assert.Equal(picture.Code.Pooled[feature.Id.Value], map.Average(), 1e-4f);
            }

            var events = new List<AnswerEvent>();
            var request = new AnswerRequest(picture, [new DialogueTurn(Speaker.User, "What is this?")], SteeringPlan.Empty, new SamplingOptions(4));
            await foreach (var happened in model.AnswerAsync(request, Token))
            {
                events.Add(happened);
            }

            Assert.IsType<AnswerDone>(events[^1]);
        }

        folder.Delete(recursive: true);
    }
}
