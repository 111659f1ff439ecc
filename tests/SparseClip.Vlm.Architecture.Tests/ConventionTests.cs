namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>Rules that hold for every project.</summary>
public class ConventionTests
{
    [Fact]
    public void Every_project_has_tests()
    {
        var tested = Repository.Projects("tests").Keys;
        Assert.All(Repository.Projects("src", "web").Keys.Where(room => room != "Contracts"), room => Assert.Contains(room + ".Tests", tested));
    }

    [Fact]
    public void A_test_project_references_the_project_it_tests()
    {
        var tests = Repository.Projects("tests");
        Assert.All(Repository.Projects("src", "web").Keys.Where(room => tests.ContainsKey(room + ".Tests")),
            room => Assert.Contains(room, tests[room + ".Tests"].ProjectReferences));
    }

    [Fact]
    public void Package_versions_are_central() =>
        Assert.All(Repository.Projects("src", "web", "tests", "eng").Values,
            project => Assert.True(!project.PackagesWithVersion.Any(),
                $"{project.Path}: {string.Join(", ", project.PackagesWithVersion)} must take the version from Directory.Packages.props"));

    [Fact]
    public void The_solution_holds_every_project()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "SparseClip.Vlm.sln")).Replace('\\', '/');
        Assert.All(Repository.Projects("src", "web", "tests").Values,
            project => Assert.Contains(Path.GetRelativePath(Repository.Root, project.Path).Replace('\\', '/'), solution, StringComparison.Ordinal));
    }
}
