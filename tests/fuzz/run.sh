#!/bin/bash
# Runs every fuzz target for FUZZ_SECONDS (60), two at a time. usage: run.sh FOLDER-OF-TARGETS
# Seeds are tests/fuzz/seeds/NAME, words that are put in tests/fuzz/NAME.dict; what is found new stays in FOLDER/corpus, inputs that break something in FOLDER/found.
cd "$(dirname "$0")/../.." || exit 1
targets=$1
mkdir -p "$targets/corpus" "$targets/found"
export targets FUZZ_SECONDS=${FUZZ_SECONDS:-60}

fuzz_one() {
    local name=${1##*/fuzz_} seeds words
    mkdir -p "$targets/corpus/$name"
    seeds=tests/fuzz/seeds/$name
    [ -d "$seeds" ] || seeds=
    words=tests/fuzz/$name.dict
    [ -f "$words" ] && words=-dict=$words || words=
    # shellcheck disable=SC2086
    if "$1" -max_total_time="$FUZZ_SECONDS" -rss_limit_mb=2048 -timeout=10 -max_len=65536 -detect_leaks=1 -print_final_stats=1 $words \
        -artifact_prefix="$targets/found/$name-" "$targets/corpus/$name" $seeds >"$targets/$name.log" 2>&1; then
        echo "ok fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$targets/$name.log") runs"
    else
        echo "FAIL fuzz $name: see $targets/$name.log"
        grep -aE 'ERROR|runtime error|SUMMARY' "$targets/$name.log" | head -5
    fi
}
export -f fuzz_one

output=$(find "$targets" -maxdepth 1 -type f -executable -name 'fuzz_*' ! -name '*.o' ! -name '*.d' | sort |
    xargs -P 2 -I{} bash -c 'fuzz_one {}' | tee /dev/stderr)
passed=$(grep -c '^ok ' <<<"$output")
failed=$(grep -c '^FAIL ' <<<"$output")
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
