using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

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
            name.StartsWith("System.", StringComparison.Ordinal) || name is "System" or "netstandard" or "mscorlib",
            $"{room} references {name}"));

    [Fact]
    public void The_server_never_sees_TorchSharp() => Assert.DoesNotContain("TorchSharp", References("Server"));

    /// <summary>The assemblies that one of ours references, read from its metadata without loading it.</summary>
    private static List<string> References(string room)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, $"SparseClip.Vlm.{room}.dll"));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }
}
