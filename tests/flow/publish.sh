#!/bin/bash
# Which rules count: publish, undo, reload and restart while mail comes in; a bad set is refused whole, and no mail is lost
# or doubled.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/gate.sh
. tests/support/give.sh
GATE_EXTRA='rules: rules.yaml'
GATE_AGENTS=
gate_config
CONFIG=$FLOW_FOLDER/postern.yaml
RULES=$FLOW_FOLDER/rules.yaml
COUNT=0

# rules_for DIGITS [FILE]: order numbers of so many digits
rules_for() {
    cat >"${2:-$RULES}" <<EOF
fields:
  order:
    label: Order number
    rules:
      - name: order-after-word
        needs: [order]
        pattern: '(?i)order (?<value>[0-9]{$1})\\b'
        type: digits
        examples:
          - {text: 'my order $(printf "%0$1d" 7)', finds: '$(printf "%0$1d" 7)'}
          - {text: 'in order to', finds: nothing}
EOF
}
mail() { # NUMBER
    printf '%s\n' "From: Anna <anna$1@customer.test>" "Subject: Parcel $1" "Message-ID: <parcel-$1@customer.test>" '' \
        "Parcel $1 never came: order 1234, or was it order 55555? Case $1 is odd." >"$FLOW_FOLDER/m$1.eml"
}
# reads NAME EXPECTED NUMBER: the order that is read out of a fresh mail
reads() {
    mail "$3"
    give "m$3.eml" "anna$3@customer.test"
    flow_equals "$1" "$2" "$(postern ticket show "$REF" --json | jq -r '[.fields[] | select(.name == "order") | .value] | join(" ")')"
}
live() {
    postern rules history --json | jq -r '.[0] | "\(.version) \(.how)"'
}
counts() { # VERSION
    grep -qE "rules of version $1( count from now on)?\$" "$FLOW_FOLDER/serve.log"
}
reload() {
    kill -HUP "$GATE_PID"
}

rules_for 4
flow_equals "without a store nothing was live yet" "$(cat "$RULES")" "$(postern rules show)"
flow_check "it starts" gate_start
flow_equals "the file is the first version" "1 start" "$(live)"
reads "and counts" 1234 1
flow_lacks "check is content" "$(postern check)" 'rules (do not count|than these)'
flow_contains "check warns of rules that keep nothing secret" "$(postern check)" "no field is 'secret: yes'"

# Publish.
rules_for 5
reads "a changed file counts only when somebody says so" 1234 2
flow_contains "check says so" "$(postern check)" 'do not count yet'
flow_contains "publish" "$(postern rules publish --note 'longer numbers' --as kim)" '^version 2 counts'
flow_check "the gate takes it up" flow_wait 10 counts 2
reads "and it counts" 55555 3
flow_equals "who, how and why are kept" "kim publish longer numbers" "$(postern rules history --json | jq -r '.[0] | "\(.who) \(.how) \(.note)"')"
flow_contains "the change is shown" "$(postern rules history 2)" '^-.*\{4\}'
flow_contains "with what came for it" "$(postern rules history 2)" '^\+.*\{5\}'
flow_contains "publishing the same is nothing new" "$(postern rules publish)" 'count already'
flow_equals "and adds no version" "2 publish" "$(live)"

# A bad set is refused whole.
sed -i 's/\[0-9\]{5}/([0-9]{5/' "$RULES"
refused=$(postern rules publish 2>&1)
flow_equals "rules that do not compile are refused" 78 $?
flow_contains "with the place" "$refused" 'rules.yaml:7:[0-9]+: error: the pattern does not compile'
rules_for 3
sed -i "s/finds: '007'/finds: '008'/" "$RULES"
refused=$(postern rules publish 2>&1)
flow_equals "so are rules whose examples fail" 1 $?
flow_contains "with the example" "$refused" "rules.yaml:10:1: error: example of rule 'order-after-word' fails: expected 008, found 007"
reload
reads "nothing of it is live" 55555 4

# Undo.
rules_for 5
flow_contains "undo" "$(postern rules undo --note 'too many' 2>&1)" 'rules of version 1'
flow_check "the gate goes back" flow_wait 10 counts "$(live | cut -d' ' -f1)"
reads "and the first rules count" 1234 5
undone=$(live)
gate_stop
flow_check "it starts again" gate_start
flow_equals "a restart brings back nothing that was undone" "$undone" "$(live)"
reads "the undone rules do not count" 1234 6
flow_contains "check says that others count" "$(postern check)" 'other rules than these count'
postern rules undo >"$FLOW_FOLDER/out" 2>&1
flow_equals "there is nothing before the first" 1 $?
flow_equals "and nothing is changed by asking" "$undone" "$(live)"
flow_equals "the text of any version can be had" "$(postern rules show 2)" "$(cat "$RULES")"

# Reload.
rules_for 5 "$FLOW_FOLDER/more.yaml"
sed 's/Order number/Number of the order/' "$FLOW_FOLDER/more.yaml" >"$RULES"
reload
is_reloaded() { [ "$(live | cut -d' ' -f2)" = reload ]; }
flow_check "a reload takes a changed file over" flow_wait 10 is_reloaded
flow_check "at once" flow_wait 10 counts "$(live | cut -d' ' -f1)"
reads "and it counts" 55555 7
flow_contains "another file than the configured one can be published" "$(rules_for 4 "$FLOW_FOLDER/other.yaml"; postern rules publish "$FLOW_FOLDER/other.yaml")" 'counts from now on'
flow_check "it is taken up" flow_wait 10 counts "$(live | cut -d' ' -f1)"
reads "and counts" 1234 8

# Under load: rules change again and again while mail comes in, batch after batch.
changes=0
batches=0
taken=0
while [ "$changes" -lt 5 ]; do
    batches=$((batches + 1))
    "$BUILD/tests/support/lmtp_load" --to support@desk.test --port "$GATE_PORT" --sessions 10 --count 500 --size 1500 \
        --ledger "$FLOW_FOLDER/ledger" --seed "$batches" >"$FLOW_FOLDER/load.log" 2>&1 &
    load=$!
    while kill -0 "$load" 2>/dev/null; do
        rules_for $((3 + changes % 3))
        if [ $((changes % 3)) -eq 2 ]; then reload; else postern rules publish >>"$FLOW_FOLDER/out" 2>&1; fi
        changes=$((changes + 1))
    done
    wait "$load" && taken=$((taken + 1))
    cat "$FLOW_FOLDER/ledger" >>"$FLOW_FOLDER/ledgers"
done
flow_equals "each batch was taken" "$batches" "$taken"
all_there() {
    [ "$(postern stats --json | jq '.waiting == 0 and .holds')" = true ]
}
flow_check "every mail ended its way" flow_wait 60 all_there
flow_equals "none is lost" "$(cut -d' ' -f1 "$FLOW_FOLDER/ledgers" | sort -u | wc -l)" \
    "$(sqlite3 "$FLOW_FOLDER/store/postern.db" "SELECT count(DISTINCT message_id) FROM messages WHERE subject NOT LIKE 'Parcel %'")"
flow_equals "none is doubled" "$(sqlite3 "$FLOW_FOLDER/store/postern.db" "SELECT count(DISTINCT message_id) FROM messages")" \
    "$(sqlite3 "$FLOW_FOLDER/store/postern.db" "SELECT count(*) FROM messages")"
gate_stop
flow_end
