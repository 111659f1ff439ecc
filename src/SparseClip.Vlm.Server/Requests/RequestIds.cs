namespace SparseClip.Vlm.Server.Requests;

/// <summary>
/// Gives each request an id, by which its lines in the log are found: the client's own in <c>X-Request-Id</c> if it is up to 64 letters, digits, dots, dashes and underscores, else one of the server's. The answer bears it in the same header.
/// </summary>
internal static class RequestIds
{
    /// <summary>The header.</summary>
    public const string Header = "X-Request-Id";

    private const int MostLetters = 64;

    public static void UseRequestIds(this WebApplication app) => app.Use((context, next) =>
    {
        if (context.Request.Headers[Header] is [{ Length: > 0 and <= MostLetters } own] && own.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_'))
        {
            context.TraceIdentifier = own;
        }
        else
        {
            context.TraceIdentifier = Guid.NewGuid().ToString("n");
        }

        // Whoever answers with an error clears the headers that were set before.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers[Header] = context.TraceIdentifier;
            return Task.CompletedTask;
        });
        return next(context);
    });
}
