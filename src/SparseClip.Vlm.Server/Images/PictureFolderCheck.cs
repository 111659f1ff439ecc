using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Images;

/// <summary>Whether pictures can be kept is known before the first of them comes: the server does not start where they cannot.</summary>
internal sealed class PictureFolderCheck : IValidateOptions<ServerOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        // A missing setting has its own message.
        if (string.IsNullOrEmpty(options.ImageDirectory))
        {
            return ValidateOptionsResult.Skip;
        }

        return PictureFiles.Problem(Path.GetFullPath(options.ImageDirectory)) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;
    }
}
