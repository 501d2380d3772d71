#!/bin/bash
# Rules are swapped while mail comes in: readers for the new ones are ready before these count, no mail waits or is lost.
# And a rule that gives up on a mail says so on the ticket.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/give.sh
. tests/bench/measure.sh
GATE_AGENTS=
GATE_EXTRA=$'rules: rules.yaml\nreaders:\n  count: 2\nlimits:\n  acknowledgements_per_hour: 1000000\n  automatic_per_hour: 10000000\n  acknowledgements_per_sender_hour: 1000'
gate_config
RULES=$FLOW_FOLDER/rules.yaml
LEDGER=$FLOW_FOLDER/ledger
COUNT=0

rules_for() { # DIGITS COUNT
    "$BUILD/tests/support/rules_many" rules "$2" >"$RULES"
    cat >>"$RULES" <<END
  order:
    rules:
      - name: order-after-word
        pattern: '(?i)order (?<value>[0-9]{$1})\\b'
        type: digits
      - name: slow
        pattern: 'slow (?<value>(?:a|b|ab|ba)+[x-z])'
END
}
readers() {
    measure_tree "$GATE_PID" | while read -r pid _; do
        [ "$(measure_role "$pid")" != reader ] || echo "$pid"
    done | sort
}
mail() { # NUMBER TEXT
    printf '%s\n' "From: Anna <anna$1@customer.test>" "Subject: Parcel $1" "Message-ID: <parcel-$1@customer.test>" '' "$2" \
        >"$FLOW_FOLDER/m$1.eml"
    give "m$1.eml" "anna$1@customer.test"
}
orders() {
    postern ticket show "$REF" --json | jq -r '[.fields[] | select(.name == "order") | .value] | join(" ")'
}
reloads() {
    grep -c 'reloaded ' "$FLOW_FOLDER/serve.log"
}
has_reloaded() { # TIMES
    [ "$(reloads)" -ge "$1" ]
}
reload() { # TIMES
    kill -HUP "$GATE_PID"
    flow_wait 30 has_reloaded "$1"
}

rules_for 4 10
flow_check "it starts" gate_start
mail 1 "Parcel one never came: order 1234, or was it order 55555? It is odd."
flow_equals "the first rules count" 1234 "$(orders)"
readers >"$FLOW_FOLDER/before"

rules_for 5 1000
flow_check "a thousand rules are loaded" reload 1
readers >"$FLOW_FOLDER/after"
flow_equals "both have their readers before any mail comes" 2 "$(comm -13 "$FLOW_FOLDER/before" "$FLOW_FOLDER/after" | wc -l)"
comm -13 "$FLOW_FOLDER/before" "$FLOW_FOLDER/after" >"$FLOW_FOLDER/new"
mail 2 "Second parcel is late, says the man: order 1234, or was it order 55555? Very odd."
flow_equals "the new rules count" 55555 "$(orders)"
readers >"$FLOW_FOLDER/used"
flow_equals "and no reader was made for the mail" '' "$(comm -13 "$FLOW_FOLDER/after" "$FLOW_FOLDER/used")"

flow_check "a reload of the same rules" reload 2
readers >"$FLOW_FOLDER/same"
mail 3 "Third parcel is gone for good, as it seems: order 77777."
readers >"$FLOW_FOLDER/later"
flow_equals "makes no readers" '' "$(comm -13 "$FLOW_FOLDER/used" "$FLOW_FOLDER/later")"

# Under load.
"$BUILD/tests/support/lmtp_load" --to support@desk.test --port "$GATE_PORT" --sessions 4 --count 1500 --ledger "$LEDGER" \
    --senders 3000 >"$FLOW_FOLDER/load.log" 2>&1 &
LOAD=$!
for round in 3 4 5 6; do
    rules_for "$round" $((round % 2 ? 10 : 1000))
    reload "$round" || flow_check "reload $round comes to its end" false
done
flow_check "all mail is taken while rules change" wait "$LOAD"
COUNT=1503
flow_wait 60 settled 1503
flow_check "and each becomes a ticket, once" settled 1503
flow_equals "none is read twice, none could not be read" 0 "$(postern stats --json | jq '.held')"

# A rule that gives up is no "nothing found".
mail 4 "Fourth one, and it is slow $(printf 'ab%.0s' {1..200}) as ever."
flow_contains "a rule that gives up is told on the ticket" "$(postern ticket show "$REF")" 'finding: rule-gave-up: slow: too many steps at one place in reply'
flow_end
