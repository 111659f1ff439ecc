using System.Text.Json;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>What the original library answers for the same weights in float32 (tests/fixtures/llama/smollm2-logits.json).</summary>
public sealed class ReferenceTests(SmolLm smol)
{
    public sealed record Case(string Prompt, int[] Ids, double[][] Top, string Greedy);

    public static TheoryData<int> Indices => [.. Enumerable.Range(0, Cases.Length)];

    private static readonly Case[] Cases = JsonSerializer.Deserialize<Case[]>(
        File.ReadAllText(Repository.File("tests/fixtures/llama/smollm2-logits.json")), JsonSerializerOptions.Web)!;

    [Theory, MemberData(nameof(Indices))]
    public void Tokens_are_the_reference_ids(int index) =>
        Assert.Equal(Cases[index].Ids, smol.Model.Tokenize(Cases[index].Prompt, addSpecial: false, parseSpecial: true));

    // llama.cpp rounds activations to 8 bits in its Q4_1 kernels, each processor's a little differently; the reference does not.
    [Theory, MemberData(nameof(Indices))]
    public void Logits_agree_up_to_the_rounding_of_the_quantised_kernels(int index)
    {
        using var context = new DecodeContext(smol.Model, new GenerationOptions { Sequences = 1, Threads = 1 }, 256);
        var ids = Cases[index].Ids;
        Assert.Equal(0, context.DecodeRun(0, 0, ids, [], lastLogits: true, TestContext.Current.CancellationToken));
        var logits = context.Logits(ids.Length - 1).ToArray();
        var best = (int)Cases[index].Top[0][0];
        var differences = Cases[index].Top.Select(top => logits[(int)top[0]] - top[1]).ToArray();
        var mean = differences.Average();
        Assert.InRange(mean, -1, 1);
        Assert.InRange(Math.Sqrt(differences.Average(d => (d - mean) * (d - mean))), 0, 0.5);
        Assert.InRange(logits.Max() - logits[best], 0, 0.5);
    }

    [Theory, MemberData(nameof(Indices))]
    public async Task The_engine_begins_as_the_reference_does(int index)
    {
        await using var engine = new GenerationEngine(smol.Model, new GenerationOptions { Sequences = 1, ContextLength = 256, Threads = 1 });
        var answer = await Answer.Of(engine, Answer.Ask(Cases[index].Prompt), TestContext.Current.CancellationToken);
        TestContext.Current.SendDiagnosticMessage("{0} | {1} | {2}", answer.Text, Cases[index].Greedy, answer.End);
    }
}
