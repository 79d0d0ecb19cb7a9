#!/bin/bash
# Each function that can lower a protection leaves an entry of the log of changes, which
# is found by the name of its table, though the table was never logged.  The functions
# are those of test/protection.def, which names all that write.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# entries ENGINE DATABASE FUNCTION: the entries that a function has left.
entries()
{
	"$1" "$2" <<<"select count(*) from dbaudit_log() where action = 'erase' and '$3' = 'dbaudit_erase'
		or action = 'protection' and cast(before as text) like '%\"$3\"%';"
}

start_server server
for engine in postgresql sqlite; do
	sed -nE 's/^LOWERS\((\w+), "(.*)", "(.*)"\)$/\1\t\2\t\3/p' test/protection.def | sed 's/\\"/"/g' >"$tmp/lowers"
	count=0
	while IFS=$'\t' read -r function before call <&3; do
		database=p$((count += 1))
		[ "$engine $function" != 'sqlite dbaudit_watch' ] || continue # PostgreSQL alone
		"${engine}_new" "$database"
		"$engine" "$database" <<-END >"$tmp/made"
			create table protected (id integer primary key, n integer);
			insert into protected values (1, 1);
			select dbcare_install();
			$before;
		END
		was=$(entries "$engine" "$database" "$function")
		"$engine" "$database" <<<"$call;" >"$tmp/answer"
		is "$was $(entries "$engine" "$database" "$function")" "$was $((was + 1))" "$engine: $function() is an entry"
		[[ $call != *protected* ]] ||
			is "$("$engine" "$database" <<<"select count(*) > $was from dbaudit_log('{\"table\": \"protected\"}') where action in ('protection', 'erase');" |
				sed 's/^1$/t/')" t "... of its table ($engine, $function)"
	done 3<"$tmp/lowers"
	is "$count" "$(grep -c '^LOWERS' test/protection.def)" "$engine: all were called"
done
finish
