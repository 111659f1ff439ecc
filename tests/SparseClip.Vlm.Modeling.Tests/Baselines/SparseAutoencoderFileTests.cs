using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Baselines;

public sealed class SparseAutoencoderFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<SparseAutoencoderConfig> Configs =>
    [
        new ReluL1Config(6, 12, 0.02),
        new TopKConfig(6, 12, 3, 4, 0.125),
        new MatryoshkaConfig(6, 12, 3, 4, [4, 12]),
    ];

    [Theory]
    [MemberData(nameof(Configs))]
    public void A_saved_autoencoder_gives_the_same_codes_and_loss(SparseAutoencoderConfig config)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(4);
        var dense = randn([5, 6], generator: random);
        using var model = SparseAutoencoder.Create(config, seed: 9);
        model.StartBiasAt(dense);
        SparseAutoencoderFile.Save(_folder.File("sae.safetensors"), model);
        using var loaded = SparseAutoencoderFile.Load(_folder.File("sae.safetensors"));
        Assert.Equal(config.GetType(), loaded.Config.GetType());
        Assert.True(loaded.Encode(dense).equal(model.Encode(dense)).all().item<bool>());
        Assert.Equal(model.Loss(dense).Total.item<float>(), loaded.Loss(dense).Total.item<float>());
        Assert.DoesNotContain(loaded.parameters(), parameter => parameter.requires_grad);
        Assert.False(File.Exists(_folder.File("sae.safetensors.partial")));
    }

    [Fact]
    public void A_file_without_or_with_a_wrong_configuration_is_refused()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("other.safetensors");
        SafetensorsWriter.Write(path, [KeyValuePair.Create("encoder", zeros(2, 2))]);
        Assert.Throws<CheckpointException>(() => SparseAutoencoderFile.Load(path));

        SafetensorsWriter.Write(path, [KeyValuePair.Create("encoder", zeros(2, 2))],
            new Dictionary<string, string> { [SparseAutoencoderConfig.MetadataKey] = """{"variant": "top_k", "width": 2, "dimension": 2, "k": 7, "auxiliary_k": 0}""" });
        Assert.Contains("K", Assert.Throws<CheckpointException>(() => SparseAutoencoderFile.Load(path)).Message, StringComparison.Ordinal);

        SafetensorsWriter.Write(path, [KeyValuePair.Create("encoder", zeros(2, 2))],
            new Dictionary<string, string> { [SparseAutoencoderConfig.MetadataKey] = """{"variant": "top_k", "width": 2, "dimension": 2, "k": 1, "auxiliary_k": 0}""" });
        Assert.NotNull(Assert.Throws<CheckpointException>(() => SparseAutoencoderFile.Load(path)).Tensor);
    }

    public void Dispose() => _folder.Dispose();
}
