#!/bin/bash
# What checks say of objects with odd names: texts_ENGINE.txt has it, to be read.  With
# --accept they are written anew.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

texts=$PWD/test/process/health/texts
export PGOPTIONS="-c dbcare.check_missing_fk_index_warning=0"
start_server server autovacuum=off
for engine in postgresql sqlite; do
	"${engine}_new" odd
	# the settings of a machine, its age and its rights are no subject of this test
	said=$(
		{
			[ "$engine" = postgresql ] || echo '.dbconfig defensive off'
			cat "${texts}_$engine.sql"
			echo "select check_id || ' ' || severity || nl || '  ' || message || coalesce(nl || '  ' || suggestion, '')
				from dbhealth_checks('{\"level\": \"full\", \"categories\": [\"integrity\", \"constraints\", \"performance\", \"security\", \"storage\"]}'),
				(select CHAR as nl) as n
				where severity in ('info', 'warning', 'critical') and check_id not in ('checksums_disabled', 'weak_auth', 'tls_off', 'foreign_keys_disabled',
				'world_writable', 'disk_free', 'untrusted_schema', 'extension_schema_open') order by check_id, message;"
		} | if [ "$engine" = postgresql ]; then sed 's/CHAR/chr(10)/'; else sed 's/CHAR/char(10)/'; fi | "$engine" odd 2>&1 | tee "$tmp/raw" | grep -A2 -E '^[a-z_]+ (info|warning|critical)$' | grep -v '^--$'
	)
	[ "${1-}" != --accept ] || printf '%s\n' "$said" >"${texts}_$engine.txt"
	is "$said" "$(cat "${texts}_$engine.txt")" "$engine: the texts have been read"
	# outside of names, which are quoted, no placeholder is left and nothing is said twice
	is "$(sed -E 's/"([^"]|"")*"/n/g; s/^  //; s/ \.{3} / /g' <<<"$said" |
		grep -E '[{}|]|unknown|  |\b(the|of|is|to|by) \1\b| [.,]|^[A-Z].*[^.]$|^[a-z(].*\.$' || true)" '' "$engine: they are sentences"
done
finish
