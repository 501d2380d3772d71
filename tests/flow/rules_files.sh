#!/bin/bash
# Rules files before they count: every mistake at its place, what lint says of a rule that nothing proves, and which file is meant.
cd "$(dirname "$0")/../.." || exit 1
. tests/support/flow.sh
PROGRAM=${BUILD:-build}/postern
FOLDER=$FLOW_FOLDER
rules() { # ARGUMENT…
    "$PROGRAM" -c "$FOLDER/postern.yaml" rules "$@" 2>&1
}
"$PROGRAM" init "$FOLDER" >/dev/null

cat >"$FOLDER/bad.yaml" <<'END'
fields:
  plan:
    rules:
      - name: plan
        pattern: 'plan (?<value>\w+)'
        type: word
        words_from: plans.txt
      - name: odd
        patern: 'x'
END
said=$(rules test "$FOLDER/bad.yaml")
flow_equals "a list that is not there" 78 $?
flow_contains "is named at its place" "$said" "bad\.yaml:7:21: error: there is no list of known values 'plans.txt'"
flow_contains "and hides no other mistake" "$said" "bad\.yaml:9:9: error: unknown key 'patern'"
echo pro >"$FOLDER/plans.txt"
flow_lacks "a list beside the rules is found" "$(rules test "$FOLDER/bad.yaml")" 'plans.txt'

# The texts that lint makes are short: what is only too short, out of range or without its check digit proves nothing.
cat >"$FOLDER/lint.yaml" <<'END'
fields:
  number:
    label: Number
    rules:
      - {name: letters, pattern: 'x(?<value>[a-z]{3})', type: digits}
      - {name: long, pattern: 'y(?<value>\d+)', type: digits, min_length: 9}
      - {name: card, pattern: 'z(?<value>\d{15,16})', type: digits, check: iban}
      - {name: high, pattern: 'w(?<value>\d+)', type: integer, least: 90000000}
END
said=$(rules lint "$FOLDER/lint.yaml")
flow_equals "lint has something to say" 1 $?
flow_contains "of a type that refuses all" "$said" "lint\.yaml:5:.*'digits' refuses everything"
flow_equals "and of no other" 1 "$(grep -c type-refuses <<<"$said")"

# What it says of a field stands at the field, whatever a comment or a value is called.
cat >"$FOLDER/place.yaml" <<'END'
# Rules of:
#   item: the item
values:
  item: {type: digits}
fields:
  item:
    rules:
      - name: item
        pattern: 'item (?<value>\d+)'
        type: item
        examples:
          - {text: 'item 7', finds: '7'}
          - {text: 'an item', finds: nothing}
END
flow_contains "a field is found below fields" "$(rules lint "$FOLDER/place.yaml")" "place\.yaml:6:3: warning: .*field 'item' has no label"

# A suggestion is ready to paste: a field stands once in a file.
printf 'rules: %s\n' place.yaml >>"$FOLDER/postern.yaml"
sed -i '/^rules: rules.yaml/d' "$FOLDER/postern.yaml"
printf 'From: anna@customer.test\nSubject: Broken\n\nIt is part 4711 that broke.\n' >"$FOLDER/m.eml"
said=$(rules suggest part --value "$FOLDER/m.eml=4711")
flow_contains "a new field has its head" "$said" '^  part:$'
said=$(rules suggest item --value "$FOLDER/m.eml=4711")
flow_lacks "one that is there has none" "$said" '^  item:$'
flow_contains "but is told where to go" "$said" "goes below its 'rules:'"

mkdir "$FOLDER/empty"
said=$(rules score "$FOLDER/empty")
flow_equals "a folder without mail has no score" 66 $?
flow_contains "and is told what belongs there" "$said" 'NAME\.json'

# --rules FILE is the file, or is refused; it is never passed over in silence.
flow_contains "the file of --rules is listed" "$(rules list --rules "$FOLDER/lint.yaml")" '^number +letters'
flow_contains "linted" "$(rules lint --rules "$FOLDER/lint.yaml")" 'lint\.yaml:5:'
flow_contains "and refused when it is bad" "$(rules publish --rules "$FOLDER/bad.yaml")" "unknown key 'patern'"
for verb in history show undo 'try x' 'suggest app_id' label; do
    # shellcheck disable=SC2086
    said=$(rules $verb --rules "$FOLDER/lint.yaml")
    flow_equals "$verb takes none" 64 $?
done
said=$(rules test "$FOLDER/lint.yaml" --rules "$FOLDER/lint.yaml")
flow_equals "two files are one too many" 64 $?
flow_end
