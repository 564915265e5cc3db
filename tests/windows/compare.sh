#!/usr/bin/env bash
# Compares the names of failed tests with the list of those that are expected to fail: compare.sh FAILED LIST [all]
#
# A line of LIST is a pattern of the shell, a tab, and a reason for people; # begins a comment, and ~ before a pattern says that the test fails only now and then. (Write no * before a parenthesis: the shell has a meaning for it.) The exit code is 1 for a failure that is not on
# the list. With "all", after a run of everything with no such failure, it is also 1 for a line without ~ that fits none, so that it cannot hide one later.
set -euo pipefail
sort -u "$1" >"$1.sorted"
mapfile -t failures <"$1.sorted"
mapfile -t lines <"$2"
unexpected=0 stale=0 patterns=()
declare -A fits
for line in "${lines[@]}"; do
  [[ -z $line || $line == \#* ]] && continue
  pattern=${line%%$'\t'*}
  [[ $pattern != \~* ]] || { pattern=${pattern#\~}; fits[$pattern]=1; }
  patterns+=("$pattern")
done
for failure in "${failures[@]}"; do
  expected=0
  # Every pattern that fits, not only the first, so that none looks as if it were not needed.
  for pattern in "${patterns[@]}"; do
    # shellcheck disable=SC2053
    if [[ $failure == $pattern ]]; then expected=1 fits[$pattern]=1; fi
  done
  [ "$expected" -eq 1 ] || { echo "Failed, and not on the list: $failure"; unexpected=$((unexpected + 1)); }
done
if [ "${3:-}" = all ] && [ "$unexpected" -eq 0 ]; then
  for pattern in "${patterns[@]}"; do
    [ -n "${fits[$pattern]:-}" ] || { echo "On the list, and no longer fails: $pattern"; stale=$((stale + 1)); }
  done
fi
echo "${#failures[@]} failed, $unexpected of them not on the list; $stale lines of the list no longer fail."
[ $((unexpected + stale)) -eq 0 ]
