-- What dbbackup_verify and dbbackup_list find.
create table t (id integer primary key, v text);
insert into t select value, hex(zeroblob(500)) from generate_series(1, 20);
select dbbackup_create('b') ->> 'name';
.shell cp -r test.db-backups/b kept
select json_extract(dbbackup_verify('b', '{"restore": true}'), '$.level', '$.ok', '$.detail');
--> b
--> [3,true,null]
-- a flipped bit is found by level 1, and stays known
.shell LD_PRELOAD= perl flip.pl test.db-backups/b/database.db 5000
select json_extract(dbbackup_verify('b', '{"level": 0}'), '$.ok', '$.detail');
select json_extract(dbbackup_verify('b', '{"level": 1}'), '$.ok', '$.detail');
select verified_level, verified_ok, problem from dbbackup_list;
--> [true,null]
--> [false,"file database.db was changed"]
--> 1|0|file database.db was changed
-- a truncated file
.shell rm -r test.db-backups/b; cp -r kept test.db-backups/b; truncate -s 4096 test.db-backups/b/database.db
select problem from dbbackup_list;
select dbbackup_verify('b') ->> 'detail' like 'file database.db is truncated: 4096 of % bytes';
--> file database.db is truncated: 4096 of 28672 bytes
--> 1
-- a missing file, and one too many
.shell rm test.db-backups/b/database.db
select problem from dbbackup_list;
.shell cp kept/database.db test.db-backups/b; touch test.db-backups/b/extra
select problem from dbbackup_list;
.shell rm test.db-backups/b/extra; ln -s /etc/passwd test.db-backups/b/link
select problem from dbbackup_list;
--> file database.db is missing
--> file extra is not part of the backup
--> link is not a regular file
-- an edited manifest
.shell rm test.db-backups/b/link; sed -i 's/test.db/best.db/' test.db-backups/b/manifest.json
select problem from dbbackup_list;
.shell echo '{' > test.db-backups/b/manifest.json
select problem from dbbackup_list;
.shell rm test.db-backups/b/manifest.json
select name, problem from dbbackup_list;
select dbbackup_verify('b') ->> 'detail';
--> manifest.json was changed
--> manifest.json is not a JSON object
--> b|manifest.json is missing or not readable
--> manifest.json is missing or not readable
-- a renamed backup
.shell rm -r test.db-backups/b; cp -r kept test.db-backups/c
select name, problem from dbbackup_list;
--> c|its name in manifest.json is "b"
-- what is hidden, or no directory, is not listed
.shell rm -r test.db-backups/c; cp -r kept test.db-backups/.b; touch test.db-backups/file
select count(*) from dbbackup_list;
--> 0
-- no such backup
select dbbackup_verify('none') like '%';
--> ERROR: dbcare: there is no backup "none". The directory of backups is "test.db-backups". dbbackup_list() lists the backups.
-- damage of the database itself keeps it from being backed up
-- until 3.40: SQLite names the page in other words
.shell printf xxxxxxxxxxxxxxxx | dd of=test.db bs=1 seek=8192 conv=notrunc status=none
.open test.db
.read begin.inc
select dbbackup_create('d') like '%';
.shell ls -A test.db-backups
--> ERROR: dbcare: integrity check: Page 3: btreeInitPage() returns error code 11. The new backup was removed, since it did not pass its verification. (11)
--> .b
--> file
