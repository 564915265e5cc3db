#!/usr/bin/env bash
# Runs the tests for Windows on Linux: in Wine 10, with PowerShell for Windows. See docs/windows.md.
#
#   sudo tests/windows/run.sh [FOLDER [PART ...]]
#
# PART is ModelSigning.Core.Tests, ModelSigning.Sigstore.Tests, ModelSigning.Tests, Pester, QuickStart or Paths; all of them without one.
# Everything it installs and makes lies in FOLDER (by default /var/tmp/modelsigning-windows, about 2 GB) and in the bin and obj folders of this
# checkout, where it belongs to root; no lock file changes. It needs root, debootstrap, the .NET SDK and, the first time, the system's Debian
# mirror. Expected failures are on the list beside this script, each with its reason. The exit code is 0 if every part ran and nothing else
# failed, 1 if not, and 3 if it cannot run. A run of all parts also fails for what is on the list and no longer fails.
# What runs in PowerShell runs beside the tests, each in a Windows of its own, because one Windows of Wine does one thing after another.
# A part gets 600 seconds, or as many as MODELSIGNING_WINE_SECONDS says. One that crashes, as .NET does in Wine now and then, is run once more.
set -euo pipefail
cannot() { echo "This cannot run here: $1" >&2; exit 3; }
all=(ModelSigning.Core.Tests ModelSigning.Sigstore.Tests ModelSigning.Tests Pester QuickStart Paths)
parts=("${all[@]}")
[ $# -lt 2 ] || parts=("${@:2}")
for part in "${parts[@]}"; do [[ " ${all[*]} " == *" $part "* ]] || cannot "there is no part '$part'."; done
seconds=${MODELSIGNING_WINE_SECONDS:-600}
prefix=/prefix
[ "$(id -u)" -eq 0 ] || cannot "it needs root, to enter the system that it installs."
for tool in debootstrap unshare setpriv flock script dotnet; do command -v "$tool" >/dev/null || cannot "$tool is not installed."; done

# What lies in the folder is run as root, and much of it deleted: nobody else may have made it, nor write in it.
folder=${1:-/var/tmp/modelsigning-windows}
mkdir -p -m 755 -- "$folder" || cannot "the folder $folder cannot be made."
[ ! -L "${folder%/}" ] && [ "$(stat -c %u -- "$folder")" -eq 0 ] && [ $((0$(stat -c %a -- "$folder") & 022)) -eq 0 ] ||
  cannot "the folder $folder must be root's, no link, and writable for nobody else."
folder=$(cd -- "$folder" && pwd)
[ "$folder" != / ] || cannot "the folder must not be /."
cd "$(dirname "$0")/../.."
checkout=$PWD
root=$folder/root results=$folder/results
# One run at a time. No other program keeps the lock (9>&-), because servers of the compiler live on after the run.
exec 9>"$folder/lock"
flock -n 9 || cannot "another run uses $folder."
dotnet() { command dotnet "$@" 9>&-; }

# A Debian 13 of its own, because the Wine of Debian 12 cannot run .NET. The marker says that it is whole.
if [ ! -f "$folder/installed" ]; then
  mirror=$(grep -rhoE 'https?://[^ ]+/debian/?( |$)' /etc/apt/sources.list /etc/apt/sources.list.d 2>/dev/null | head -n 1 | tr -d ' ') || true
  [ -n "$mirror" ] || cannot "no Debian mirror is configured in /etc/apt."
  rm -rf --one-file-system "$root"
  unshare --mount --propagation private debootstrap --variant=minbase trixie "$root" "$mirror" >"$folder/install.log" || cannot "debootstrap failed: see $folder/install.log"
  chroot "$root" bash -c 'apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends wine64 wine gcc-mingw-w64-x86-64-win32' \
    >>"$folder/install.log" 2>&1 || cannot "Wine could not be installed: see $folder/install.log"
  echo '127.0.0.1 localhost' >"$root/etc/hosts"
  touch "$folder/installed"
fi

# With rare collections of garbage, one at a time: most crashes of .NET in Wine happen while it stops threads for one.
# Without AVX2: in Wine a digest that is computed with it is wrong about once in 2,000 times while other threads collect garbage, and neither on
# Linux nor in Wine without it. Wine seems to lose the upper halves of the registers when .NET stops a thread.
# Runs a command inside, with this checkout and the data beside it at their own paths. What is mounted goes with the command, and so does every
# process that it started; the command goes with this script.
inside() {
  setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child bash -euc '
    root=$1 checkout=$2 results=$3 prefix=$4; shift 4
    bind() { mkdir -p "$root$2"; mountpoint -q "$root$2" || mount --bind "$1" "$root$2"; }
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    bind "$checkout" "$checkout"
    bind "$results" "$results"
    if [ -d "$checkout/../shared" ]; then
      shared=$(readlink -f "$checkout/../shared")
      bind "$shared" "$shared"
      bind "$shared" "$(dirname "$checkout")/shared"
    fi
    exec chroot "$root" env -i PATH=/usr/bin:/bin HOME=/root TERM=dumb LANG=C.UTF-8 WINEPREFIX="$prefix" WINEDEBUG=-all WINEDLLOVERRIDES=ncrypt=n \
      DOTNET_EnableAVX2=0 DOTNET_GCgen0size=0x10000000 DOTNET_gcConcurrent=0 XDG_RUNTIME_DIR=/tmp PSExecutionPolicyPreference=Bypass POWERSHELL_TELEMETRY_OPTOUT=1 "$@"' inside "$root" "$checkout" "$results" "$prefix" "$@" 9>&-
}

for part in "${parts[@]}"; do
  if [[ $part == ModelSigning.* ]]; then
    dotnet publish "tests/$part" -p:TestRuntime=win-x64 -p:ErrorOnDuplicatePublishOutputFiles=false -v quiet -nologo || exit 1
  elif [ ! -v host ]; then
    # With its help, which the suite looks at.
    dotnet build src/ModelSigning.Packaging -v quiet -nologo || exit 1
    host=$checkout/src/ModelSigning.Host/bin/win-x64/publish
    dotnet publish src/ModelSigning.Host -p:HostRuntime=win-x64 -p:PublishReadyToRun=false -o "$host" -v quiet -nologo || exit 1
  fi
done
pester=$(dotnet nuget locals global-packages --list | sed 's/^[^:]*: //')pester/$(grep -oE '\[[0-9.]+\]' tests/Pester/Pester.csproj | tr -d '[]')/tools
[ -d "$pester" ] || dotnet restore tests/Pester/Pester.csproj >/dev/null

rm -rf "$results" && mkdir -p "$results" && cp -r "$pester" "$results/pester"
cp tests/windows/ncrypt.c tests/windows/ncrypt.def "$results/"
inside bash -c '
  cd "$1" && x86_64-w64-mingw32-gcc-win32 -Wall -Wno-unused-parameter -shared -static-libgcc -o ncrypt.dll ncrypt.c ncrypt.def -lbcrypt || exit 1
  [ -d /prefix ] || { rm -rf /prefix.new && WINEPREFIX=/prefix.new wine wineboot -i && WINEPREFIX=/prefix.new wineserver -w && mv /prefix.new /prefix; } || exit 1
  cp ncrypt.dll /prefix/drive_c/windows/system32/
  rm -rf /prefix-shell && cp -a /prefix /prefix-shell' setup "$results" >"$results/setup.log" 2>&1 || cannot "Wine could not be set up: see $results/setup.log"

# From drive C, because drive Z has what only Linux has. Each part gets its share of the time.
: >"$results/failed"
run_tests() {
  local program=$checkout/tests/$1/bin/win-x64/Release/net10.0/win-x64/publish/$1.exe started=$SECONDS
  for attempt in 1 2; do
    inside timeout -k 10 "$seconds" bash -c 'cd "$WINEPREFIX/drive_c" && exec wine "Z:$1" -noColor' test "$program" >"$results/$1.log" 2>&1 || true
    if grep -q 'TEST EXECUTION SUMMARY' "$results/$1.log" || [ $((SECONDS - started)) -ge "$seconds" ]; then break; fi
    [ "$attempt" -eq 2 ] || { echo "   $1: crashed after $((SECONDS - started)) s; once more"; started=$SECONDS; cp "$results/$1.log" "$results/$1.crash.log"; }
  done
  grep -q 'TEST EXECUTION SUMMARY' "$results/$1.log" || echo "$1: it did not end in $seconds s, or crashed twice" >>"$results/failed"
  sed -nE 's/^ +(ModelSigning[^ ].*) \[FAIL\]\r?$/\1/p' "$results/$1.log" >"$results/$1.failed"
  cat "$results/$1.failed" >>"$results/failed"
  # What the summary counts must be what the names say: an error outside a test has none.
  local total errors failed
  read -r total errors failed < <(sed -nE 's/^ +ModelSigning[^ ]* +Total: ([0-9]+), Errors: ([0-9]+), Failed: ([0-9]+),.*/\1 \2 \3/p' "$results/$1.log") || true
  if [ "${total:-0}" -eq 0 ] || [ "$errors" -ne 0 ] || [ "$failed" -ne "$(wc -l <"$results/$1.failed")" ]; then
    echo "$1: no test ran, or more failed than have a name" >>"$results/failed"
  fi
  grep -E '^ +ModelSigning[^ ]* +Total:' "$results/$1.log" | tr -d '\r' || true
}
run_shell() { inside timeout -k 10 "$seconds" script -qec "cd $prefix/drive_c && wine 'Z:$host/pwsh.exe' -NoProfile -NonInteractive -File 'Z:$checkout/$1'$2" /dev/null; }
# A script of PowerShell that writes its counts and its failures into a file.
run_report() {
  run_shell "tests/windows/$2" " -ResultPath 'Z:$results/$1.txt' $3" >"$results/$1.log" 2>&1 || true
  if [ -f "$results/$1.txt" ]; then
    echo "   $1: $(head -n 1 "$results/$1.txt" | tr -d '\r')"
    [[ $(head -n 1 "$results/$1.txt") =~ ^[1-9][0-9]*\ passed ]] || echo "$1: nothing passed" >>"$results/failed"
    tail -n +2 "$results/$1.txt" | tr -d '\r' >>"$results/failed"
  else
    echo "$1: it did not end in $seconds s, or crashed" >>"$results/failed"
  fi
}
# It ends at the first step that fails, and each step has a number.
run_quick_start() {
  local code=0
  run_shell docs/quickstart.ps1 '' >"$results/QuickStart.log" 2>&1 || code=$?
  if [ "$code" -eq 0 ] && grep -q 'Every step did what it should' "$results/QuickStart.log"; then
    echo '   QuickStart: every step passed'
  elif [ "$code" -ne 1 ]; then
    echo "QuickStart: it did not end in $seconds s, or crashed (exit code $code)" >>"$results/failed"
  else
    echo "QuickStart: step $(sed 's/\x1b\[[0-9;?]*[A-Za-z]//g' "$results/QuickStart.log" | grep -oE '^[0-9]+\. ' | tail -n 1 | tr -d '. ')" >>"$results/failed"
  fi
}
run_parts() {
  for part in "${parts[@]}"; do
    case $1:$part in
      shell:Pester) run_report Pester pester.ps1 "-Pester 'Z:$results/pester/Pester.psd1'" ;;
      shell:Paths) run_report Paths paths.ps1 "-Module 'Z:$checkout/ModelSigning.psd1'" ;;
      shell:QuickStart) run_quick_start ;;
      tests:ModelSigning.*) run_tests "$part" ;;
      *) continue ;;
    esac
    echo "$part" >>"$results/ran"
  done
}
# Both beside this script, which a signal would not reach while it runs a program itself.
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
trap 'exit 130' INT TERM HUP
(prefix=/prefix-shell && run_parts shell) &
shell=$!
(run_parts tests) &
wait $! && wait "$shell" || { echo "This script failed itself. Logs: $results" >&2; exit 1; }
for part in "${parts[@]}"; do grep -qx "$part" "$results/ran" || echo "$part: it did not run" >>"$results/failed"; done

# A line of the list is a pattern of the shell, a tab, and a reason. Only the reason is for people.
bash tests/windows/compare.sh "$results/failed" tests/windows/expected-failures.txt "$([ $# -lt 2 ] && echo all)" && code=0 || code=1
echo "Logs: $results"
exit "$code"
