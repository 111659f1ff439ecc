namespace SparseClip.Vlm.Server.Access;

/// <summary>What a key may do. The names of scopes are those of the policies that routes ask for.</summary>
public static class ApiScope
{
    /// <summary>Look: at the model, its features and concepts, and the pictures of one's own.</summary>
    public const string Read = "read";

    /// <summary>Upload pictures, ask about them, embed and decide.</summary>
    public const string Ask = "ask";

    /// <summary>Change what others see, too: name features, teach and forget concepts.</summary>
    public const string Teach = "teach";

    /// <summary>All of it, and what is for whoever runs the server.</summary>
    public const string Admin = "admin";

    /// <summary>All scopes, the narrowest first.</summary>
    public static IReadOnlyList<string> All { get; } = [Read, Ask, Teach, Admin];

    /// <summary>Those of a key when nothing is said.</summary>
    public static IReadOnlyList<string> Usual { get; } = [Read, Ask];
}
