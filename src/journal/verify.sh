#!/bin/sh
# Verifies a journal: one entry a line. Needs sh, coreutils and jq, nothing else.
# Usage: sh verify.sh FILE      Exit code 0 and "utuh" (intact) if every check holds.
set -eu
file=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# 1. Every line is canonical: sorted keys, no spaces, no duplicate keys, nothing but JSON.
jq -cS . "$file" | cmp - "$file" || { echo "tidak kanonik"; exit 1; }

# 2. The numbers run on without a gap.
jq -r .seq "$file" | awk 'NR > 1 && $1 != last + 1 { print "celah sesudah " last; bad = 1 } { last = $1 } END { exit bad }'

# 3. Every entry names the SHA-256 of the line before it.
while IFS= read -r line; do
    printf '%s' "$line" | sha256sum | cut -c1-64
done < "$file" > "$work/hash"
jq -r .prev "$file" > "$work/prev"
head -n 1 "$file" | jq -e '.seq != 1 or .prev == ("0" * 64)' > /dev/null || { echo "awal salah"; exit 1; }
head -n -1 "$work/hash" > "$work/named"
tail -n +2 "$work/prev" | cmp - "$work/named" || { echo "rantai putus"; exit 1; }

echo "utuh: $(wc -l < "$file") entri, hash terakhir $(tail -n 1 "$work/hash")"
