using System.CommandLine;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts</c></summary>
internal static class ConceptsCommand
{
    public static Command Create() => new("concepts", "What pictures show, in words: encode the words that answers name, find the features that carry each word, how far answers follow them, tell which words mean alike, teach others.")
    {
        EncodeCommand.Create(),
        KindredCommand.Create(),
        BuildConceptsCommand.Create(),
        RangeCommand.Create(),
        SearchConceptsCommand.Create(),
        TeachCommand.Create(),
        ListTaughtCommand.Create(),
        ForgetCommand.Create(),
    };
}
