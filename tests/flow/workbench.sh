#!/bin/bash
# The admin's workbench on stored mail: labels out of corrections, two rule sets compared, scores, coverage, a pattern
# tried. None of it has an effect, and mail that comes in meanwhile is neither lost nor doubled.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/desk.sh
GATE_EXTRA='rules: rules.yaml
limits:
  acknowledgements_per_hour: 100000
  acknowledgements_per_sender_hour: 1000'
desk_config
OUT=$FLOW_FOLDER/out
SECRET=55-f48cf3a682-7fthvk

write_rules() { # FILE APP-PATTERN
    cat >"$FLOW_FOLDER/$1" <<END
fields:
  api_token:
    secret: yes
    rules:
      - name: token
        finder: zuid
        kinds: [55]
        examples:
          - {text: 'token $SECRET', finds: '55-…vk'}
  app_id:
    label: App ID
    rules:
      - name: app-number
        pattern: '$2'
        type: digits
        examples:
          - {text: 'the app 4821 and item 4821', finds: '4821'}
END
}
# code NUMBER COMMAND…: the exit code; what it says is in $OUT and $OUT.err
code() {
    local expected=$1 found
    shift
    "$@" >"$OUT" 2>"$OUT.err"
    found=$?
    [ "$found" -eq "$expected" ] || {
        echo "exit code $found instead of $expected: $(head -c 1000 "$OUT" "$OUT.err")"
        return 1
    }
}
# says JQ VALUE: of the JSON in $OUT
says() {
    local found
    found=$(jq -r "$1" <"$OUT") || return 1
    [ "$found" = "$2" ] || {
        echo "$1 is '$found' instead of '$2'"
        return 1
    }
}
replay() { # CODE FILE
    code "$1" postern rules replay --json --rules "$FLOW_FOLDER/$2"
}
write_rules rules.yaml '\bapp (?<value>\d+)'
write_rules items.yaml '\bitem (?<value>\d+)'
write_rules wider.yaml '\b(?:app|item) (?<value>\d+)'
flow_check "a gate starts" gate_start

# Mail of customers, one with a secret.
compose one "Anna <anna@customer.test>" "Trouble with it" <<<"Our app 111 fails, and token $SECRET is refused."
give one
ONE=$MAIL REF_ONE=$REF
compose two "Bert <bert@customer.test>" "Another question" <<<"It is about app 222 near item 4821 since today."
give two bert@customer.test
TWO=$MAIL REF_TWO=$REF
compose three "Carl <carl@customer.test>" "No numbers at all" <<<"Hello, can you help us with the login?"
give three carl@customer.test
THREE=$MAIL

# Labels: an agent's correction by command and by mail, and an admin's own.
flow_equals "what the rule found" 222 "$(ticket "$REF_TWO" '.fields[0].value')"
flow_check "a correction by command" code 0 postern --as kim ticket field "$REF_TWO" app_id 4821
flow_check "labels are listed" code 0 postern rules label --json
flow_check "the value belongs to the mail that says it" says '.[] | select(.right) | "\(.message) \(.value) \(.seen) \(.by)"' "$TWO 4821 true kim"
flow_check "what the rule found is wrong" says '.[] | select(.right | not) | "\(.message) \(.value) \(.rule)"' "$TWO 222 app-number"
flow_check "a secret is no label" code 0 postern --as kim ticket field "$REF_ONE" api_token "$SECRET"
flow_check "labels after it" code 0 postern rules label --json
flow_check "there are as many as before" says length 2
opened dora
reply correction kim <<<"/field app_id 777"
flow_equals "a correction by mail" "777 kim" "$(postern rules label --json | jq -r '.[-1] | "\(.value) \(.by)"')"
flow_check "a label by hand" code 0 postern --as ada rules label "$ONE" app_id 111
flow_check "nothing is right, too" code 0 postern --as ada rules label "$THREE" app_id nothing
flow_check "a misspelt field" code 64 postern rules label "$ONE" app_di 111
flow_contains "what was meant" "$(<"$OUT.err")" "did you mean 'app_id'"
flow_check "a secret is not labelled by hand" code 64 postern rules label "$ONE" api_token "$SECRET"
flow_check "nor as the value of another field" code 64 postern rules label "$ONE" app_id "$SECRET"
flow_check "a mail that is not there" code 66 postern rules label 0000000000001 app_id 1

# Two sets compared.
before=$(db .dump | sha256sum)
flow_check "the rules that count already" code 0 postern rules replay
flow_contains "that is said" "$(<"$OUT")" 'nothing would change'
flow_check "a set that loses a label" replay 1 items.yaml
flow_check "the mail is named" says '.labelled_right_lost[] | "\(.message) \(.ref) \(.label) \(.found)"' "$ONE $REF_ONE 111 null"
flow_check "its line has no secret in it" says ".labelled_right_lost[0].line | contains(\"$SECRET\")" false
flow_check "what is lost" says '.changes[] | select(.lost > 0) | "\(.field) \(.rule) \(.lost)"' "app_id app-number 1"
flow_check "what changes" says '.changes[].samples[] | select(.change == "changed") | "\(.old) \(.new) \(.line)"' \
    "222 4821 It is about app 222 near item 4821 since today."
flow_check "a set that loses nothing" replay 0 wider.yaml
flow_check "what it gains" says '.changes[] | "\(.gained) \(.lost) \(.changed)"' "1 0 0"
flow_check "the last mail alone" code 0 postern rules replay --json --rules "$FLOW_FOLDER/items.yaml" --limit 1
flow_check "is one mail" says .mails 1
flow_check "no mail since tomorrow" code 0 postern rules replay --json --rules "$FLOW_FOLDER/items.yaml" --since 2999-01-01
flow_check "is none" says .mails 0
printf 'fields:\n  app_id:\n    ruls: []\n' >"$FLOW_FOLDER/broken.yaml"
flow_check "a broken set" code 78 postern rules replay --rules "$FLOW_FOLDER/broken.yaml"
flow_contains "where, and what was meant" "$(<"$OUT.err")" "broken.yaml:3:.*did you mean 'rules'"
flow_check "for people" code 1 postern rules replay --rules "$FLOW_FOLDER/items.yaml"
flow_contains "labels come first" "$(head -4 "$OUT")" 'Labelled correct, and would be lost: 1'

# Scores, coverage, a pattern.
flow_check "a score against labels" code 0 postern rules score --json
flow_check "counts" says '.fields[] | "\(.expected) \(.right) \(.wrong) \(.missed)"' "2 1 1 1"
flow_check "a score of other rules" code 0 postern rules score --json --rules "$FLOW_FOLDER/wider.yaml"
flow_check "is better" says '.fields[] | "\(.expected) \(.right) \(.wrong) \(.missed)"' "2 2 0 0"
flow_check "coverage" code 0 postern rules coverage --json
flow_check "how often it fires, and was corrected" says '.rules[] | select(.rule == "app-number") | "\(.mails) \(.corrected) \(.gave_up)"' "2 1 0"
flow_check "what is missing" says '.categories[0] | "\(.mails) \(.missing.app_id)"' "4 2"
flow_check "a pattern tried" code 0 postern rules try 'item (\d+)'
flow_contains "the match is marked" "$(<"$OUT")" 'near »item 4821« since'
flow_check "a pattern for the secret" code 0 postern rules try 'token \S+'
flow_lacks "does not show it" "$(<"$OUT")" 'f48cf3a682'
flow_check "a pattern that matches nothing" code 1 postern rules try 'zebra'
flow_check "a broken pattern" code 65 postern rules try 'item (\d+'
flow_contains "has a caret" "$(<"$OUT.err")" '\^'
flow_equals "none of it wrote anything" "$before" "$(db .dump | sha256sum)"

# Under load: some thousand mails come in while rules are compared again and again.
LOAD_MAILS=1500
had=$(postern stats --json | jq .received)
"$BUILD/tests/support/lmtp_load" --to support@desk.test --port "$GATE_PORT" --sessions 4 --count $LOAD_MAILS \
    --seed 7 --senders 2000 --json >"$FLOW_FOLDER/load" 2>&1 &
LOAD_PID=$!
replays=0
while kill -0 "$LOAD_PID" 2>/dev/null || [ "$replays" -lt 2 ]; do
    postern rules replay --json --rules "$FLOW_FOLDER/wider.yaml" >"$OUT" 2>"$OUT.err" || {
        echo "FAIL a replay under load: $(<"$OUT.err")"
        FLOW_FAILED=1
        break
    }
    replays=$((replays + 1))
done
flow_check "the load is taken" wait "$LOAD_PID"
flow_check "every mail ends its way once" flow_wait 60 settled $((had + LOAD_MAILS))
flow_equals "every mail has its ticket" "$LOAD_MAILS" "$(db "SELECT count(DISTINCT ticket_id) FROM messages WHERE from_address LIKE '%@%' AND id > (SELECT id FROM messages ORDER BY id LIMIT 1 OFFSET $((had - 1)))")"
flow_check "replay sees them all" replay 0 wider.yaml
flow_check "once each" says .mails $((LOAD_MAILS + 4))
flow_check "the gate stops well" gate_stop
flow_lacks "no warnings" "$(cat "$FLOW_FOLDER/serve.log")" '^(warning|error)'
flow_check "replay without a gate" replay 0 wider.yaml
flow_end
