#!/bin/sh
# afl.sh TARGET SECONDS FOLDER: lets afl-fuzz look for faults of a target, guided by the coverage of this project's assemblies. FOLDER gets the build, the
# valid inputs it starts from, and afl-fuzz's findings in FOLDER/found. It needs afl-fuzz (Debian: afl++), and the tool sharpfuzz in PATH
# (dotnet tool install --global SharpFuzz.CommandLine --version 2.3.0).
set -eu
target=$1 seconds=$2 folder=$3
dotnet publish "$(dirname "$0")/ModelSigning.Fuzz.Tests.csproj" --output "$folder/build" --verbosity quiet
# Before the assemblies are instrumented, after which they run under afl-fuzz alone.
"$folder/build/ModelSigning.Fuzz.Tests" "$target" seeds "$folder/seeds"
for assembly in Core Sigstore Gpu; do
    sharpfuzz "$folder/build/ModelSigning.$assembly.dll"
done
# The program is no native one, and starts slowly; memory is .NET's to manage.
AFL_SKIP_BIN_CHECK=1 AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_QUIET=1 \
    afl-fuzz -i "$folder/seeds" -o "$folder/found" -t 10000 -m none -V "$seconds" -- "$folder/build/ModelSigning.Fuzz.Tests" "$target" afl
