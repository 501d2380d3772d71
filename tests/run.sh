#!/bin/bash
# Runs the tests and prints a closing line "N passed, N failed".
# usage: run.sh [unit|flow|crash]…   (default: all)   BUILD names the build folder.
# A unit program counts its cmocka tests; a script counts its lines "ok …" and "FAIL …".
cd "$(dirname "$0")/.." || exit 1
export BUILD=${BUILD:-build}
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=1:abort_on_error=0:allocator_may_return_null=1}
export LSAN_OPTIONS=${LSAN_OPTIONS:-print_suppressions=0}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
kinds=${*:-unit flow crash}
logs=$BUILD/test-logs
rm -rf "$logs"
mkdir -p "$logs"
passed=0
failed=0

note() { # NAME PASSED FAILED CODE
    passed=$((passed + $2))
    failed=$((failed + $3))
    if [ "$3" -eq 0 ] && [ "$4" -eq 0 ] && [ "$2" -gt 0 ]; then
        printf '  ok    %-34s %4d\n' "$1" "$2"
        return
    fi
    # A program that died, or tested nothing, has failed even if no single test says so.
    [ "$3" -eq 0 ] && failed=$((failed + 1))
    printf '  FAIL  %-34s %4d passed, %d failed, exit %d\n' "$1" "$2" "$3" "$4"
    grep -aE '^FAIL|FAILED|ERROR|runtime error|Error:|error:' "$logs/$1.log" | head -20 | sed 's/^/        /'
    echo "        all of it: $logs/$1.log"
}

run_unit() {
    local name log code
    name=$(basename "$1")
    log=$logs/$name.log
    timeout 300 "$1" >"$log" 2>&1
    code=$?
    echo "$code" >"$logs/$name.code"
}
export -f run_unit
export logs

if [[ " $kinds " == *" unit "* ]]; then
    # Test programs lie beside their .o and .d files.
    find "$BUILD/tests/unit" -maxdepth 1 -type f -executable -name 'test_*' ! -name '*.o' ! -name '*.d' | sort |
        xargs -P "$(nproc)" -I{} bash -c 'run_unit {}'
    for code in "$logs"/test_*.code; do
        name=$(basename "$code" .code)
        p=$(grep -aoE '^\[  PASSED  \] [0-9]+' "$logs/$name.log" | grep -oE '[0-9]+' | awk '{ n += $1 } END { print n + 0 }')
        f=$(grep -aoE '^\[  FAILED  \] [0-9]+' "$logs/$name.log" | grep -oE '[0-9]+' | head -1)
        note "$name" "${p:-0}" "${f:-0}" "$(cat "$code")"
    done
fi
run_script() { # NAME SCRIPT
    timeout 1200 bash "$2" >"$logs/$1.log" 2>&1
    echo $? >"$logs/$1.code"
}
export -f run_script

# Flow tests mostly wait for each other's processes, so several run at a time; crash tests want the machine for themselves.
run_kind() { # KIND HOW-MANY
    local script name
    for script in tests/"$1"/*.sh; do
        [ ! -e "$script" ] || printf '%s\0%s\0' "$1-$(basename "$script" .sh)" "$script"
    done | xargs -0 -n 2 -P "$2" bash -c 'run_script "$@"' run
    for script in tests/"$1"/*.sh; do
        name=$1-$(basename "$script" .sh)
        [ ! -e "$logs/$name.code" ] ||
            note "$name" "$(grep -ac '^ok ' "$logs/$name.log")" "$(grep -ac '^FAIL ' "$logs/$name.log")" "$(cat "$logs/$name.code")"
    done
}
[[ " $kinds " != *" flow "* ]] || run_kind flow "$(nproc)"
[[ " $kinds " != *" crash "* ]] || run_kind crash 1
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
