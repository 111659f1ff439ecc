using System.CommandLine;

namespace SparseClip.Vlm.Cli.Keys;

/// <summary><c>sparseclip keys</c></summary>
internal static class KeysCommand
{
    public static Command Create() => new("keys", "Who may use the server: make keys, list them, revoke them. A running server takes every change at once.")
    {
        CreateKeyCommand.Create(),
        ListKeysCommand.Create(),
        RevokeKeyCommand.Create(),
    };
}
