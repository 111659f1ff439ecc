using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Llama.Tests.Generation;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Llama.Tests.Models;

public sealed class RequantizationTests(SmolLm smol)
{
    [Fact]
    public async Task The_blocks_are_of_the_other_type_and_the_model_goes_on_speaking()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("fast.gguf");

        Requantization.Write(SmolLm.Path, path, WeightTypes.Q4);

        using (var file = GgufFile.Open(path))
        {
            Assert.Equal(GgufTensorType.Q4_0, file.Tensor("blk.0.attn_q.weight").Type);
            Assert.Equal(GgufTensorType.Q8_0, file.Tensor("token_embd.weight").Type);
        }

        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        using var written = LlamaModel.Load(path, cancellationToken: TestContext.Current.CancellationToken);
        using var made = LlamaModel.Load(SmolLm.Path, new LlamaModelOptions { ComputeAs = WeightTypes.Q4 }, TestContext.Current.CancellationToken);
        var answers = new List<string>();
        foreach (var model in (LlamaModel[])[written, made, smol.Model])
        {
            await using var engine = new GenerationEngine(model, new GenerationOptions { Sequences = 1, ContextLength = 256 });
            answers.Add((await Answer.Of(engine, Answer.Ask(model, "<|im_start|>user\nWhat is the capital of France?<|im_end|>\n<|im_start|>assistant\n", 12), TestContext.Current.CancellationToken)).Text);
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.All(answers, answer => Assert.Contains("Paris", answer, StringComparison.Ordinal));
        Assert.Equal(smol.Model.Path, made.Path);
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("q5_9", Assert.Throws<ArgumentException>(() => Requantization.Write(SmolLm.Path, folder.File("x.gguf"), "q5_9")).Message, StringComparison.Ordinal);
        Directory.CreateDirectory(folder.File("x.gguf"));
        Assert.Throws<LlamaException>(() => Requantization.Write(SmolLm.Path, folder.File("x.gguf"), WeightTypes.Q4));
        Assert.Throws<LlamaException>(() => Requantization.Write(SmolLm.Path, folder.File("missing/x.gguf"), WeightTypes.Q4));
        Assert.Empty(Directory.GetFiles(folder.File("x.gguf")));
        Assert.False(File.Exists(folder.File("x.gguf.partial")));
    }
}
