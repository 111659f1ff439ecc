using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Handles;

namespace SparseClip.Vlm.Llama.Interop;

internal static unsafe partial class LlamaNative
{
    [LibraryImport(Llama)]
    internal static partial nint llama_model_get_vocab(LlamaModelHandle model);

    [LibraryImport(Llama)]
    internal static partial int llama_vocab_n_tokens(nint vocab);

    /// <summary>1 SentencePiece, 2 byte-level BPE, higher for others.</summary>
    [LibraryImport(Llama)]
    internal static partial int llama_vocab_type(nint vocab);

    [LibraryImport(Llama)]
    internal static partial int llama_vocab_bos(nint vocab);

    [LibraryImport(Llama)]
    internal static partial int llama_vocab_eos(nint vocab);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool llama_vocab_is_eog(nint vocab, int token);

    [LibraryImport(Llama)]
    internal static partial int llama_tokenize(
        nint vocab, byte* text, int text_len, int* tokens, int n_tokens_max,
        [MarshalAs(UnmanagedType.U1)] bool add_special, [MarshalAs(UnmanagedType.U1)] bool parse_special);

    [LibraryImport(Llama)]
    internal static partial int llama_token_to_piece(
        nint vocab, int token, byte* buf, int length, int lstrip, [MarshalAs(UnmanagedType.U1)] bool special);
}
