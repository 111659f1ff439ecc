using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Bert.Import;

/// <summary>The weights of a BERT in an ONNX graph as PyTorch exports it: matrices of linear layers have lost their names there and lie transposed.</summary>
internal sealed class BertOnnx
{
    /// <summary>What the graph does not say in one place: the heads of MiniLM's H384 models (Wang et al. 2020).</summary>
    private const int Heads = 12;

    private readonly Dictionary<string, OnnxTensor> _tensors;

    private BertOnnx(BertConfig config, Dictionary<string, OnnxTensor> tensors) => (Config, _tensors) = (config, tensors);

    /// <summary>Its shape.</summary>
    public BertConfig Config { get; }

    /// <exception cref="FormatException">The graph is no BERT.</exception>
    public static BertOnnx Of(OnnxFile file)
    {
        var tensors = new Dictionary<string, OnnxTensor>(file.Tensors, StringComparer.Ordinal);
        foreach (var (name, matrix) in Matrices(file))
        {
            tensors[name] = matrix;
        }

        var words = Tensor(tensors, "embeddings.word_embeddings.weight");
        var depth = 0;
        while (tensors.ContainsKey(Layer(depth, "attention.self.query.bias")))
        {
            depth++;
        }

        var config = new BertConfig(
            (int)words.Shape[0], (int)Tensor(tensors, "embeddings.position_embeddings.weight").Shape[0], (int)words.Shape[1], depth, Heads, (int)Tensor(tensors, Layer(0, "intermediate.dense.bias")).Shape[0]);
        return config.Problem() is { } problem ? throw new FormatException(problem) : new BertOnnx(config, tensors);
    }

    /// <summary>Copies the weights.</summary>
    /// <param name="model">A model of <see cref="Config"/>.</param>
    /// <exception cref="FormatException">A tensor is missing or of another shape.</exception>
    public void Fill(BertModel model)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var weights = new Dictionary<string, Tensor>(StringComparer.Ordinal)
        {
            ["word_embedding"] = Load("embeddings.word_embeddings.weight"),
            ["position_embedding"] = Load("embeddings.position_embeddings.weight").Plus(Load("embeddings.token_type_embeddings.weight")[0]),
        };
        Take(weights, "embedding_norm", "embeddings.LayerNorm");
        for (var i = 0; i < Config.Depth; i++)
        {
            foreach (var part in (string[])["weight", "bias"])
            {
                weights[$"layers.{i}.attention.qkv.{part}"] = cat([.. ((string[])["query", "key", "value"]).Select(role => Load(Layer(i, $"attention.self.{role}.{part}")))]);
            }

            Take(weights, $"layers.{i}.attention.output", Layer(i, "attention.output.dense"));
            Take(weights, $"layers.{i}.attention_norm", Layer(i, "attention.output.LayerNorm"));
            Take(weights, $"layers.{i}.mlp.up", Layer(i, "intermediate.dense"));
            Take(weights, $"layers.{i}.mlp.down", Layer(i, "output.dense"));
            Take(weights, $"layers.{i}.mlp_norm", Layer(i, "output.LayerNorm"));
        }

        foreach (var (name, target) in model.state_dict())
        {
            var stored = weights[name];
            if (!stored.shape.SequenceEqual(target.shape))
            {
                throw new FormatException($"'{name}' has the shape [{string.Join(", ", stored.shape)}], the model needs [{string.Join(", ", target.shape)}]");
            }

            target.copy_(stored);
        }
    }

    private static string Layer(int number, string part) => $"encoder.layer.{number}.{part}";

    /// <summary>The matrix of each linear layer, found by what its product is added to: the bias, which has kept its name.</summary>
    private static IEnumerable<(string Name, OnnxTensor Matrix)> Matrices(OnnxFile file)
    {
        var products = file.Nodes.Where(node => node.Kind == "MatMul" && node.Inputs.Count == 2 && file.Tensors.ContainsKey(node.Inputs[1]))
            .ToDictionary(node => node.Outputs[0], node => file.Tensors[node.Inputs[1]], StringComparer.Ordinal);
        foreach (var sum in file.Nodes.Where(node => node.Kind == "Add" && node.Inputs.Count == 2))
        {
            var bias = sum.Inputs.FirstOrDefault(input => file.Tensors.ContainsKey(input) && input.EndsWith(".bias", StringComparison.Ordinal));
            var matrix = sum.Inputs.Select(products.GetValueOrDefault).FirstOrDefault(product => product is not null);
            if (bias is not null && matrix is not null)
            {
                yield return (bias[..^".bias".Length] + ".weight", Transposed(matrix));
            }
        }
    }

    private static OnnxTensor Transposed(OnnxTensor matrix)
    {
        var (rows, columns) = ((int)matrix.Shape[0], (int)matrix.Shape[1]);
        var values = new float[matrix.Values.Length];
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                values[(j * rows) + i] = matrix.Values[(i * columns) + j];
            }
        }

        return new OnnxTensor(matrix.Name, [columns, rows], values);
    }

    private static OnnxTensor Tensor(Dictionary<string, OnnxTensor> tensors, string name) =>
        tensors.TryGetValue(name, out var tensor) ? tensor : throw new FormatException($"it has no '{name}'");

    private void Take(Dictionary<string, Tensor> weights, string name, string from)
    {
        foreach (var part in (string[])["weight", "bias"])
        {
            weights[$"{name}.{part}"] = Load($"{from}.{part}");
        }
    }

    private Tensor Load(string name)
    {
        var stored = Tensor(_tensors, name);
        return tensor(stored.Values, stored.Shape);
    }
}
