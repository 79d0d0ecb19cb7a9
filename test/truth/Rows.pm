# Rows of a random schema, and which of them violate what.  Nothing here asks an
# engine: it is the other opinion.
package Rows;
use strict;
use warnings;
use Values;

# The key of a row by which a constraint compares, or undef if it is null in
# part; columns are those of the table it is compared with.
sub key_of
{
	my ($columns, @values) = @_;
	return undef if grep { !defined } @values;
	return join "\0", map { canonical($columns->[$_], $values[$_]) } 0 .. $#values;
}

# The key of a row for a unique constraint, undef if it has none.
sub unique_key
{
	my ($table, $unique, $row) = @_;
	my @values = @$row[ @{ $unique->{columns} } ];
	return undef if $unique->{chosen} && !$unique->{chosen}->($row);
	return 'null' if $unique->{nulls_equal} && !defined $values[0];
	return undef if grep { !defined } @values;
	return canonical({ type => 'text' }, $unique->{key}->($row)) if $unique->{key};
	return key_of([ @{ $table->{columns} }[ @{ $unique->{columns} } ] ], @values);
}

# Whether rows may share the key of a unique constraint: SQLite cannot be made to
# believe in the index of one that is declared with the table.
sub may_repeat
{
	my ($schema, $unique) = @_;
	return 0 if $schema->{sound};
	return $unique->{index} || $schema->{engine} eq 'postgresql' && $unique->{repeats};
}

# A value for a column of a row that does not refer to another; in a table that
# is strict it is sometimes of no type of the column's.
sub plain_value
{
	my ($table, $place) = @_;
	my $column = $table->{columns}[$place];
	my $value = null_or($column->{not_null} ? $table->{nulls} : 0.15, random_value($column));
	$value = pick(['t', 'wild'], ['n', '0.5'], ['b', '00ff'])
		if $table->{wild} && chance(0.03) && $column->{type} ne 'any' && !$table->{is_key}{$place};
	return stored($column, $value);
}

# Whether all keys that must be kept are new.
sub is_new
{
	my ($schema, $table, $row) = @_;
	my @keys;
	for my $unique (grep { !may_repeat($schema, $_) } @{ $table->{uniques} })
	{
		my $key = unique_key($table, $unique, $row);
		return 0 if defined $key && $unique->{seen}{$key};
		push @keys, [$unique, $key] if defined $key;
	}
	$_->[0]{seen}{ $_->[1] } = 1 for @keys;
	return 1;
}

# A value for a key, of many different ones.
sub key_value
{
	my ($table, $column) = @_;
	my $most = $column->{type} eq 'int2' ? 32767 : 3 * $table->{size} + 1;
	my $value = $column->{type} =~ /int/ ? ['i', int rand $most] : stored($column, random_value($column));
	$value->[1] .= int rand $table->{size} if $column->{type} =~ /^(text|varchar)/ && !chance(0.3);
	return $value;
}

# A row without its references; primary keys are never null.  In a large table
# others have many values, too.
sub make_row
{
	my ($table) = @_;
	my @row = map { plain_value($table, $_) } 0 .. $#{ $table->{columns} };
	$row[$_] = key_value($table, $table->{columns}[$_]) for keys %{ $table->{is_key} };
	return \@row if $table->{size} < 1000;
	for my $place (map { @{ $_->{columns} } } @{ $table->{uniques} })
	{
		$row[$place] = key_value($table, $table->{columns}[$place]) if defined $row[$place] && !chance(0.01);
	}
	return \@row;
}

# A value of a foreign key's column, from one of the parent's if it fits.
sub reference_value
{
	my ($column, $value) = @_;
	return undef unless defined $value;
	$value = random_value($column) if $column->{type} =~ /^int/ && ($column->{class} // '') eq 'number'
		&& $value->[1] !~ /^-?\d+$/;
	$value = ['t', $value->[1]] if $value->[0] eq 'i' && ($column->{affinity} // 'x') eq '' && chance(0.1);
	$value = ['t', uc $value->[1]] if $value->[0] eq 't' && ($column->{affinity} // '') eq 'text' && chance(0.1);
	return stored($column, $value);
}

# Fills the columns of a foreign key of a row.
sub refer
{
	my ($table, $foreign, $row) = @_;
	my $parents = $foreign->{parent}{rows};
	my $parent = @$parents ? $parents->[ rand @$parents ] : undef;
	for my $i (0 .. $#{ $foreign->{columns} })
	{
		my $place = $foreign->{columns}[$i];
		my $column = $table->{columns}[$place];
		my $value = $parent && chance(0.85) ? $parent->[ $foreign->{key}{columns}[$i] ] : random_value($column);
		my $reference = reference_value($column, null_or($column->{not_null} ? $table->{nulls} : 0.1, $value));
		$reference = stored($column, random_value($column))
			if $table->{strict} && !$table->{wild} && is_wild($column, $reference)
			|| $column->{not_null} && !$table->{nulls} && !defined $reference;
		$row->[$place] = $reference;
	}
}

# Computes generated columns.
sub generate
{
	my ($table, $row) = @_;
	$row->[$_] = $table->{columns}[$_]{value}->($row)
		for grep { $table->{columns}[$_]{generated} } 0 .. $#$row;
}

# Rows for all tables; of a schema that is sound they violate nothing but foreign
# keys.
sub fill
{
	my ($schema) = @_;
	for my $table (@{ $schema->{tables} })
	{
		$table->{nulls} = $schema->{sound} ? 0 : 0.05;
		$table->{wild} = $table->{strict} && !$schema->{sound};
		$table->{is_key} = { map { $_ => 1 } @{ $table->{key} ? $table->{key}{columns} : [] } };
		$_->{repeats} = chance(0.3) && !$table->{partitioned} for @{ $table->{uniques} };
		$table->{rows} = [];
		for (1 .. $table->{size})
		{
			my $row = make_row($table);
			generate($table, $row);
			next if $schema->{sound} && grep { my $true = $_->{true}->($row); defined $true && !$true } @{ $table->{checks} };
			push @{ $table->{rows} }, $row if is_new($schema, $table, $row);
		}
	}
	for my $table (@{ $schema->{tables} })
	{
		for my $row (@{ $table->{rows} })
		{
			refer($table, $_, $row) for @{ $table->{foreign_keys} };
		}
	}
}

# ---- who violates what ----

# Indexes of the rows without parent.
sub orphans
{
	my ($table, $foreign) = @_;
	my $parent = $foreign->{parent};
	my @to = @{ $parent->{columns} }[ @{ $foreign->{key}{columns} } ];
	my %there;
	for my $row (@{ $parent->{rows} })
	{
		my $key = key_of(\@to, @$row[ @{ $foreign->{key}{columns} } ]);
		$there{$key} = 1 if defined $key;
	}
	return grep {
		my @values = @{ $table->{rows}[$_] }[ @{ $foreign->{columns} } ];
		my $nulls = grep { !defined } @values;
		$nulls ? $foreign->{full} && $nulls < @values : !$there{ key_of(\@to, @values) }
	} 0 .. $#{ $table->{rows} };
}

# Groups of rows with one key, those of a unique constraint that repeat.
sub repetitions
{
	my ($table, $unique) = @_;
	my %groups;
	for my $i (0 .. $#{ $table->{rows} })
	{
		my $key = unique_key($table, $unique, $table->{rows}[$i]);
		push @{ $groups{$key} }, $i if defined $key;
	}
	return grep { @$_ > 1 } values %groups;
}

# Indexes of the rows with a range that one before them has a part of.
sub intrusions
{
	my ($table, $exclusion) = @_;
	my (%taken, @found);
	for my $i (0 .. $#{ $table->{rows} })
	{
		my $range = $table->{rows}[$i][ $exclusion->{place} ] or next;
		my ($start, $end) = $range->[1] =~ /(\d+),(\d+)/;
		push @found, $i if grep { $taken{$_} } $start .. $end - 1;
		$taken{$_} = 1 for $start .. $end - 1;
	}
	return @found;
}

# Whether a value is of no type that a column of a strict table takes.
sub is_wild
{
	my ($column, $value) = @_;
	return 0 unless defined $value;
	return $value->[0] ne 'i' if $column->{type} eq 'integer';
	return $value->[0] !~ /[in]/ if $column->{type} eq 'real';
	return $column->{type} eq 'text' && $value->[0] ne 't';
}

# All violations of a schema: table, kind, name (undef where the engine makes
# it), column, and rows or groups of rows.
sub violations
{
	my ($schema) = @_;
	my @found;
	for my $table (@{ $schema->{tables} })
	{
		my @rows = @{ $table->{rows} };
		push @found, { %$_, groups => [ repetitions($table, $_) ], table => $table } for @{ $table->{uniques} };
		push @found, { %$_, rows => [ orphans($table, $_) ], table => $table } for @{ $table->{foreign_keys} };
		push @found, { %$_, rows => [ intrusions($table, $_) ], table => $table } for grep { $_ } $table->{exclusion};
		for my $check (@{ $table->{checks} })
		{
			my @false = grep { my $true = $check->{true}->($rows[$_]); defined $true && !$true } 0 .. $#rows;
			push @found, { kind => $check->{kind} // 'check', name => $check->{name}, rows => \@false, table => $table };
		}
		for my $place (0 .. $#{ $table->{columns} })
		{
			my $column = $table->{columns}[$place];
			my %about = (table => $table, column => $column->{name});
			push @found, { %about, kind => 'not_null', rows => [ grep { !defined $rows[$_][$place] } 0 .. $#rows ] }
				if $column->{not_null} && !$table->{is_key}{$place};
			push @found, { %about, kind => 'type', rows => [ grep { is_wild($column, $rows[$_][$place]) } 0 .. $#rows ] }
				if $table->{strict};
		}
	}
	return grep { @{ $_->{groups} // $_->{rows} } } @found;
}

1;
