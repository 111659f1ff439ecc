namespace SparseClip.Vlm.Studies.Paper;

/// <summary>What all runs of a study share. The values are those of the shipped tower's recipe where it has them; none was chosen by a set that the report measures.</summary>
public sealed record StudyPreset
{
    /// <summary>Side of the pictures in pixels.</summary>
    public int ImageSize { get; init; } = 128;

    /// <summary>Icons of a batch.</summary>
    public int Icons { get; init; } = 150;

    /// <summary>Scenes of two things of a batch.</summary>
    public int Scenes { get; init; } = 40;

    /// <summary>Photographs of a batch.</summary>
    public int Photographs { get; init; } = 66;

    /// <summary>Pairs of a batch.</summary>
    public int Batch => Icons + Scenes + Photographs;

    /// <summary>Drawn batches a file of the cache.</summary>
    public int BatchesPerShard { get; init; } = 4;

    /// <summary>Files of drawn batches that a study needs at least.</summary>
    public int LeastShards { get; init; } = 4;

    /// <summary>Drawn pictures at most, in multiples of the training pictures.</summary>
    public int Views { get; init; } = 4;

    /// <summary>States of the language model that read a text; 0 is the token embedding.</summary>
    public IReadOnlyList<int> TextLayers { get; init; } = [0, 8];

    /// <summary>Width of the text perceptron's hidden layer.</summary>
    public int TextHidden { get; init; } = 1024;

    /// <summary>Width of what enters the text projection.</summary>
    public int TextWidth { get; init; } = 512;

    /// <summary>Highest learning rate.</summary>
    public double Rate { get; init; } = 1.2e-3;

    /// <summary>AdamW's, on matrices.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>The share of the steps over which the rate rises, 0..1.</summary>
    public double Warmup { get; init; } = 0.05;

    /// <summary>Highest norm of the gradient.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>The dimensions of the first observation, ascending; the first is the dense twin's.</summary>
    public IReadOnlyList<int> Dimensions { get; init; } = [512, 2048, 8192, 16384];

    /// <summary>The dimension of all other runs.</summary>
    public int SparseDimension { get; init; } = 8192;

    /// <summary>The caps of the third observation, descending: the paper's, and lower ones, because the scale of a short run does not come as high as those.</summary>
    public IReadOnlyList<double> Caps { get; init; } = [100, 50, 40, 30, 20, 15, 10, 5];

    /// <summary>Where the biases of runs with ReLU start, unless the run is about that.</summary>
    public float Bias { get; init; } = -2;

    /// <summary>Weight of the L1 norm in the second observation.</summary>
    public double L1Weight { get; init; } = 0.02;

    /// <summary>Weight of the L1 norm of the ReLU autoencoder.</summary>
    public double AutoencoderL1Weight { get; init; } = 0.1;

    /// <summary>Scenes of two things that are measured.</summary>
    public int MeasuredScenes { get; init; } = 300;

    /// <summary>Words that may name a feature.</summary>
    public int Words { get; init; } = 4000;

    /// <summary>Words of the SpLiCE dictionary.</summary>
    public int SpliceWords { get; init; } = 1000;

    /// <summary>Steps of every run; null lets them follow from the budget.</summary>
    public int? Steps { get; init; }

    /// <summary>Most steps of a run.</summary>
    public int MostSteps { get; init; } = 20_000;

    /// <summary>Longest run in minutes.</summary>
    public double MostMinutes { get; init; } = 10;
}

/// <summary>Where a study reads and writes.</summary>
/// <param name="Data">The folder that <c>data build</c> wrote.</param>
/// <param name="TrunkFolder">The pretrained trunk: config.json and model.safetensors.</param>
/// <param name="LanguageModel">The GGUF whose first layers read text.</param>
/// <param name="Cache">What is computed once: pooled pictures, states of texts, finished runs.</param>
/// <param name="Output">The report's folder.</param>
/// <param name="Minutes">The budget, above 0.</param>
/// <param name="Seed">Of weights and batches.</param>
/// <param name="Command">The command line, for the report.</param>
public sealed record StudyOptions(
    string Data, string TrunkFolder, string LanguageModel, string Cache, string Output, double Minutes, int Seed, string Command);
