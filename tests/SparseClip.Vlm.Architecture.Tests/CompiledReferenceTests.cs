namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>What the compiler really put into the assemblies; transitive references cannot slip past it.</summary>
public class CompiledReferenceTests
{
    [Fact]
    public void Llama_never_sees_TorchSharp() =>
        Assert.DoesNotContain(References("Llama"), name => name.Contains("Torch", StringComparison.OrdinalIgnoreCase)
            || name.StartsWith("SparseClip.Vlm.Modeling", StringComparison.Ordinal));

    [Theory]
    [InlineData("Core")]
    [InlineData("Contracts")]
    [InlineData("Formats")]
    public void The_values_need_the_base_class_library_only(string room) =>
        Assert.All(References(room), name => Assert.True(
            name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith(Assemblies.Prefix, StringComparison.Ordinal),
            $"{room} references {name}"));

    [Fact]
    public void The_server_never_sees_TorchSharp() => Assert.DoesNotContain("TorchSharp", References("Server"));

    /// <summary>The page is compiled for the browser and does not lie beside the tests.</summary>
    public static TheoryData<string> Rooms => [.. ReferenceTableTests.Table.Keys.Where(room => room != "Web")];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void What_is_compiled_is_what_the_table_says(string room) => Assert.Equal(
        ReferenceTableTests.Table[room].Order(),
        References(room).Where(name => name.StartsWith(Assemblies.Prefix, StringComparison.Ordinal)).Select(name => name[Assemblies.Prefix.Length..]).Order());

    private static List<string> References(string room)
    {
        using var assembly = Assemblies.Read(room);
        return [.. assembly.MainModule.AssemblyReferences.Select(reference => reference.Name)];
    }
}
