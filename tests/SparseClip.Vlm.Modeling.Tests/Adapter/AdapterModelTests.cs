using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Adapter;

public class AdapterModelTests
{
    private static readonly AdapterConfig s_config = new(Dimension: 40, Hidden: 24, Width: 12, Patches: 4, PooledScale: 0.5f, PatchScale: 0.25f, Spread: 0.1f);

    [Fact]
    public void What_was_saved_is_loaded()
    {
        using var scope = NewDisposeScope();
        using var folder = new TemporaryFolder();
        using var adapter = Random();
        adapter.Save(folder.File("adapter.safetensors"));

        using var loaded = AdapterModel.Load(folder.File("adapter.safetensors"));

        var codes = Codes(3);
        Assert.Equal(s_config, loaded.Config);
        Assert.Equal(0, Difference(adapter.forward(codes), loaded.forward(codes)));
        Assert.All(loaded.parameters(), parameter => Assert.False(parameter.requires_grad));
    }

    [Fact]
    public void A_slot_reads_the_mean_code_of_its_window()
    {
        using var scope = NewDisposeScope();
        var codes = arange(0, 17, ScalarType.Float32).view(1, 17, 1); // the pooled code, then a grid of 4 x 4
        var slots = AdapterModel.Slots(codes, 2).flatten().data<float>().ToArray();

        Assert.Equal([0, (1 + 2 + 5 + 6) / 4f, (3 + 4 + 7 + 8) / 4f, (9 + 10 + 13 + 14) / 4f, (11 + 12 + 15 + 16) / 4f], slots);
        Assert.Throws<ArgumentException>(() => new AdapterModel(s_config with { Window = 3 }));
    }

    [Fact]
    public void An_adapter_outlives_the_scope_it_was_made_in()
    {
        AdapterModel adapter;
        using (NewDisposeScope())
        {
            adapter = Random();
        }

        using var scope = NewDisposeScope();
        Assert.True(adapter.forward(Codes(1)).isfinite().all().item<bool>());
        adapter.Dispose();
    }

    [Fact]
    public void The_plain_arrays_compute_the_same()
    {
        using var scope = NewDisposeScope();
        using var adapter = Random();
        var arrays = adapter.ToArrays();
        var codes = Codes(1);
        var expected = adapter.forward(codes)[0];

        for (var slot = 0; slot < s_config.Slots; slot++)
        {
            var scale = slot == 0 ? arrays.Config.PooledScale : arrays.Config.PatchScale;
            var z = codes[0, slot] * scale;
            var hidden = nn.functional.gelu(tensor(arrays.FirstWeight, [s_config.Hidden, s_config.Dimension]).mv(z) + tensor(arrays.FirstBias));
            var output = (tensor(arrays.SecondWeight, [s_config.Width, s_config.Hidden]).mv(hidden) * arrays.Gain[slot])
                + tensor(arrays.Offset, [s_config.Slots, s_config.Width])[slot];
            Assert.InRange(Difference(expected[slot], output), 0, 1e-5);
        }
    }

    [Fact]
    public void A_start_in_closed_form_maps_codes_to_embeddings()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var embeddings = randn(300, 12) * 0.1f;
        using var adapter = new AdapterModel(s_config with { PooledScale = 1, PatchScale = 1 }, embeddings.mean([0]));
        // Words whose codes tell their embeddings by a linear map: positive codes with known weights.
        var codes = nn.functional.normalize(rand(300, 40), 2, 1) * AdapterConfig.CodeNorm;
        var words = ((codes - codes.mean([0])).matmul(randn(40, 12)) * 0.1f) + adapter.centre;
        var pictures = codes.unsqueeze(1).expand(300, 5, 40).contiguous();

        ClosedFormStart.Apply(adapter, new CodedWords(codes, words), new CodedPictures(codes, codes, words, pictures), ridge: 1e-4);

        using var noGrad = no_grad();
        var found = adapter.forward(pictures)[.., 0];
        var cosine = nn.functional.cosine_similarity(found - found.mean([0]), words - words.mean([0]), 1, 1e-8);
        Assert.True(cosine.min().item<float>() > 0.99, $"{cosine.min().item<float>()}");
        Assert.Equal(words.std(0, unbiased: false).square().mean().sqrt().item<float>(), (found - found.mean([0])).square().mean().sqrt().item<float>(), 0.02);
    }

    [Fact]
    public void A_file_that_is_no_adapter_is_refused()
    {
        using var folder = new TemporaryFolder();
        using var other = ones(2);
        SafetensorsWriter.Write(folder.File("other.safetensors"), [KeyValuePair.Create("first.weight", other)]);

        var error = Assert.Throws<CheckpointException>(() => AdapterModel.Load(folder.File("other.safetensors")));

        Assert.Contains("adapter_config", error.Message, StringComparison.Ordinal);
    }

    private static AdapterModel Random()
    {
        manual_seed(3);
        var adapter = new AdapterModel(s_config, randn(12));
        using var noGrad = no_grad();
        nn.init.normal_(adapter.position);
        nn.init.uniform_(adapter.gain, 0.5, 2);
        return adapter;
    }

    private static Tensor Codes(int count) => nn.functional.relu(randn(count, s_config.Slots, s_config.Dimension));

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().item<float>();
}
