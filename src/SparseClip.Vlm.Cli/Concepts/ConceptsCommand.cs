using System.CommandLine;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts</c></summary>
internal static class ConceptsCommand
{
    public static Command Create() => new("concepts", "The words that a model reads of a picture's code.") { EncodeCommand.Create() };
}
