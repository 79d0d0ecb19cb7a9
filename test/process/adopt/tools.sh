#!/bin/bash
# The ledgers that other migration tools leave, see test/adopt/make.sh: what was
# loaded is matched, the third migration is pending, and where the ledger is kept
# both agree after each step.  What each tool gives is in test/adopt/TOOL.out, for
# both engines; --accept writes it.  Tries some of the ledgers, in make soak all.
# Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

accept=${1-}

# The format that dbmigrate_load() has for the files of a tool.
format_of()
{
	case $1 in
		supabase | knex | db-migrate | depesz-versioning | rails) echo plain ;;
		*) echo "$1" ;;
	esac
}

# steps TOOL: SQL that loads, adopts, and goes on with both ledgers.
steps()
{
	local files=test/adopt/$1.json

	if [ -f "$files" ]; then
		printf "select dbmigrate_load('%s', '{\"format\": \"%s\"}') is not null;\n" \
			"$(sed "s/'/''/g" "$files" | tr -d '\n\t')" "$(format_of "$1")"
	fi
	cat <<-'END'
		select dbmigrate_adopt('{"dry_run": true}');
		select dbmigrate_adopt();
		select version, name, state from dbmigrate_status();
		select dbmigrate_adopt('{"keep_old": true}');
		select dbmigrate_apply();
		select dbmigrate_adopt('{"dry_run": true}');
		select dbmigrate_rollback();
		select dbmigrate_adopt('{"dry_run": true}');
	END
}

start_server server
[ "$accept" != --accept ] || DBCARE_WHOLE=1
for fixture in $(sample 9 test/adopt/*.sql); do
	name=$(basename "$fixture" .sql)
	tool=${name%.*}
	engine=${name##*.}
	db=${tool//-/_}
	"${engine}_new" "$db"
	"$engine" "$db" <"$fixture" >"$tmp/made"
	steps "$tool" | while IFS= read -r statement; do
		"$engine" "$db" <<<"$statement" || true
	done | sed -E -e '/^(DETAIL|HINT):/d' -e 's/^(ERROR: |Runtime error.*dbcare:|Error near.*dbcare:)([^.]*).*/ERROR:\2/' \
		-e 's/"table_name": "[a-z_]+\.([a-z_]+)"/"table_name": "\1"/' \
		-e 's/"head": (null|\{[^}]*\}), //' \
		-e 's/"duration_ms": [0-9]+/"duration_ms": 0/' -e 's/^t$/1/' >"$tmp/got"
	[ "$accept" != --accept ] || [ "$engine" = sqlite ] || cp "$tmp/got" "test/adopt/$tool.out"
	is "$(cat "$tmp/got")" "$(cat "test/adopt/$tool.out")" "$engine: the ledger of $tool"
done
finish
