using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Documents;

/// <summary>The operator's table of settings is that of the program.</summary>
public class SettingsTests
{
    [Fact]
    public void Every_setting_stands_in_the_table_with_its_default_and_range()
    {
        var rows = File.ReadLines(Path.Combine(RepositoryFiles.Root, "docs", "settings.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).ToDictionary(cells => cells[1].Trim('`'), StringComparer.Ordinal);
        var settings = typeof(ServerOptions).GetProperties().Where(property => property.CanWrite).ToList();
        Assert.Equal(settings.Select(property => property.Name), rows.Keys);
        Assert.All(settings, property =>
        {
            var (row, standard) = (rows[property.Name], Convert.ToString(property.GetValue(new ServerOptions()), CultureInfo.InvariantCulture)!);
            var range = property.GetCustomAttribute<RangeAttribute>();
            Assert.Equal(
                property.PropertyType.IsEnum ? string.Join(", ", Enum.GetNames(property.PropertyType).Order(StringComparer.Ordinal).Select(name => $"`{name}`"))
                : range is null ? ""
                : string.Create(CultureInfo.InvariantCulture, $"{range.Minimum} to {range.Maximum}"),
                row[3]);
            Assert.NotEmpty(row[4]);
            Assert.NotEmpty(row[5]);
            if (Path.IsPathRooted(standard))
            {
                Assert.EndsWith(row[2].Split('`')[1], standard, StringComparison.Ordinal); // below a folder that differs from machine to machine
            }
            else
            {
                Assert.Equal(standard.Length == 0 ? "none" : standard, row[2].Trim('`'));
            }
        });
    }
}
