#!/bin/bash
# `postern rules lint` and `postern rules bench`: what could be better in a rules file, and what each rule costs on stored
# mail.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/give.sh
GATE_AGENTS=
COUNT=0
GATE_EXTRA='rules: rules.yaml'
gate_config
RULES=$FLOW_FOLDER/rules.yaml
cat >"$RULES" <<'END'
fields:
  order:
    label: Order
    rules:
      - name: order-after-word
        pattern: 'order (?<value>\d{5})\b'
        type: digits
        examples:
          - {text: 'order 12345', finds: '12345'}
          - {text: 'order of 12345 things', finds: nothing}
  parcel:
    label: Parcel
    rules:
      - name: parcel-number
        pattern: 'parcel (?<value>[A-Z]{2}\d{6})\b'
        examples:
          - {text: 'parcel AB123456', finds: 'AB123456'}
          - {text: 'the parcel', finds: nothing}
END
flow_equals "nothing is said of good rules" "0 warnings" "$(postern rules lint)"
flow_check "and the exit code says so" postern rules lint -q

sed 's/parcel (?<value>\[A-Z\]{2}\\d{6})\\b/parcel (?<value>(?:[A-Z]+-?)*[0-9]+)!/; s/label: Parcel/help: Parcels/' "$RULES" >"$FLOW_FOLDER/bad.yaml"
LINT=$(postern rules lint "$FLOW_FOLDER/bad.yaml")
flow_equals "faults are a no" 1 "$(postern rules lint "$FLOW_FOLDER/bad.yaml" >"$FLOW_FOLDER/out" && echo 0 || echo $?)"
flow_contains "a slow pattern is found by its place" "$LINT" 'bad.yaml:15:9: warning: parcel-number: slow: '
flow_contains "with a text that proves it" "$LINT" 'proof: parcel AAAAAAAA'
flow_contains "a field without a label" "$LINT" 'bad.yaml:11:3: warning: parcel: field .parcel. has no label'
flow_equals "and all that for programs" "no-label slow" \
    "$(postern rules lint --json "$FLOW_FOLDER/bad.yaml" | jq -r '[.[].code] | sort | join(" ")')"
echo 'fields: []' >"$FLOW_FOLDER/broken.yaml"
flow_equals "a broken file is refused" 78 "$(postern rules lint "$FLOW_FOLDER/broken.yaml" >"$FLOW_FOLDER/out" 2>&1 || echo $?)"

flow_check "it starts" gate_start
mail() { # NUMBER TEXT
    printf '%s\n' "From: Anna <anna$1@customer.test>" "Subject: Case $1" "Message-ID: <case-$1@customer.test>" '' "$2" \
        >"$FLOW_FOLDER/m$1.eml"
    give "m$1.eml" "anna$1@customer.test"
}
mail 1 "My order 12345 never came."
mail 2 "Where is order 67890? It is late, and so am I."
mail 3 "The parcel is here, thank you. Nothing else to say."
BENCH=$(postern rules bench --json 2>"$FLOW_FOLDER/err")
flow_equals "bench reads all mail" 3 "$(jq .mails <<<"$BENCH")"
flow_equals "a rule is tried only where its words are" '{"order-after-word":[2,2],"parcel-number":[0,0]}' \
    "$(jq -cS '[.rules[] | {(.rule): [.tried, .found]}] | add' <<<"$BENCH")"
flow_equals "and costs something" true "$(jq '[.rules[].ns_a_mail] | add > 0' <<<"$BENCH")"
flow_contains "the same for people" "$(postern rules bench -q)" 'order-after-word'
flow_equals "of the newest alone" 1 "$(postern rules bench --limit 1 --json 2>"$FLOW_FOLDER/err" | jq .mails)"
flow_equals "with other rules" slow "$(sed 's/order-after-word/slow/' "$RULES" >"$FLOW_FOLDER/other.yaml"
    postern rules bench --json "$FLOW_FOLDER/other.yaml" 2>"$FLOW_FOLDER/err" | jq -r '.rules[] | select(.found == 2) | .rule')"
flow_end
