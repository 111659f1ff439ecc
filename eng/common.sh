# Shared by the scripts of this folder; sourced, not run.
# shellcheck shell=bash

root="$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)"
artifacts="$root/artifacts"
command_line="$artifacts/bin/SparseClip.Vlm.Cli/release/sparseclip.dll"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

say() { printf '%s\n' "$*" >&2; }

fail() { say "error: $*"; exit 1; }

# What the build needs and cannot fetch itself.
check_tools() {
  command -v dotnet >/dev/null || fail "the .NET SDK was not found; install the .NET 10 SDK (https://dotnet.microsoft.com/download) and try again"
  dotnet --list-sdks | grep -q '^10\.' || fail "this needs the .NET 10 SDK; found: $(dotnet --list-sdks | tr '\n' ';')"
}

# changed STAMP FOLDER...: whether a source is newer than the file that the last good build left.
changed() {
  local stamp="$1"
  shift
  [[ ! -e $stamp ]] || [[ -n $(cd "$root" && find "$@" Directory.* global.json .editorconfig -newer "$stamp" -print -quit) ]]
}

run_build() {
  dotnet build "$@" --configuration Release --verbosity quiet --nologo >"$artifacts/build.log" 2>&1 9>&-
}

# On a machine that is very busy MSBuild's helper processes time out and a build fails without naming an error: then once more without them.
compile() {
  run_build "$1" || { ! grep -q 'error' "$artifacts/build.log" && run_build "$1" -maxcpucount:1; }
}

# build TARGET STAMP FOLDER...: a quiet Release build, only when something changed; its output is shown when it fails.
# One at a time: two builds in one tree would write the same files.
build() {
  local target="$1" stamp="$artifacts/$2"
  shift 2
  changed "$stamp" "$@" || return 0
  check_tools
  mkdir -p "$artifacts"
  exec 9>"$artifacts/.build-lock"
  flock 9
  if changed "$stamp" "$@"; then
    say "Building $(basename "$target") (the first time takes some minutes; later only what changed) ..."
    touch "$stamp.began"
    if ! compile "$root/$target"; then
      cat "$artifacts/build.log" >&2
      fail "the build failed; its output is above and in $artifacts/build.log"
    fi
    mv "$stamp.began" "$stamp"
  fi
  exec 9>&-
}

build_command_line() {
  build src/SparseClip.Vlm.Cli/SparseClip.Vlm.Cli.csproj command-line.built src web eng
  [[ -e $command_line ]] || { rm -f "$artifacts/command-line.built"; fail "$command_line is missing after the build; run the command again"; }
}

build_everything() {
  build SparseClip.Vlm.sln solution.built src web tests eng
  touch -r "$artifacts/solution.built" "$artifacts/command-line.built"
}

# debian_library PACKAGE FILE: prints where FILE is: in the system, else unpacked from Debian's PACKAGE beside the build; nothing where it cannot be had.
debian_library() {
  local unpacked="$artifacts/$1" library
  library="$(find /usr/lib/*/"$2" /usr/lib/"$2" /usr/lib64/"$2" "$unpacked"/usr/lib/*/"$2" -print -quit 2>/dev/null || true)"
  if [[ -z $library ]] && command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
    mkdir -p "$unpacked"
    (
      cd "$unpacked"
      apt-get download -qq "$1" || { [[ $(id -u) == 0 ]] && apt-get update -qq && apt-get download -qq "$1"; }
      dpkg-deb -x "$1"_*.deb .
    ) >/dev/null 2>&1 || true
    library="$(find "$unpacked" -name "$2" -print -quit)"
  fi
  printf '%s' "$library"
}

# llama.cpp computes with OpenMP threads, whose library a minimal Debian lacks.
provide_openmp() {
  [[ $(uname -s) == Linux ]] || return 0
  local library
  library="$(debian_library libgomp1 libgomp.so.1)"
  [[ -n $library ]] || fail "the language model needs the library libgomp.so.1; install it (Debian and Ubuntu: apt-get install libgomp1) and try again"
  if [[ $library == "$artifacts"/* ]]; then
    export LD_LIBRARY_PATH="$(dirname "$library")${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  fi
}

# Training allocates and frees large tensors all the time. glibc gives their pages back each time and takes new ones; jemalloc keeps them, which makes a step
# about a third shorter at 192 pixels (docs/benchmarks.md). Taken from the system, else unpacked from Debian's package beside the build; training works without it.
# $1: the milliseconds after which unused pages go back, -1 for never.
use_jemalloc() {
  [[ $(uname -s) == Linux && -z ${LD_PRELOAD:-} ]] || return 0
  local library
  library="$(debian_library libjemalloc2 libjemalloc.so.2)"
  if [[ -z $library ]]; then
    say "note: training is faster with the library jemalloc (Debian: libjemalloc2); going on without it"
    return 0
  fi
  export LD_PRELOAD="$library" MALLOC_CONF="${MALLOC_CONF:-oversize_threshold:0,dirty_decay_ms:$1,muzzy_decay_ms:$1,thp:always}"
}
