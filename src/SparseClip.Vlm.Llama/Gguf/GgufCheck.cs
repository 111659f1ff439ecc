namespace SparseClip.Vlm.Llama.Gguf;

internal static class GgufCheck
{
    public static void Check(string path) => _ = path;
}
