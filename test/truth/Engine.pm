# How to ask an engine: SQL it understands, and what it prints.
package Engine;
use strict;
use warnings;
use JSON::PP;
use Values;
use Sql;

our $json = JSON::PP->new->canonical->allow_nonref;

# An engine by its name; wire is PostgreSQL without the extension.
sub new
{
	my ($class, $name) = @_;
	return bless { name => $name, is_sqlite => $name eq 'sqlite', is_wire => $name eq 'wire' }, $class;
}

# Runs SQL on a database, a file of SQLite's or PostgreSQL's truth; keeps the SQL
# in a file.  Returns the lines it prints.
sub run
{
	my ($self, $database, $file, $sql) = @_;
	open my $handle, '>:encoding(UTF-8)', $file or die "$file: $!\n";
	print $handle $sql;
	close $handle or die "$file: $!\n";
	my $command = $self->{is_sqlite} ? "sqlite3 -batch -init /dev/null -list $database <$file 2>&1"
		: $self->{is_wire} ? "PGOPTIONS='-c client_min_messages=error' build/wire/script dbname=truth <$file 2>&1"
		: "psql -qAtX -d truth -f $file 2>&1";
	my $output = `$command`;
	utf8::decode($output);
	return split /\n/, $output;
}

# SQL for a JSON array of values that are SQL.
sub array
{
	my ($self, @values) = @_;
	return ($self->{is_sqlite} ? 'json_array(' : 'jsonb_build_array(') . join(', ', @values) . ')';
}

# SQL that prints such an array of a tag and values.
sub tell
{
	my ($self, $tag, @values) = @_;
	return 'select ' . $self->array("'$tag'", @values);
}

# SQL for a column that is JSON.
sub document { return $_[0]{is_sqlite} ? "json($_[1])" : $_[1]; }

# What an engine needs before it is asked: the extension, a setting.
sub prologue
{
	my ($self, $memory) = @_;
	return ".load " . ($ENV{DBCARE_SQLITE} // './sqlite_ext/dbcare') . "\npragma foreign_keys = on;\n"
		. ($memory ? "select dbcare_set('check_memory_mb', $memory);\n" : '')
		if $self->{is_sqlite};
	return "set client_min_messages = warning;\n" . ($memory ? "set dbcare.check_memory_mb = $memory;\n" : '');
}

# SQL that makes a schema.
sub make
{
	my ($self, $schema) = @_;
	return Sql::for_sqlite($schema) if $self->{is_sqlite};
	return "set client_min_messages = warning;\ndrop schema if exists dbcare cascade;\ndrop schema if exists public cascade;\n"
		. "create schema public;\n"
		. ($self->{is_wire} ? '' : "create extension dbcare;\n") . Sql::for_postgresql($schema);
}

# SQL that tells all rows of a table, exactly.
sub tell_rows
{
	my ($self, $tag, $table) = @_;
	my $name = Sql::quote($table->{name});
	my $row = 'whole_row::text collate "C"';
	if ($self->{is_sqlite})
	{
		my @columns = map { Sql::quote($_->{name}) } @{ $table->{columns} };
		unshift @columns, 'rowid' unless $table->{without_rowid};
		$row = join " || ',' || ", map { "quote($_)" } @columns;
	}
	my $all = $self->{is_sqlite} ? 'group_concat(line, char(10))' : "string_agg(line, E'\\n' order by line)";
	return $self->tell($tag, Sql::string($name), $all) . " from (select $row as line from $name as whole_row order by 1) as l;\n";
}

# SQL that has the engine itself judge foreign keys and CHECKs: it tells the
# table, the constraint, and the number of violations or, on PostgreSQL, whether
# there are any.
sub ask_engine
{
	my ($self, $schema) = @_;
	my $sql = '';
	return 'select ' . $self->array("'judged'", '"table"', 'fkid', 'count(*)')
		. " from pragma_foreign_key_check group by \"table\", fkid;\n" if $self->{is_sqlite};
	# since 17 the planner believes that a column that is NOT NULL has no null
	$sql = 'create function valid(relation text, name text) returns boolean language plpgsql as $$ begin
	update pg_constraint set convalidated = false where conrelid = relation::regclass and conname = name;
	update pg_attribute set attnotnull = false where attrelid = relation::regclass;
	execute format(\'alter table %s validate constraint %I\', relation, name);
	raise exception using errcode = \'VALID\';
exception when integrity_constraint_violation then return false; when sqlstate \'VALID\' then return true; end $$;' . "\n";
	for my $table (grep { !$_->{partitioned} } @{ $schema->{tables} })
	{
		$sql .= $self->tell('judged', Sql::string(Sql::quote($table->{name})), Sql::string($_->{name}),
			'valid(' . Sql::string(Sql::quote($table->{name})) . ', ' . Sql::string($_->{name}) . ')::int') . ";\n"
			for (grep { !$_->{domain} } @{ $table->{checks} }), @{ $table->{foreign_keys} };
	}
	return $sql;
}

1;
