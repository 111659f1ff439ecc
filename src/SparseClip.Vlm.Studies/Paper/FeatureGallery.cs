using System.Globalization;
using System.Text;
using static SparseClip.Vlm.Studies.Paper.HtmlText;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Shows how features came about, by words and small pictures.</summary>
/// <param name="data">The gallery; not owned.</param>
internal sealed class FeatureGallery(StudyData data)
{
    /// <summary>A table a feature.</summary>
    public string Html(IReadOnlyList<FeatureHistory> features)
    {
        if (features.Count == 0)
        {
            return "<p>No feature was active in two pictures at the end.</p>";
        }

        var html = new StringBuilder();
        foreach (var feature in features)
        {
            html.Append($"<section class=\"feature\"><h3>Feature {feature.Feature}</h3><ol>");
            foreach (var moment in feature.Moments)
            {
                var words = moment.Words.Count > 0 ? string.Join(", ", moment.Words) : "no word";
                html.Append(
                    $"<li><p><b>{moment.Share.ToString("0%", CultureInfo.InvariantCulture)}</b> {Escape(words)} <span class=\"quiet\">{Percent(moment.Density)} of pictures</span></p><p class=\"pictures\">");
                foreach (var picture in moment.Pictures)
                {
                    html.Append(Picture(picture));
                }

                html.Append("</p></li>");
            }

            html.Append("</ol></section>\n");
        }

        return html.ToString();
    }

    private string Picture(int place)
    {
        var (set, row) = (data.Gallery[0], place);
        if (row >= set.Count)
        {
            (set, row) = (data.Gallery[1], row - set.Count);
        }

        using var scope = NewDisposeScope();
        var about = $"{set.Pictures[row].Labels[0]} ({set.Pictures[row].Source})";
        var png = Convert.ToBase64String(Thumbnails.Png(set.Thumbnails[row]));
        return $"<img src=\"data:image/png;base64,{png}\" alt=\"{Escape(about)}\" title=\"{Escape(about)}\" width=\"56\" height=\"56\">";
    }
}
