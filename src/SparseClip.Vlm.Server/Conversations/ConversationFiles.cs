using System.Text.Json;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Images;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Conversations;

/// <summary>Conversations as files, with their pictures.</summary>
internal static class ConversationFiles
{
    private const string Format = "sparseclip-conversation";
    private const int Version = 1, MostPictures = 16, MostMessages = 10_000;

    private static readonly string[] s_roles = ["system", "user", "assistant"];
    private static readonly string[] s_states = ["whole", "writing", "stopped", "interrupted", "failed"];

    /// <summary>The most bytes of a file: that of its pictures, a third longer in base64, and its texts.</summary>
    public static long MostBytes(ServerOptions options) => (MostPictures * (options.MaxImageBytes * 4L / 3)) + (16 * 1024 * 1024);

    /// <summary>A conversation with the pictures whose files are there.</summary>
    public static async Task<ConversationFile> WriteAsync(ConversationDto conversation, PictureStore pictures, Caller caller, CancellationToken cancellationToken)
    {
        var images = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var id in conversation.Messages.Select(message => message.Image).OfType<string>().Distinct())
        {
            if (await pictures.TryFileAsync(id, caller, cancellationToken) is { } file)
            {
                images[id] = Convert.ToBase64String(file.Bytes);
            }
        }

        return new ConversationFile(Format, Version, conversation, images);
    }

    /// <summary>Reads a file and keeps its pictures.</summary>
    /// <exception cref="RefusedException">400: it is no such file, or contradicts itself; 507: a picture cannot be kept.</exception>
    /// <exception cref="Core.Pipeline.PictureException">One of its pictures cannot be looked at.</exception>
    public static async Task<ConversationDto> ReadAsync(RequestValue body, PictureStore pictures, Caller caller, ServerOptions options, CancellationToken cancellationToken)
    {
        var file = Parse(body);
        Check(file, options);
        foreach (var (id, text) in file.Images)
        {
            var bytes = new byte[text.Length];
            if (!Convert.TryFromBase64String(text, bytes, out var length) || new PictureFile(bytes[..length]) is not { } picture || picture.Id != id)
            {
                throw Invalid($"images['{(id.Length > 64 ? id[..64] : id)}'] is not the picture of that id in base64");
            }

            await pictures.AddAsync(picture, caller, cancellationToken);
        }

        return file.Conversation;
    }

    private static ConversationFile Parse(RequestValue body)
    {
        try
        {
            return body.Json.Deserialize<ConversationFile>(ConversationMapping.Json) is { Format: Format, Conversation.Messages: not null, Images: not null } file
                ? file
                : throw Invalid($"it is no object with the format '{Format}', a conversation and images");
        }
        catch (JsonException error)
        {
            throw Invalid($"{(error.Path is { Length: > 0 } path ? path : "a value")} is of another kind");
        }
    }

    private static void Check(ConversationFile file, ServerOptions options)
    {
        if (file.Version != Version)
        {
            throw Invalid($"its version is {file.Version}; this program reads {Version}");
        }

        if (file.Images.Count > MostPictures || file.Conversation.Messages.Count > MostMessages)
        {
            throw Invalid($"it has {file.Conversation.Messages.Count} messages and {file.Images.Count} pictures; {MostMessages} and {MostPictures} are the most");
        }

        var (ids, requests, letters) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal), 0L);
        foreach (var (place, message) in file.Conversation.Messages.Index())
        {
            if (message is not { Id: not null, Text: not null } || !s_roles.Contains(message.Role) || !s_states.Contains(message.Status)
                || (message.Image is not null && !PictureFile.IsId(message.Image)) || (message.Parent is not null && !ids.Contains(message.Parent))
                || (message.RequestId is { } request && (request.Length is 0 or > 200 || !requests.Add(request))) || !ids.Add(message.Id))
            {
                throw Invalid($"conversation.messages[{place}] lacks its id, text, role or status, has a picture that is no id, a request twice, or a parent that does not stand before it");
            }

            letters += message.Text.Length;
        }

        if (file.Conversation.Title is not { Length: <= 200 } || (file.Conversation.Head is { } head && !ids.Contains(head)) || letters > options.MaxTextCharacters)
        {
            throw Invalid($"its title or its texts are too long (200 and {options.MaxTextCharacters} letters are the most), or its head is none of its messages");
        }
    }

    private static RefusedException Invalid(string why) => new(400, ErrorCodes.InvalidConversation, $"The body is no conversation that was exported as JSON: {why}.");
}
