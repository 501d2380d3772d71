#!/bin/bash
# Speed beside Dovecot's LMTP delivery into a Maildir, in one interleaved run: each round gives every load first to
# Dovecot, then to Postern; the figures are medians of the rounds, the ratios medians of the pairs.
#
#   BENCH_ROUNDS=5             rounds
#   BENCH_CASES="one twenty hundred mix"
#   BENCH_MEMORY_MAILS=20000   mails of the memory run (0: none); 100000 takes minutes
#   BENCH_FOLDER=/var/tmp      where mail is stored: a real disk, or the sync calls cost nothing
#
# The load tool and what it measures share the processors. Of both systems, all processes count, those that
# ended in between too.
export TMPDIR=${BENCH_FOLDER:-/var/tmp}
export PATH=$PATH:/usr/sbin
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/bench/measure.sh
. tests/bench/dovecot.sh
. tests/bench/store.sh
. tests/bench/report.sh

ROUNDS=${BENCH_ROUNDS:-5}
CASES=${BENCH_CASES:-one twenty hundred mix}
MEMORY_MAILS=${BENCH_MEMORY_MAILS:-20000}
MIX=80:3072,15:51200,5:1048576
SYNC_MAILS=400
LOAD=$BUILD/tests/support/lmtp_load
ROWS=$FLOW_FOLDER/rows
declare -A CASE_LOAD=([one]="--sessions 1 --count 600"
    [twenty]="--sessions 20 --count 2000"
    [hundred]="--sessions 100 --count 2000"
    [mix]="--sessions 20 --mix $MIX --count 800")
: >"$ROWS"

# A fresh gate in a folder of its own. Its outgoing server is away, so that acknowledgements stay queued: the
# sender knocks now and then, and what it costs is in the sum.
bench_gate() { # NAME EXTRA-LIMITS [PROGRAM]
    GATE_AGENTS='' GATE_STORE=$1
    GATE_OUTGOING=$(printf '  server: 127.0.0.1\n  port: %s\n  security: none' "$(flow_port)")
    GATE_EXTRA=$(printf 'limits:\n  message_size: 64MiB\n%s' "$2")
    gate_config
    gate_start "${3:-}" || {
        cat "$FLOW_FOLDER/serve.log" >&2
        exit 1
    }
    store_connect "$FLOW_FOLDER/$1"
}

# Every mail of a load gets its acknowledgement.
NO_CAPS='  acknowledgements_per_hour: 1000000
  automatic_per_hour: 10000000
  acknowledgements_per_sender_hour: 1000'

load() { # PORT OPTIONS…
    # No two loads are alike, or their mails would be the same text again. Often called in a subshell, which counts for itself.
    local port=$1 seed=$((${EPOCHREALTIME/./} % 2000000000))
    shift
    "$LOAD" --to support@desk.test --port "$port" --senders 20000 --seed "$seed" --json "$@" || {
        echo "bench: the load failed" >&2
        exit 1
    }
}

# row: CASE SYSTEM ROUND MAILS ACCEPT_S STORED_S P50 P99 TICKS GATE READERS SENDER SUPERVISOR
note() { # CASE SYSTEM ROUND JSON STORED_S COSTS…
    echo "$1 $2 $3 $(jq -r '"\(.messages) \(.seconds)"' <<<"$4") $5 $(jq -r '"\(.p50_ms) \(.p99_ms)"' <<<"$4") ${*:6}" >>"$ROWS"
}

run_dovecot() { # CASE ROUND
    local before after json
    before=$(measure_cost "$DOVECOT_PID")
    # shellcheck disable=SC2086
    json=$(load "$DOVECOT_PORT" ${CASE_LOAD[$1]}) || exit 1
    after=$(measure_cost "$DOVECOT_PID")
    note "$1" dovecot "$2" "$json" "$(jq .seconds <<<"$json")" $((after - before)) 0 0 0 0
}

run_postern() { # CASE ROUND
    local before after json
    read -ra before <<<"$(measure_roles "$GATE_PID")"
    # shellcheck disable=SC2086
    json=$(load "$GATE_PORT" ${CASE_LOAD[$1]}) || exit 1
    store_await "$(jq .seconds <<<"$json")"
    read -ra after <<<"$(measure_roles "$GATE_PID")"
    local gate=$((after[0] - before[0])) readers=$((after[1] - before[1])) sender=$((after[2] - before[2]))
    local supervisor=$((after[3] - before[3]))
    note "$1" postern "$2" "$json" "$STORED" $((gate + readers + sender + supervisor)) $gate $readers $sender $supervisor
}

compare() {
    local round case
    bench_gate compare "$NO_CAPS"
    dovecot_start || exit 1
    load "$DOVECOT_PORT" --sessions 20 --count 100 >/dev/null
    load "$GATE_PORT" --sessions 20 --count 100 >/dev/null
    store_await
    for ((round = 1; round <= ROUNDS; round++)); do
        for case in $CASES; do
            echo "  round $round of $ROUNDS, $case" >&2
            run_dovecot "$case" "$round"
            run_postern "$case" "$round"
        done
    done
    store_has_all
    measure_memory "$GATE_PID" VmHWM >"$FLOW_FOLDER/peaks"
    dovecot_stop
    gate_stop
    store_disconnect
    rm -rf "$FLOW_FOLDER/dovecot" "$FLOW_FOLDER/compare"
}

# Sync calls cost nothing to count this way: the kernel stops the processes at these calls only.
write_tracer() { # FILE PROGRAM
    cat >"$1" <<END
#!/bin/sh
exec strace -D -f --seccomp-bpf -qq -ttt -e trace=fsync,fdatasync,sync_file_range,msync -e signal=none \\
    -o "$1.log" $2 "\$@"
END
    chmod 755 "$1"
    : >"$1.log"
}

syncs() { # LOG SINCE UNTIL
    awk -v since="$2" -v until="$3" '$2 >= since && $2 <= until && /sync[a-z_]*\(/ { n++ } END { print n + 0 }' "$1"
}

# Sync calls until the last 250 and until all is stored, and what went into the write-ahead log.
count_postern() { # SESSIONS
    local log=$FLOW_FOLDER/traced-gate began accepted stored wal json
    write_tracer "$log" "$PROGRAM"
    bench_gate "counted-$1" "$NO_CAPS" "$log"
    wal=$(stat -c %s "$FLOW_FOLDER/counted-$1/postern.db-wal")
    began=$EPOCHREALTIME
    json=$(load "$GATE_PORT" --sessions "$1" --count $SYNC_MAILS) || exit 1
    accepted=$EPOCHREALTIME
    store_await
    stored=$EPOCHREALTIME
    wal=$(($(stat -c %s "$FLOW_FOLDER/counted-$1/postern.db-wal") - wal))
    gate_stop
    store_disconnect
    echo "postern $1 $SYNC_MAILS $(syncs "$log.log" "$began" "$accepted") $(syncs "$log.log" "$began" "$stored") $wal"
}

count_dovecot() { # SESSIONS
    local log=$FLOW_FOLDER/traced-dovecot began json
    write_tracer "$log" ""
    dovecot_start "$log" || exit 1
    began=$EPOCHREALTIME
    json=$(load "$DOVECOT_PORT" --sessions "$1" --count $SYNC_MAILS) || exit 1
    dovecot_stop
    echo "dovecot $1 $SYNC_MAILS $(syncs "$log.log" "$began" "$EPOCHREALTIME") 0 0"
    rm -rf "$FLOW_FOLDER/dovecot"
}

count_syncs() {
    local sessions
    for sessions in 1 20; do
        echo "  sync calls, $sessions sessions" >&2
        count_dovecot "$sessions"
        count_postern "$sessions"
    done >"$FLOW_FOLDER/syncs"
}

# How much the peak of each process lies over what it held before.
weigh_large() {
    local before
    echo "  memory, one mail of 50 MB" >&2
    load "$GATE_PORT" --sessions 20 --count 500 >/dev/null
    store_await
    before=$(measure_memory "$GATE_PID" VmRSS)
    measure_peak_reset "$GATE_PID"
    load "$GATE_PORT" --sessions 1 --count 1 --size 52428800 >/dev/null
    store_await
    paste -d' ' <(echo "$before") <(measure_memory "$GATE_PID" VmHWM) | awk '{ print $1, $4 - $2 }' >"$FLOW_FOLDER/large"
}

# The first reading comes when the page cache of the store is full: late in a short run, at 20,000 mails in a long one.
weigh_many() {
    local first=$((MEMORY_MAILS * 3 / 4 < 20000 ? MEMORY_MAILS * 3 / 4 : 20000)) early
    echo "  memory, $first mails" >&2
    load "$GATE_PORT" --sessions 20 --count "$first" >/dev/null
    store_await
    early=$(measure_memory "$GATE_PID" VmRSS)
    echo "  memory, $MEMORY_MAILS mails" >&2
    load "$GATE_PORT" --sessions 20 --count $((MEMORY_MAILS - first)) >/dev/null
    store_await
    echo "$first" >"$FLOW_FOLDER/many"
    paste -d' ' <(echo "$early") <(measure_memory "$GATE_PID" VmRSS) | awk '{ print $1, $2, $4 }' >>"$FLOW_FOLDER/many"
}

# Without acknowledgements: each commit of the sender would make the writer drop its page cache, and hide how large
# that becomes.
weigh() {
    bench_gate weighed '  acknowledgements_per_hour: 0'
    weigh_large
    weigh_many
    gate_stop
    store_disconnect
    rm -rf "$FLOW_FOLDER/weighed"
}

case $(stat -f -c %T "$FLOW_FOLDER") in
tmpfs | ramfs) echo "bench: $TMPDIR is no disk; name a folder on one: BENCH_FOLDER=…" >&2 && exit 1 ;;
esac
compare
count_syncs
[ "$MEMORY_MAILS" -eq 0 ] || weigh
report
