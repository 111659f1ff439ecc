using CsCheck;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>The cases that properties are tried with.</summary>
public class FixedCasesTests
{
    [Fact]
    public void A_property_meets_the_same_cases_in_every_run()
    {
        var met = new List<int>();
        FixedCases.Try(Gen.Int[0, 999], met.Add, cases: 5);
        Assert.Equal([810, 512, 765, 605, 481], met);
    }

    [Fact]
    public void A_property_that_fails_names_a_case_with_which_it_fails_again()
    {
        var message = Assert.Throws<CsCheckException>(() => FixedCases.Try(Gen.Int[0, 999], value => Assert.True(value < 500))).Message;
        var seed = message.Split('"')[1];
        Assert.Throws<CsCheckException>(() => Check.Sample(Gen.Int[0, 999], value => Assert.True(value < 500), seed: seed, iter: 1, threads: 1));
    }

    [Fact]
    public void No_test_draws_samples_of_its_own() => Assert.DoesNotContain(
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*.cs", SearchOption.AllDirectories),
        file => !Path.GetFileName(file).StartsWith(nameof(FixedCases), StringComparison.Ordinal)
            && File.ReadAllText(file).Contains("Check.Sample", StringComparison.Ordinal));
}
