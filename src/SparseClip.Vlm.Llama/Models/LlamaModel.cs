using System.Text;
using LLama.Exceptions;
using LLama.Native;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Gguf;
using SparseClip.Vlm.Llama.Loading;

namespace SparseClip.Vlm.Llama.Models;

/// <summary>
/// The weights and the vocabulary of a GGUF file. Thread-safe. Disposing it while a <see cref="Generation.GenerationEngine"/> uses it is allowed:
/// the native model lives until the engine is gone.
/// </summary>
public sealed class LlamaModel : IDisposable
{
    private readonly bool _isByteLevel;
    private readonly Lazy<byte[][]> _pieces;

    private LlamaModel(string path, SafeLlamaModelHandle handle, Action<string>? warnings)
    {
        Path = System.IO.Path.GetFullPath(path);
        Handle = handle;
        Warnings = warnings;
        _pieces = new Lazy<byte[][]>(() => [.. Enumerable.Range(0, Info!.VocabularySize).Select(token => TokenPiece(token))]);
        _isByteLevel = handle.Vocab.Type == LLamaVocabType.BytePairEncoding;
        Info = new ModelInfo(handle.EmbeddingSize, handle.Vocab.Count, handle.ContextSize);
    }

    /// <summary>What the file says of itself.</summary>
    public ModelInfo Info { get; }

    /// <summary>The file it was loaded from.</summary>
    public string Path { get; }

    internal SafeLlamaModelHandle Handle { get; }

    /// <summary>The UTF-8 bytes of every token, those of control tokens empty; read when first asked for. [vocabulary]</summary>
    internal byte[][] Pieces => _pieces.Value;

    /// <summary>See <see cref="LlamaModelOptions.Warnings"/>.</summary>
    internal Action<string>? Warnings { get; }

    /// <summary>Loads a model. The header is read in managed code first, because llama.cpp ends the process on some damaged files.</summary>
    /// <param name="path">A GGUF file of a decoder-only transformer.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="cancellationToken">Stops between tensors.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="GgufException">The file is no GGUF, cut off, damaged or contradicts itself.</exception>
    /// <exception cref="LlamaException">llama.cpp is missing or refuses the file.</exception>
    public static LlamaModel Load(string path, LlamaModelOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new LlamaModelOptions();
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no language model at '{path}'.", path);
        }

        GgufCheck.Check(path);
        LlamaRuntime.EnsureLoaded(options.NativeDirectory);
        var handle = options.ComputeAs is { } type ? LoadAs(type, path, options, cancellationToken) : LoadNative(path, options, cancellationToken);
        if (handle.HasEncoder || handle.IsRecurrent || LlamaExports.IsHybrid(handle))
        {
            handle.Dispose();
            throw new LlamaException($"'{path}' is no decoder-only transformer; encoders and recurrent models are not supported.");
        }

        return new LlamaModel(path, handle, options.Warnings);
    }

    /// <summary>
    /// Loads a LoRA adapter of this model, which lives as long as the model. Give it to the engine that is to run with it
    /// (<see cref="Generation.GenerationEngine"/>); by itself it changes nothing. Load it before that engine is made, so that llama.cpp leaves room for it, and
    /// not while another engine of the model is being made.
    /// </summary>
    /// <param name="path">A GGUF file as <see cref="LoraFile"/> writes it, made for this model.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="LlamaException">The file is damaged, no LoRA adapter or one of another model, or llama.cpp refuses it.</exception>
    /// <exception cref="ObjectDisposedException">The model is gone.</exception>
    public LanguageAdapter LoadAdapter(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no language adapter at '{path}'.", path);
        }

        try
        {
            LoraCheck.Check(path, Path);
        }
        catch (GgufException e)
        {
            throw new LlamaException($"The language adapter cannot be used. {e.Message}", e);
        }

        // It warns once a weight that it keeps the pair apart from repacked weights; that is no news for anybody.
        using var log = new LlamaLog.Listener(line: null);
        var handle = LlamaExports.LoadLora(Handle, path);
        return handle != 0
            ? new LanguageAdapter(this, path, handle)
            : throw new LlamaException($"llama.cpp refuses the language adapter '{path}': {(log.Text.Length > 0 ? log.Text : "it gives no reason")}.");
    }

    /// <summary>Text to token ids.</summary>
    /// <param name="text">Any text; unpaired surrogates become U+FFFD.</param>
    /// <param name="addSpecial">Whether the model's begin (and end) tokens are added, where it wants any.</param>
    /// <param name="parseSpecial">Whether control tokens written in the text become control tokens. False for what users write.</param>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Control tokens must not be cut; texts that may have them are our own and short.
        var pieces = text.Length <= LongText.Longest || addSpecial || parseSpecial || !_isByteLevel ? [text] : LongText.Cut(text);
        return [.. pieces.SelectMany(piece => Handle.Tokenize(piece, addSpecial, parseSpecial, Encoding.UTF8)).Select(token => (int)token)];
    }

    /// <summary>The UTF-8 bytes of a token; a token may hold a part of a character. Control tokens are empty unless asked for.</summary>
    public byte[] TokenPiece(int token, bool special = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Info.VocabularySize);
        var bytes = new byte[64];
        var length = (int)Handle.TokenToSpan(token, bytes, special: special);
        if (length > bytes.Length)
        {
            bytes = new byte[length];
            length = (int)Handle.TokenToSpan(token, bytes, special: special);
        }

        return bytes[..length];
    }

    /// <summary>Whether a token ends an answer.</summary>
    public bool IsEndOfGeneration(int token) => ((LLamaToken)token).IsEndOfGeneration(Handle.Vocab);

    /// <inheritdoc />
    public void Dispose() => Handle.Dispose();

    private static SafeLlamaModelHandle LoadAs(string type, string path, LlamaModelOptions options, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-");
        try
        {
            var file = System.IO.Path.Combine(folder.FullName, "language-model.gguf");
            Requantization.Write(path, file, type);
            return LoadNative(file, options, cancellationToken);
        }
        finally
        {
            // What is mapped of it lives on without its name.
            folder.Delete(recursive: true);
        }
    }

    private static SafeLlamaModelHandle LoadNative(string path, LlamaModelOptions options, CancellationToken cancellationToken)
    {
        using var log = new LlamaLog.Listener(options.Warnings);
        var parameters = LLamaModelParams.Default();
        parameters.n_gpu_layers = options.GpuLayers;
        parameters.check_tensors = options.CheckTensors;
        parameters.progress_callback = (_, _) => !cancellationToken.IsCancellationRequested;
        try
        {
            return SafeLlamaModelHandle.LoadFromFile(path, parameters);
        }
        catch (LoadWeightsFailedException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new LlamaException($"llama.cpp refuses '{path}': {(log.Text.Length > 0 ? log.Text : "it gives no reason")}.", e);
        }
        finally
        {
            // Native code called it through a pointer that the garbage collector does not know of.
            GC.KeepAlive(parameters.progress_callback);
        }
    }
}
