using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Access;

/// <summary>A server that would refuse everybody, or that was opened to others by mistake, does not start.</summary>
internal sealed class KeyCheck(IConfiguration configuration, TimeProvider time) : IValidateOptions<ServerOptions>
{
    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, ServerOptions options)
    {
        var open = ListenedAddresses.Open(configuration);
        var isRequired = options.RequireKeys.ToLowerInvariant() switch { "true" => true, "false" => false, _ => open is not null };
        if (!isRequired || string.IsNullOrEmpty(options.DataDirectory))
        {
            return ValidateOptionsResult.Success;
        }

        try
        {
            var path = ApiKeyFile.In(options.DataDirectory);
            return ApiKeyFile.Read(path).Any(key => key.HoldsAt(time.GetUtcNow())) ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(
                $"{(open is null ? "Server:RequireKeys is true" : $"Others can reach the server at {open}")}, and there is no key in {path}. Make one with 'sparseclip keys create --name NAME --data {Path.GetDirectoryName(path)}', "
                + "or let everybody in with Server:RequireKeys=false.");
        }
        catch (ApiKeyFileException error)
        {
            return ValidateOptionsResult.Fail(error.Message);
        }
    }
}
