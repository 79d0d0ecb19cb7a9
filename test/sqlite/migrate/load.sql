-- Loading migrations from a directory.

-- hidden and other files are ignored
.system mkdir -p plain/.git pairs diesel/1_one diesel/2_two
.system echo 'create table one (a);' >plain/0001_one.sql
.system echo 'create table two (a);' >plain/0002_two.sql
.system echo 'nonsense' >plain/.0003_hidden.sql
.system echo 'nonsense' >plain/0004_four.sql.orig
.system echo 'nonsense' >plain/.git/0005_five.sql
select dbmigrate_load('plain', '{"verbose": true}') -> 'versions' -> 'added';
select version, name, state from dbmigrate_status;
--> ["0001","0002"]
--> 0001|one|pending
--> 0002|two|pending

-- loading again changes nothing
select dbmigrate_load('plain', '{"verbose": true}') -> 'versions' -> 'unchanged';
--> ["0001","0002"]

-- a path may end with a slash
select dbmigrate_load('plain//', '{"verbose": true}') -> 'versions' -> 'unchanged';
--> ["0001","0002"]

-- changed and missing files are reported
.system echo 'create table one (a, b);' >plain/0001_one.sql
.system rm plain/0002_two.sql
select dbmigrate_load('plain');
select version, name, state from dbmigrate_status;
--> {"added": 0, "files": 1, "format": "plain", "removed": 1, "renamed": 0, "updated": 1, "detected": "file names like <version>_<name>.sql (1 of 1)", "unchanged": 0, "migrations": 1}
--> 0001|one|pending

-- a path may be relative to the process
.once call.sql
select printf('select dbmigrate_load(%Q) -> ''migrations'';', rtrim(rtrim(file, 'testdb.'), '/') || '/plain') from pragma_database_list where name = 'main';
.read call.sql
--> 1

-- pairs of up and down files are loaded
.system echo 'create table three (a);' >pairs/3_three.up.sql
.system echo 'drop table three;' >pairs/3_three.down.sql
select dbmigrate_load('pairs', '{"verbose": true}') -> 'versions' -> 'added';
select version, reversible from dbmigrate_status where version = '3';
--> ["3"]
--> 3|1

-- directories per migration are loaded, links to files followed
.system printf 'create table one (a);\n' >diesel/up; ln -s ../up diesel/1_one/up.sql; echo 'drop table one;' >diesel/1_one/down.sql
.system echo 'create table two (a);' >diesel/2_two/up.sql; echo 'run_in_transaction = false' >diesel/2_two/metadata.toml
.open diesel.db
.load ./dbcare
select dbmigrate_load('diesel', '{"verbose": true}') -> 'versions' -> 'added';
select version, name, reversible, transactional from dbmigrate_status;
--> ["1","2"]
--> 1|one|1|1
--> 2|two|0|0

-- migrations have the tool's order, applied ones even without their file
.system mkdir -p dated/20240306170000_a dated/2024-03-13_b dated/20240320000000_c; echo 'select 1;' | tee dated/20240306170000_a/up.sql dated/2024-03-13_b/up.sql dated/20240320000000_c/up.sql >/dev/null
.open dated.db
.load ./dbcare
select dbmigrate_load('dated') -> 'migrations';
select version from dbmigrate_plan;
select dbmigrate_apply('20240313') -> 'applied';
.system rm -r dated/2024-03-13_b
select dbmigrate_load('dated', '{"verbose": true}') -> 'versions' -> 'removed';
select version, state from dbmigrate_status;
select dbmigrate_version();
--> 3
--> 20240306170000
--> 20240313
--> 20240320000000
--> ["20240306170000","20240313"]
--> ["20240313"]
--> 20240306170000|applied
--> 20240313|missing
--> 20240320000000|pending
--> 20240313

-- directories are read to a depth of five, without links to directories
.open deep.db
.load ./dbcare
.system mkdir -p deep/a/b/c/d/e/f; ln -s .. deep/a/up; ln -s a deep/link
.system echo 'select 1;' | tee deep/V1__top.sql deep/a/V2__one.sql deep/a/b/c/d/V3__four.sql deep/a/b/c/d/e/V4__five.sql deep/a/b/c/d/e/f/V5__six.sql >/dev/null
.system echo 'executeInTransaction=false' >deep/a/b/c/d/e/V4__five.sql.conf; touch deep/a/notes.plan deep/a/flyway.toml deep/a/notes.txt
select dbmigrate_load('deep');
select version, name, transactional from dbmigrate_status;
--> {"added": 4, "files": 7, "format": "flyway", "removed": 0, "renamed": 0, "updated": 0, "detected": "file names like V<version>__<name>.sql (4 of 4)", "unchanged": 0, "migrations": 4}
--> 1|top|1
--> 2|one|1
--> 3|four|1
--> 4|five|0

-- a broken link with the name of a migration is an error
.system ln -s nowhere deep/link.txt; ln -s nowhere deep/V6__link.sql
select dbmigrate_load('deep');
--> ERROR: dbcare: file "deep/V6__link.sql" does not exist

-- an error of a migration names its file and the line there
.system mkdir broken; printf -- '-- a comment\n-- migrate:up\n\ncreate table one (a);\ninsert into nowhere\nvalues (1);\n-- migrate:down\n' >broken/1_one.sql
.open broken.db
.load ./dbcare
select dbmigrate_load('broken', '{"verbose": true}') -> 'versions' -> 'added';
select dbmigrate_apply();
select json_extract(dbmigrate_apply(null, '{"on_error": "report"}'), '$.error.line');
--> ["1"]
--> ERROR: dbcare: no such table: nowhere. In migration 1 up, statement 2, line 5 of 1_one.sql.
--> 5

-- a path that is no directory is refused
select dbmigrate_load('nowhere');
select dbmigrate_load('broken/1_one.sql');
select dbmigrate_load('');
.system mkdir empty
select dbmigrate_load('empty');
--> ERROR: dbcare: directory "nowhere" does not exist
--> ERROR: dbcare: "broken/1_one.sql" is not a directory
--> ERROR: dbcare: directory "" does not exist
--> ERROR: dbcare: no plain migrations found. Files of this format are called <version>_<name>.sql.

-- a file that is not text is refused
.system mkdir latin nul; printf -- 'select 1;\nselect \047\344\047;\n' >latin/1_latin.sql; printf -- 'select 1;\n\nselect 2\0;\n' >nul/1_nul.sql
select dbmigrate_load('latin');
select dbmigrate_load('nul');
--> ERROR: dbcare: line 2 of file "latin/1_latin.sql" is not valid UTF-8
--> ERROR: dbcare: line 3 of file "nul/1_nul.sql" contains a NUL character

-- a file name that is not UTF-8 is refused if it would be read
.system mkdir -p odd/sub; echo 'select 1;' >odd/1_one.sql; touch "odd/$(printf 'notes\344.txt')"
select dbmigrate_load('odd') -> 'files';
.system touch "odd/sub/$(printf '2_\344.sql')"
select dbmigrate_load('odd');
--> 1
--> ERROR: dbcare: a name in directory "odd/sub" is not valid UTF-8

-- FIFOs and oversized files are refused
.system mkdir pipe large; mkfifo pipe/fifo; ln -s fifo pipe/1_pipe.sql; truncate -s 70000000 large/1_large.sql
.system mkdir many; head -c 40000000 /dev/zero | tr '\\000' ' ' | tee many/1_one.sql >many/2_two.sql
select dbmigrate_load('pipe');
select dbmigrate_load('large');
select dbmigrate_load('many');
select count(*) from dbmigrate_status;
--> ERROR: dbcare: no plain migrations found. Files of this format are called <version>_<name>.sql.
--> ERROR: dbcare: file "large/1_large.sql" is larger than 64 MB
--> ERROR: dbcare: directory "many" is larger than 64 MB
--> 1
