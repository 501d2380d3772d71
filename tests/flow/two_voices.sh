#!/bin/bash
# Two agents answer the same customer at the same moment, again and again: the customer hears one voice. VOICES says how often
# (1,000). Each time one ticket, notices to kim and lee, and both replies handed over by two sessions
# whose final dots go out together.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh
VOICES=${VOICES:-1000}

# 17 becomes "bh": the same text with another number would be taken for a machine's.
letters() {
    tr 0-9 a-j <<<"$1"
}
# A header field, unfolded, of many mails: "FILE VALUE" a line each
fields() { # NAME FILE…
    local name=$1
    shift
    awk -v name="$name" 'FNR == 1 { open = 1; here = 0 }
        { sub(/\r$/, "") }
        !open { next }
        /^$/ { open = 0; next }
        /^[ \t]/ { if (here) value[FILENAME] = value[FILENAME] $0; next }
        { here = index(tolower($0), tolower(name) ":") == 1; if (here) value[FILENAME] = $0 }
        END { for (file in value) print file, value[file] }' "$@"
}
customers() {
    local i
    for ((i = 0; i < VOICES; i++)); do
        printf '%s\n' "$PROVEN_CUSTOMER" "From: Customer <c$i@customer.test>" 'To: support@desk.test' "Subject: Question $(letters "$i")" \
            "Message-ID: <q$i@customer.test>" '' "This is the question $(letters "$i") of a customer." >"$FLOW_FOLDER/in/$i"
    done
    "$BUILD/tests/support/lmtp_send" "$GATE_PORT" anna@customer.test support@desk.test "$FLOW_FOLDER"/in/* >"$FLOW_FOLDER/dialogue"
}
# The notices of all tickets as files, TICKET.AGENT.
notices() {
    db "SELECT writefile('$FLOW_FOLDER/notices/' || ticket_id || '.' || substr(to_address, 1, 3), bytes) FROM outbox WHERE kind = 'notice'" | wc -l
}
# For each ticket its two replies, and the line that lets them race. Who comes first in the line changes.
replies() {
    local file token id agent ticket words line
    declare -A TOKENS IDS
    while read -r file token; do
        TOKENS[${file##*/}]=$(grep -o 'support+[a-z2-7]*@desk\.test' <<<"$token" | tail -1)
    done < <(fields Reply-To "$FLOW_FOLDER"/notices/*)
    while read -r file id; do
        IDS[${file##*/}]=$(grep -o '<.*>' <<<"$id")
    done < <(fields Message-ID "$FLOW_FOLDER"/notices/*)
    local n=0
    for ticket in $(db 'SELECT id FROM tickets ORDER BY id'); do
        words=$(letters "$n")
        line=
        for agent in kim lee; do
            printf '%s\n' "$PROVEN" "From: ${NAMES[$agent]} <$agent@agents.test>" "To: ${TOKENS[$ticket.$agent]}" 'Subject: Re: Question' \
                "Message-ID: <$agent$n@agents.test>" "In-Reply-To: ${IDS[$ticket.$agent]}" '' \
                "This is what voice$agent says to $words." >"$FLOW_FOLDER/replies/$ticket.$agent"
            local errand="$agent@agents.test ${TOKENS[$ticket.$agent]} $FLOW_FOLDER/replies/$ticket.$agent"
            if [ "$agent" = lee ] && ((n % 2)); then line="$errand $line"; else line="$line $errand"; fi
        done
        echo "$line"
        n=$((n + 1))
    done
}
all_quiet() {
    [ "$(db 'SELECT count(*) FROM intake WHERE fate IS NULL')" = 0 ]
}
count() { # NAME EXPECTED SQL
    flow_equals "$1" "$2" "$(db "$3")"
}

desk_config
printf 'limits:\n  acknowledgements_per_hour: 100000\n  automatic_per_hour: 1000000\n' >>"$FLOW_FOLDER/postern.yaml"
mkdir "$FLOW_FOLDER"/{in,notices,replies,answers}
flow_check "the gate starts" gate_start
flow_check "$VOICES customers write" customers
flow_check "and all has ended its way" flow_wait 300 all_quiet
flow_equals "$VOICES tickets, each with a notice to both" $((2 * VOICES)) "$(notices)"
replies >"$FLOW_FOLDER/list"
LINES=$(grep -cE '^ *(\S+ ){2}\S+ +(\S+ ){2}\S+ *$' "$FLOW_FOLDER/list")
flow_equals "both have an address to reply to" "$VOICES" "$LINES"
flow_check "both answer at the same moment, $VOICES times" "$BUILD/tests/support/lmtp_race" "$GATE_PORT" <"$FLOW_FOLDER/list"
flow_check "and all has ended its way, again" flow_wait 300 all_quiet

# What the customers hear.
count "every customer hears exactly one voice" "$VOICES" \
    "SELECT count(*) FROM (SELECT ticket_id FROM outbox WHERE kind = 'answer' GROUP BY ticket_id HAVING count(*) = 1 AND count(DISTINCT to_address) = 1)"
count "and no customer gets more than acknowledgement and answer" $((2 * VOICES)) "SELECT count(*) FROM outbox WHERE to_address LIKE '%@customer.test'"
db "SELECT writefile('$FLOW_FOLDER/answers/' || ticket_id, bytes) FROM outbox WHERE kind = 'answer'" >/dev/null
flow_equals "one voice in each mail, never both" 0 "$(grep -l voicekim "$FLOW_FOLDER"/answers/* 2>/dev/null | xargs -r grep -l voicelee | wc -l)"
flow_equals "the voice is in every mail" "$VOICES" "$(grep -lE 'voice(kim|lee)' "$FLOW_FOLDER"/answers/* 2>/dev/null | wc -l)"
KIM=$(grep -l voicekim "$FLOW_FOLDER"/answers/* 2>/dev/null | wc -l)
echo "# kim was heard $KIM times, lee $((VOICES - KIM)) times"
who() { # FILE: whose words are in it
    grep -o 'voice[a-z]*' "$1" 2>/dev/null | sort -u | tr '\n' ' ' | sed 's/voice//; s/ $//'
}
WRONG=$(db "SELECT id, owner, voice FROM tickets" | while IFS='|' read -r id owner voice; do
    [ -n "$owner" ] && [ "$(who "$FLOW_FOLDER/answers/$id")" = "$owner" ] && [ "$owner" = "$voice" ] || echo "$id"
done | wc -l)
flow_equals "who was heard has the ticket" 0 "$WRONG"

# What became of the other's words.
count "the other's words are kept for the owner, once a ticket" "$VOICES" \
    "SELECT count(*) FROM (SELECT d.ticket_id FROM drafts d JOIN tickets t ON t.id = d.ticket_id WHERE d.agent <> t.owner
        AND d.text LIKE '%voice' || d.agent || '%' GROUP BY d.ticket_id HAVING count(*) = 1)"
count "every message is there: the question, what went out, what stayed inside" "$VOICES" \
    "SELECT count(*) FROM (SELECT ticket_id FROM messages GROUP BY ticket_id HAVING count(*) = 3
        AND sum(direction = 'in') = 1 AND sum(direction = 'out') = 1 AND sum(direction = 'note') = 1)"
count "the other one is told, with a receipt, once" "$VOICES" \
    "SELECT count(*) FROM (SELECT o.ticket_id FROM outbox o JOIN tickets t ON t.id = o.ticket_id
        WHERE o.kind = 'receipt' AND o.to_address <> t.owner || '@agents.test' GROUP BY o.ticket_id HAVING count(*) = 1)"
count "nothing is held" 0 "SELECT count(*) FROM intake WHERE fate = 'held'"
count "nothing is a copy" 0 "SELECT count(*) FROM intake WHERE fate = 'copy'"
flow_equals "received = ticketed + held + copies" "$((3 * VOICES)) $((3 * VOICES)) 0 0 true" \
    "$(postern stats --json | jq -r '"\(.received) \(.ticketed) \(.held) \(.copies) \(.holds)"')"

# What was written is sent, once.
drained() {
    [ "$(db "SELECT count(*) FROM outbox WHERE state = 'queued'")" = 0 ]
}
flow_check "all of it goes out" flow_wait 300 drained
flow_equals "into the customers' mailboxes, once each" "$VOICES" "$(grep -lE 'voice(kim|lee) says' "$FLOW_FOLDER"/outgoing/new/* | xargs -r grep -l '^To: .*@customer.test' | wc -l)"
flow_check "SIGTERM ends with 0" gate_stop
flow_equals "no warning, no error in the log" "" "$(grep -E '^(warning|error) ' "$FLOW_FOLDER/serve.log" | head -5)"
flow_end
