#!/bin/bash
# A hint is a command line that does what it says, whatever names it has.
. test/lib.sh

command=$PWD/build/dbcare
name="it's; touch ran; \$(touch ran) \`touch ran\`"
quoted=\"$name\"
mkdir -p "$tmp/shop/db/migrations"
cd "$tmp/shop"
sqlite3 shop.db "create table $quoted (x); insert into $quoted values (1), (1);"
echo "create unique index one on $quoted (x);" >db/migrations/1_one.sql

dbcare()
{
	"$command" --db shop.db "$@"
}

hint=$(dbcare migrate 2>&1 | sed -n 's/.*To see the rows: //p')
like "$hint" '^dbcare add-rule .*; dbcare check .*;?$' 'the hint has two command lines'
result=0
eval "$hint" >"$tmp/rows" 2>&1 || result=$?
is "$result" 1 'they find what prevents the index'
like "$(cat "$tmp/rows")" 'new on .*2 rows' '... which are named'
is "$(ls)" "$(printf 'db\nshop.db')" 'nothing else runs'

finish
