namespace SparseClip.Vlm.Server.Requests;

/// <summary>Which paths are the API's.</summary>
internal static class Api
{
    /// <summary>Whether a path is one that OpenAI's clients ask for: errors there have OpenAI's shape.</summary>
    public static bool IsOpenAi(PathString path) => path.StartsWithSegments("/v1");

    /// <summary>Whether nothing in a request to the path may be ignored.</summary>
    public static bool Owns(PathString path) => IsOpenAi(path) || path.StartsWithSegments("/api");
}
