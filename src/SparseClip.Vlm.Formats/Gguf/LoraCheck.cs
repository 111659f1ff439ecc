using System.Numerics;

namespace SparseClip.Vlm.Formats.Gguf;

/// <summary>
/// Looks at a LoRA adapter (<see cref="LoraFile"/>) before llama.cpp does, which ends the process on keys of another type, skips tensors that it does not know, and computes
/// with values that are not finite.
/// </summary>
public static class LoraCheck
{
    private const string InvocationTokens = "adapter.alora.invocation_tokens";

    /// <summary>Checks that a file is an adapter and that every pair fits a weight of the model. Reads all values: adapters are small.</summary>
    /// <param name="path">The adapter.</param>
    /// <param name="modelPath">The model's GGUF file.</param>
    /// <exception cref="GgufException">A file is no GGUF, cut off or damaged; the adapter is none, or one of another model.</exception>
    public static void Check(string path, string modelPath)
    {
        using var adapter = GgufFile.Open(path);
        using var model = GgufFile.Open(modelPath);
        CheckKind(adapter, model);
        foreach (var tensor in adapter.Tensors)
        {
            CheckTensor(adapter, tensor);
        }

        var weights = adapter.Tensors.Select(tensor => tensor.Name[..^LoraFile.SuffixA.Length]).Distinct(StringComparer.Ordinal).ToList();
        if (weights.Count == 0)
        {
            throw Wrong(adapter, "it changes no weight", "Train it again");
        }

        foreach (var weight in weights)
        {
            CheckPair(adapter, model, weight);
        }
    }

    private static void CheckKind(GgufFile adapter, GgufFile model)
    {
        var keys = adapter.Metadata;
        if (keys.Find(LoraFile.TypeKey) is not LoraFile.Adapter || keys.Find(LoraFile.AdapterKey) is not LoraFile.Lora)
        {
            throw Wrong(
                adapter, $"it is no LoRA adapter: {LoraFile.TypeKey} is {Said(keys, LoraFile.TypeKey)}, {LoraFile.AdapterKey} is {Said(keys, LoraFile.AdapterKey)}",
                "Give a LoRA adapter in GGUF");
        }

        var architecture = model.Metadata.Text(LoraFile.ArchitectureKey);
        if (keys.Find(LoraFile.ArchitectureKey) is not string own || own != architecture)
        {
            throw Wrong(adapter, $"it belongs to a model of the architecture {Said(keys, LoraFile.ArchitectureKey)}, this one is '{architecture}'", AnotherModel(model));
        }

        if (keys.Find(LoraFile.AlphaKey) is not (float and > 0 and < float.PositiveInfinity))
        {
            throw Wrong(adapter, $"{LoraFile.AlphaKey} is {Said(keys, LoraFile.AlphaKey)}; it must be a 32-bit number above 0", "Convert the adapter again");
        }

        if (keys.Contains(InvocationTokens))
        {
            throw Wrong(adapter, "it is to begin at certain tokens (aLoRA), which is not supported", "Give a plain LoRA adapter");
        }
    }

    private static void CheckTensor(GgufFile adapter, GgufTensor tensor)
    {
        if (!tensor.Name.EndsWith(LoraFile.SuffixA, StringComparison.Ordinal) && !tensor.Name.EndsWith(LoraFile.SuffixB, StringComparison.Ordinal))
        {
            throw Wrong(adapter, $"the tensor '{tensor.Name}' is no half of a LoRA pair and would be left out", "Train it on matrices alone");
        }

        var isFinite = tensor.Type switch
        {
            GgufTensorType.F32 => Finite<float>(adapter, tensor),
            GgufTensorType.F16 => Finite<Half>(adapter, tensor),
            _ => throw Wrong(adapter, $"the tensor '{tensor.Name}' is stored as {tensor.Type}", "Convert the adapter as F32 or F16"),
        };
        if (!isFinite)
        {
            throw Wrong(adapter, $"the tensor '{tensor.Name}' has values that are not finite", "Its training has failed; train it again");
        }
    }

    private static void CheckPair(GgufFile adapter, GgufFile model, string weight)
    {
        var (a, b) = (weight + LoraFile.SuffixA, weight + LoraFile.SuffixB);
        if (!adapter.Contains(a) || !adapter.Contains(b))
        {
            throw Wrong(adapter, $"it has '{(adapter.Contains(a) ? a : b)}' but not '{(adapter.Contains(a) ? b : a)}'", "Convert the adapter again");
        }

        if (weight == LoraFile.Embeddings)
        {
            throw Wrong(adapter, $"it changes '{weight}', which is not supported", "Train it without the token embeddings");
        }

        if (!model.Contains(weight))
        {
            throw Wrong(adapter, $"it changes '{weight}', which the model does not have", AnotherModel(model));
        }

        var (of, first, second) = (model.Tensor(weight).Shape, adapter.Tensor(a).Shape, adapter.Tensor(b).Shape);
        if (of.Count != 2 || first.Count != 2 || second.Count != 2 || first[1] != of[1] || second[0] != of[0] || first[0] != second[1])
        {
            throw Wrong(
                adapter, $"'{weight}' is {Shape(of)} in the model, the pair is {Shape(second)} x {Shape(first)} and not [out, r] x [r, in] of it", AnotherModel(model));
        }
    }

    private static unsafe bool Finite<T>(GgufFile file, GgufTensor tensor) where T : unmanaged, INumberBase<T>
    {
        var values = (T*)file.AddressOf(tensor);
        for (long i = 0; i < tensor.Count; i++)
        {
            if (!T.IsFinite(values[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string AnotherModel(GgufFile model) => $"Give the adapter that was trained for '{model.Path}'";

    private static string Said(GgufMetadata keys, string key) => keys.Find(key) switch
    {
        null => "missing",
        string text => $"'{text}'",
        var other => $"{other} ({other.GetType().Name})",
    };

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";

    private static GgufException Wrong(GgufFile adapter, string what, string remedy) => new(adapter.Path, what, remedy);
}
