namespace SparseClip.Vlm.Llama;

/// <summary>llama.cpp refused or failed.</summary>
public sealed class LlamaException : Exception
{
    /// <param name="message">What was wrong, where, and what to do.</param>
    /// <param name="code">The return code of the native call; 0 where it gives none.</param>
    public LlamaException(string message, int code = 0) : base(message) => Code = code;

    public LlamaException(string message, Exception inner) : base(message, inner) { }

    /// <summary>The native return code, e.g. of <c>llama_decode</c>: 1 no room in the KV cache, 2 aborted, -1 invalid batch; 0 where there is none.</summary>
    public int Code { get; }
}
