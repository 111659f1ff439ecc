using System.Diagnostics;
using System.Text;
using CsCheck;
using SparseClip.Vlm.Core.Grammars;

namespace SparseClip.Vlm.Core.Tests.Grammars;

/// <summary>Grammars as llama.cpp's notation writes them.</summary>
public sealed class GrammarTests
{
    [Theory]
    [InlineData("root ::= \"yes\" | \"no\"", "yes,no", "y,yesno,maybe,")]
    [InlineData("root ::= [a-c]+ [^a-c]", "ab!,cé,a€,b😀", "ab,!,abca")]
    [InlineData("root ::= (\"a\" | \"b\" \"c\")* \"d\"?", ",d,a,bcad,bcbc", "b,dd,cd")]
    [InlineData("root ::= \"a\"{2} \"b\"{1,2} \"c\"{2,}", "aabcc,aabbcccc", "abcc,aabc,aabbbcc")]
    [InlineData("root ::= .{3}", "abc,é€😀", "ab,abcd")]
    [InlineData("root ::= \"\\x41\\u00e9\\U0001F600\\\\\\\"\\[\\]\\-\\t\"", "Aé😀\\\"[]-\t", "A")]
    [InlineData("root ::= [-a\\]] [a-]", "--,a-,]a", "b-")]
    [InlineData("# a comment\nroot ::= # another\n  one |\n  two\none ::= \"1\" # here\r\n\ntwo ::= (\n  \"2\"\n)\n", "1,2", "12")]
    [InlineData("root ::= \"(\" root \")\" | \"\"", ",(),(())", "(,())")]
    [InlineData("root ::= root \"+\" root | [0-9]", "1,1+2,1+2+3", "1+,+1")]
    [InlineData("root ::= a a a\na ::= b\nb ::= \"\" | \"x\"", ",x,xx,xxx", "xxxx")]
    [InlineData("root ::= ((\"\" | \"a\")* | \"b\")* \"c\"", "c,aac,abac", "ab")]
    [InlineData("root ::= a \"x\" | \"y\"\na ::= b root b\nb ::= c\nc ::= \"\"", "y,yx,yxx", "x")]
    public void Texts_follow_or_do_not(string text, string follow, string others)
    {
        var grammar = Grammar.Parse(text);
        Assert.All(follow.Split(','), one => Assert.True(grammar.Follow(one), one));
        Assert.All(others.Split(','), one => Assert.False(grammar.Follow(one), one));
    }

    [Theory]
    [InlineData("", "no rule 'root'")]
    [InlineData("start ::= \"a\"", "no rule 'root'")]
    [InlineData("root ::= other", "names 'other'")]
    [InlineData("root ::= \"a", "never closed")]
    [InlineData("root ::= [a", "never closed")]
    [InlineData("root ::= [a\\", "an escape")]
    [InlineData("root ::= []", "no character")]
    [InlineData("root ::= [z-a]", "ends before it begins")]
    [InlineData("root ::= \"\\q\"", "an escape")]
    [InlineData("root ::= \"\\ud800\"", "hexadecimal digits")]
    [InlineData("root ::= \"\\x4\"", "hexadecimal digits")]
    [InlineData("root ::= \"\\x00\"", "U+0000")]
    [InlineData("root ::= (\"a\"", "')' is expected")]
    [InlineData("root ::= \"a\")", "')' does not belong there")]
    [InlineData("root ::= *", "nothing stands before")]
    [InlineData("root ::= \"a\"{2,1}", "ends before it begins")]
    [InlineData("root ::= \"a\"{2001}", "up to 2000")]
    [InlineData("root ::= \"a\"{", "whole numbers")]
    [InlineData("root ::= \"a\"{99999999999}", "up to 2000")]
    [InlineData("root ::= \"a\"*****", "in a row")]
    [InlineData("root = \"a\"", "'::=' is expected")]
    [InlineData("root ::= \"a\"\nroot ::= \"b\"", "in line 2, the rule 'root' stands there twice")]
    [InlineData("root ::= <|im_end|>", "tokens are not taken")]
    [InlineData("root ::= !<[5]>", "tokens are not taken")]
    [InlineData("root ::= root", "never ends")]
    [InlineData("root ::= \"a\" root", "never ends")]
    [InlineData("root ::= \"a\" | b\nb ::= \"x\" b", "'b' never ends")]
    [InlineData("root ::= ((\"a\"{2000}){2000}){2000}", "too large")]
    public void What_cannot_be_used_is_refused_with_the_place(string text, string words) =>
        Assert.Contains(words, Assert.Throws<GrammarException>(() => Grammar.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Half_a_surrogate_pair_is_no_character() =>
        Assert.Contains("surrogate", Assert.Throws<GrammarException>(() => Grammar.Parse("root ::= \"\ud800\"")).Message, StringComparison.Ordinal);

    [Fact]
    public void Nothing_that_is_large_or_deep_ends_the_process()
    {
        string[] large =
        [
            $"root ::= {new string('(', 100_000)}", $"root ::= \"a\"{new string('*', 100_000)}", $"root ::= \"{new string('a', 300_000)}\"", $"root ::= \"{new string('a', 100_000)}\"",
            $"root ::= {string.Concat(Enumerable.Repeat("\"a\"? ", 20_000))}",
        ];
        Assert.All(large, text => Assert.Throws<GrammarException>(() => Grammar.Parse(text)));

        var chain = Grammar.Parse($"root ::= r0\n{string.Concat(Enumerable.Range(0, 9999).Select(rule => $"r{rule} ::= r{rule + 1}\n"))}r9999 ::= \"a\"");
        Assert.True(chain.Follow("a"));
        var doubled = Grammar.Parse($"root ::= r0\n{string.Concat(Enumerable.Range(0, 40).Select(rule => $"r{rule} ::= r{rule + 1} r{rule + 1}\n"))}r40 ::= \"a\"?");
        Assert.True(doubled.Follow("aaaaa"));
    }

    /// <summary>Pieces of grammars in any order: mostly none, sometimes one; never anything else than an answer.</summary>
    [Fact]
    public void Whatever_is_written_is_read_or_refused() => Gen.OneOf(
        "root", "::=", " ", "\n", "\"a\"", "[a-z]", "[^", "]", "(", ")", "*", "+", "?", "{2}", "{1,", "}", "|", ".", "#", "\\", "\"", "x", "-", "é", "😀", "\\x4", "\\u00e9", "<", "!", ",", "root ::= ", "\r")
        .Array[0, 14].Select(string.Concat).Sample(text =>
        {
            try
            {
                var state = new GrammarState(Grammar.Parse(text));
                _ = state.Accepts("a"u8) || state.IsComplete || state.CanContinue;
            }
            catch (GrammarException)
            {
            }
        });

    /// <summary>What takes longest to make ready is made ready at once, all the same.</summary>
    [Fact]
    public void Large_grammars_are_ready_or_refused()
    {
        string[] large =
        [
            $"root ::= {string.Join(" | ", Enumerable.Range(0, 12_000).Select(rule => $"r{rule}"))}\n{string.Concat(Enumerable.Range(0, 12_000).Select(rule => $"r{rule}::=\"a\"\n"))}",
            $"root ::= {string.Concat(Enumerable.Repeat("(r|", 60))}r{new string(')', 60)}\nr ::= {string.Join(" | ", Enumerable.Repeat("\"a\" root", 20_000))}",
            $"root ::= [{string.Concat(Enumerable.Range(0, 30_000).Select(letter => char.ConvertFromUtf32(0x4E00 + (letter % 20_000))))}]{{100}}",
            $"root ::= ({string.Join(" | ", Enumerable.Repeat("root?", 5000))})* \"a\"",
        ];
        foreach (var text in large)
        {
            try
            {
                var state = new GrammarState(Grammar.Parse(text));
                _ = state.Accepts("a"u8);
            }
            catch (GrammarException)
            {
            }
        }
    }

    /// <summary>Each letter doubles the number of ways in which these can be read.</summary>
    [Theory]
    [InlineData("root ::= \"a\" root \"b\" | \"a\" root \"c\" | \"a\"")]
    [InlineData("root ::= root root | \"a\"")]
    public void Many_readings_of_one_text_do_not_grow_without_bounds(string text)
    {
        var state = new GrammarState(Grammar.Parse(text));
        for (var letter = 0; letter < 60; letter++)
        {
            state.Grant();
            Assert.True(state.Accepts("a"u8));
            state.Advance("a"u8);
        }
    }

    [Fact]
    public void Work_has_an_end()
    {
        var state = new GrammarState(Grammar.Parse("root ::= root root root | \"a\" | \"\""));
        var started = Stopwatch.GetTimestamp();
        Assert.Contains("too many ways", Assert.Throws<GrammarException>(() =>
        {
            while (Stopwatch.GetElapsedTime(started) < TimeSpan.FromMinutes(1))
            {
                state.Advance("aaaaaaaa"u8);
            }
        }).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Asking_changes_nothing()
    {
        var state = new GrammarState(Grammar.Parse("root ::= \"abc\" | \"abd\""));
        Assert.False(state.Accepts("abx"u8));
        Assert.True(state.Accepts("abc"u8));
        Assert.True(state.Accepts("abd"u8));
        Assert.False(state.Accepts([]));
        Assert.Throws<ArgumentException>(() => state.Advance("x"u8));
        state.Advance("ab"u8);
        Assert.False(state.IsComplete);
        Assert.True(state.CanContinue);
        state.Advance("d"u8);
        Assert.True(state.IsComplete);
        Assert.False(state.CanContinue);
    }

    [Fact]
    public void Characters_are_those_of_the_brackets() => Gen.Select(
        Gen.Select(Letter, Letter).Array[1, 4], Gen.Bool, Letter).Sample((ranges, isOther, letter) =>
        {
            var sorted = ranges.Select(range => (Low: Math.Min(range.Item1, range.Item2), High: Math.Max(range.Item1, range.Item2))).ToList();
            var brackets = string.Concat(sorted.Select(range => $"\\U{range.Low:X8}-\\U{range.High:X8}"));
            var isIn = sorted.Exists(range => range.Low <= letter && letter <= range.High);
            return Grammar.Parse($"root ::= [{(isOther ? "^" : "")}{brackets}] \"\"").Follow(new Rune(letter).ToString()) == (isIn != isOther);
        });

    /// <summary>Code points near the places where UTF-8 grows longer, and any others.</summary>
    private static Gen<int> Letter => Gen.OneOf(Gen.Int[1, 0x90], Gen.Int[0x7F0, 0x810], Gen.Int[0xFFF0, 0x10010], Gen.Int[0x10FFF0, 0x10FFFF], Gen.Int[1, 0x10FFFF])
        .Where(letter => Rune.IsValid(letter));
}
