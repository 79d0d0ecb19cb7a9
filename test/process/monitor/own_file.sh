#!/bin/bash
# The file of samples beside a SQLite database is not one that somebody else has put
# there, and nobody reads it who cannot read the database.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

# sample [OPTIONS]: starts monitoring of shop.db and stores a sample, or the error.
sample()
{
	sqlite shop <<<"select dbmonitor_start(60, '${1:-{\"thread\": false\}}') ->> '\$.samples_file';
		select dbmonitor_sample() is not null;" 2>&1 || true
}
anew()
{
	rm -rf "$tmp"/shop.db* "$tmp"/victim*
	sqlite_new shop
	chmod "${1:-600}" "$tmp/shop.db"
}
mode()
{
	stat -c %a "$1"
}

umask 022
anew 600
like "$(sample)" 'shop.db-samples.*1' 'samples are stored beside the database'
is "$(mode "$tmp/shop.db-samples")" 600 '... with its permissions'
is "$(find "$tmp" -name '*samples.*' -not -name '*-wal' -not -name '*-shm' | wc -l)" 0 '... under no other name'
anew 660
sample >"$tmp/out"
is "$(mode "$tmp/shop.db-samples")" 660 '... whatever they are'
anew 600
sample "{\"thread\": false, \"samples_file\": \"file:$tmp/victim%2edb?psow=1\"}" >"$tmp/out"
is "$(compgen -G "$tmp/shop.db-samples*" | wc -l)" 0 'a file that is named by a URI'
is "$(mode "$tmp/victim.db")" 600 '... has them, too'

# links into another database
for link in --symbolic ''; do
	anew
	sqlite3 "$tmp/victim.db" 'create table precious (a); insert into precious values (1)'
	before=$(sha256sum <"$tmp/victim.db")
	# shellcheck disable=SC2086
	ln $link "$tmp/victim.db" "$tmp/shop.db-samples"
	like "$(sample)" "samples .* cannot be (used|stored).*: it is $([ -n "$link" ] && echo 'a symbolic link' || echo 'also the file of another name')" \
		"a link ${link:-to the same file} is refused"
	like "$(sample "{\"thread\": false, \"samples_file\": \"$tmp/shop.db-samples\"}")" 'cannot be stored' '... if it is named, too'
	like "$(sample "{\"thread\": false, \"samples_file\": \"file:$tmp/shop.db%2Dsamples\"}")" 'cannot be stored.*: it is' '... by a URI, too'
	is "$(sha256sum <"$tmp/victim.db")" "$before" '... and what it leads to is not changed'
	like "$(sqlite shop <<<"select count(*) > 0 from dbhealth_checks();" 2>&1)" '^1$' '... and a report does without'
done
anew
ln -s "$tmp/victim.db" "$tmp/shop.db-samples"
like "$(sample)" 'symbolic link' 'a link to nothing is refused'
is "$(ls "$tmp/victim.db" 2>/dev/null)" '' '... and nothing is made there'

# what is no file does not block
anew
mkfifo "$tmp/shop.db-samples"
like "$(sample)" 'it is not a regular file' 'a pipe is refused'

# of another user
if [ "$(id -u)" = 0 ]; then
	anew
	chown nobody "$tmp/shop.db"
	sample >"$tmp/out"
	is "$(stat -c %U "$tmp/shop.db-samples")" nobody 'root makes it for the owner of the database'
	anew
	sqlite3 "$tmp/shop.db-samples" 'create table t (a)'
	chown nobody "$tmp/shop.db-samples"
	like "$(sample)" 'it belongs to another user' 'the file of another user is refused'
else
	skip 'files of other users' 'only root can make them'
fi
finish
