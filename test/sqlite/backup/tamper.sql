-- What is done to a backup is found, and named.
create table t (id integer primary key, v text);
insert into t select value, hex(randomblob(500)) from generate_series(1, 4000);
.shell head -c 32 /dev/urandom > key; chmod 600 key; head -c 32 /dev/urandom > wrong; chmod 600 wrong
select dbbackup_create('a', '{"encrypt": {"key_file": "key"}}') ->> 'kind';
select dbbackup_create('b', '{"encrypt": {"key_file": "key"}}') ->> 'kind';
update t set v = 'x' where id = 1;
select dbbackup_create('c', '{"encrypt": {"key_file": "key"}, "incremental_from": "b"}') ->> 'kind';
.shell mkdir kept && cp -r test.db-backups kept
--> full
--> full
--> incremental
-- 1: a flipped bit
.shell LD_PRELOAD= perl flip.pl test.db-backups/a/pages.dbs 200000
select json_extract(dbbackup_verify('a', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
select json_extract(dbbackup_verify('a', '{"level": 1}'), '$.ok', '$.detail');
--> [false,"file pages.dbs is damaged in chunk 0, or has it from another file"]
--> [false,"file pages.dbs was changed"]
-- 2: a truncated tail
.shell rm -r test.db-backups && cp -r kept/test.db-backups . && truncate -s -100 test.db-backups/a/pages.dbs
select dbbackup_verify('a', '{"decrypt": {"key_file": "key"}}') ->> 'detail' like 'file pages.dbs is truncated: % of % bytes';
--> 1
-- 3: chunks swapped, each of them unchanged
.shell rm -r test.db-backups && cp -r kept/test.db-backups . && LD_PRELOAD= perl swap.inc test.db-backups/a/pages.dbs
select json_extract(dbbackup_verify('a', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
--> [false,"file pages.dbs has chunk 1 in the place of chunk 0"]
-- 4: the file of another backup of the same database
.shell rm -r test.db-backups && cp -r kept/test.db-backups . && cp test.db-backups/b/pages.dbs test.db-backups/a
select json_extract(dbbackup_verify('a', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
--> [false,"file pages.dbs belongs to another backup"]
-- 5: a missing parent, and another one with its name
.shell rm -r test.db-backups && cp -r kept/test.db-backups . && mv test.db-backups/b elsewhere
select json_extract(dbbackup_verify('c', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
.shell cp -r test.db-backups/a test.db-backups/b && sed -i 's/"name": "a"/"name": "b"/' test.db-backups/b/manifest.json
select json_extract(dbbackup_verify('c', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
--> [false,"its parent \"b\" is missing"]
--> [false,"its parent \"b\" is not the backup it was made from"]
-- 6: a wrong key
.shell rm -r test.db-backups && cp -r kept/test.db-backups .
select json_extract(dbbackup_verify('a', '{"decrypt": {"key_file": "wrong"}}'), '$.ok', '$.detail');
--> [null,"the key is not that of the backup"]
-- 7: an edited manifest, sealed with the key
.shell sed -i s/test.db/best.db/ test.db-backups/a/manifest.json
select json_extract(dbbackup_verify('a', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
--> [false,"manifest.json was changed"]
-- 8: an extra file
.shell rm -r test.db-backups && cp -r kept/test.db-backups . && touch test.db-backups/a/more
select json_extract(dbbackup_verify('a', '{"decrypt": {"key_file": "key"}}'), '$.ok', '$.detail');
--> [false,"file more is not part of the backup"]
-- a damaged backup is not restored
select dbbackup_restore('a', 'new.db', '{"decrypt": {"key_file": "key"}}');
.shell ls new.db 2>&1 | grep -c cannot
--> ERROR: dbcare: backup "a" cannot be restored. File more is not part of the backup. dbbackup_list() lists the backups. (11)
--> 1
