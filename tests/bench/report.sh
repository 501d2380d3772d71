# shellcheck shell=bash
# For bench.sh: tables and the list of aims. Sourced, not run.
#
# rows: CASE SYSTEM ROUND MAILS ACCEPT_S STORED_S P50 P99 TICKS GATE READERS SENDER SUPERVISOR
declare -A CASE_TITLE=([one]="1 session, 2 KB" [twenty]="20 sessions, 2 KB" [hundred]="100 sessions, 2 KB"
    [mix]="20 sessions, mix")

# median CASE SYSTEM EXPRESSION: over the rounds, of an awk expression of the row's columns
report_median() {
    awk -v case="$1" -v system_="$2" -v ticks="$TICKS" "\$1 == case && \$2 == system_ { print $3 }" "$ROWS" | measure_median
}

# ratio CASE EXPRESSION: Postern's over Dovecot's of the same round; the median of the pairs
report_ratio() {
    awk -v case="$1" -v ticks="$TICKS" "\$1 == case { value[\$2, \$3] = $2; if (\$2 == \"postern\") rounds[\$3] }
        END { for (r in rounds) if (value[\"dovecot\", r] > 0) print value[\"postern\", r] / value[\"dovecot\", r] }" "$ROWS" |
        measure_median
}

ACCEPT_RATE='$4 / $5'
STORED_RATE='$4 / $6'
CPU_MS='$9 * 1000 / ticks / $4'

report_speed() {
    local case system
    printf '%-20s %-8s %9s %9s %9s %9s %9s\n' load system '250/s' 'stored/s' 'CPU ms' 'p50 ms' 'p99 ms'
    for case in $CASES; do
        for system in dovecot postern; do
            printf '%-20s %-8s %9.0f %9.0f %9.3f %9.2f %9.2f\n' "${CASE_TITLE[$case]}" "$system" \
                "$(report_median "$case" "$system" "$ACCEPT_RATE")" "$(report_median "$case" "$system" "$STORED_RATE")" \
                "$(report_median "$case" "$system" "$CPU_MS")" "$(report_median "$case" "$system" '$7')" \
                "$(report_median "$case" "$system" '$8')"
        done
        printf '%-20s %-8s %8.2fx %8.2fx %8.2fx %8.2fx %8.2fx\n' '' 'ratio' "$(report_ratio "$case" "$ACCEPT_RATE")" \
            "$(report_ratio "$case" "$STORED_RATE")" "$(report_ratio "$case" "$CPU_MS")" \
            "$(report_ratio "$case" '$7')" "$(report_ratio "$case" '$8')"
    done
}

report_roles() {
    local case
    printf '\n%-20s %9s %9s %9s %11s\n' 'CPU ms a mail' gate readers sender supervisor
    for case in $CASES; do
        printf '%-20s %9.3f %9.3f %9.3f %11.3f\n' "${CASE_TITLE[$case]}" \
            "$(report_median "$case" postern '$10 * 1000 / ticks / $4')" \
            "$(report_median "$case" postern '$11 * 1000 / ticks / $4')" \
            "$(report_median "$case" postern '$12 * 1000 / ticks / $4')" \
            "$(report_median "$case" postern '$13 * 1000 / ticks / $4')"
    done
}

report_syncs() {
    printf '\n%-20s %-8s %16s %16s %12s\n' 'sync calls a mail' system 'until the 250' 'until stored' 'WAL KiB'
    awk '{
        printf "%-20s %-8s %16.2f ", $2 " sessions", $1, $4 / $3
        if ($1 == "postern") printf "%16.2f %12.1f\n", $5 / $3, $6 / 1024 / $3; else print ""
    }' "$FLOW_FOLDER/syncs"
}

report_memory() {
    printf '\n%-20s' 'peak MiB, the speed run'
    awk '{ printf "  %s %.1f", $1, $2 / 1024 }' "$FLOW_FOLDER/peaks"
    echo
    [ -e "$FLOW_FOLDER/large" ] || return
    printf '%-20s' 'a 50 MB mail adds MiB'
    awk '{ printf "  %s %.1f", $1, $2 / 1024 }' "$FLOW_FOLDER/large"
    printf '\n%s' "resident MiB at $(head -1 "$FLOW_FOLDER/many") and $MEMORY_MAILS mails"
    awk 'NR > 1 { printf "  %s %.1f → %.1f", $1, $2 / 1024, $3 / 1024 }' "$FLOW_FOLDER/many"
    echo
}

# aim TEXT MEASURED at-least|at-most LIMIT UNIT
aim() {
    awk -v text="$1" -v found="$2" -v way="$3" -v limit="$4" -v unit="$5" 'BEGIN {
        met = way == "at-least" ? found >= limit : found <= limit
        printf "%-58s %8.2f%-4s %s\n", text, found, unit, met ? "met" : "NOT MET"
    }'
}

has_case() {
    [[ " $CASES " == *" $1 "* ]]
}

report_aims() {
    local case
    printf '\n'
    ! has_case twenty || aim 'stored, 20 sessions: at least 4 times Dovecot' "$(report_ratio twenty "$STORED_RATE")" at-least 4 x
    ! has_case one || aim 'stored, 1 session: at least 2.5 times Dovecot' "$(report_ratio one "$STORED_RATE")" at-least 2.5 x
    ! has_case mix || aim 'stored, mix: at least 2.5 times Dovecot' "$(report_ratio mix "$STORED_RATE")" at-least 2.5 x
    for case in $CASES; do
        aim "CPU a mail, ${CASE_TITLE[$case]}: at most a fifth of Dovecot" "$(report_ratio "$case" "$CPU_MS")" at-most 0.2 x
    done
    aim 'sync calls a mail until the 250, 1 session: at most 1.1' \
        "$(awk '$1 == "postern" && $2 == 1 { print $4 / $3 }' "$FLOW_FOLDER/syncs")" at-most 1.1 ''
    aim 'sync calls a mail until the 250, 20 sessions: at most 0.25' \
        "$(awk '$1 == "postern" && $2 == 20 { print $4 / $3 }' "$FLOW_FOLDER/syncs")" at-most 0.25 ''
    [ -e "$FLOW_FOLDER/large" ] || return
    aim 'a 50 MB mail adds to no process more than 16 MiB' \
        "$(awk '{ print $2 / 1024 }' "$FLOW_FOLDER/large" | sort -n | tail -1)" at-most 16 MiB
    aim "memory from $(head -1 "$FLOW_FOLDER/many") to $MEMORY_MAILS mails: at most 10 % more" \
        "$(awk 'NR > 1 { print ($3 / $2 - 1) * 100 }' "$FLOW_FOLDER/many" | sort -n | tail -1)" at-most 10 %
}

report() {
    report_speed
    report_roles
    report_syncs
    report_memory
    report_aims
}
