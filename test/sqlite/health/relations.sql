-- Health checks of foreign keys: fk_mismatch, fk_missing_parent.

-- ---- fk_mismatch ----

update topic set id = 'fk_mismatch';
select severity, object from said;
--> ok|

-- parent keys that SQLite accepts are no finding
create table rowid_key (id integer primary key, a text);
create table text_key (id text primary key);
create table pair_key (a, b, primary key (b, a));
create table no_rowid (a text, b int, primary key (a, b)) without rowid;
create table other_keys (a text unique, b text collate nocase, c text, d int, unique (c, d));
create unique index other_keys_b on other_keys (b);
create table good (
	a references rowid_key, b references rowid_key (id), c references ROWID_KEY (ID),
	d references text_key, e references other_keys (a), f references other_keys (b),
	number unique,
	foreign key (a, b) references pair_key, foreign key (a, b) references pair_key (a, b),
	foreign key (a, b) references pair_key (b, a), foreign key (a, b) references no_rowid,
	foreign key (a, b) references other_keys (d, C),
	foreign key (a) references good (number));
select severity, object from said;
pragma foreign_key_check;
--> ok|

-- parent columns that are no key are reported
create table parent (id integer primary key, a, b, c, d, e);
create unique index parent_a on parent (a) where a > 0;
create unique index parent_b on parent (lower(b));
create index parent_c on parent (c);
create unique index parent_de on parent (d, e);
create view looks as select 1 as id;
create table bad (
	a references parent (a), b references parent (b), c references parent (c),
	d references parent (d), e references pair_key, f references parent (nowhere),
	g references looks (id), h references pair_key (a));
select severity, message, fix_sql from said;
--> critical|foreign key of bad references pair_key (a), which has no such primary key or unique index|CREATE UNIQUE INDEX main."pair_key_a_key" ON "pair_key" ("a");
--> critical|foreign key of bad references looks (id), which has no such primary key or unique index|
--> critical|foreign key of bad references parent (nowhere), which has no such primary key or unique index|
--> critical|foreign key of bad references pair_key, which has no such primary key or unique index|
--> critical|foreign key of bad references parent (d), which has no such primary key or unique index|CREATE UNIQUE INDEX main."parent_d_key" ON "parent" ("d");
--> critical|foreign key of bad references parent (c), which has no such primary key or unique index|CREATE UNIQUE INDEX main."parent_c_key" ON "parent" ("c");
--> critical|foreign key of bad references parent (b), which has no such primary key or unique index|CREATE UNIQUE INDEX main."parent_b_key" ON "parent" ("b");
--> critical|foreign key of bad references parent (a), which has no such primary key or unique index|CREATE UNIQUE INDEX main."parent_a_key" ON "parent" ("a");

-- fix_sql creates the missing unique index
.read repair.inc
select message from said;
--> foreign key of bad references looks (id), which has no such primary key or unique index
--> foreign key of bad references parent (nowhere), which has no such primary key or unique index
--> foreign key of bad references pair_key, which has no such primary key or unique index

-- a unique index with another collation is no parent key
drop table bad;
create table named (name text);
create unique index named_name on named (name collate nocase);
create table "Odd ""child" ("a b" references named (name));
select severity, object, message, fix_sql from said;
pragma foreign_key_check;
--> critical|"Odd ""child"|foreign key of "Odd ""child" references named (name), which has no such primary key or unique index|CREATE UNIQUE INDEX main."named_name_key" ON "named" ("name");
--> ERROR: foreign key mismatch - "Odd ""child" referencing "named"

-- fix_sql does not reuse the name of an existing index
create table "named_name_key" (a);
.read repair.inc
select severity, object from said;
pragma foreign_key_check;
--> ok|

-- ---- fk_missing_parent ----

-- existing parent tables are no finding
update topic set id = 'fk_missing_parent';
select severity, object from said;
--> ok|

-- a missing parent table is reported even if an attached database has it
attach ':memory:' as other;
create table other.gone (id integer primary key);
create temp table "Go""ne" (id integer primary key);
create table lost (a references gone, b references "Go""ne" (id), c references GOOD (number));
select severity, object, message, fix_sql from said;
detach other;
--> critical|lost|foreign key of lost references "Go""ne", which does not exist|
--> critical|lost|foreign key of lost references gone, which does not exist|

-- a missing parent table is no fk_mismatch
update topic set id = 'fk_mismatch';
select severity, object from said;
--> ok|
