using System.CommandLine;
using System.CommandLine.Parsing;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>An option or argument that is a path.</summary>
internal interface IPathSymbol
{
    PathKind Kind { get; }
}

/// <summary>An option that takes one path or several. One that cannot be used is refused before the command runs.</summary>
/// <typeparam name="T">FileInfo, DirectoryInfo, a list of them, or the text.</typeparam>
internal sealed class PathOption<T> : Option<T>, IPathSymbol
{
    /// <param name="name">With its dashes.</param>
    /// <param name="kind">What the path must lead to.</param>
    public PathOption(string name, PathKind kind) : base(name)
    {
        Kind = kind;
        Validators.Add(result => PathArgument.Check(result, kind, name));
    }

    public PathKind Kind { get; }
}

/// <summary>An argument that takes a path, checked alike.</summary>
/// <typeparam name="T">As for <see cref="PathOption{T}"/>.</typeparam>
internal sealed class PathArgument<T> : Argument<T>, IPathSymbol
{
    /// <param name="name">What the help calls it.</param>
    /// <param name="kind">What the path must lead to.</param>
    public PathArgument(string name, PathKind kind) : base(name)
    {
        Kind = kind;
        Validators.Add(result => PathArgument.Check(result, kind, name));
    }

    public PathKind Kind { get; }
}

internal static class PathArgument
{
    public static void Check(SymbolResult result, PathKind kind, string name)
    {
        foreach (var token in result.Tokens)
        {
            if (kind.Problem(token.Value) is { } problem)
            {
                result.AddError($"{name}: {problem}.");
            }
        }
    }
}
