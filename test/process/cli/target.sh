#!/bin/bash
# The file .env, and other input that the command takes from its directory and its
# command line.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"
command=${DBCARE:-$PWD/build/dbcare}
mkdir "$tmp/here"
cd "$tmp/here"
unset DATABASE_URL PGSERVICE PGDATABASE PGHOST PGHOSTADDR PGPORT PGUSER
for name in plain 'with#hash' 'with blank' 'a"b' 'c$d' back\\slash; do
	sqlite3 "$name.db" "create table t (a); pragma user_version = 1"
done

# database TEXT: which database the command takes from a file .env with these bytes.
database()
{
	printf '%b' "$1" >.env
	timeout 20 "$command" health --json 2>&1 >"$tmp/health" && return
	[ $? -lt 124 ] || echo 'it waits'
	[ ! -s "$tmp/health" ] || timeout 20 "$command" doctor --json | jq -r '.[] | select(.test == "database") | .message'
}
# found TEXT: the file that is opened: another one would be an error, since what reads
# makes none.
found()
{
	local message

	message=$(database "$1")
	[ -n "$message" ] || message=found
	echo "$message"
}

while IFS=$'\t' read -r line what; do
	is "$(found "$line")" found ".env: $what"
done <<'END'
DATABASE_URL=sqlite:plain.db\n	a plain value
DATABASE_URL=sqlite:plain.db # the database\n	a comment after a blank
DATABASE_URL=sqlite:plain.db\t#the database\n	a comment after a tab
DATABASE_URL=sqlite:with#hash.db\n	# within a word
\xef\xbb\xbfDATABASE_URL=sqlite:plain.db\n	a byte order mark
\xef\xbb\xbf# comment\r\nDATABASE_URL=sqlite:plain.db\r\n	CRLF
DATABASE_URL="sqlite:plain.db"\r\n	double quotes and CRLF
DATABASE_URL='sqlite:plain.db' # comment\n	single quotes and a comment
DATABASE_URL="sqlite:with#hash.db"\n	# in double quotes
DATABASE_URL='sqlite:with blank.db'\n	a blank in single quotes
DATABASE_URL=sqlite:with blank.db  \n	a blank without quotes, and others at the end
DATABASE_URL="sqlite:a\\"b.db"\n	an escaped quote
DATABASE_URL="sqlite:back\\\\slash.db"\n	an escaped backslash
DATABASE_URL='sqlite:back\\slash.db'\n	a backslash in single quotes
DATABASE_URL="sqlite:c\\$d.db"\n	an escaped dollar sign
DATABASE_URL='sqlite:c$d.db'\n	a dollar sign that is not expanded
export DATABASE_URL=sqlite:plain.db\n	export
  export\t DATABASE_URL = sqlite:plain.db\n	blanks everywhere
DATABASE_URL=sqlite:none.db\nDATABASE_URL=sqlite:plain.db\n	the last one counts
#DATABASE_URL=sqlite:none.db\nDATABASE_URL=sqlite:plain.db	no end of line
DATABASE_URL=sqlite:plain.db\nNOTE="\nDATABASE_URL=sqlite:none.db\n"\n	a line in the quotes of another value
NOTE=it's\nDATABASE_URL=sqlite:plain.db\n	an apostrophe in another value
NOTE="open\nDATABASE_URL=sqlite:plain.db\n	a quote without its end in another value
MY_DATABASE_URL=sqlite:none.db\nDATABASE_URL=sqlite:plain.db\nDATABASE_URL_2=sqlite:none.db\n	other names
END
like "$(found 'DATABASE_URL="sqlite:plain.db\n')" 'DATABASE_URL in the file .env cannot be read.*quote without its end' \
	'.env: a quote without its end is an error'
like "$(found 'DATABASE_URL="sqlite:plain.db"x\n')" 'text after its value' '.env: text after the quote is an error'
like "$(found 'OTHER=1\n')" 'no database was given' '.env: another variable is none'
like "$(found 'DATABASE_URL=sqlite:\xff.db\n')" 'is not text in UTF-8' '.env: bytes that are no text'
like "$(found 'DATABASE_URL=sqlite:plain.db\n\0x\n')" 'is not text in UTF-8' '.env: a byte 0'

# what is no regular file
no_file()
{
	like "$(timeout 20 "$command" health 2>&1 || echo "ended with $?")" "$1" "$2"
	rm -rf .env
}
rm -f .env
mkfifo .env
no_file '".env" is not a regular file' '.env: a pipe does not block'
mkdir .env
no_file '".env" is not a regular file' '.env: a directory'
ln -s /dev/zero .env
no_file '".env" is not a regular file' '.env: a link to a device'
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(".env")'
no_file '".env" is not a regular file' '.env: a socket'
truncate -s 2M .env
no_file '".env" is too large' '.env: a huge file'
ln -s nowhere .env
no_file 'could not open ".env"' '.env: a link to nothing'

# files of others
echo 'DATABASE_URL=sqlite:plain.db' >.env
chmod 646 .env
like "$(timeout 20 "$command" health 2>&1 || true)" 'the file .env is not used.*Every user' '.env: one that everybody can write'
is "$("$command" --db plain.db health --json | jq -r '.score | type')" number '... is of no interest with --db'
chmod 644 .env
if [ "$(id -u)" = 0 ]; then
	chown nobody .env
	like "$("$command" health 2>&1 || true)" 'the file .env is not used.*another user' '.env: one of another user'
	mv .env own
	chown -h root own
	ln -s own .env
	chown -h nobody .env
	like "$("$command" health 2>&1 || true)" 'the file .env is not used.*another user' '.env: a link of another user'
	mv own .env
	chown nobody .env
	is "$(SUDO_UID=$(id -u nobody) "$command" health --json | jq -r '.score | type')" number '... unless sudo was called by that user'
else
	skip '.env of another user' 'only root can make it'
fi
rm -f .env

# the folder of migrations
mkdir -p db/migrations
if [ "$(id -u)" = 0 ]; then
	echo 'create table planted (a);' >db/migrations/1.sql
	chown nobody db/migrations
	chmod 777 db/migrations
	like "$("$command" --db plain.db migrate 2>&1 || true)" \
		'"db/migrations" belongs to another user, and every user' 'migrations: a folder of another user, open to all'
	chmod 755 db/migrations
	chown nobody db/migrations/1.sql
	chmod 666 db/migrations/1.sql
	like "$("$command" --db plain.db migrate 2>&1 || true)" \
		'"db/migrations/1.sql" belongs to another user, and every user' 'migrations: such a file'
	is "$(sqlite3 plain.db "select count(*) from sqlite_schema where name = 'planted'")" 0 '... is not run'
	chown root db/migrations
	rm db/migrations/1.sql
else
	skip 'migrations of another user' 'only root can make them'
fi
echo 'create table m (a);' >db/migrations/1_first.sql
is "$("$command" --db plain.db load 2>&1 | head -c 0)$?" 0 'a folder'
mkfifo db/migrations/2_pipe.sql
like "$(timeout 20 "$command" --db plain.db load 2>&1 || echo "ended with $?")" '2_pipe.sql" is not a regular file' 'a pipe in the folder does not block'
rm db/migrations/2_pipe.sql
ln -s /dev/zero db/migrations/2_zero.sql
like "$(timeout 20 "$command" --db plain.db load 2>&1 || echo "ended with $?")" '2_zero.sql" is not a regular file' '... nor a device'
rm db/migrations/2_zero.sql
truncate -s 1100M db/migrations/2_huge.sql
like "$(timeout 60 "$command" --db plain.db load 2>&1 || echo "ended with $?")" '2_huge.sql" is too large' '... and a huge file is none'
rm db/migrations/2_huge.sql
mkfifo script
echo 'drop table m;' >script &
like "$(timeout 20 "$command" --db plain.db lint script 2>&1)" 'drop' 'a pipe that is named is read'

# a file that is replaced keeps its permissions, and is none beside another one
(umask 022 && "$command" --db plain.db report --html page.html)
chmod 600 page.html
(umask 022 && "$command" --db plain.db report --html page.html)
is "$(stat -c %a page.html)" 600 'a report that is replaced stays private'
ln -s page.html link.html
"$command" --db plain.db report --html link.html
is "$(readlink link.html)" page.html '... and a link stays one'

# ---- passwords ----

while read -r url; do
	like "$("$command" --db "$url" health 2>&1 || true)" '--db contains a password.*PGPASSFILE' "a password in --db is refused: $url"
done <<'END'
postgresql://u:p@localhost/d
postgresql://u:p?w@localhost/d
postgresql://u:p#w@localhost/d
postgres://u:p%40w@localhost/d
postgresql://localhost/d?password=x
postgresql://localhost/d?%70assword=x
postgresql://localhost/d?user=u&pass%77ord=x
postgresql://localhost/d?sslpassword=x
dbname=d password=x
dbname=d password = 'x y'
dbname='d' password=x
END
like "$("$command" --db "dbname='postgresql://u:p@h/d'" health 2>&1 || true)" '--db has a connection string as dbname' '... also within dbname'
like "$("$command" --db 'postgresql://u:p:@[::1/d' health 2>&1 || true)" '--db (contains|is not)' 'what libpq cannot split is refused'
like "$("$command" --db 'postgresql://localhost/d?nonsense=1' health 2>&1 || true)" '--db is not a connection string.*nonsense' '... with its reason'
like "$("$command" --db plain.db diff plain.db 'postgresql://u:p?w@h/d' 2>&1 || true)" 'TO contains a password' '... and so in other arguments'
like "$("$command" --db 'host=/nonexistent dbname=password' health 2>&1 || true)" 'nonexistent' 'a database named password is none'
finish
