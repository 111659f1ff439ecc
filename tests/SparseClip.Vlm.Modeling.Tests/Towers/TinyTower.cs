using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Towers;

/// <summary>A Sparse CLIP that is built in milliseconds: the real classes with two narrow blocks and 96 features, on either kind of trunk.</summary>
internal static class TinyTower
{
    public const int Dimension = 96;
    public const int Size = 32;

    public static SparseClipConfig Config { get; } = new(
        Dimension,
        Size,
        new EfficientNetLiteConfig(
            "efficientnet-lite-tiny",
            new EfficientNetLiteConfig.InputSpec("RGB", "0..255", 127, 128, Size),
            new EfficientNetLiteConfig.StemSpec(3, 2, 8),
            "relu6",
            new EfficientNetLiteConfig.NormSpec("batch", 1e-3),
            "tf_same",
            [new(3, 2, 2, 8, 8, false), new(3, 2, 2, 8, 12, false)],
            new EfficientNetLiteConfig.HeadSpec(24),
            10),
        TrainedFromBlock: 1,
        new TextTowerConfig([0], 16, 12, 10, 0),
        HeadBias: -0.2f);

    /// <summary>On a vision transformer as CLIPs have it, with a class token: 4 x 4 patches.</summary>
    public static SparseClipConfig VitConfig { get; } = Config with
    {
        Trunk = new VisionTransformerConfig("vit", Size, 8, 24, 2, 4, 32, MlpActivation.Gelu, HasClassToken: true, HasPreNorm: true, HasPatchBias: false, 1e-5, PublishedNormalization.Clip),
    };

    /// <summary>A model with random weights and statistics that are not those of the start.</summary>
    public static SparseClipModel Create(int seed = 3, bool onVit = false)
    {
        manual_seed(seed);
        var model = new SparseClipModel(onVit ? VitConfig : Config);
        model.train();
        for (var i = 0; i < 3; i++)
        {
            using var scope = NewDisposeScope();
            model.image_head.forward((randn(16, 24) * 2) + 1);
            model.text_head.forward((randn(16, 16) * 3) - 1);
        }

        model.trunk.SetTrainingFrom(1);
        model.eval();
        return model;
    }

    /// <summary>Random pictures. [count, S, S, 3]</summary>
    public static byte[] Pictures(int count, int seed = 5)
    {
        var pixels = new byte[count * Size * Size * 3];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }
}
