namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>Which project may know which: this table, no more and no less.</summary>
public class ReferenceTableTests
{
    internal static readonly Dictionary<string, string[]> Table = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Contracts"] = [],
        ["Formats"] = ["Core"],
        ["Modeling"] = ["Core", "Formats"],
        ["Data"] = ["Core", "Modeling"],
        ["Evaluation"] = ["Core", "Data", "Modeling"],
        ["Training"] = ["Core", "Data", "Evaluation", "Formats", "Modeling"],
        ["Studies"] = ["Core", "Data", "Evaluation", "Modeling", "Training"],
        ["Llama"] = ["Core", "Formats"],
        ["Storage"] = ["Core"],
        ["Inference"] = ["Core", "Llama", "Modeling"],
        ["Server"] = ["Contracts", "Core", "Formats", "Inference", "Llama", "Storage"],
        ["Cli"] = ["Contracts", "Core", "Data", "Evaluation", "Formats", "Inference", "Llama", "Modeling", "Server", "Studies", "Training"],
        ["Web"] = ["Contracts"],
    };

    public static TheoryData<string> Rooms => [.. Table.Keys];

    [Fact]
    public void The_table_names_every_project() =>
        Assert.Equal(Table.Keys.Order(), Repository.Projects("src", "web").Keys.Order());

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_project_references_exactly_what_the_table_says(string room) =>
        Assert.Equal(Table[room].Order(), Repository.Projects("src", "web")[room].ProjectReferences.Order());

    [Fact]
    public void Core_Contracts_and_Formats_use_the_base_class_library_only()
    {
        var projects = Repository.Projects("src");
        foreach (string room in new[] { "Core", "Contracts", "Formats" })
        {
            Assert.Empty(projects[room].PackageReferences);
            Assert.Empty(projects[room].FrameworkReferences);
        }
    }
}
