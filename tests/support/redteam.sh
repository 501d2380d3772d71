# shellcheck shell=bash
# For flow tests of what people try against the desk: sourced, not run. Brings desk.sh along.
#
# A case is one line: it names what was tried; "nothing" means that no ticket changed, that nobody but agents was written
# to, and that the trail says what happened. Every word that begins with "ZQ" is one that no customer may ever read.
#
#   red_start, red_end      the gate, and what is looked at in the end: all that went out, once more
#   fresh NAME              a ticket of $CUSTOMER, NAME@customer.test, to try it on
#   nothing, refused, spoken, kept_or_spoken, done_or_refused, clean_heads, verdict    the verdicts, see there
. "$(dirname "${BASH_SOURCE[0]}")/desk.sh"
CASES=0
AR='Authentication-Results:'
EVIL='Mallory <mallory@evil.test>'
EVIL_PROOF="$AR mx.desk.test; dmarc=pass header.from=evil.test"
# The address with a token.
at() { echo "support+$1@desk.test"; }

# What may not change without an agent's word. A guest may be seen on a ticket; he gets nothing by that.
state() {
    db "SELECT t.queue, CASE WHEN t.status IN ('new', 'open') THEN 'open' ELSE t.status END, t.severity, t.category, t.owner,
        t.voice, t.snooze_us, t.merged_into,
        (SELECT group_concat(p.address || p.copies) FROM participants p WHERE p.ticket_id = t.id AND (p.copies OR p.role <> 'guest')),
        (SELECT group_concat(f.name || '=' || f.value) FROM fields f WHERE f.ticket_id = t.id AND f.by_who <> 'rules'),
        (SELECT count(*) FROM messages m WHERE m.ticket_id = t.id AND m.direction = 'out'),
        (SELECT count(*) FROM moves), (SELECT count(*) FROM refused_senders)
        FROM tickets t WHERE t.id = $TICKET_ID"
}

# attack NAME: a fresh ticket of NAME@customer.test to try it on
attack() {
    opened "$1"
    STATE=$(state)
}

verdict() { # LABEL TROUBLE
    CASES=$((CASES + 1))
    if [ -z "$2" ]; then
        echo "ok $1"
    else
        echo "FAIL $1: $2"
        FLOW_FAILED=1
    fi
}

# What went to anybody but the agents: who opened a ticket hears that it has come, and nothing that a stranger wrote.
strangers_mail() {
    local kind to file
    sent | while read -r kind to file; do
        case $to in *@agents.test) continue ;; esac
        ! grep -aq 'ZQ[a-z]' "$file" || echo "$kind to $to holds what may not go out: $(grep -a 'ZQ[a-z]' "$file" | head -2); "
        [ "$kind" = acknowledgement ] && [ -n "$(db "SELECT 1 FROM tickets WHERE id > $TICKET_ID AND lower(requester_address) = lower('$to')")" ] ||
            echo "$kind went to $to; "
    done
}
trail() {
    postern ticket why "$MAIL" 2>/dev/null
    postern ticket show "$TICKET" --json | jq -r '.events[] | .what + ": " + .detail'
    db "SELECT coalesce(reason, '') || ' ' || coalesce(detail, '') FROM intake WHERE id = $ID"
}
# nothing LABEL [TRAIL]
nothing() {
    local trouble now
    trouble=$(strangers_mail)
    now=$(state)
    [ "$now" = "$STATE" ] || trouble+="the ticket was $STATE and is $now; "
    trail >"$FLOW_FOLDER/trail"
    grep -qaE -- "${2:-.}" "$FLOW_FOLDER/trail" || trouble+="nothing says '$2': $(tail -8 "$FLOW_FOLDER/trail"); "
    verdict "$1" "$trouble"
}
# refused LABEL AGENT WORDS: nothing, and the agent has a receipt with these words
refused() {
    local file trouble
    file=$(written receipt "$2@agents.test")
    trouble=$(strangers_mail)
    [ "$(state)" = "$STATE" ] || trouble+="the ticket was $STATE and is $(state); "
    [ -n "$file" ] && grep -qaiE -- "$3" "$file" || trouble+="no receipt says '$3': $(sent) $(tail -n +12 "${file:-/dev/null}" | head -20); "
    verdict "$1" "$trouble"
}
# spoken LABEL [WORDS]: exactly one answer, to the customer alone, with the words, and no command was carried out
spoken() {
    local trouble file
    file=$(written answer "$CUSTOMER")
    [ "$(sent | grep -v '@agents.test ' | cut -d' ' -f1,2)" = "answer $CUSTOMER" ] || trouble="went out: $(sent | cut -d' ' -f1,2 | tr '\n' ','); "
    ! grep -aq 'ZQ[a-z]' "${file:-/dev/null}" || trouble+="holds what may not go out: $(grep -a 'ZQ[a-z]' "$file" | head -3); "
    grep -qaF -- "${2:-}" "${file:-/dev/null}" || trouble+="does not hold '$2'; "
    db "SELECT status FROM tickets WHERE id = $TICKET_ID" | grep -qE 'open|waiting' || trouble+="is $(ticket "$TICKET" .status); "
    verdict "$1" "${trouble:-}"
}
# kept_or_spoken LABEL WORDS: a refusal with a receipt, or an answer that holds nothing internal; never a bit of both
kept_or_spoken() {
    if [ -n "$(written answer "$CUSTOMER")" ]; then
        spoken "$1" "${2:-}"
    else
        refused "$1" kim '.'
    fi
}
# done_or_refused LABEL: what looks like a command is one, or a refusal; it never goes out as words
done_or_refused() {
    local file
    file=$(written answer "$CUSTOMER")
    verdict "$1" "$(grep -a 'clo.*se' "${file:-/dev/null}")$([ -n "$(written receipt kim@agents.test)" ] || echo 'there is no receipt')"
}
clean_heads() { # LABEL: no field that anybody smuggled in, in no mail that was written
    local found
    found=$(sent | cut -d' ' -f3 | while read -r file; do sed '/^\r*$/q' "$file.eml" | grep -aiE '^(bcc|x-evil|x-injected)' ; done)
    verdict "$1" "${found:+injected: $found}"
}
customer() { # NAME SUBJECT [HEADER…] <TEXT: the customer of $TICKET answers
    local name=$1 subject=$2
    shift 2
    TO=${TOKEN[customer]} compose "$name" "Customer <$CUSTOMER>" "$subject" "$PROVEN_CUSTOMER" "$@"
    give "$name" "$CUSTOMER" "${TOKEN[customer]}"
}
plain() { printf '%s\n' "$@"; }
fresh() { # NAME: a ticket, and its customer's address
    CUSTOMER=$1@customer.test
    attack "$1"
}

red_start() {
    desk_config
    flow_check "the gate starts" gate_start
    IFS='|' read -r KEY SECRET < <(db "SELECT id, hex(secret) FROM token_keys ORDER BY id DESC LIMIT 1")
    TODAY=$(($(date +%s) / 86400))
}
sign() { # TICKET-ID ROLE DAY ADDRESS [KEY SECRET]
    "$BUILD/tests/support/token_tool" sign "${5:-$KEY}" "${6:-$SECRET}" "$1" "$2" "$3" "$4"
}

# No token of another role or person, no internal word, in nobody's mail.
whole_leaks() {
    local kind to file role person
    sent | while read -r kind to file; do
        case $to in *@agents.test) continue ;; esac
        ! grep -aqE 'ZQ[a-z]' "$file" || echo "$kind to $to: $(grep -aoE 'ZQ[a-z]+' "$file" | head -1)"
        grep -aoE '[a-z2-7]{42,}' "$file" | "$BUILD/tests/support/token_tool" find "$KEY" "$SECRET" | sort -u | while read -r role _ _ person; do
            [ "$role" = 1 ] && [ "$person" = "$("$BUILD/tests/support/token_tool" person "$to")" ] || echo "$kind to $to holds a token of role $role of $person in $file"
        done
    done
}
red_end() {
    MARK=0
    flow_equals "in all mail to strangers: no internal word, no token but the reader's own" "" "$(whole_leaks | head -20)"
    flow_equals "no mail went to a victim" "" "$(sent | grep -aE 'victims\.test|evil\.test|^answer [^ ]*@agents\.test' | grep -v '^acknowledgement' | cut -d' ' -f1,2)"
    flow_check "the equation holds" postern stats
    flow_check "SIGTERM ends with 0" gate_stop
    flow_equals "no warning, no error in the log" "" "$(cat "$FLOW_FOLDER/history.log" "$FLOW_FOLDER/serve.log" 2>/dev/null | grep -E '^(warning|error) ' | grep -v 'mail to this address failed' | head -5)"
    echo "# $CASES cases"
    flow_end
}
