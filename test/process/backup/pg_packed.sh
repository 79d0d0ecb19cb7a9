#!/bin/bash
# Compressed base backups: they are verified, started, restored to moments and refused
# when damaged, as those that are not.  Prints TAP.
# shellcheck source=test/lib.sh
. "$(dirname "$0")/../../lib.sh"

mkdir "$tmp/backups" "$tmp/wal" "$tmp/back" "$tmp/bin"
chmod 777 "$tmp/backups" "$tmp/wal" "$tmp/back"
start_server server "dbcare.backup_roots = '$tmp/backups, $tmp/back'" 'archive_mode = on' "archive_command = 'cp %p $tmp/wal/%f'"
postgresql_new shop
postgresql shop <<<"create table ledger (id int primary key, word text);
	insert into ledger select n, md5(n::text) || repeat(' word', 50) from generate_series(1, 40000) as n" >"$tmp/out"
make="select dbbackup_create('packed', '{\"method\": \"base\", \"compress\": true, \"verify\": 3}')"
is "$(postgresql shop <<<"$make -> 'verified' ->> 'ok'")" true 'a compressed base backup is made, and starts'
postgresql shop <<<"select dbbackup_create('plain', '{\"method\": \"base\"}') is null" >"$tmp/out"
is "$(postgresql shop <<<"select p.compression, p.size_bytes < 0.7 * q.size_bytes, p.database_bytes between 0.9 * q.database_bytes and 1.1 * q.database_bytes
	from dbbackup_list() as p, dbbackup_list() as q where p.name = 'packed' and q.name = 'plain'")" 'zstd t t' '... is smaller, and knows the size of the server'
is "$(ls -A "$tmp/backups" | xargs)" 'packed plain' '... and leaves nothing else'
for level in 1 2 3; do
	is "$(postgresql shop <<<"select dbbackup_verify('packed', '{\"level\": $level}') ->> 'ok'")" true "it passes level $level"
done
postgresql shop <<<"insert into ledger values (0, 'later'); select dbbackup_create('point', '{\"method\": \"restore_point\"}') is null;
	insert into ledger values (-1, 'too late'); select pg_switch_wal() is null" >"$tmp/out"
until_true shop "select (select count(*) from pg_ls_archive_statusdir() where name like '%.ready') = 0"
like "$(postgresql shop <<<"select dbbackup_restore('packed', '$tmp/back/restored', '{\"archive\": \"$tmp/wal\", \"target_name\": \"point\"}')")" '"health": \{' 'it is restored to a moment'
program=$(dirname "$(command -v pg_ctl)")/pg_ctl
digest="select count(*), md5(string_agg(id || word, ',' order by id)) from ledger"
(cd / && as_server "$program" -w -D "$tmp/back/restored" -l "$tmp/server/restored.log" -o "-p 5433 -k $tmp/server" start) >"$tmp/out"
is "$(PGPORT=5433 postgresql shop <<<"$digest")" "$(postgresql shop <<<"$digest where id >= 0")" '... with the rows of the moment'
(cd / && as_server "$program" -w -D "$tmp/back/restored" -m fast stop) >"$tmp/out"
rm -r "$tmp/back/restored"
is "$(find "$tmp/backups/packed" -maxdepth 0 -perm /077 | wc -l)" 0 'only its owner can read it'

# ---- what is refused ----

like "$(postgresql shop <<<"select dbbackup_create('x', '{\"method\": \"base\", \"compress\": true, \"incremental_from\": \"latest\"}')" || true)" \
	'an incremental backup cannot be compressed' 'no increment is compressed'
cp -a "$tmp/backups/packed" "$tmp/packed"
flip "$tmp/backups/packed/packed/base.tar.zst" 100000
like "$(postgresql shop <<<"select dbbackup_verify('packed')")" '"ok": false.*base.tar.zst was changed' 'a changed byte is found'
like "$(postgresql shop <<<"select dbbackup_restore('packed', '$tmp/back/restored')" || true)" 'backup "packed" is damaged' '... so that nothing is restored'
is "$(ls -A "$tmp/back")" '' '... nor left'
rm -r "$tmp/backups/packed"
cp -a "$tmp/packed" "$tmp/backups/packed"

# a pg_basebackup whose archive is another one
real=$(${PG_CONFIG:-pg_config} --bindir)
for name in "$real"/*; do
	[ "${name##*/}" = pg_basebackup ] || ln -s "$name" "$tmp/bin/"
done
cat >"$tmp/bin/pg_basebackup" <<-OTHER
	#!/bin/bash
	set -e
	"$real/pg_basebackup" "\$@"
	for word in "\$@"; do case \$word in --pgdata=*) cd "\${word#*=}" ;; esac; done
	zstd -q -d --rm base.tar.zst
	at=\$(grep -abo 'base/1/PG_VERSION' base.tar | head -n 1 | cut -d : -f 1)
	case \$(cat "$tmp/how") in
	    changed) printf 7 | dd of=base.tar bs=1 seek=\$((at + 512)) conv=notrunc status=none ;;
	    truncated) truncate -s 1000000 base.tar ;;
	    outside) printf '../1/PG_VERSIO\0' | dd of=base.tar bs=1 seek=\$at conv=notrunc status=none ;;
	    linked) printf 2 | dd of=base.tar bs=1 seek=\$((at + 156)) conv=notrunc status=none ;;
	    renamed) printf 'base/1/PG_VERSIOX' | dd of=base.tar bs=1 seek=\$at conv=notrunc status=none ;;
	esac
	zstd -q -1 --rm base.tar
OTHER
chmod a+rx "$tmp/bin" "$tmp/bin/pg_basebackup"
# made HOW PATTERN
made()
{
	echo "$1" >"$tmp/how"
	like "$(postgresql shop <<<"set dbcare.bindir = '$tmp/bin'; select dbbackup_create('wrong', '{\"method\": \"base\", \"compress\": true}')" || true)" "$2" "an archive that is $1 is no backup"
}
made changed 'file base/1/PG_VERSION of base.tar.zst was changed'
made truncated 'file base.tar.zst is truncated'
made outside 'has a path outside the data directory'
made linked 'base/1/PG_VERSION in file base.tar.zst is not a regular file'
made renamed 'file base/1/PG_VERSION is missing in base.tar.zst'
is "$(ls -A "$tmp/backups" | xargs)" 'packed plain' '... and no trace stays of them'

# ---- calls that end early ----

for ms in 20 100 300 600; do
	postgresql shop <<<"set statement_timeout = $ms; select dbbackup_restore('packed', '$tmp/back/restored')" >"$tmp/out" 2>&1 || true
	rm -rf "$tmp/back/restored"
done
is "$(ls -A "$tmp/back")" '' 'a restore that is cancelled leaves no directory'
is "$(postgresql shop <<<"select dbbackup_verify('packed', '{\"level\": 3}') ->> 'ok'")" true '... and the backup as it was'
finish
