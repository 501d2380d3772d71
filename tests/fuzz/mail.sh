#!/bin/bash
# Whole mails through the reader, with a GMime that the fuzzer sees into, until FUZZ_RUNS (10,000,000) executions of this very
# program are done: what an earlier run did counts. One worker takes short mails, which are quick, the other longer ones.
# usage: mail.sh PROGRAM FOLDER    FOLDER keeps the corpus, what was found, the logs and the count
cd "$(dirname "$0")/../.." || exit 1
program=$1
folder=$2
runs=${FUZZ_RUNS:-10000000}
mkdir -p "$folder/corpus" "$folder/found"
log=$folder/log-$(sha256sum "$program" | cut -c1-12)
export ASAN_OPTIONS=quarantine_size_mb=1:malloc_context_size=4:detect_leaks=0:allocator_may_return_null=1

# Executions that the logs of this program tell of: each ends in a line with its number.
executions() {
    local sum=0 file
    for file in "$log"-*; do
        [ -e "$file" ] && sum=$((sum + $(grep -aoE '^#[0-9]+' "$file" | tail -1 | tr -d '#' | grep . || echo 0)))
    done
    echo "$sum"
}

worker() { # NUMBER LONGEST RUNS
    "$program" -entropic=0 -seed="$((RANDOM + 1))" -max_len="$2" -len_control=200 -runs="$3" -rss_limit_mb=2048 -timeout=10 -dict=tests/fuzz/mail.dict \
        -artifact_prefix="$folder/found/" "$folder/corpus" tests/fuzz/seeds/mail tests/mail >"$log-$(date +%s)-$1" 2>&1
}

left=$((runs - $(executions)))
if [ "$left" -gt 0 ]; then
    echo "$left executions to do; logs are $log-*"
    worker 1 1024 $((left * 3 / 4)) &
    first=$!
    worker 2 4096 $((left - left * 3 / 4))
    second=$?
    wait "$first" && [ "$second" -eq 0 ] || {
        grep -ahE 'ERROR|runtime error|SUMMARY' "$log"-* | sort | uniq -c
        echo "FAIL $(executions) executions; what breaks is in $folder/found"
        exit 1
    }
fi
# Leaks are looked for apart: doing so at each execution would halve the speed.
ASAN_OPTIONS=detect_leaks=1:fast_unwind_on_malloc=0:malloc_context_size=12 LSAN_OPTIONS=suppressions=tests/fuzz/leaks.supp \
    "$program" -runs=0 -artifact_prefix="$folder/found/" "$folder/corpus" >"$folder/leaks.log" 2>&1 || {
    echo "FAIL a leak: see $folder/leaks.log"
    exit 1
}
echo "ok $(executions) executions, 0 findings"
