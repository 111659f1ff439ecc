using System.Runtime.InteropServices;
using System.Text;
using SparseClip.Vlm.Llama.Gguf;
using SparseClip.Vlm.Llama.Handles;
using SparseClip.Vlm.Llama.Interop;
using SparseClip.Vlm.Llama.Loading;

namespace SparseClip.Vlm.Llama.Models;

/// <summary>
/// The weights and the vocabulary of a GGUF file. Thread-safe. Disposing it while a <see cref="Generation.GenerationEngine"/> uses it is allowed:
/// the native model lives until the engine is gone.
/// </summary>
public sealed unsafe class LlamaModel : IDisposable
{
    private const int BytePairEncoding = 2;

    private readonly nint _vocab;
    private readonly bool _isByteLevel;

    private LlamaModel(LlamaModelHandle handle)
    {
        Handle = handle;
        _vocab = LlamaNative.llama_model_get_vocab(handle);
        _isByteLevel = LlamaNative.llama_vocab_type(_vocab) == BytePairEncoding;
        Info = ReadInfo();
    }

    public ModelInfo Info { get; }

    internal LlamaModelHandle Handle { get; }

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
        using var log = LlamaLog.Capture();
        var parameters = LlamaNative.llama_model_default_params();
        parameters.n_gpu_layers = options.GpuLayers;
        parameters.check_tensors = options.CheckTensors ? (byte)1 : (byte)0;
        using var progress = new LoadProgress(cancellationToken);
        parameters.progress_callback = LoadProgress.Callback;
        parameters.progress_callback_user_data = progress.State;
        var model = LlamaNative.llama_model_load_from_file(path, parameters);
        if (model == 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new LlamaException($"llama.cpp refuses '{path}': {(log.Text.Length > 0 ? log.Text : "it gives no reason")}.");
        }

        var handle = new LlamaModelHandle(model);
        if (LlamaNative.llama_model_has_encoder(handle) || LlamaNative.llama_model_is_recurrent(handle) || LlamaNative.llama_model_is_hybrid(handle))
        {
            handle.Dispose();
            throw new LlamaException($"'{path}' is no decoder-only transformer; encoders and recurrent models are not supported.");
        }

        return new LlamaModel(handle);
    }

    /// <summary>Text to token ids.</summary>
    /// <param name="text">Any text; unpaired surrogates become U+FFFD.</param>
    /// <param name="addSpecial">Whether the model's begin (and end) tokens are added, where it wants any.</param>
    /// <param name="parseSpecial">Whether control tokens written in the text become control tokens. False for what users write.</param>
    public int[] Tokenize(string text, bool addSpecial, bool parseSpecial)
    {
        ArgumentNullException.ThrowIfNull(text);
        // Control tokens must not be cut; texts that may have them are our own and short.
        if (text.Length <= LongText.Longest || addSpecial || parseSpecial || !_isByteLevel)
        {
            return TokenizePiece(text, addSpecial, parseSpecial);
        }

        return [.. LongText.Cut(text).SelectMany(piece => TokenizePiece(piece, addSpecial: false, parseSpecial: false))];
    }

    /// <summary>The UTF-8 bytes of a token; a token may hold a part of a character. Control tokens are empty unless asked for.</summary>
    public byte[] TokenPiece(int token, bool special = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, Info.VocabularySize);
        var bytes = new byte[64];
        var length = Piece(token, bytes, special);
        if (length < 0)
        {
            bytes = new byte[-length];
            length = Piece(token, bytes, special);
        }

        return bytes[..length];
    }

    /// <summary>Whether a token ends an answer.</summary>
    public bool IsEndOfGeneration(int token) => LlamaNative.llama_vocab_is_eog(Vocab, token);

    public void Dispose() => Handle.Dispose();

    private int[] TokenizePiece(string text, bool addSpecial, bool parseSpecial)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        if (utf8.Length == 0 && !addSpecial)
        {
            return [];
        }

        // A token covers at least one byte; some more for begin and end.
        var buffer = new int[utf8.Length + 8];
        var count = TokenizeInto(utf8, buffer, addSpecial, parseSpecial);
        if (count < 0)
        {
            buffer = new int[-count];
            count = TokenizeInto(utf8, buffer, addSpecial, parseSpecial);
        }

        return count >= 0 ? buffer[..count] : throw new LlamaException($"The text of {utf8.Length} bytes could not be tokenised.", count);
    }

    private nint Vocab
    {
        get
        {
            ObjectDisposedException.ThrowIf(Handle.IsClosed, this);
            return _vocab;
        }
    }

    private int Piece(int token, byte[] bytes, bool special)
    {
        fixed (byte* p = bytes)
        {
            return LlamaNative.llama_token_to_piece(Vocab, token, p, bytes.Length, 0, special);
        }
    }

    private int TokenizeInto(byte[] utf8, int[] buffer, bool addSpecial, bool parseSpecial)
    {
        fixed (byte* text = utf8)
        fixed (int* tokens = buffer)
        {
            byte none = 0;
            return LlamaNative.llama_tokenize(
                Vocab, text == null ? &none : text, utf8.Length, tokens, buffer.Length, addSpecial, parseSpecial);
        }
    }

    private ModelInfo ReadInfo()
    {
        var description = stackalloc byte[256];
        LlamaNative.llama_model_desc(Handle, description, 256);
        return new ModelInfo(
            Marshal.PtrToStringUTF8((nint)description) ?? "",
            LlamaNative.llama_model_n_embd_inp(Handle),
            LlamaNative.llama_vocab_n_tokens(_vocab),
            LlamaNative.llama_model_n_layer(Handle),
            LlamaNative.llama_model_n_ctx_train(Handle),
            (long)LlamaNative.llama_model_n_params(Handle),
            LlamaNative.llama_vocab_bos(_vocab),
            LlamaNative.llama_vocab_eos(_vocab),
            Marshal.PtrToStringUTF8((nint)LlamaNative.llama_model_chat_template(Handle, null)));
    }
}
