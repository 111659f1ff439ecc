using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>
/// The members of eng/analyzers/BannedSymbols.txt, looked for in what the compiler made: the analyzer that reads the file does not see the operator
/// in <c>x += y</c>.
/// </summary>
public class BannedSymbolTests
{
    public static TheoryData<string> Rooms => [.. Repository.Projects("src").Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void No_room_calls_an_operation_that_makes_scalars_of_its_own(string room)
    {
        var banned = Banned();

        Assert.Contains("M:TorchSharp.torch.Tensor.op_Addition(TorchSharp.torch.Tensor,TorchSharp.torch.Tensor)", banned);
        Assert.Empty(Called(room == "Cli" ? "sparseclip.dll" : $"SparseClip.Vlm.{room}.dll").Where(banned.Contains).Order());
    }

    [Fact]
    public void The_names_are_those_that_the_compiler_writes() => Assert.Contains(
        "M:TorchSharp.torch.Tensor.op_Subtraction(TorchSharp.torch.Tensor,TorchSharp.torch.Tensor)", Called("SparseClip.Vlm.Modeling.dll"));

    private static HashSet<string> Banned() =>
        [.. File.ReadLines(Path.Combine(Repository.Root, "eng", "analyzers", "BannedSymbols.txt")).Select(line => line.Split(';')[0])];

    /// <summary>The methods of other assemblies that one of ours calls, named as documentation comments name them.</summary>
    private static List<string> Called(string assembly)
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly));
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var methods = new List<string>();
        foreach (var handle in metadata.MemberReferences)
        {
            var member = metadata.GetMemberReference(handle);
            if (member.GetKind() != MemberReferenceKind.Method || member.Parent.Kind != HandleKind.TypeReference)
            {
                continue;
            }

            var parent = DocumentationNames.Of(metadata, (TypeReferenceHandle)member.Parent);
            var parameters = member.DecodeMethodSignature(new DocumentationNames(), null).ParameterTypes;
            methods.Add($"M:{parent}.{metadata.GetString(member.Name)}{(parameters.IsEmpty ? "" : $"({string.Join(",", parameters)})")}");
        }

        return methods;
    }
}
