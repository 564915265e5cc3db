#!/usr/bin/env bash
# Proves and measures the GPU code on a machine that has a driver and nothing else of ours: no .NET, no PowerShell, no network.
#
#   tests/gpu.sh pack FILE.tar.xz [RUNTIME]     where the project is built: makes the archive, for linux-x64 unless another is named
#   ./gpu.sh run [DEVICE] [GIBIBYTES] [SECONDS]  in the unpacked archive, on the machine with the GPU: by default cuda:0, 8 GiB, 360 seconds
#
# An archive for win-x64 is run by gpu.ps1, which says how. "run" ends with one table. It stops at the end of its time, and says what it did not come to. The exit code is 0 if
# every step passed (the yardstick may be absent), 1 if one was wrong, and 3 if none was wrong but the time was over. Its files, up to twice GIBIBYTES, lie in TMPDIR or /tmp.
# See docs/gpu.md.
set -uo pipefail
started_in=$PWD
cd "$(dirname "$0")" || exit

pack() {
  cd .. || exit
  local archive=${1:?an archive to write} runtime=${2:-linux-x64}
  [[ $archive == /* ]] || archive=$started_in/$archive
  folder=$(mktemp -d) || exit
  trap 'rm -rf "$folder"' EXIT
  dotnet publish tests/ModelSigning.Gpu.Tests -p:TestRuntime="$runtime" -p:ErrorOnDuplicatePublishOutputFiles=false -o "$folder/app" -v quiet -nologo || exit
  dotnet publish src/ModelSigning.Host -p:HostRuntime="$runtime" -p:PublishReadyToRun=false -o "$folder/host" -v quiet -nologo || exit
  dotnet publish tests/GpuBenchmark -c Release -r "$runtime" -p:NuGetLockFilePath=obj/publish.lock.json -p:PublishSingleFile=false \
    -o "$folder/benchmark" -v quiet -nologo || exit
  # What only a person at a desk needs goes. What the programs have in common, the runtime above all, is in the archive once.
  rm -rf "$folder"/host/ref "$folder"/host/Microsoft.CodeAnalysis*.dll "$folder"/host/en-US "$folder"/app/{cs,de,es,fr,it,ja,ko,pl,pt-BR,ru,tr,zh-Hans,zh-Hant} "$folder"/*/*.pdb
  (cd "$folder" && find . -type f -size +16k -exec sha256sum {} + | sort | awk '$1 == last { print first, $2 } $1 != last { last = $1; first = $2 }' |
    while read -r first copy; do ln -f "$first" "$copy"; done)
  touch "$folder/ModelSigning.sln"
  cp tests/gpu.sh tests/gpu.ps1 tests/gpu-model.ps1 "$folder/"
  XZ_OPT=-9 tar -cJf "$archive" -C "$folder" . || exit
  ls -l "$archive" | awk '{ printf "%s: %.1f MiB\n", $NF, $5 / 1048576 }'
}

run() {
  local device=${1:-cuda:0} gibibytes=${2:-8} seconds=${3:-360} failed=0 late=0 absent=
  local end=$((SECONDS + seconds))
  export DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 POWERSHELL_TELEMETRY_OPTOUT=1 NO_COLOR=1
  work=$(mktemp -d) || exit
  child=
  trap '[ -z "$child" ] || { kill "$child" && wait "$child"; } 2>/dev/null; rm -rf "$work"' EXIT
  trap 'exit 130' INT TERM HUP
  rows=()

  # Each step gets half of the time that is left, so that a slow one leaves the others theirs.
  left() { local rest=$(((end - SECONDS) / 2)); echo $((rest > 1 ? rest : 1)); }
  # step NAME LOG SAYS COMMAND: a step passes only if its exit code is 0 and it wrote what SAYS matches, which a program that did nothing does not.
  step() {
    local name=$1 log=$2 says=$3 started=$SECONDS limit code result
    shift 3
    if [ "$SECONDS" -ge "$end" ]; then rows+=("$name|not run|0 s|no time was left"); late=3; return; fi
    limit=$(left)
    timeout --kill-after=5 "$limit" "$@" >"$log" 2>&1 &
    child=$!
    wait "$child"
    code=$?
    child=
    if [ "$code" -eq 0 ] && { [ -z "$says" ] || grep -qE "$says" "$log"; } && { [ -z "$absent" ] || ! grep -qF "$absent" "$log"; }; then result=passed
    elif [ $((SECONDS - started)) -ge "$limit" ]; then result='out of time' late=3
    else result=FAILED failed=1; fi
    rows+=("$name|$result|$((SECONDS - started)) s|$(summary "$log")")
    # Why, because the log goes with this script.
    [ "$result" = passed ] || { echo "--- $name: $result (exit code $code)"; tail -n 40 "$log"; }
  }
  summary() { show "$1" | tr -d '\r' | grep -E '^ +ModelSigning[^ ]* +Total:|^RESULT |digests (agree|DIFFER)|DIGESTS DIFFER' | sed -E 's/^ +| *$//g; s/^RESULT //' | tail -n 1; }
  show() { [ ! -f "$1" ] || cat "$1"; }

  chmod +x app/ModelSigning.Gpu.Tests host/pwsh benchmark/GpuBenchmark
  # A test of a device that is not there is skipped, which must not happen to the device that was asked for.
  case $device in
    cuda*) absent='This machine has no CUDA device.' ;;
    opencl*) absent='This machine has no OpenCL device' ;;
  esac
  step 'tests of the devices at hand' "$work/tests.log" 'Total: [1-9]' ./app/ModelSigning.Gpu.Tests -noColor
  show "$work/tests.log" | grep -E '\[FAIL\]'
  absent=
  step 'devices' "$work/devices.log" . ./host/pwsh -NoProfile -NonInteractive -Command "
    \$devices = Get-ModelHashDevice -NoMeasurement
    \$devices | Format-Table | Out-String -Width 200
    exit [int](-not (\$devices | Where-Object Device -eq '$device'))"
  show "$work/devices.log"
  step "sign and verify, $gibibytes GiB, blake3" "$work/model.log" '^RESULT ' ./host/pwsh -NoProfile -NonInteractive -File gpu-model.ps1 "$device" "$work" "$gibibytes"
  rm -rf "$work/model"
  step "benchmark" "$work/benchmark.log" 'digests agree' ./benchmark/GpuBenchmark "$device" "$work" "$gibibytes"
  show "$work/benchmark.log"
  if command -v nvcc >/dev/null && [ -f anchor.cu ]; then
    step 'yardstick: compile' "$work/nvcc.log" '' nvcc -O3 -arch=native -o "$work/anchor" anchor.cu
    step 'yardstick: run' "$work/anchor.log" '.' "$work/anchor"
    show "$work/anchor.log"
  else
    rows+=('yardstick|not run|0 s|no nvcc, or no anchor.cu beside this script')
  fi

  echo
  printf '%-42s %-12s %6s  %s\n' step result time detail
  for row in "${rows[@]}"; do
    IFS='|' read -r name result time detail <<<"$row"
    printf '%-42s %-12s %6s  %s\n' "$name" "$result" "$time" "$detail"
  done
  [ "$failed" -eq 0 ] || return 1
  return "$late"
}

case ${1:-} in
  pack) pack "${@:2}" ;;
  run) run "${@:2}" ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
