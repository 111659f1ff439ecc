using System.CommandLine;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval</c></summary>
internal static class EvalCommand
{
    public static Command Create() => new("eval", "Measure a tower or a whole model.")
    {
        ZeroShotCommand.Create(),
        AgreementCommand.Create(),
        WordsCommand.Create(),
        ScenesCommand.Create(),
        ConceptsEvaluationCommand.Create(),
        TeachingCommand.Create(),
        FeatureMetricsCommand.Create(),
        FeatureNamesCommand.Create(),
        AnswersCommand.Create(),
        SteeringCommand.Create(),
        EditsCommand.Create(),
        EverydayCommand.Create(),
        PresenceCommand.Create(),
        DialogueCommand.Create(),
    };
}
