using Mono.Cecil;
using Mono.Cecil.Cil;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>Within a room a folder knows others that do not know it, neither straight nor by way of a third. A namespace is a folder.</summary>
public class FolderCircleTests
{
    public static TheoryData<string> Rooms => CompiledReferenceTests.Rooms;

    [Theory]
    [MemberData(nameof(Rooms))]
    public void No_folder_comes_back_to_itself(string room)
    {
        using var assembly = Assemblies.Read(room);
        var uses = Uses(assembly.MainModule);

        var circles = Circles(uses).SelectMany(circle => circle.Select(folder => $"{folder} -> {string.Join(", ", uses[folder].Where(circle.Contains))}")).ToList();
        Assert.True(circles.Count == 0, string.Join('\n', circles));
    }

    [Fact]
    public void A_circle_is_found() => Assert.Equal(
        ["a b c"],
        Circles(new() { ["a"] = ["b"], ["b"] = ["c"], ["c"] = ["a"], ["d"] = ["a"] }).Select(circle => string.Join(' ', circle.Order())));

    /// <summary>The folders that reach one another, by two and more (strongly connected).</summary>
    private static List<HashSet<string>> Circles(Dictionary<string, HashSet<string>> uses)
    {
        var reached = uses.Keys.ToDictionary(folder => folder, folder => Reach(folder, uses));
        return [.. uses.Keys
            .Select(folder => reached[folder].Where(other => reached.GetValueOrDefault(other)?.Contains(folder) == true).ToHashSet())
            .Where(circle => circle.Count > 1)
            .DistinctBy(circle => string.Join(' ', circle.Order()))];
    }

    private static HashSet<string> Reach(string from, Dictionary<string, HashSet<string>> uses)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([from]);
        while (open.TryPop(out var folder))
        {
            foreach (var next in uses.GetValueOrDefault(folder, []).Where(reached.Add))
            {
                open.Push(next);
            }
        }

        return reached;
    }

    private static Dictionary<string, HashSet<string>> Uses(ModuleDefinition module)
    {
        var uses = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
        foreach (var type in module.GetTypes())
        {
            var from = Folder(type);
            foreach (var used in Named(type).SelectMany(Parts))
            {
                var to = ReferenceEquals(used.Scope, module) ? Folder(used) : "";
                if (from.Length > 0 && to.Length > 0 && from != to)
                {
                    uses.TryAdd(from, []);
                    uses[from].Add(to);
                }
            }
        }

        return uses;
    }

    private static string Folder(TypeReference type)
    {
        while (type.DeclaringType is { } outer)
        {
            type = outer;
        }

        return type.Namespace.StartsWith(Assemblies.Prefix, StringComparison.Ordinal) ? type.Namespace : "";
    }

    /// <summary>The types that a type names: bases, members, and what its code touches.</summary>
    private static IEnumerable<TypeReference?> Named(TypeDefinition type)
    {
        var own = type.Interfaces.Select(used => used.InterfaceType).Append(type.BaseType)
            .Concat(type.Fields.Select(field => field.FieldType))
            .Concat(type.CustomAttributes.Select(attribute => attribute.AttributeType));
        return own.Concat(type.Methods.SelectMany(method => method.Parameters.Select(parameter => parameter.ParameterType)
            .Append(method.ReturnType)
            .Concat(method.HasBody ? method.Body.Variables.Select(variable => variable.VariableType).Concat(method.Body.Instructions.SelectMany(Touched)) : [])));
    }

    private static IEnumerable<TypeReference?> Touched(Instruction instruction) => instruction.Operand switch
    {
        TypeReference type => [type],
        GenericInstanceMethod method => [method.DeclaringType, method.ReturnType, .. method.GenericArguments],
        MethodReference method => [method.DeclaringType, method.ReturnType],
        FieldReference field => [field.DeclaringType, field.FieldType],
        _ => [],
    };

    private static IEnumerable<TypeReference> Parts(TypeReference? type) => type switch
    {
        null => [],
        GenericInstanceType generic => [generic.ElementType, .. generic.GenericArguments.SelectMany(Parts)],
        TypeSpecification specification => Parts(specification.ElementType),
        _ => [type],
    };
}
