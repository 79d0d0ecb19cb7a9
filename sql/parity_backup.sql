-- Backups: what both engines have, in the same words.
-- psql: select '/tmp/dbcare_parity_' || pg_backend_pid() as root \gset
-- psql: \set make 'mkdir -m 700 ' :root
-- psql: copy (select where false) to program :'make';
-- psql: set dbcare.backup_roots = :'root';
-- sqlite3: .shell rm -rf build/check/parity/db/parity_backup-backups
create table invoice (id int primary key, note text);
insert into invoice values (1, 'a'), (2, 'b');

select count(*) from dbbackup_list();
select dbbackup_create('one') ->> 'name';
insert into invoice values (3, 'c');
select dbbackup_create('two', '{"verify": 1}') -> 'verified' ->> 'level';
select name, parent, encrypted, verified_level, verified_ok, problem, source from dbbackup_list();
select name, started_at is null, size_bytes > 0, database_bytes > 0, verified_at is null from dbbackup_list();

-- names
select dbbackup_create('one');
select dbbackup_create('../one');
select dbbackup_create('.one');
select dbbackup_create('-one');
select dbbackup_create('');

-- options
select dbbackup_create(null, '{"verify": 4}');
select dbbackup_create(null, '{"verify": "all"}');
select dbbackup_create(null, '{"compress": 1}');
select dbbackup_create(null, '[]');
select dbbackup_verify('one', '{"level": 9}');
select dbbackup_verify('one', '{"restore": 1}');
select dbbackup_verify('one', '{"decrypt": {"key": "secret"}}');
select dbbackup_cleanup('{"keep_last": 0}');
select count(*) from dbbackup_list('{"directory": 1}');

-- tests
select dbbackup_verify('one', '{"level": 0}') ->> 'level', dbbackup_verify('one') ->> 'level';
select dbbackup_verify('one', '{"restore": true}') ->> 'level', dbbackup_verify('one', '{"restore": true}') ->> 'detail' is null;
select name, verified_level, verified_ok from dbbackup_list();
select dbbackup_verify('none');
select dbbackup_verify(null);

-- the way back
select step, object, bytes, problem from dbbackup_plan('none', 'elsewhere');
select step, object, bytes > 0, problem from dbbackup_plan('one', 'elsewhere') where step = 'read';
select dbbackup_restore('none', 'elsewhere');
select dbbackup_restore('a/b', 'elsewhere');

-- a damaged backup
-- psql: \set damage 'touch ' :root '/two/more'
-- psql: copy (select where false) to program :'damage';
-- sqlite3: .shell touch build/check/parity/db/parity_backup-backups/two/more
select name, problem from dbbackup_list();
select dbbackup_verify('two') ->> 'detail';
select name, verified_ok from dbbackup_list();

-- retention
select dbbackup_cleanup('{"keep_last": 1, "dry_run": true}') -> 'removed' ->> 0;
select dbbackup_create('three') ->> 'name';
select dbbackup_cleanup('{"keep_last": 1, "dry_run": true, "verbose": true}') ->> 'kept';
select result -> 'removed' ->> 0, result -> 'removed' ->> 1 from (select dbbackup_cleanup('{"keep_last": 1}') as result) as r;
select name from dbbackup_list();

-- psql: \set remove 'rm -r ' :root
-- psql: copy (select where false) to program :'remove';
-- sqlite3: .shell rm -r build/check/parity/db/parity_backup-backups
