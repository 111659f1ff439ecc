using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Tests.Models;

/// <summary>
/// Files whose headers were changed at random, by one seed each: llama.cpp, which ends the process on many kinds of damage, loads them or they are refused. A file that
/// loads also answers, or says that it cannot.
/// </summary>
public sealed class MutatedModelTests(TinyModel tiny)
{
    private const int Files = 400;

    [Fact]
    public async Task A_header_that_was_changed_is_refused_or_works()
    {
        var whole = await File.ReadAllBytesAsync(tiny.Path, TestContext.Current.CancellationToken);
        int header;
        using (var file = GgufFile.Open(tiny.Path))
        {
            header = (int)file.Tensors.Min(tensor => tensor.Begin);
        }

        var path = tiny.NewFile();
        var loaded = 0;
        for (var seed = 1; seed <= Files; seed++)
        {
            var bytes = Mutated(whole, header, new Random(seed));
            await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
            // If the process ends, this names the file that did it.
            await File.WriteAllTextAsync(path + ".seed", $"{seed}", TestContext.Current.CancellationToken);
            loaded += await TryAsync(path, seed) ? 1 : 0;
        }

        Assert.InRange(loaded, 1, Files - 1);
    }

    private static byte[] Mutated(byte[] whole, int header, Random random)
    {
        var bytes = whole.ToArray();
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(header);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    // A number of eight bytes: lengths, counts and offsets.
                    BitConverter.TryWriteBytes(bytes.AsSpan(at, Math.Min(8, header - at)), random.Next(2) == 0 ? long.MaxValue : random.NextInt64(1 << 20));
                    break;
                case 3:
                    random.NextBytes(bytes.AsSpan(at, Math.Min(random.Next(1, 32), header - at)));
                    break;
                default:
                    var from = random.Next(header);
                    var length = Math.Min(random.Next(1, 64), header - Math.Max(at, from));
                    bytes.AsSpan(from, length).CopyTo(bytes.AsSpan(at));
                    break;
            }
        }

        return bytes;
    }

    private static async Task<bool> TryAsync(string path, int seed)
    {
        try
        {
            using var model = LlamaModel.Load(path);
            await using var engine = new GenerationEngine(model, new GenerationOptions { Sequences = 1, Threads = 1, ContextLength = 256 });
            await foreach (var _ in engine.GenerateAsync(new GenerationRequest([new TokenSegment(new[] { 1, 2, 3 })], new SamplingOptions(4)), TestContext.Current.CancellationToken))
            {
            }

            return true;
        }
        catch (Exception error) when (error is GgufException or LlamaException or ArgumentException)
        {
            Assert.False(string.IsNullOrWhiteSpace(error.Message), $"seed {seed}");
            return false;
        }
    }
}
