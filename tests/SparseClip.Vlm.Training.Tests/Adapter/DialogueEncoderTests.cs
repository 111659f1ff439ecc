using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Adapter;

namespace SparseClip.Vlm.Training.Tests.Adapter;

public class DialogueEncoderTests
{
    private readonly LlamaTokenizer _tokenizer;
    private readonly DialogueEncoder _encoder;

    public DialogueEncoderTests()
    {
        using var file = GgufFile.Open(RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"));
        _tokenizer = LlamaTokenizer.FromGguf(file);
        _encoder = new DialogueEncoder(_tokenizer);
    }

    [Fact]
    public void Only_the_answers_and_their_ends_are_learned()
    {
        var dialogue = _encoder.Encode([new(QuestionKind.MainSubject, "What is this?", "A cat."), new(QuestionKind.Presence, "Is there a dog?", "No.")]);

        Assert.Equal([.. _tokenizer.Encode("A cat."), _tokenizer.EndOfTurn, .. _tokenizer.Encode("No."), _tokenizer.EndOfTurn], dialogue.Answers.Select(at => dialogue.Ids[at]));
        Assert.Equal(dialogue.Ids.Count - 1, dialogue.Answers[^1]);
    }

    [Fact]
    public void Beginning_and_question_are_what_inference_asks()
    {
        var prompt = ChatPrompt.Render([new DialogueTurn(Speaker.User, "What is this?")], withImage: true);
        var dialogue = _encoder.Encode([new(QuestionKind.MainSubject, "What is this?", "A cat.")]);

        Assert.Equal(prompt.TakeWhile(piece => piece is not ImagePiece).SelectMany(_tokenizer.Encode), _encoder.Beginning);
        Assert.Equal(_encoder.Question("What is this?"), dialogue.Ids.Take(dialogue.Answers[0]));
    }
}
