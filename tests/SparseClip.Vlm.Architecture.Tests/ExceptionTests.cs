using System.Reflection;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>What is thrown for people is known by its type.</summary>
public class ExceptionTests
{
    public static TheoryData<string> Rooms => [.. Repository.Projects("src").Keys];

    [Theory]
    [MemberData(nameof(Rooms))]
    public void Every_exception_of_ours_is_one_for_people(string room)
    {
        var assembly = Assembly.Load(room == "Cli" ? "sparseclip" : $"SparseClip.Vlm.{room}");
        Assert.All(
            assembly.GetTypes().Where(type => type.IsAssignableTo(typeof(Exception))),
            type => Assert.True(type.IsAssignableTo(typeof(SparseClipException)), $"{type.FullName} derives from {type.BaseType}; let it derive from SparseClipException."));
    }
}
