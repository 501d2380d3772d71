#!/bin/bash
# README's way from nothing to a published rule, tried as it is written there: the commands and the rule are taken out of it; only
# the references of tickets are those of this store.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
GATE_EXTRA='rules: rules.yaml'
gate_config
"$PROGRAM" init "$FLOW_FOLDER/starter" >/dev/null
cp "$FLOW_FOLDER/starter/rules.yaml" "$FLOW_FOLDER/rules.yaml"

# The indented lines below the heading: commands, and the rule.
WALK=$(awk '$0 == "#### An order number, from nothing to published" { on = 1; next } on && /^#/ { exit } on' README.md)
COMMANDS=$(sed -n 's/^    \(postern\|cp\)/\1/p' <<<"$WALK")
sed -n 's/^      //p' <<<"$WALK" | sed -n '/^order_number:/,$p' | sed 's/^/  /' >"$FLOW_FOLDER/field.yaml"
flow_contains "the walk stands in README.md" "$(wc -l <<<"$COMMANDS")" '^1[0-9]$'
flow_check "with its rule" grep -q '^  order_number:$' "$FLOW_FOLDER/field.yaml"

mkdir "$FLOW_FOLDER/old-mail"
mail() { # NUMBER TEXT
    printf '%s\n' "From: anna$1@customer.test" 'To: support@desk.test' "Subject: Parcel $1" "Message-ID: <w$1@customer.test>" '' "$2" \
        >"$FLOW_FOLDER/old-mail/$1.eml"
}
mail 1 'Where is it? My order number is 4711001, phone 5550199.'
mail 2 'Order 4711932 never came.'
mail 3 'Bestellung Nr. 4800117 ist kaputt.'
mail 4 'We have 1234567 visitors a day, is that too many?'
mail 5 'Thank you!'
flow_check "old mail comes in" postern import "$FLOW_FOLDER"/old-mail/*.eml
ref_of() { # SUBJECT
    postern ticket list --json | jq -r --arg subject "$1" '.[] | select(.subject == $subject) | .ref'
}
ONE=$(ref_of 'Parcel 1')
TWO=$(ref_of 'Parcel 2')
COMMANDS=$(sed "s/SUP-7K3QW2/$ONE/; s/SUP-9QM4TX/$TWO/" <<<"$COMMANDS")

# say COMMAND: runs one line of it, in the folder of the configuration; its output is $SAID, its code $CODE
say() {
    SAID=$(cd "$FLOW_FOLDER" && eval "$1" 2>&1)
    CODE=$?
    OUTPUT[$((STEP++))]=$SAID
}
paste_rule() {
    awk -v field="$FLOW_FOLDER/field.yaml" '{ print } /^fields:/ { while ((getline line < field) > 0) print line }' \
        "$FLOW_FOLDER/new.yaml" >"$FLOW_FOLDER/pasted.yaml" && mv "$FLOW_FOLDER/pasted.yaml" "$FLOW_FOLDER/new.yaml"
}
STEP=0
while IFS= read -r line; do
    say "$line"
    flow_equals "$line" 0 "$CODE"
    [ "$CODE" -eq 0 ] || printf '%s\n' "$SAID"
    case $line in
    'postern rules try'*) flow_contains "the first look shows three mails" "$SAID" '3 of 5 mails match' ;;
    'postern rules suggest'*)
        flow_contains "a rule is proposed" "$SAID" 'name: order-number-after-word'
        flow_contains "with its precision and recall" "$SAID" 'precision 1\.00, recall 1\.00'
        flow_contains "and what it finds in stored mail" "$SAID" 'in 5 stored mails: [23] values'
        ;;
    'cp rules.yaml new.yaml') flow_check "the rule is pasted" paste_rule ;;
    'postern rules test'*) flow_contains "its examples pass" "$SAID" ' 0 failed' ;;
    'postern rules replay'*) flow_contains "the replay tells what is gained" "$SAID" 'order_number' ;;
    'postern rules history'*) flow_contains "it is in the history" "$SAID" 'order numbers' ;;
    esac
done <<<"$COMMANDS"

flow_check "the gate starts" gate_start
mail 6 'Hello, order no. 4999999 is late.'
send "$FLOW_FOLDER/old-mail/6.eml" anna6@customer.test support@desk.test >/dev/null
flow_check "a new mail comes in" flow_wait 20 settled 6
flow_equals "the next mail has the field" 4999999 \
    "$(postern ticket show "$(ref_of 'Parcel 6')" --json | jq -r '.fields[] | select(.name == "order_number") | .value')"
flow_contains "the agents see it by its label" "$(cat "$FLOW_FOLDER"/outgoing/new/*)" 'Order number'
gate_stop
flow_end
