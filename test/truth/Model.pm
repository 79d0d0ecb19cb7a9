# A random schema with rows, and which rows violate what.  Nothing here asks an
# engine: it is the other opinion.
package Model;
use strict;
use warnings;
use utf8;
use Values;

my @odd_names = ('Mixed Case', 'with "quote"', "it's", 'таблица', 'select', 'a.b', 'semi;colon');

# A name, sometimes an odd one, that none of a table's things has.
sub name
{
	my ($taken, $start) = @_;
	my $name = chance(0.15) ? pick(@odd_names) : $start;
	$name = $start . ++$taken->{''} if $taken->{lc $name};
	$taken->{ lc $name } = 1;
	return $name;
}

# Completes a column of a type.
sub column
{
	my ($engine, $type, %more) = @_;
	my %column = (type => $type, %more);
	if ($engine eq 'sqlite')
	{
		$column{affinity} = $type eq 'text' ? 'text' : $type =~ /^(any)?$/ ? '' : 'number';
	}
	$column{class} = 'number' if $engine eq 'postgresql' && $type =~ /int|numeric|float8/;
	return \%column;
}

# A type for a key, and one for what refers to it.
sub key_types
{
	my ($engine, $strict) = @_;
	my @choices =
		$engine eq 'postgresql'
		? (map { [split] } 'int4 int4', 'int8 int4', 'int4 int8', 'int2 int8', 'numeric int4', 'numeric numeric',
			'text text', 'text varchar(20)', 'char(5) char(5)', 'date date', 'uuid uuid', 'float8 float8')
		: $strict ? ([qw(integer integer)], [qw(text text)], [qw(any any)], [qw(integer any)])
		: ([qw(integer integer)], [qw(integer text)], [qw(text integer)], [qw(text text)], ['', ''], ['real', 'integer'],
			['integer', ''], ['text', '']);
	return @{ pick(@choices) };
}

# Adds a column to a table; returns its place.
sub add_column
{
	my ($schema, $table, $start, $type, %more) = @_;
	my $column = column($schema->{engine}, $type, %more);
	$column->{name} = name($table->{names}, $start);
	push @{ $table->{columns} }, $column;
	return $#{ $table->{columns} };
}

# The primary key of a table, and sometimes a unique one.
sub add_keys
{
	my ($schema, $table) = @_;
	my $engine = $schema->{engine};
	my @keys;
	my $kind = $table->{partitioned} ? 'int' : pick(qw(int int text composite none));
	$kind = 'int' if $table->{without_rowid} && $kind eq 'none';
	my $integer = $engine eq 'sqlite' ? 'integer' : 'int4';
	push @keys, add_column($schema, $table, 'id', $integer) if $kind ne 'text';
	push @keys, add_column($schema, $table, 'code', 'text') if $kind eq 'text' || $kind eq 'composite';
	@keys = reverse @keys if chance(0.3);
	if ($kind ne 'none')
	{
		$table->{key} = { columns => \@keys, name => 'pk_' . $table->{number}, kind => 'primary_key' };
		push @{ $table->{uniques} }, $table->{key};
	}
	return if chance(0.5) || $table->{partitioned};
	my ($type, $from) = key_types($engine, $table->{strict});
	my $place = add_column($schema, $table, 'ref', $type, refers => $from,
		$engine eq 'sqlite' && $type eq 'text' ? (collation => pick('', qw(nocase rtrim))) : ());
	push @{ $table->{uniques} },
		{ columns => [$place], name => "uq_$table->{number}", kind => 'unique' };
}

# Columns to be checked, and the checks.
sub add_checks
{
	my ($schema, $table) = @_;
	my $integer = $schema->{engine} eq 'sqlite' ? 'integer' : 'int4';
	for my $i (1 .. pick(0 .. 3))
	{
		my $a = add_column($schema, $table, "n$i", $integer);
		my $b = add_column($schema, $table, "s$i", 'text');
		my ($x, $y) = map { identifier($table->{columns}[$_]{name}) } $a, $b;
		my $limit = pick(0 .. 25);
		my $check = pick(
			{ sql => "$x > $limit", true => sub { at_least($_[0][$a], $limit, 1) } },
			{ sql => "$x is null or $x <> $limit", true => sub { my $c = compare($_[0][$a], ['i', $limit]); !defined $c || $c != 0 } },
			{ sql => "length($y) < 2 /* it's short */",
				true => sub { defined $_[0][$b] ? length($_[0][$b][1]) < 2 : undef } },
			{ sql => "$x >= $limit or $y = 'a'",
				true => sub { any(at_least($_[0][$a], $limit, 0), equals($_[0][$b], 'a')) } });
		push @{ $table->{checks} }, { %$check, name => name($schema->{names}, "ck_$table->{number}_$i") };
		$table->{columns}[$b]{collation} = '"C"' if $schema->{engine} eq 'postgresql' && chance(0.3);
	}
}

sub at_least
{
	my ($value, $limit, $strict) = @_;
	my $order = compare($value, ['i', $limit]);
	return defined $order ? $order >= $strict : undef;
}

sub equals { return defined $_[0] ? $_[0][0] eq 't' && $_[0][1] eq $_[1] : undef; }

# SQL's or.
sub any
{
	my ($left, $right) = @_;
	return 1 if $left || $right;
	return defined $left && defined $right ? 0 : undef;
}

# A name as both engines show it.
sub identifier
{
	my ($name) = @_;
	return $name if $name =~ /^[a-z_][a-z0-9_]*$/ && $name ne 'select';
	return '"' . $name =~ s/"/""/gr . '"';
}

# A column of a domain, and one with ranges that exclude each other.
sub add_special
{
	my ($schema, $table) = @_;
	return if $schema->{engine} eq 'sqlite';
	if (chance(0.3))
	{
		my $limit = pick(0 .. 10);
		my $domain = name($schema->{names}, "dom_$table->{number}");
		my $place = add_column($schema, $table, 'd', 'int4', domain => $domain);
		push @{ $table->{checks} }, { kind => 'type', domain => $domain, sql => "value > $limit",
			name => name($schema->{names}, "above_$table->{number}"), true => sub { at_least($_[0][$place], $limit, 1) } };
	}
	if (chance(0.3) && !$schema->{sound} && !$table->{partitioned})
	{
		my $place = add_column($schema, $table, 'r', 'range');
		$table->{exclusion} = { place => $place, name => name($schema->{names}, "apart_$table->{number}"), kind => 'exclusion' };
	}
}

# Whether the engine has NULLS NOT DISTINCT.
our $nulls_equal;

# Unique indexes of all kinds.
sub add_indexes
{
	my ($schema, $table) = @_;
	my $sqlite = $schema->{engine} eq 'sqlite';
	return if $table->{partitioned};
	for my $i (1 .. pick(0, 0, 1, 2))
	{
		my $a = add_column($schema, $table, "u$i", $sqlite ? 'integer' : pick(qw(int4 int8)));
		my $b = add_column($schema, $table, "v$i", 'text', $sqlite ? (collation => pick('', qw(nocase rtrim))) : ());
		my ($x, $y) = map { identifier($table->{columns}[$_]{name}) } $a, $b;
		my $index = pick(
			{ columns => [$a] },
			{ columns => [$b, $a] },
			{ columns => [$a], where => "$x > 5", chosen => sub { at_least($_[0][$a], 5, 1) } },
			{ columns => [$b], list => "lower($y)", key => sub { ['t', lc $_[0][$b][1]] } },
			$sqlite ? { columns => [$b], list => "$y collate nocase desc", key => sub { ['t', lc $_[0][$b][1]] } }
			: { columns => [$a], nulls_equal => $nulls_equal });
		push @{ $table->{uniques} },
			{ %$index, name => name($schema->{names}, "ix_$table->{number}_$i"), kind => 'unique', index => 1 };
	}
}

# Foreign keys to whatever has a key.
sub add_foreign_keys
{
	my ($schema, $table) = @_;
	my @parents = map { my $parent = $_; map { [$parent, $_] } grep { !$_->{index} } @{ $_->{uniques} } }
		grep { !$_->{partitioned} || $schema->{engine} eq 'postgresql' } @{ $schema->{tables} };
	return unless @parents;
	for my $i (1 .. pick(0 .. 3))
	{
		my ($parent, $key) = @{ pick(@parents) };
		my @columns = map {
			my $to = $parent->{columns}[$_];
			my $type = $to->{refers} // $to->{type};
			$type = $table->{strict} ? 'any' : '' if $type =~ /^(any)?$/;
			add_column($schema, $table, "f${i}_", $type);
		} @{ $key->{columns} };
		push @{ $table->{foreign_keys} }, {
			columns => \@columns, parent => $parent, key => $key, kind => 'foreign_key',
			name => name($schema->{names}, "fk_$table->{number}_$i"),
			full => $schema->{engine} eq 'postgresql' && chance(0.3) };
	}
}

# A random schema without rows; a large one is to have many in its first table.
sub make_schema
{
	my ($engine, $large) = @_;
	my $schema = { engine => $engine, tables => [], names => {}, sound => chance(0.5) };
	for my $number (1 .. pick(1 .. 4))
	{
		my $table = { number => $number, names => {}, uniques => [], checks => [],
			foreign_keys => [], columns => [], size => $large && $number == 1 ? 40_000 : int rand 40 };
		$table->{name} = name($schema->{names}, "t$number");
		$table->{strict} = $engine eq 'sqlite' && chance(0.2);
		$table->{without_rowid} = $engine eq 'sqlite' && chance(0.2);
		$table->{partitioned} = $engine eq 'postgresql' && chance(0.2);
		add_keys($schema, $table);
		push @{ $schema->{tables} }, $table;
	}
	for my $table (@{ $schema->{tables} })
	{
		add_checks($schema, $table);
		add_special($schema, $table);
		add_indexes($schema, $table);
		add_foreign_keys($schema, $table);
		my $place = add_column($schema, $table, 'rest', $engine eq 'sqlite' ? 'text' : 'varchar(9)');
		$table->{columns}[$place]{default} = ['t', 'none'];
		$_->{not_null} = chance(0.2) for grep { !$_->{default} } @{ $table->{columns} };
		if (@{ $table->{checks} } && chance(0.4))
		{
			my ($source) = grep { $table->{columns}[$_]{name} eq 'n1' } 0 .. $#{ $table->{columns} };
			add_generated($schema, $table, $source) if defined $source;
		}
	}
	return $schema;
}

# A generated column, with a check of its own.
sub add_generated
{
	my ($schema, $table, $source) = @_;
	my $type = $schema->{engine} eq 'sqlite' ? 'integer' : 'int4';
	my $place = add_column($schema, $table, 'g', $type);
	my $column = $table->{columns}[$place];
	$column->{generated} = "n1 * 2";
	$column->{kind} = $schema->{engine} eq 'sqlite' ? pick(qw(stored virtual)) : 'stored';
	$column->{value} = sub {
		my $value = $_[0][$source];
		return defined $value && $value->[0] eq 'i' ? ['i', 2 * $value->[1]] : $value && ['i', 0];
	};
	my $limit = pick(10 .. 60);
	push @{ $table->{checks} }, {
		sql => identifier($column->{name}) . " < $limit", name => "ck_$table->{number}_g",
		true => sub { my $c = compare($_[0][$place], ['i', $limit]); defined $c ? $c < 0 : undef } };
}

1;
