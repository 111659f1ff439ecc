namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Bodies of completion requests.</summary>
internal static class Ask
{
    public static object About(string image, bool stream = false, object? steering = null, bool? deterministic = null) => Url($"image:{image}", stream, steering, deterministic);

    public static object Url(string url, bool stream = false, object? steering = null, bool? deterministic = null) => new
    {
        messages = new object[]
        {
            new
            {
                role = "user",
                content = new object[] { new { type = "text", text = "What is in this picture?" }, new { type = "image_url", image_url = new { url } } },
            },
        },
        max_tokens = 12,
        stream,
        stream_options = stream ? new { include_usage = true } : null,
        steering,
        deterministic,
    };

    public static object Text(string text, int maxTokens = 12, object? steering = null, string role = "user") => new
    {
        messages = new object[] { new { role, content = text } },
        max_tokens = maxTokens,
        steering,
    };
}
