#!/bin/bash
# Opens hostile files in the shell of SQLite and calls every function: none may run edit(),
# which starts a program, is not declared as unsafe, and which the shell lets any file call.
# The files and the calls are those of fault/registry/hostile. Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

hostile=build/fault/registry/hostile
started=$tmp/started
printf '#!/bin/sh\necho "$1" >>"%s"\n' "$started" >"$tmp/editor"
chmod 755 "$tmp/editor"
export VISUAL=$tmp/editor EDITOR=$tmp/editor

# shell FILE SQL: in the shell as users start it, with the library loaded.
shell()
{
	timeout 300 sqlite3 -batch -init /dev/null -cmd '.load ./sqlite_ext/dbcare' \
		-cmd 'pragma foreign_keys = on' "$1" <<<"$2" >"$tmp/out" 2>&1 || true
}

# the trap works: the shell runs the program for a query of the file
mkdir "$tmp/files"
"$hostile" file 13 edit "$tmp/files/db" >/dev/null
shell "$tmp/files/db" 'select * from v;'
result "$([ -s "$started" ]; echo $?)" 'a query of the user starts the program' "$(cat "$tmp/out")"

positions=()
while "$hostile" file "${#positions[@]}" edit "$tmp/position_${#positions[@]}" >"$tmp/name"; do
	positions+=("$(cat "$tmp/name")")
done
result "$([ "${#positions[@]}" -gt 40 ]; echo $?)" "there are ${#positions[@]} positions" ''

# those of modules and collations do not call it
calling=()
for i in "${!positions[@]}"; do
	! grep -aq '\<edit\>' "$tmp/position_$i" || calling+=("$i")
done

for i in $(sample 4 "${calling[@]}"); do
	rm -rf "$started" "$tmp/files"
	mkdir "$tmp/files"
	mv "$tmp/position_$i" "$tmp/files/db"
	shell "$tmp/files/db" "$("$hostile" calls edit "$tmp/files" | sed 's/$/;/')"
	calls=$(grep -c . "$tmp/out" || true)
	result "$([ ! -e "$started" ] && [ "$calls" -gt 100 ]; echo $?)" \
		"${positions[i]}: no call starts the program" "$(tail -n 5 "$tmp/out")"
done

finish
