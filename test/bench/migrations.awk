# Writes n small migrations of mixed kinds as DIR/0001_table.sql and so on, one
# change each; with downs, as DIR/0001_table.up.sql and DIR/0001_table.down.sql.
#
# usage: awk -v n=1000 -v engine=postgres|sqlite -v dir=DIR [-v downs=1] \
#	-f migrations.awk

# Writes one migration; t is its table, of which every eighth makes a new one.
function write(number, kind, sql, down)
{
	write_file(number, kind, downs ? ".up" : "", sql)
	if (downs)
		write_file(number, kind, ".down", down)
}

# Writes one file.
function write_file(number, kind, direction, sql)
{
	file = sprintf("%s/%04d_%s%s.sql", dir, number, kind, direction)
	print sql >file
	close(file)
}

BEGIN {
	postgres = engine == "postgres"
	id = postgres ? "bigint generated always as identity primary key" : \
		"integer primary key"
	for (i = 0; i < n; i++) {
		t = "item_" int(i / 8)
		if (i % 8 == 0)
			write(i + 1, "table", "create table " t " (\n\tid " id ",\n" \
				"\tname text not null,\n\tamount integer not null default 0,\n" \
				"\tunique (name)\n);", "drop table " t ";")
		else if (i % 8 == 1)
			write(i + 1, "column", "alter table " t " add column note text;",
				"alter table " t " drop column note;")
		else if (i % 8 == 2)
			write(i + 1, "index", "create index " t "_amount on " t \
				" (amount);", "drop index " t "_amount;")
		else if (i % 8 == 3)
			write(i + 1, "rows", "insert into " t " (name, amount)\n" \
				"values ('one', 1), ('two', 2), ('three', 3);",
				"delete from " t " where name in ('one', 'two', 'three');")
		else if (i % 8 == 4)
			write(i + 1, "view", "create view " t "_total as\n" \
				"select count(*) as items, sum(amount) as amount from " t ";",
				"drop view " t "_total;")
		else if (i % 8 == 5)
			write(i + 1, "child", "create table " t "_part (\n\tid " id ",\n" \
				"\titem_id bigint not null references " t " (id),\n" \
				"\tpart text\n);", "drop table " t "_part;")
		else if (i % 8 == 6 && postgres)
			write(i + 1, "function", "create function " t "_note()" \
				" returns trigger language plpgsql as $$\nbegin\n" \
				"\tnew.note := new.name;\n\treturn new;\nend $$;")
		else if (postgres)
			write(i + 1, "trigger", "create trigger " t "_note before insert" \
				" on " t "\nfor each row execute function " t "_note();",
				"drop trigger " t "_note on " t ";")
		else
			write(i + 1, "trigger", "create trigger " t "_" i % 8 " after" \
				(i % 8 == 6 ? " insert" : " delete") " on " t "\nbegin\n" \
				"\tdelete from " t "_part where item_id = " \
				(i % 8 == 6 ? "new" : "old") ".id;\nend;",
				"drop trigger " t "_" i % 8 ";")
	}
}
