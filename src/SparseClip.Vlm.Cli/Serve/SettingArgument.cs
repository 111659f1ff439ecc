using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Cli.Serve;

/// <summary>Checks <c>--set NAME=VALUE</c> against the settings that the server has.</summary>
internal static class SettingArgument
{
    private static IReadOnlyList<PropertyInfo> Settings { get; } = [.. typeof(ServerOptions).GetProperties().Where(property => property.CanWrite)];

    /// <summary>What is wrong with a setting, and what to write; null if nothing is.</summary>
    public static string? Problem(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
        {
            return $"'{text}' is no setting; write NAME=VALUE, such as MaxAnswers=8";
        }

        var (name, value) = (text[..equals], text[(equals + 1)..]);
        return Settings.FirstOrDefault(property => property.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } setting
            ? Problem(setting, value)
            : $"there is no setting '{name}'; there are {string.Join(", ", Settings.Select(property => property.Name))}";
    }

    private static string? Problem(PropertyInfo setting, string text)
    {
        object? value;
        if (setting.PropertyType == typeof(int))
        {
            if (!NumberText.TryParse(text, out int number, out var problem))
            {
                return $"{setting.Name}: {problem}";
            }

            value = number;
        }
        else if (!TryConvert(setting.PropertyType, text, out value))
        {
            return $"{setting.Name}: '{text}' is no {setting.PropertyType.Name.ToLowerInvariant()}";
        }

        var wrong = new List<ValidationResult>();
        var context = new ValidationContext(new ServerOptions()) { MemberName = setting.Name };
        return Validator.TryValidateProperty(value, context, wrong) ? null : wrong[0].ErrorMessage!.TrimEnd('.');
    }

    private static bool TryConvert(Type type, string text, out object? value)
    {
        try
        {
            value = TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
            return true;
        }
        catch (Exception error) when (error is FormatException or ArgumentException or NotSupportedException)
        {
            value = null;
            return false;
        }
    }
}
