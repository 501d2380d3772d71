#!/bin/bash
# Disks that are full, read-only, or fail, and stores that are damaged: no 250 that is lost, clear words, and the gate
# comes back by itself where it can.
if [ -z "${DISK_INSIDE:-}" ]; then
    # A namespace of its own, so that small disks can be mounted: as root, or as root of a user namespace.
    for way in "unshare -m" "unshare -Urm"; do
        $way mount -t tmpfs tmpfs /mnt 2>/dev/null && DISK_INSIDE=yes exec $way bash "$0"
    done
    export DISK_INSIDE=no
fi
. "$(dirname "$0")/../support/gate.sh"
. "$(dirname "$0")/../support/proof.sh"

LOAD=$BUILD/tests/support/lmtp_load
LEDGER=$FLOW_FOLDER/ledger
DISK=$FLOW_FOLDER/disk
GATE_PREFIX=setsid
GATE_AGENTS=
GATE_EXTRA=$'limits:\n  acknowledgements_per_sender_hour: 1000\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000'
GATE_LISTEN="\"127.0.0.1:$(flow_port)\""
SEED=$RANDOM

printf 'From: anna@customer.test\nSubject: Small\n\nHello\n' >"$FLOW_FOLDER/small.eml"
{ printf 'From: anna@customer.test\nSubject: Large\n\n'; for ((i = 0; i < 2000; i++)); do echo "line $i of a long mail"; done; } >"$FLOW_FOLDER/large.eml"

load() { # COUNT [LEDGER [MIX]]; every call sends mails of its own
    SEED=$((SEED + 1))
    "$LOAD" --to=support@desk.test --port="$GATE_PORT" --sessions=4 --count="$1" --mix="${3:-80:3072,20:30000}" --seed=$SEED \
        --senders=100000 --reconnect=20 --tolerant --ledger="${2:-$LEDGER}"
}

answer_to() { # FILE: what the gate says after its final dot
    "$BUILD/tests/support/lmtp_send" "$GATE_PORT" anna@customer.test support@desk.test "$FLOW_FOLDER/$1" 2>&1 | sed 's/^ *[^ ]* *//'
}

is_answered() { # FILE PATTERN
    answer_to "$1" | grep -qE "^$2"
}

deliver_code() { # FILE
    postern deliver support@desk.test <"$FLOW_FOLDER/$1" >"$FLOW_FOLDER/deliver.log" 2>&1
    echo $?
}

gate_pid() {
    ps -o stat=,pid=,args= -s "$GATE_PID" | awk '$1 !~ /^Z/ && $NF == "gate" { print $2 }'
}

words() {
    cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null
}

all_settled() {
    [ "$(postern stats --json | jq '.waiting == 0 and .holds')" = true ]
}

all_is_well() {
    flow_wait 60 all_settled || { postern stats; return 1; }
    proof_ledger "$LEDGER" && proof_raw && proof_store && proof_sql "SELECT id, findings FROM messages
        WHERE findings LIKE '%could-not-be-read%'" | proof_none "not read"
}

new_store() { # [PROGRAM]
    gate_end
    rm -rf "$FLOW_FOLDER/store" "$FLOW_FOLDER/outgoing" "$FLOW_FOLDER/serve.log" "$FLOW_FOLDER/history.log" "$LEDGER"
    : >"$LEDGER"
    gate_config
    gate_start || { echo "FAIL start: $(cat "$FLOW_FOLDER/serve.log")"; exit 1; }
}

# A full disk. What gets room again by and by is taken, too. The log of the database keeps room of its own and begins anew
# after a checkpoint, so that a small mail may still be kept; a large one needs a file.

fill() {
    head -c 200m /dev/zero >>"$DISK/filler" 2>/dev/null
}

small_is_refused() {
    load 200 "$LEDGER" 100:3072 | grep -qE "452: [0-9]+$"
}

code_of() {
    postern "$@" >"$FLOW_FOLDER/command.log" 2>&1
    echo $?
}

full() {
    local pid writer
    flow_check "full: works before" is_answered small.eml 250
    load 50 >/dev/null
    pid=$(gate_pid)
    # It gets full while mail comes in.
    load 1500 >"$FLOW_FOLDER/load.txt" &
    writer=$!
    sleep 0.1
    fill
    wait $writer
    flow_contains "full: 452 under load" "$(cat "$FLOW_FOLDER/load.txt")" "452: [0-9]+$"
    fill
    flow_check "full: small mail" flow_wait 60 small_is_refused
    fill
    flow_contains "full: large mail" "$(answer_to large.eml)" "^452 4\.3\.1"
    flow_equals "full: postern deliver" 75 "$(deliver_code large.eml)"
    flow_contains "full: deliver says why" "$(cat "$FLOW_FOLDER/deliver.log")" "disk is full|No space left"
    sleep 3
    flow_contains "full: words in the log" "$(words)" "error gate.*the disk is full"
    flow_contains "full: what waits is said once" "$(words | grep -c 'tried again in a second')" "^[0-9]$|^[12][0-9]$"
    rm "$DISK/filler"
    flow_check "full: takes mail again when there is room" flow_wait 20 is_answered small.eml 250
    flow_check "full: large mail, too" is_answered large.eml 250
    flow_check "full: nothing lost" all_is_well
    flow_equals "full: the gate is still the same" "$pid" "$(gate_pid)"
    gate_stop
    fill
    if gate_start; then
        flow_contains "full: started on a full disk" "$(answer_to large.eml)" "^452 4\.3\.1"
    else
        wait "$GATE_PID"
        flow_contains "full: not started on a full disk" "$? $(cat "$FLOW_FOLDER/serve.log")" "^7[345] .*(No space left|disk is full)"
        GATE_PID=
    fi
    fill
    flow_equals "full: postern deliver beside it" 75 "$(deliver_code large.eml)"
    gate_end
    fill
    flow_equals "full: another command that writes" 74 "$(code_of import "$FLOW_FOLDER/large.eml")"
    flow_contains "full: it says why" "$(cat "$FLOW_FOLDER/command.log")" "disk is full|No space left"
    flow_contains "full: postern init" "$(code_of init "$DISK/new")" "^7[34]$"
    rm "$DISK/filler"
    [ -n "$GATE_PID" ] || gate_start
    flow_check "full: nothing lost after that" all_is_well
    gate_end
}

read_only() {
    gate_end
    mount -o remount,ro "$DISK" || { echo "FAIL read-only: cannot remount"; FLOW_FAILED=1; return; }
    gate_start
    wait "$GATE_PID"
    flow_contains "read-only: does not start" "$?" "^(73|78)$"
    GATE_PID=
    flow_contains "read-only: says why" "$(cat "$FLOW_FOLDER/serve.log")" "Read-only file system|readonly database"
    flow_equals "read-only: postern deliver" 75 "$(deliver_code small.eml)"
    mount -o remount,rw "$DISK"
    gate_start
    flow_check "read-only: nothing lost" all_is_well
    flow_check "read-only: works again" is_answered small.eml 250
    gate_end
}

# A disk that fails (tests/support/shim/disk.c).

with_shim() {
    local shim=$FLOW_FOLDER/disk.so preload
    ${CC:-gcc} -shared -fPIC -O1 -o "$shim" tests/support/shim/disk.c || return 1
    preload=$(ldd "$PROGRAM" | awk '/libasan/ { print $3 }')
    export POSTERN_DISK=$FLOW_FOLDER/trouble
    GATE_PREFIX="setsid env LD_PRELOAD=${preload:+$preload:}$shim"
}

break_disk() {
    : >"$POSTERN_DISK.$1"
}

mend_disk() {
    rm -f "$POSTERN_DISK."*
}

no_longer_marked() {
    [ ! -e "$FLOW_FOLDER/store/check-needed" ]
}

# HOW: under load, what fails is answered 451 and never 250.
failing() {
    local how=$1 writer
    new_store
    load 100 >/dev/null
    load 2000 >"$FLOW_FOLDER/load.txt" &
    writer=$!
    sleep 0.1
    break_disk "$how"
    # What was read before is remembered; another gate must ask the disk.
    [ "$how" != read ] || kill -9 "$(gate_pid)"
    sleep 0.5
    mend_disk
    wait $writer
    flow_contains "$how fails: no 250 while it lasts" "$(cat "$FLOW_FOLDER/load.txt")" "451: [0-9]+|broken: [1-9]"
    flow_contains "$how fails: the log says it" "$(words)" "(error|warning) gate.*(sync|I/O error|store)"
    flow_check "$how fails: takes mail again" flow_wait 60 is_answered small.eml 250
    flow_check "$how fails: nothing lost" all_is_well
}

failing_sync() {
    local file pid
    for file in small large; do
        new_store
        is_answered $file.eml 250 || { echo "FAIL sync fails: $file before"; FLOW_FAILED=1; }
        flow_wait 20 all_settled
        pid=$(gate_pid)
        break_disk sync
        flow_contains "sync fails: $file mail" "$(answer_to $file.eml)" "^451 4\.3\.0"
        mend_disk
        flow_check "sync fails: $file mail, comes back" flow_wait 30 is_answered $file.eml 250
        flow_contains "sync fails: $file mail, stops to check" "$(words)" "cannot be trusted any more, stopping to check it"
        flow_lacks "sync fails: $file mail, another gate" "$(gate_pid)" "^$pid$"
        flow_check "sync fails: $file mail, was checked" flow_wait 10 no_longer_marked
        flow_check "sync fails: $file mail, all is well" all_is_well
    done
}

# Damage.

db=$FLOW_FOLDER/store/postern.db

garbage() { # FILE FIRST COUNT, in pages
    dd if=/dev/urandom of="$1" bs=4096 seek="$2" count="$3" conv=notrunc status=none
}

damage() {
    local pages
    pages=$(($(stat -c %s "$db") / 4096))
    case $1 in
    middle) garbage "$db" $((pages * 3 / 10)) $((pages * 4 / 10)) ;;
    scattered) for ((i = 5; i < pages; i += 9)); do garbage "$db" $i 1; done ;;
    schema) garbage "$db" 1 3 ;;
    header) garbage "$db" 0 1 ;;
    half) truncate -s $((pages / 2 * 4096)) "$db" ;;
    hundred) truncate -s 100 "$db" ;;
    empty) truncate -s 0 "$db" ;;
    gone) rm "$db" ;;
    esac
}

# What was answered 250 after the damage stands in the store's files. Looked for as bytes: sqlite3's .recover gives up on some
# of these.
can_be_had() {
    [ -s "$1" ] || return 0
    cut -d' ' -f2 "$1" | sort -u >"$FLOW_FOLDER/sums"
    find "$FLOW_FOLDER/store" -maxdepth 1 -name 'postern.db*' -exec cat {} + | od -An -v -tx1 | tr -d ' \n' |
        grep -oFf "$FLOW_FOLDER/sums" | sort -u | comm -23 "$FLOW_FOLDER/sums" - | proof_none "answered 250 after the damage, and lost"
}

damage_words='malformed|not a database|damaged|missing or empty|disk I/O error'

# Which pages a command reads is chance: where none of them is damaged it may say yes, and then has the mail.
small_is_kept() {
    cat "$FLOW_FOLDER/store"/postern.db* | grep -aqF 'Subject: Small'
}

# Refuses with words and 70, or keeps what it takes.
damaged_at_rest() {
    local after=$FLOW_FOLDER/after code
    : >"$after"
    if gate_start; then
        load 30 "$after" >/dev/null
        if kill -0 "$GATE_PID" 2>/dev/null; then gate_stop; else wait "$GATE_PID"; fi
        echo "(runs, kept $(wc -l <"$after") of 30)"
    else
        wait "$GATE_PID"
        code=$?
        [ $code -eq 70 ] || { echo "exit code $code"; return 1; }
        grep -qE "^error .*($damage_words)" "$FLOW_FOLDER/serve.log" || { echo "no words: $(cat "$FLOW_FOLDER/serve.log")"; return 1; }
        code=$(deliver_code small.eml)
        [ "$code" = 75 ] || { [ "$code" = 0 ] && small_is_kept; } || { echo "postern deliver: $code"; return 1; }
    fi
    GATE_PID=
    postern -q check >"$FLOW_FOLDER/check.txt" 2>&1 && { echo "postern check finds nothing"; return 1; }
    grep -qE "error: .*($damage_words)" "$FLOW_FOLDER/check.txt" || { cat "$FLOW_FOLDER/check.txt"; return 1; }
    can_be_had "$after"
}

check_damage() {
    local output=$FLOW_FOLDER/output
    gate_end
    rm -rf "$FLOW_FOLDER/store"
    cp -r "$FLOW_FOLDER/good" "$FLOW_FOLDER/store"
    damage "$1"
    if damaged_at_rest >"$output" 2>&1; then
        echo "ok damaged: $1 $(cat "$output")"
    else
        echo "FAIL damaged: $1: $(cat "$output")"
        FLOW_FAILED=1
        gate_end
    fi
}

damaged_while_running() {
    local after=$FLOW_FOLDER/after lines
    rm -rf "$FLOW_FOLDER/store"
    cp -r "$FLOW_FOLDER/good" "$FLOW_FOLDER/store"
    : >"$after"
    gate_start
    load 20 >/dev/null
    damage scattered
    load 400 "$after" >"$FLOW_FOLDER/load.txt"
    sleep 1
    lines=$(words | grep -cE "($damage_words)|starts again")
    gate_stop
    flow_check "damaged while running: nothing lost" can_be_had "$after"
    echo "(kept $(wc -l <"$after") of 400, $lines lines in the log)"
    flow_contains "damaged while running: no storm of words" "$lines" "^[0-9]{1,3}$"
}

moved() {
    new_store
    load 30 >/dev/null
    flow_wait 30 all_settled
    mv "$db" "$db.away"
    flow_contains "moved away: no 250" "$(answer_to small.eml)" "^451 4\.3\.0"
    flow_check "moved away: says so" flow_wait 10 grep -q "moved or replaced while in use" "$FLOW_FOLDER/serve.log"
    flow_check "moved away: does not begin anew" flow_wait 10 grep -q "missing or empty, but the originals" "$FLOW_FOLDER/serve.log"
    flow_equals "moved away: postern deliver" 75 "$(deliver_code small.eml)"
    mv "$db.away" "$db"
    flow_check "moved back: takes mail again" flow_wait 30 is_answered small.eml 250
    flow_check "moved back: nothing lost" all_is_well
}

torn_log() {
    new_store
    load 100 >/dev/null
    flow_wait 30 all_settled
    kill -9 -- "-$GATE_PID"
    wait "$GATE_PID" 2>/dev/null
    GATE_PID=
    pages=$(($(stat -c %s "$db-wal") / 4096))
    garbage "$db-wal" $((pages / 2)) $((pages / 4))
    : >"$LEDGER"
    gate_start
    load 100 >/dev/null
    # What stood in the torn part is gone with the disk; what came later is not.
    flow_wait 30 all_settled
    flow_check "torn log: later mail is kept" proof_ledger "$LEDGER"
    flow_check "torn log: sound" proof_store
    gate_stop
    flow_equals "torn log: ends in order" 0 $?
}

if [ "$DISK_INSIDE" = yes ]; then
    mkdir "$DISK"
    mount -t tmpfs -o size=60m tmpfs "$DISK"
    flow_at_exit 'umount "$DISK"'
    GATE_STORE=disk/store
    new_store
    full
    read_only
    GATE_STORE=store
else
    echo "ok disk-full-skipped: no disk can be mounted here, neither as root nor in a user namespace"
    echo "ok disk-read-only-skipped: the same"
fi
new_store
load 300 >/dev/null
flow_wait 60 all_settled || echo "FAIL the store to damage is not settled"
gate_stop
cp -r "$FLOW_FOLDER/store" "$FLOW_FOLDER/good"
for how in middle scattered schema header half hundred empty gone; do
    check_damage $how
done
damaged_while_running
torn_log
moved
if with_shim; then
    failing_sync
    for how in sync write read; do
        failing $how
    done
else
    echo "FAIL the failing disk does not compile"
    FLOW_FAILED=1
fi
gate_end
flow_end
