using Mono.Cecil;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>A name says which type is meant, whichever namespaces are open: no two types of ours share one, in whatever rooms they stand.</summary>
public class TypeNameTests
{
    /// <summary>The class of top-level statements, which the compiler names: the command line's and that of the server run by itself.</summary>
    private const string EntryPoint = "Program";

    [Fact]
    public void No_two_types_share_a_name()
    {
        var named = Repository.Projects("src").Keys.SelectMany(Types).ToLookup(type => type.Name, type => type.FullName, StringComparer.Ordinal);

        Assert.Equal(2, named[EntryPoint].Count());
        Assert.Empty(named.Where(types => types.Key != EntryPoint && types.Skip(1).Any()).SelectMany(types => types).Order(StringComparer.Ordinal));
    }

    /// <summary>
    /// The types of a room that are nobody's part; not those that generators of source put into namespaces of their own. A type and its generic form beside it
    /// (as Task and Task of T) are one.
    /// </summary>
    private static List<(string Name, string FullName)> Types(string room)
    {
        using var assembly = Assemblies.Read(room);
        return [.. assembly.MainModule.Types.Where(IsOurs).Select(type => (Plain(type.Name), $"{Plain(type.FullName)} ({room})")).Distinct()];
    }

    /// <summary>Without the number of type parameters.</summary>
    private static string Plain(string name) => name.Split('`')[0];

    private static bool IsOurs(TypeDefinition type) =>
        !type.Name.Contains('<', StringComparison.Ordinal) && (type.Name == EntryPoint || type.Namespace.StartsWith(Assemblies.Prefix, StringComparison.Ordinal));
}
