using System.Text;
using static SparseClip.Vlm.Studies.Paper.HtmlText;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>The page around the sections of the report: one file, readable without a network, light or dark as the reader prefers.</summary>
/// <param name="folder">Where plots lie.</param>
/// <param name="provenance">Where and how the study ran.</param>
/// <param name="sections">Titles and findings.</param>
internal sealed class PaperPage(string folder, PaperReport.Provenance provenance, IReadOnlyList<PaperReport.Section> sections)
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1d2329; --quiet: #5a6570; --paper: #fdfdfc; --line: #d5dade; --card: #f3f5f6; --link: #0b5cad; --good: #11693d; --bad: #a3340b; --open: #6b5900; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e4e8eb; --quiet: #a3adb6; --paper: #14181b; --line: #353d44; --card: #1d2327; --link: #7db8f0; --good: #6fcf97; --bad: #f29b76; --open: #e0c454; } }
        body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 72rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
        h1 { font-size: 1.9rem; line-height: 1.2; margin: 0 0 .5rem; } h2 { font-size: 1.35rem; margin: 3rem 0 .75rem; border-top: 1px solid var(--line); padding-top: 1.5rem; } h3 { font-size: 1rem; margin: 0 0 .5rem; }
        p, li { max-width: 70ch; } a { color: var(--link); } .quiet, figcaption, caption { color: var(--quiet); }
        pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: .75rem 1rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; } dt { color: var(--quiet); } dd { margin: 0; }
        .scroll { overflow-x: auto; margin: 1rem 0; } table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; } caption { text-align: left; padding-bottom: .5rem; font-size: .875rem; max-width: 80ch; }
        th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; vertical-align: bottom; } tbody th { font-weight: 600; white-space: nowrap; } th:first-child { text-align: left; } thead th { color: var(--quiet); font-weight: 600; }
        figure { margin: 1.25rem 0; max-width: 46rem; } figure img { display: block; width: 100%; height: auto; background: #fff; border: 1px solid var(--line); border-radius: 6px; } figcaption { font-size: .875rem; margin-top: .4rem; }
        .findings { padding-left: 0; list-style: none; } .findings li { margin: .5rem 0; padding-left: .9rem; border-left: 3px solid var(--line); } .findings strong { font-size: .8rem; text-transform: uppercase; letter-spacing: .04em; }
        .agrees strong { color: var(--good); } .differs strong { color: var(--bad); } .undecided strong, .notinpaper strong { color: var(--open); }
        .feature { border: 1px solid var(--line); border-radius: 6px; padding: .9rem 1rem; margin: .75rem 0; } .feature ol { display: grid; grid-template-columns: repeat(auto-fit, minmax(11.5rem, 1fr)); gap: .75rem; list-style: none; margin: 0; padding: 0; }
        .feature p { margin: 0 0 .35rem; font-size: .875rem; line-height: 1.35; } .feature .quiet { display: block; } .pictures img { border-radius: 4px; background: #fff; margin-right: 3px; }
        """;

    /// <summary>A plot that lies beside the page.</summary>
    public string Figure(string name, string text) => HtmlText.Figure(folder, name, text);

    /// <summary>The whole page.</summary>
    /// <param name="bodies">Tables and figures, one a section.</param>
    /// <param name="gallery">How features came about.</param>
    /// <param name="settings">How all runs were made.</param>
    public string Write(IReadOnlyList<string> bodies, string gallery, string settings)
    {
        var all = sections.SelectMany(section => section.Findings).ToList();
        var html = new StringBuilder();
        html.Append($"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Sparse CLIP: the paper's studies, measured here</title>
            <style>{Style}</style>
            </head>
            <body>
            <header>
            <h1>Sparse CLIP: the paper's studies, measured here</h1>
            <p>Qin et al., <a href="https://arxiv.org/abs/2601.20075">Sparse CLIP: Co-Optimizing Interpretability and Performance in Contrastive Learning</a>, ICLR 2026, on small data and two heads.
            Of {all.Count} findings, {all.Count(finding => finding.Verdict == Verdict.Agrees)} agree with the paper, {all.Count(finding => finding.Verdict == Verdict.Differs)} differ,
            {all.Count(finding => finding.Verdict == Verdict.Undecided)} are not decided by this sample, and for {all.Count(finding => finding.Verdict == Verdict.NotInPaper)} the paper has no counterpart.
            Every sentence about a result is made from the numbers by the command below.</p>
            </header>
            <main>
            <section aria-labelledby="how"><h2 id="how">How it was made</h2>
            <pre><code>{Escape(provenance.Command)}</code></pre>
            <dl><dt>Budget</dt><dd>{provenance.Budget:0.#} minutes, of which {provenance.TrainingMinutes:0.0} were steps of training</dd>
            <dt>Every run</dt><dd>{provenance.Steps:N0} steps of {provenance.Batch} pairs, seed {provenance.Seed}</dd>
            <dt>Drawn pictures</dt><dd>{provenance.DrawnPictures:N0}</dd>
            <dt>Machine</dt><dd>{Escape(provenance.Machine)}</dd>
            <dt>All numbers</dt><dd><a href="results.json">results.json</a></dd></dl>
            {settings}</section>

            """);
        foreach (var (section, number) in sections.Select((section, number) => (section, number)))
        {
            html.Append($"<section aria-labelledby=\"part{number}\"><h2 id=\"part{number}\">{Escape(section.Title)}</h2>\n{Findings(section.Findings)}{bodies[number]}</section>\n");
        }

        html.Append($"""
            <section aria-labelledby="evolution"><h2 id="evolution">How features came about</h2>
            <p>Features of the sparse run at 1, 3, 10, 30 and 100% of its training, with the words and the pictures (OpenMoji and held-out photographs) that activate them most, and the share of these pictures that
            activate them. They were chosen by a rule: of the features active in at least two pictures at the end, sorted by that share, those at evenly spaced places.</p>
            {gallery}
            <p class="quiet">Pictures: OpenMoji (CC BY-SA 4.0), Caltech-101 (CC BY 4.0), the Clothing dataset of A. Grigorev (CC0) and the Grocery Store Dataset of M. Klasson (MIT), scaled down; each names its source.</p></section>
            </main>
            </body>
            </html>

            """);
        return html.ToString();
    }
}
