-- dbseed_add, dbseed_apply and dbseed_status.
create table org (id integer primary key, slug varchar(40) not null unique, name text not null, active boolean default true);
create table plan (id integer primary key, code text not null unique, price numeric(10, 2), org_id integer references org (id), boss text references plan (code));
create table noted (a int, b text, n double precision, primary key (a, b));
create table keyless (a int);

-- what cannot be registered
select dbseed_add('orgs', 'nowhere', '[]');
select dbseed_add('orgs', 'keyless', '[]');
select dbseed_add('orgs', 'org', '[]', '{"key": ["name"]}');
select dbseed_add('orgs', 'org', '[]', '{"key": ["slug", "slug"]}');
select dbseed_add('orgs', 'org', '[]', '{"key": ["nope"]}');
select dbseed_add('orgs', 'org', '[]', '{"mode": "mirror"}');
select dbseed_add('orgs', 'org', '[]', '{"environments": ["prod"]}');
select dbseed_add('orgs', 'org', '[1]');
select dbseed_add('orgs', 'org', '"x"');
select dbseed_add('', 'org', '[]');
select dbseed_add('orgs', null, '[]');
select dbseed_add('orgs', 'org', null);
select dbseed_add('orgs', 'org', '[{"slug": null, "name": "a"}, {"name": "b"}, {"slug": "c", "nope": 1}, {"slug": "d"}, {"slug": "d"}]', '{"key": ["slug"]}');
select dbseed_add('orgs', 'org', '[{"slug": {"$hash": "scrypt", "from_env": "A"}}]', '{"key": ["slug"]}');
select dbseed_add('orgs', 'org', '[{"slug": "a", "name": {"$hash": "md5", "from_env": "A"}}]', '{"key": ["slug"]}');
select dbseed_add('orgs', null, null, '{"remove": true}');
select count(*) from dbseed_status();

-- registering
select dbseed_add('orgs', 'org', '[{"slug": "acme", "name": "Acme", "id": 1}, {"slug": "beta", "name": "Beta", "id": 2, "active": false}]', '{"key": ["slug"]}');
select dbseed_add('orgs', 'org', '[{"slug": "acme", "name": "Acme", "id": 1}, {"slug": "beta", "name": "Beta", "id": 2, "active": false}]', '{"key": ["slug"]}');
select dbseed_add('demo', 'org', '[{"id": 9, "slug": "demo", "name": "Demo"}]', '{"environments": ["testing"]}');
select name, mode, environments, row_count, state, applied_at is null, records_created from dbseed_status();

-- applying
select dbseed_apply('{"dry_run": true}');
select count(*) from org;
select dbseed_apply();
select slug, name, active from org order by slug;
select dbseed_apply();
select name, state, applied_at is not null, records_created, records_unchanged from dbseed_status();
select dbseed_apply('{"names": ["demo"]}');
select dbseed_apply('{"names": ["none"]}');
select dbseed_apply('{"name": "orgs"}');

-- what users change stays, the rest follows the seed
update org set name = 'Acme Inc' where slug = 'acme';
select dbseed_add('orgs', 'org', '[{"slug": "acme", "name": "ACME", "id": 1, "active": false}, {"slug": "beta", "name": "Beta 2", "id": 2, "active": false}]', '{"key": ["slug"]}');
select name, state from dbseed_status();
select dbseed_apply('{"on_conflict": "fail"}');
select dbseed_apply();
select slug, name, active from org order by slug;
select dbseed_apply();
select dbseed_apply('{"on_conflict": "overwrite"}');
select slug, name, active from org order by slug;
select dbseed_apply();

-- what users delete is not created again
delete from org where slug = 'beta';
select dbseed_apply();
select dbseed_apply('{"on_conflict": "overwrite", "dry_run": true}');
select count(*) from org;
-- and what was there before is theirs
insert into org values (5, 'gamma', 'Old', true);
select dbseed_add('orgs', 'org', '[{"slug": "acme", "name": "ACME", "id": 1, "active": false}, {"slug": "gamma", "name": "Gamma"}]', '{"key": ["slug"]}');
select dbseed_apply();
select name from org where slug = 'gamma';

-- mode insert changes nothing
select dbseed_add('keep', 'org', '[{"id": 5, "slug": "gamma", "name": "Gamma"}, {"id": 6, "slug": "six", "name": "Six"}]', '{"mode": "insert"}');
select dbseed_apply('{"names": ["keep"]}');
select dbseed_add('keep', 'org', '[{"id": 6, "slug": "six", "name": "Seven"}]', '{"mode": "insert"}');
select dbseed_apply('{"names": ["keep"]}');
select id, slug, name from org order by id;

-- references by natural key, in the order of foreign keys, also within a table
select dbseed_add('a plans', 'plan', '[{"id": 2, "code": "pro", "price": 9.5, "org_id": {"$ref": {"slug": "acme"}}, "boss": "free"}, {"id": 1, "code": "free", "org_id": {"$ref": {"slug": "six"}}}, {"id": 3, "code": "max", "price": 1000000.25, "boss": {"$ref": {"id": 2}}}]', '{"key": ["code"]}');
select dbseed_apply('{"names": ["a plans", "orgs"]}');
select id, code, org_id, boss from plan order by id;
select dbseed_apply('{"names": ["a plans"]}');
select dbseed_add('a plans', 'plan', '[{"id": 2, "code": "pro", "price": 9.5, "org_id": {"$ref": {"slug": "six"}}, "boss": "free"}]', '{"key": ["code"]}');
select dbseed_apply('{"names": ["a plans"]}');
select id, code, org_id, boss from plan order by id;

-- all problems at once
select dbseed_add('bad', 'plan', '[{"id": 11, "code": "a", "org_id": {"$ref": {"slug": "none"}}}, {"id": 12, "code": "b", "org_id": {"$ref": {"active": false}}}, {"id": 13, "code": {"$ref": {"id": 1}}}, {"id": 14, "code": "d", "org_id": 77}, {"id": 15, "price": 1}, {"id": 17, "code": "g", "price": 3}]');
update org set active = false where slug = 'six';
select dbseed_apply('{"names": ["bad"]}');
select dbseed_apply('{"names": ["bad"], "dry_run": true}');
select count(*) from plan;
select dbseed_add('bad', null, null, '{"remove": true}');

-- keys of several columns, and values of several types
select dbseed_add('notes', 'noted', '[{"a": 1, "b": "x''\"y", "n": 0.1}, {"a": 1, "b": "é", "n": 1e300}, {"a": -1, "b": "", "n": null}]', '{"mode": "sync"}');
select dbseed_apply('{"names": ["notes"]}');
select dbseed_apply('{"names": ["notes"]}');
update noted set n = 7 where b = '';
-- rows that leave a seed of mode sync
select dbseed_add('notes', 'noted', '[{"a": 1, "b": "é", "n": 1e300}]', '{"mode": "sync"}');
select dbseed_apply('{"names": ["notes"], "dry_run": true}');
select dbseed_apply('{"names": ["notes"]}');
select a, b from noted order by a, b;
select dbseed_apply('{"names": ["notes"], "on_conflict": "overwrite"}');
select a, b from noted order by a, b;
-- unless others refer to them
select dbseed_add('keep', 'org', '[{"id": 7, "slug": "seven", "name": "Seven"}]', '{"mode": "sync"}');
select dbseed_apply('{"names": ["keep"]}');

-- secrets
create table account (name text primary key, password text not null);
select dbseed_add('accounts', 'account', '[{"name": "ann", "password": {"$generate": "password"}}]');
-- sqlite3: select length(dbseed_apply('{"names": ["accounts"]}') ->> '$.passwords[0].password');
-- psql: select length(dbseed_apply('{"names": ["accounts"]}') #>> '{passwords,0,password}');
select name, password like '$scrypt$ln=17,r=8,p=1$%' from account;
select dbseed_apply('{"names": ["accounts"]}');
select dbseed_add('accounts', 'account', '[{"name": "bob", "password": {"$hash": "scrypt", "from_env": "DBCARE_NO_SUCH_VARIABLE"}}]');
select dbseed_apply('{"names": ["accounts"]}');

select name, state, row_count from dbseed_status();
select function_name, count(*) from dbcare_events('{"limit": 1000}') where function_name like 'dbseed%' group by function_name order by function_name;
