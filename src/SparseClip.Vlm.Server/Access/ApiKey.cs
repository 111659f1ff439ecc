namespace SparseClip.Vlm.Server.Access;

/// <summary>A key as it is kept: what it may do and how it is known again, not the key itself.</summary>
/// <param name="Id">What it is called in lists and logs: 8 lower-case hexadecimal digits, drawn at random.</param>
/// <param name="Name">Whose it is. Keys of one name are one user's: they see the same pictures.</param>
/// <param name="Hash">The SHA-256 of the key's text, 64 lower-case hexadecimal digits.</param>
/// <param name="Scopes">What it may do, of <see cref="ApiScope.All"/>; one or more.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">From when on it holds no more; null for never.</param>
/// <param name="Revoked">When it was revoked; null if it was not.</param>
public sealed record ApiKey(string Id, string Name, string Hash, IReadOnlyList<string> Scopes, DateTimeOffset Created, DateTimeOffset? Expires = null, DateTimeOffset? Revoked = null)
{
    /// <summary>The most characters of a name.</summary>
    public const int LongestName = 64;

    /// <summary>Whether it holds at a moment.</summary>
    public bool HoldsAt(DateTimeOffset moment) => Revoked is null && !(Expires <= moment);

    /// <summary>What is wrong with a name, and what to write; null if nothing is.</summary>
    public static string? NameProblem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Length is >= 1 and <= LongestName && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' or '@')
            ? null
            : $"'{name}' cannot be a key's name; give 1 to {LongestName} letters, digits, dots, dashes, underscores and @, such as ada or ada@example.org";
    }
}
