using System;
using System.Collections.Generic;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies libLibTorchSharp.so and, where the system's libstdc++ ends below GLIBCXX_3.4.32 (Debian 12: 3.4.30), edits the
/// copy so that it loads there. The file needs that version for one symbol only, std::ios_base_library_init(), which
/// is an anchor for linking without any effect of its own when it is called.
/// </summary>
public class MakeLibTorchSharpLoadable : Task
{
    private const string NeededVersion = "GLIBCXX_3.4.32";
    private const string NeededSymbol = "_ZSt21ios_base_library_initv";
    // std::get_terminate(): no arguments, no side effect, present since GLIBCXX_3.4.20 (GCC 4.9). Its result is ignored.
    private const string ReplacementVersion = "GLIBCXX_3.4.20";
    private const string ReplacementSymbol = "_ZSt13get_terminatev";

    /// <summary>The file in the package cache; never written to.</summary>
    [Required]
    public string PackagedFile { get; set; }

    /// <summary>Where the copy goes.</summary>
    [Required]
    public string CompatibleFile { get; set; }

    public override bool Execute()
    {
        byte[] library = File.ReadAllBytes(PackagedFile);
        if (ElfFile.Is64BitLittleEndian(library) && !SystemHas(NeededVersion))
        {
            string problem = new ElfFile(library).Replace(NeededSymbol, NeededVersion, ReplacementSymbol, ReplacementVersion);
            if (problem != null)
            {
                Log.LogError("{0} cannot be made to load with this system's libstdc++: {1}. Use a system whose libstdc++ has {2} " +
                    "(Debian 13, Ubuntu 24.04 or later).", PackagedFile, problem, NeededVersion);
                return false;
            }

            Log.LogMessage(MessageImportance.Normal, "Edited a copy of libLibTorchSharp.so for a libstdc++ without {0}.", NeededVersion);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(CompatibleFile));
        // Projects build in parallel: each writes its own file, and a rename is atomic.
        string partial = CompatibleFile + "." + Guid.NewGuid().ToString("N") + ".partial";
        File.WriteAllBytes(partial, library);
        if (File.Exists(CompatibleFile))
        {
            File.Delete(CompatibleFile);
        }

        try
        {
            File.Move(partial, CompatibleFile);
        }
        catch (IOException) when (File.Exists(CompatibleFile))
        {
            File.Delete(partial); // another project was first, with the same bytes
        }

        return true;
    }

    private static bool SystemHas(string version)
    {
        string path = LoadedLibrary("libstdc++.so.6");
        // Not found: edit. The edited file loads with newer versions of libstdc++ as well.
        return path != null && Encoding.GetEncoding("ISO-8859-1").GetString(File.ReadAllBytes(path))
            .IndexOf("\0" + version + "\0", StringComparison.Ordinal) >= 0;
    }

    /// <summary>The file the dynamic loader chose; the .NET runtime itself needs libstdc++, so it is in this process.</summary>
    private static string LoadedLibrary(string name)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int slash = line.IndexOf('/');
            if (slash >= 0 && Path.GetFileName(line.Substring(slash)).StartsWith(name, StringComparison.Ordinal)
                && File.Exists(line.Substring(slash)))
            {
                return line.Substring(slash);
            }
        }

        foreach (string folder in new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib" })
        {
            if (File.Exists(Path.Combine(folder, name)))
            {
                return Path.Combine(folder, name);
            }
        }

        return null;
    }

    /// <summary>The dynamic symbols and needed versions of a 64-bit little-endian ELF file (System V ABI; LSB core, symbol versioning).</summary>
    private sealed class ElfFile
    {
        private const uint DynamicSymbols = 11, NeededVersions = 0x6ffffffe, SymbolVersions = 0x6fffffff;
        private const ushort WeakVersion = 2;
        private readonly byte[] _bytes;

        public ElfFile(byte[] bytes)
        {
            _bytes = bytes;
        }

        public static bool Is64BitLittleEndian(byte[] bytes)
        {
            return bytes.Length > 64 && bytes[0] == 0x7f && bytes[1] == 'E' && bytes[2] == 'L' && bytes[3] == 'F' && bytes[4] == 2 && bytes[5] == 1;
        }

        /// <summary>
        /// Lets an undefined symbol be resolved as another one of an older version, and marks the version it needed as
        /// weak so that the loader no longer insists on it. Returns what is wrong, or null.
        /// </summary>
        public string Replace(string symbol, string version, string newSymbol, string newVersion)
        {
            Section symbols = Find(DynamicSymbols), needed = Find(NeededVersions), versions = Find(SymbolVersions);
            if (symbols == null || needed == null || versions == null)
            {
                return "it has no dynamic symbols with versions";
            }

            int names = SectionAt(symbols.Link).Offset;
            Dictionary<string, int> entries = VersionEntries(needed, SectionAt(needed.Link).Offset);
            int oldEntry, newEntry;
            if (!entries.TryGetValue(version, out oldEntry) || !entries.TryGetValue(newVersion, out newEntry))
            {
                return "it does not need both " + version + " and " + newVersion;
            }

            ushort oldIndex = U16(oldEntry + 6), newIndex = U16(newEntry + 6);
            int name = -1, place = -1;
            for (int i = 0; i < symbols.Size / 24; i++)
            {
                int start = names + (int)U32(symbols.Offset + 24 * i);
                bool wanted = Text(start) == symbol;
                if (U16(versions.Offset + 2 * i) == oldIndex && !wanted)
                {
                    return Text(start) + " needs " + version + " too";
                }

                if (wanted)
                {
                    name = start;
                    place = i;
                }
            }

            if (place < 0)
            {
                return "it does not use " + symbol;
            }

            for (int i = 0; i < symbols.Size / 24; i++)
            {
                int start = names + (int)U32(symbols.Offset + 24 * i);
                if (i != place && start >= name && start <= name + symbol.Length)
                {
                    return "the name of " + symbol + " is shared with another symbol";
                }
            }

            Put16(oldEntry + 4, (ushort)(U16(oldEntry + 4) | WeakVersion));
            Put16(versions.Offset + 2 * place, newIndex);
            Array.Clear(_bytes, name, symbol.Length);
            Encoding.ASCII.GetBytes(newSymbol, 0, newSymbol.Length, _bytes, name);
            return null;
        }

        /// <summary>Name of a needed version to the offset of its Vernaux entry: hash 0, flags 4, index 6, name 8, next 12.</summary>
        private Dictionary<string, int> VersionEntries(Section needed, int names)
        {
            var entries = new Dictionary<string, int>();
            int file = needed.Offset;
            while (true)
            {
                int entry = file + (int)U32(file + 8);
                for (int i = 0; i < U16(file + 2); i++)
                {
                    entries[Text(names + (int)U32(entry + 8))] = entry;
                    entry += (int)U32(entry + 12);
                }

                if (U32(file + 12) == 0)
                {
                    return entries;
                }

                file += (int)U32(file + 12);
            }
        }

        private Section Find(uint type)
        {
            for (int i = 0; i < U16(60); i++)
            {
                if (U32(HeaderAt(i) + 4) == type)
                {
                    return SectionAt(i);
                }
            }

            return null;
        }

        private Section SectionAt(int index)
        {
            int header = HeaderAt(index);
            return new Section { Offset = (int)U32(header + 24), Size = (int)U32(header + 32), Link = (int)U32(header + 40) };
        }

        private int HeaderAt(int index) { return (int)U32(40) + index * U16(58); }

        private ushort U16(int at) { return BitConverter.ToUInt16(_bytes, at); }

        private uint U32(int at) { return BitConverter.ToUInt32(_bytes, at); }

        private void Put16(int at, ushort value) { BitConverter.GetBytes(value).CopyTo(_bytes, at); }

        private string Text(int at) { return Encoding.ASCII.GetString(_bytes, at, Array.IndexOf(_bytes, (byte)0, at) - at); }

        private sealed class Section
        {
            public int Offset, Size, Link;
        }
    }
}
