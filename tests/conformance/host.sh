# Sourced by the adapters: runs a script in the newest build of the host, whatever its configuration; a fresh checkout is built once.
exec_in_host() {
  local root host
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  newest() { ls -t "$root"/src/ModelSigning.Host/bin/*/net10.0/pwsh.dll 2>/dev/null | head -n 1; }
  host=$(newest || true)
  if [ -z "$host" ]; then
    dotnet build "$root/src/ModelSigning.Host" --nologo --verbosity quiet >&2
    host=$(newest)
  fi
  exec dotnet "$host" -NoProfile -NonInteractive -File "$@"
}
