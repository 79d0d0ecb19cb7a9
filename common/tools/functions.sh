#!/bin/sh
# The built-in functions of PostgreSQL that are not volatile, for lint without a
# server: wire/lint/functions.def.
#
# usage: common/tools/functions.sh [POSTGRES.BKI] >wire/lint/functions.def
set -eu

bki=${1:-$(pg_config --sharedir)/postgres.bki}
awk '
	/^(create|open) / { catalog = $2 }
	# internal functions, and those of the text of types, are not called in SQL
	catalog == "pg_proc" && /^insert/ && !/ (2281|2275|2278|2279|3838) / {
		volatile[$4] = volatile[$4] $17
	}
	END { for (name in volatile) if (volatile[name] !~ /v/) print name }' "$bki" | LC_ALL=C sort | {
	printf '%s\n' '/*' ' * functions.def' \
		' *	  Functions of PostgreSQL that are not volatile; made by' \
		' *	  common/tools/functions.sh.' ' */' '" "'
	fmt -w 92 | sed 's/.*/"& "/'
}
