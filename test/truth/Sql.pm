# SQL that makes a random schema with its rows, whatever they violate.
#
# SQLite: the tables are made without constraints but those that hold, then the
# schema is rewritten.  PostgreSQL: foreign keys and CHECKs come before the rows,
# which then are inserted as by a replica, or after them and NOT VALID; the
# catalog is told of the rest when the rows are there.
package Sql;
use strict;
use warnings;
use Values;

# A name, a list of names of columns, and a string.
sub quote { return '"' . $_[0] =~ s/"/""/gr . '"'; }
sub columns { my ($table, $places) = @_; return join ', ', map { quote($table->{columns}[$_]{name}) } @$places; }
sub string { return "'" . $_[0] =~ s/'/''/gr . "'"; }

# The definition of a column.
sub column
{
	my ($engine, $table, $column, $whole) = @_;
	my $type = $engine eq 'sqlite' && !$whole && $column->{type} eq 'any' ? ''
		: $column->{domain} ? quote($column->{domain}) : $column->{type} eq 'range' ? 'int4range' : $column->{type};
	my $text = quote($column->{name}) . " $type";
	$text .= " collate $column->{collation}" if $column->{collation};
	$text .= " default " . literal($column->{default}) if $column->{default};
	$text .= " generated always as ($column->{generated}) $column->{kind}" if $column->{generated};
	$text .= ' not null' if $whole && $column->{not_null};
	return $text;
}

# A declared key.
sub key
{
	my ($table, $unique) = @_;
	my $kind = $unique->{kind} eq 'primary_key' ? 'primary key' : 'unique';
	return 'constraint ' . quote($unique->{name}) . " $kind (" . columns($table, $unique->{columns}) . ')';
}

sub check
{
	my ($check) = @_;
	return 'constraint ' . quote($check->{name}) . " check ($check->{sql})";
}

sub exclusion
{
	my ($table) = @_;
	my ($name, $column) = ($table->{exclusion}{name}, $table->{columns}[ $table->{exclusion}{place} ]{name});
	return 'constraint ' . quote($name) . ' exclude using gist (' . quote($column) . ' with &&)';
}

sub foreign_key
{
	my ($table, $foreign) = @_;
	return 'constraint ' . quote($foreign->{name}) . ' foreign key (' . columns($table, $foreign->{columns})
		. ') references ' . quote($foreign->{parent}{name})
		. ' (' . columns($foreign->{parent}, $foreign->{key}{columns}) . ')' . ($foreign->{full} ? ' match full' : '');
}

# CREATE TABLE; not whole: without what SQLite or PostgreSQL would enforce.
sub create_table
{
	my ($engine, $table, $whole) = @_;
	my @parts = map { column($engine, $table, $_, $whole) } @{ $table->{columns} };
	push @parts, map { key($table, $_) } grep { !$_->{index} } @{ $table->{uniques} };
	push @parts, exclusion($table) if $table->{exclusion};
	push @parts, (map { check($_) } @{ $table->{checks} }), map { foreign_key($table, $_) } @{ $table->{foreign_keys} }
		if $whole;
	my @options = ($table->{without_rowid} ? 'without rowid' : (), $whole && $table->{strict} ? 'strict' : ());
	return 'create table ' . quote($table->{name}) . ' (' . join(', ', @parts) . ') ' . join(', ', @options)
		. ($table->{partitioned} ? 'partition by range (' . columns($table, $table->{key}{columns}) . ')' : '');
}

sub create_index
{
	my ($table, $index, $unique) = @_;
	return "create $unique index " . quote($index->{name}) . ' on ' . quote($table->{name}) . ' ('
		. ($index->{list} // columns($table, $index->{columns})) . ')'
		. ($unique && $index->{nulls_equal} ? ' nulls not distinct' : '')
		. ($index->{where} ? " where $index->{where}" : '');
}

# INSERT of all rows, some at a time.
sub insert_rows
{
	my ($table) = @_;
	my @places = grep { !$table->{columns}[$_]{generated} } 0 .. $#{ $table->{columns} };
	my @rows = map { my $row = $_; '(' . join(', ', map { literal($_) } @$row[@places]) . ')' } @{ $table->{rows} };
	my $sql = '';
	while (my @some = splice @rows, 0, 200)
	{
		$sql .= 'insert into ' . quote($table->{name}) . ' (' . columns($table, \@places) . ') values '
			. join(",\n", @some) . ";\n";
	}
	return $sql;
}

# Makes SQLite believe in a definition.
sub rewrite
{
	my ($name, $sql) = @_;
	return "update sqlite_schema set sql = " . string($sql) . " where name = " . string($name) . ";\n";
}

sub for_sqlite
{
	my ($schema) = @_;
	my @tables = @{ $schema->{tables} };
	my $sql = ".dbconfig defensive off\npragma journal_mode = off;\nbegin;\n";
	$sql .= create_table('sqlite', $_, 0) . ";\n" for @tables;
	$sql .= insert_rows($_) for @tables;
	my $rewritten = '';
	for my $table (@tables)
	{
		for my $index (grep { $_->{index} } @{ $table->{uniques} })
		{
			$sql .= create_index($table, $index, '') . ";\n";
			$rewritten .= rewrite($index->{name}, create_index($table, $index, 'unique'));
		}
		$rewritten .= rewrite($table->{name}, create_table('sqlite', $table, 1));
	}
	return "${sql}commit;\npragma writable_schema = on;\n$rewritten";
}

# The OID of a relation, as SQL.
sub oid { return string(quote($_[0])) . '::regclass'; }

# Has PostgreSQL enforce a key, or not.
sub enforce
{
	my ($table, $unique, $truth) = @_;
	return "update pg_index set indisunique = $truth where indexrelid = " . oid($unique->{name}) . ";\n";
}

sub add_constraint
{
	my ($table, $text) = @_;
	return 'alter table ' . quote($table->{name}) . " add $text;\n";
}

# What is declared once the rows are there.
sub finish_postgresql
{
	my ($table) = @_;
	my $sql = '';
	for my $unique (@{ $table->{uniques} })
	{
		if ($unique->{index})
		{
			$sql .= create_index($table, $unique, '') . ";\n" . enforce($table, $unique, 'true');
			$sql .= 'update pg_index set indnullsnotdistinct = true where indexrelid = ' . oid($unique->{name}) . ";\n"
				if $unique->{nulls_equal};
		}
		elsif ($unique->{repeats})
		{
			$sql .= enforce($table, $unique, 'true');
		}
	}
	for my $column (grep { $_->{not_null} } @{ $table->{columns} })
	{
		$sql .= 'update pg_attribute set attnotnull = true where attname = ' . string($column->{name})
			. ' and attrelid in (select relid from pg_partition_tree(' . oid($table->{name})
			. ') union select ' . oid($table->{name}) . ");\n";
	}
	$sql .= 'update pg_index set indisexclusion = true where indexrelid = ' . oid($table->{exclusion}{name}) . ";\n"
		if $table->{exclusion};
	$sql .= ($_->{domain} ? 'alter domain ' . quote($_->{domain}) : 'alter table ' . quote($table->{name}))
		. ' add ' . check($_) . " not valid;\n" for @{ $table->{checks} };
	return $sql;
}

sub for_postgresql
{
	my ($schema) = @_;
	my @tables = @{ $schema->{tables} };
	my ($sql, $late, $keys) = ('', '', '');
	for my $table (@tables)
	{
		my $name = quote($table->{name});
		$sql .= 'create domain ' . quote($_->{domain}) . " as int4;\n" for grep { $_->{domain} } @{ $table->{checks} };
		$sql .= create_table('postgresql', $table, 0) . ";\n";
		$keys .= 'update pg_index set indisexclusion = false where indexrelid = ' . oid($table->{exclusion}{name}) . ";\n"
			if $table->{exclusion};
		if ($table->{partitioned})
		{
			my $limit = $table->{size};
			$sql .= "create table part_$table->{number}_1 partition of $name for values from (minvalue) to ($limit);\n";
			$sql .= "create table part_$table->{number}_2 partition of $name default;\n";
		}
		$keys .= enforce($table, $_, 'false') for grep { $_->{repeats} && !$_->{index} } @{ $table->{uniques} };
	}
	for my $table (@tables)
	{
		for my $foreign (@{ $table->{foreign_keys} })
		{
			$foreign->{late} = chance(0.5) && !$table->{partitioned};
			my $text = add_constraint($table, foreign_key($table, $foreign) . ($foreign->{late} ? ' not valid' : ''));
			${ $foreign->{late} ? \$late : \$sql } .= $text;
		}
	}
	$sql .= "$keys set session_replication_role = replica;\n";
	$sql .= insert_rows($_) for @tables;
	$sql .= "reset session_replication_role;\n";
	$sql .= finish_postgresql($_) for @tables;
	return $sql . $late;
}

1;
