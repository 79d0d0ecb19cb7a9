-- What the rules of dbmigrate_lint that both engines have suggest on SQLite; that
-- and when they find something is in sql/parity_lint_rules.sql.

create temp table script as select '' as text;
create temp view lint as
	select rule, severity, suggestion from script
	join dbmigrate_lint(text, json_object('ignore', json_array('missing-if-exists')));
create table author (id integer primary key, name text);
create table book (id integer primary key, "order" text, pages integer);
insert into author values (1, 'a'), (2, 'b');
insert into book values (1, 'one', 10), (2, 'two', 20);

-- a renamed table suggests a view, an update of all rows a backfill
update script set text = 'alter table book rename to tome; update tome set pages = pages + 1';
select * from lint;
--> rename-table|warning|alter table book rename to tome;
--> -- as long as an application uses the old name; the view is read-only
--> CREATE VIEW book AS SELECT * FROM tome;
--> update-no-where|info|SELECT dbmigrate_backfill('tome', 'update tome set pages = pages + 1');

-- suggested SQL is quoted
update script set text = 'update book set "order" = ''it''''s''';
select * from lint;
--> update-no-where|info|SELECT dbmigrate_backfill('book', 'update book set "order" = ''it''''s''');

-- a unique index suggests a search for duplicates
update script set text = 'create unique index book_for on book ("order", pages)';
select * from lint;
--> unique-on-existing|warning|-- first run this: it must return no rows
--> SELECT "order", pages, count(*) FROM book WHERE "order" IS NOT NULL AND pages IS NOT NULL GROUP BY "order", pages HAVING count(*) > 1;

-- a foreign key suggests an index
update script set text = 'alter table book add column author_id integer references author (id)';
select * from lint;
--> fk-without-index|info|CREATE INDEX book_author_id_idx ON book (author_id);

-- a required column suggests a default
-- until 3.52: ALTER TABLE does not add NOT NULL
update script set text = 'alter table book add column year integer not null';
select * from lint where rule = 'add-required-column';
--> add-required-column|error|Give the column a default; or add it without NOT NULL, fill it in all rows, and make it NOT NULL with dbmigrate_rebuild().
-- ... or ALTER TABLE
-- since 3.53: ALTER TABLE adds NOT NULL
select * from lint where rule = 'add-required-column';
--> add-required-column|error|-- migration 1; then fill the column in all rows
--> ALTER TABLE book ADD COLUMN year integer;
--> -- migration 2
--> ALTER TABLE book ALTER COLUMN year SET NOT NULL;

-- operations without a blocking lock are no findings
update script set text = 'create index book_pages on book (pages); drop index book_pages;
create table loan (id integer primary key, day char(10), book_id integer references book (id));
create index loan_book on loan (book_id);
create trigger loan_i after insert on loan begin select 1; end';
select count(*) from lint;
--> 0
