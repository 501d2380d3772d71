# shellcheck shell=bash
# For bench.sh: what a tree of processes costs. Sourced, not run.
#
#   measure_tree PID        a line for each living process of the tree: PID, ticks of its own, ticks of its dead children
#   measure_cost PID        ticks of the whole tree since its start, the dead included (their parents have reaped them)
#   measure_roles PID       the same of a gate, by role: gate, readers, sender, supervisor
#   measure_memory PID KEY  a line "role KiB" a process of a gate; KEY is VmHWM (peak) or VmRSS (now)
#   measure_peak_reset PID  lets the peaks begin anew
#   measure_median          of numbers on stdin
TICKS=$(getconf CLK_TCK)

measure_tree() {
    cat /proc/[0-9]*/stat 2>/dev/null | awk -v root="$1" '
        { pid = $1; sub(/.*\) /, ""); parent[pid] = $2; own[pid] = $12 + $13; dead[pid] = $14 + $15 }
        END {
            for (pid in parent) {
                for (up = pid; up != root && up > 1; up = parent[up]);
                if (up == root) print pid, own[pid], dead[pid]
            }
        }'
}

measure_cost() {
    measure_tree "$1" | awk '{ sum += $2 + $3 } END { print sum + 0 }'
}

measure_role() {
    case $(tr '\0' ' ' <"/proc/$1/cmdline" 2>/dev/null) in
    *' gate '*) echo gate ;;
    *' reader '*) echo reader ;;
    *' sender '*) echo sender ;;
    *) echo supervisor ;;
    esac
}

# Dead readers are the gate's dead children.
measure_roles() {
    measure_tree "$1" | while read -r pid own dead; do
        echo "$(measure_role "$pid") $own $dead"
    done | awk '
        $1 == "gate" { gate += $2; reader += $3; next }
        { of[$1] += $2 + $3 }
        END { print gate + 0, reader + of["reader"], of["sender"] + 0, of["supervisor"] + 0 }'
}

measure_memory() {
    measure_tree "$1" | while read -r pid _; do
        echo "$(measure_role "$pid") $(awk -v key="$2:" '$1 == key { print $2 }' "/proc/$pid/status")"
    done | sort
}

measure_peak_reset() {
    measure_tree "$1" | while read -r pid _; do
        echo 5 >"/proc/$pid/clear_refs"
    done
}

measure_median() {
    sort -n | awk '{ value[NR] = $1 } END { print NR ? (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 : 0 }'
}
