#!/usr/bin/env bash
# Starts and stops a Slurm cluster of one node on loopback: slurm.sh start FOLDER CONTROLLER-PORT NODE-PORT, slurm.sh stop FOLDER.
# Where it cannot start, the last line says why and the exit code is 1.
set -u
folder=$2
export SLURM_CONF=$folder/slurm.conf

stop() {
  for program in slurmd slurmctld munged; do
    [ -s "$folder/$program.pid" ] && kill "$(cat "$folder/$program.pid")" 2>/dev/null
  done
  return 0
}
if [ "$1" = stop ]; then stop; exit; fi

fail() { stop; echo "$1"; exit 1; }
for program in munged slurmctld slurmd sbatch sinfo; do
  command -v "$program" >/dev/null || fail "$program is not installed (Debian's packages slurm-wlm and munge)."
done
name=$(hostname -s)
user=$(id -un)
mkdir -p "$folder/state" "$folder/spool"
(umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
cat >"$SLURM_CONF" <<END
ClusterName=loopback
SlurmctldHost=$name(127.0.0.1)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.sock
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$3
SlurmdPort=$4
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=sched_min_interval=100000,bf_interval=1
NodeName=$name NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
munged --key-file="$folder/munge.key" --socket="$folder/munge.sock" --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" --seed-file="$folder/munged.seed" --force \
  || fail "munged did not start: $(tail -n 1 "$folder/munged.log")"
slurmctld -c || fail "slurmctld did not start: $(tail -n 1 "$folder/slurmctld.log")"
slurmd || fail "slurmd did not start: $(tail -n 1 "$folder/slurmd.log")"
for _ in $(seq 100); do
  [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ] && exit 0
  sleep 0.2
done
fail "The node of the Slurm cluster did not become idle: $(sinfo 2>&1 | tail -n 1)"
