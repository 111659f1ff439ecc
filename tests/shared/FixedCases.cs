using CsCheck;

namespace SparseClip.Vlm;

/// <summary>
/// Properties meet the same cases in every run, so that a red one stays red until its cause is mended. CsCheck's own <c>Sample</c> fixes the first case at most;
/// these stand in a namespace around all tests, where the compiler finds them first. <c>SPARSECLIP_NEW_CASES=1</c> draws new cases, <c>CsCheck_Seed=...</c> gives
/// the case back that a failure has named.
/// </summary>
internal static class FixedCases
{
    private const ulong Seed = 1;
    private static readonly bool s_isNew = Environment.GetEnvironmentVariable("SPARSECLIP_NEW_CASES") is "1" || Check.Seed is not null;

    public static void Sample<T>(this Gen<T> gen, Action<T> assert, long iter = -1)
    {
        if (s_isNew)
        {
            Check.Sample(gen, assert, iter: iter);
        }
        else
        {
            Try(gen, assert, iter);
        }
    }

    public static void Sample<T>(this Gen<T> gen, Func<T, bool> holds, long iter = -1) =>
        gen.Sample(value => Assert.True(holds(value)), iter);

    public static void Sample<T1, T2>(this Gen<(T1, T2)> gen, Action<T1, T2> assert, long iter = -1) =>
        gen.Sample(value => assert(value.Item1, value.Item2), iter);

    public static void Sample<T1, T2>(this Gen<(T1, T2)> gen, Func<T1, T2, bool> holds, long iter = -1) =>
        gen.Sample(value => holds(value.Item1, value.Item2), iter);

    public static void Sample<T1, T2, T3>(this Gen<(T1, T2, T3)> gen, Action<T1, T2, T3> assert, long iter = -1) =>
        gen.Sample(value => assert(value.Item1, value.Item2, value.Item3), iter);

    public static void Sample<T1, T2, T3, T4>(this Gen<(T1, T2, T3, T4)> gen, Action<T1, T2, T3, T4> assert, long iter = -1) =>
        gen.Sample(value => assert(value.Item1, value.Item2, value.Item3, value.Item4), iter);

    /// <summary>Tries the fixed cases one after the other; the first that fails leads to a smaller one, if CsCheck finds one.</summary>
    /// <param name="gen">Makes a case.</param>
    /// <param name="assert">Throws where the property does not hold.</param>
    /// <param name="cases">How many; -1 for CsCheck's own number.</param>
    /// <exception cref="CsCheckException">The property does not hold; the message has the seed of the case.</exception>
    internal static void Try<T>(Gen<T> gen, Action<T> assert, long cases = -1)
    {
        var random = new PCG(stream: 0, Seed);
        for (var i = cases < 0 ? Check.Iter : cases; i > 0; i--)
        {
            var seed = new PCG(stream: 0, random.Next64()).ToString();
            try
            {
                Check.Sample(gen, assert, seed: seed, iter: 1, threads: 1);
            }
            catch (CsCheckException)
            {
                Check.Sample(gen, assert, seed: seed);
                throw;
            }
        }
    }
}
