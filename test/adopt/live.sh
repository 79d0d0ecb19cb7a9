#!/bin/bash
# Two tools in use: a tool applies two of four migrations, dbcare adopts its
# ledger and keeps it, applies the third, the tool the fourth, and each takes one
# back; after each step both say the same.  Prints TAP; not a part of make check.
#
# usage: NODE=DIR test/adopt/live.sh
#
# What is needed is told in make.sh.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../lib.sh"

node=${NODE:?the directory with node_modules}
export PATH="$node/node_modules/.bin:$PATH" NODE_PATH="$node/node_modules"
word=(zero one two three four)

# The files of a tool, into $tmp/TOOL and as JSON into $tmp/TOOL.json.
files_of()
{
	local n

	mkdir "$tmp/$1"
	for n in 1 2 3 4; do
		case $1 in
			dbmate)
				printf -- '-- migrate:up\ncreate table %s (id integer);\n-- migrate:down\ndrop table %s;\n' \
					"${word[n]}" "${word[n]}" >"$tmp/$1/2024010100000${n}_${word[n]}.sql"
				;;
			node-pg-migrate)
				printf -- '-- Up Migration\ncreate table %s (id integer);\n-- Down Migration\ndrop table %s;\n' \
					"${word[n]}" "${word[n]}" >"$tmp/$1/170406720000${n}_${word[n]}.sql"
				;;
			graphile-migrate) ;;
		esac
	done
	[ "$1" != graphile-migrate ] || (cd "$tmp/$1" && commit_all)
	(cd "$tmp/$1" && node -e 'const fs = require("fs"), files = {};
		for (const name of process.argv[1].trim().split(" ")) files[name.replace(/.*\//, "")] = fs.readFileSync(name, "utf8");
		console.log(JSON.stringify(files).replace(/\x27/g, "\x27\x27"));' \
		"$(find . -name '*.sql' -printf '%P\n' | sort | tr '\n' ' ')") >"$tmp/$1.json"
}

# Migrations as graphile-migrate commits them.
commit_all()
{
	echo '{}' >.gmrc
	node -e 'const { calculateHash } = require("graphile-migrate/dist/hash"), fs = require("fs");
		let previous = null;
		fs.mkdirSync("migrations/committed", { recursive: true });
		["one", "two", "three", "four"].forEach((name, i) => {
			const body = `create table ${name} (id integer);`, hash = calculateHash(body, previous);
			fs.writeFileSync(`migrations/committed/00000${i + 1}.sql`,
				`--! Previous: ${previous || "-"}\n--! Hash: ${hash}\n\n${body}\n`);
			previous = hash;
		});'
}

# tool TOOL ENGINE up|down|pending [N]: has the tool apply up to migration N, take
# one back, or list what is pending.
tool()
{
	local dir=$tmp/$1.$2.$3 url

	rm -rf "$dir"
	cp -r "$tmp/$1" "$dir"
	[ "$3" != up ] || find "$dir" -name '*.sql' | sort | tail -n "+$(($4 + 1))" | xargs -r rm
	case $1 in
		dbmate)
			url=sqlite:$tmp/dbmate.db
			[ "$2" = sqlite ] || url="postgres://$PGUSER@/dbmate?socket=$PGHOST&sslmode=disable"
			case $3 in
				up) dbmate --url "$url" -d "$dir" --no-dump-schema up >"$tmp/out" 2>&1 ;;
				down) dbmate --url "$url" -d "$dir" --no-dump-schema down >"$tmp/out" 2>&1 ;;
				pending) dbmate --url "$url" -d "$dir" status | sed -nE 's/^\[ \] ([0-9]+)_.*/\1/p' ;;
			esac
			;;
		node-pg-migrate)
			export DATABASE_URL="$node_url/node_pg_migrate"
			case $3 in
				up) node-pg-migrate up -m "$dir" >"$tmp/out" 2>&1 ;;
				down) node-pg-migrate down -m "$dir" >"$tmp/out" 2>&1 ;;
				pending) node-pg-migrate up --dry-run -m "$dir" 2>&1 | sed -nE 's/^> - ([0-9]+)_.*/\1/p' ;;
			esac
			;;
		graphile-migrate)
			export DATABASE_URL="$node_url/graphile_migrate"
			(cd "$dir" && graphile-migrate migrate) >"$tmp/out" 2>&1
			;;
	esac || { cat "$tmp/out" && false; }
}

# agree TOOL ENGINE NAME: both list the same as pending.
agree()
{
	is "$("$2" "${1//-/_}" <<<"select version from dbmigrate_pending()")" "$(tool "$1" "$2" pending)" "$2, $1: $3"
}

start_server server
node_url="postgres://$PGUSER@$(node -p 'encodeURIComponent(process.env.PGHOST)')"
for pair in dbmate:postgresql dbmate:sqlite node-pg-migrate:postgresql; do
	tool=${pair%:*}
	engine=${pair#*:}
	db=${tool//-/_}
	[ -d "$tmp/$tool" ] || files_of "$tool"
	"${engine}_new" "$db"
	tool "$tool" "$engine" up 2
	"$engine" "$db" >"$tmp/made" <<-END
		select dbmigrate_load('$(cat "$tmp/$tool.json")');
		select dbmigrate_adopt('{"keep_old": true}');
	END
	agree "$tool" "$engine" 'the ledger is adopted'
	version=$("$engine" "$db" <<<'select version from dbmigrate_pending()' | head -n 1)
	"$engine" "$db" >"$tmp/made" <<<"select dbmigrate_apply('$version');"
	agree "$tool" "$engine" 'dbcare has applied the third'
	is "$(tool "$tool" "$engine" pending | wc -l)" 1 "$engine, $tool: one is left"
	tool "$tool" "$engine" up 4
	agree "$tool" "$engine" 'the tool has applied the fourth'
	"$engine" "$db" >"$tmp/made" <<<"select dbmigrate_apply();"
	is "$(tool "$tool" "$engine" pending | wc -l)" 0 "$engine, $tool: none is left"
	tool "$tool" "$engine" down
	agree "$tool" "$engine" 'the tool has taken the fourth back'
	"$engine" "$db" >"$tmp/made" <<<"select dbmigrate_rollback();"
	agree "$tool" "$engine" 'dbcare has taken the third back'
	is "$(tool "$tool" "$engine" pending | wc -l)" 2 "$engine, $tool: two are left"
	is "$("$engine" "$db" <<<"select event || ' ' || substr(version, length(version)) from dbmigrate_history() where event <> 'register'" | tr '\n' ',')" \
		'baseline 1,baseline 2,apply 3,baseline 4,rollback 4,rollback 3,' "$engine, $tool: the history of it"
done

# It goes forward only, and knows by a chain of hashes what has run.
files_of graphile-migrate
postgresql_new graphile_migrate
tool graphile-migrate postgresql up 2
postgresql graphile_migrate >"$tmp/made" <<-END
	select dbmigrate_load('$(cat "$tmp/graphile-migrate.json")');
	select dbmigrate_adopt('{"keep_old": true}');
	select dbmigrate_apply('000003');
END
tool graphile-migrate postgresql up 4
like "$(cat "$tmp/out")" '1 committed migrations executed' 'graphile-migrate: dbcare has applied the third'
is "$(postgresql graphile_migrate <<<'select version, state from dbmigrate_status()' | tr '\n' ',')" \
	'000001 applied,000002 applied,000003 applied,000004 applied,' 'graphile-migrate: and it the fourth'
finish
