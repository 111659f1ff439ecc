using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Contracts.OpenAi;

/// <summary>The body of <c>POST /v1/tokenize</c>, as llama-server's.</summary>
/// <param name="Content">The text.</param>
/// <param name="WithPieces">Whether to tell the text of each token. Default false.</param>
public sealed record TokenizeRequest(string Content, [property: JsonPropertyName("with_pieces")] bool? WithPieces = null);

/// <summary>The tokens of a text.</summary>
/// <param name="Tokens">Their numbers; with pieces, objects of <c>id</c> and <c>piece</c>, a string, or a list of bytes where it is a part of a character.</param>
public sealed record TokenizeResponse(IReadOnlyList<object> Tokens);

/// <summary>A token and its text.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Piece">Its text, or its bytes where it is a part of a character.</param>
public sealed record TokenPiece(int Id, object Piece);

/// <summary>How long the prompt of a completion request is.</summary>
/// <param name="Count">Positions of the context: those of the dialogue, of the picture and of the words about it.</param>
public sealed record InputTokens([property: JsonPropertyName("input_tokens")] int Count);
