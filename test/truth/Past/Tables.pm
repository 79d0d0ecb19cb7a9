# Tables of histories: how they are made, and what ALTER TABLE does to them.
#
# A column has a number that it keeps whatever its name; a row is a hash of values by
# these numbers.  A column that is added gives old rows, also those that are deleted, its
# default.  What leaves doubt about rows of before is noted with the time in the table or
# its column: such rows may be refused.
package Past;
use strict;
use warnings;

my @names = ('a', 'b', 'c', 'long_name', 'x y', "o'k", 'D"q', 'deleted', 'value');
my @key_names = ('id', 'uuid', 'user_uuid', 'k', 'Key 2');
my @tables = ('t', 'u', 'w w', 'x"y', 'order', 'v1');

sub pick { return $_[rand @_]; }
sub name { my $name = $_[0]; $name =~ s/"/""/g; return "\"$name\""; }
sub text { my $text = $_[0]; $text =~ s/'/''/g; return "'$text'"; }
sub shown { my ($self, $table) = @_; return name($table->{name}); }
sub argument { my ($self, $table) = @_; return text(name($table->{name})); }
sub tables { return @{ $_[0]{model}{tables} }; }
sub next_number { return ++$_[0]{model}{number}; }
sub column { my ($table, $n) = @_; my ($column) = grep { $_->{n} == $n } @{ $table->{columns} }; return $column; }
sub key_columns { my ($table) = @_; return map { column($table, $_) } @{ $table->{key} }; }
sub is_link { my ($table, $column) = @_; return scalar grep { my $fk = $_; grep { $_ == $column->{n} } @{ $fk->{columns} } } @{ $table->{links} }; }
sub free_columns { my ($table) = @_; return grep { !$_->{key} && !is_link($table, $_) && !$_->{generated} } @{ $table->{columns} }; }
sub is_base { my ($table, $column) = @_; return scalar grep { ($_->{copy_of} // '') eq $column->{n} } @{ $table->{columns} }; }
# Computed columns of a row get their values.
sub settle { my ($table, $row) = @_; $row->{ $_->{n} } = $row->{ $_->{copy_of} } for grep { $_->{copy_of} } @{ $table->{columns} }; return $row; }
sub free_name { my ($list, @taken) = @_; my %taken = map { lc $_ => 1 } @taken; return pick(grep { !$taken{ lc $_ } } @$list); }

sub new_column
{
	my ($self, $table, %fields) = @_;
	my $name = free_name($fields{key} ? \@key_names : \@names, map { $_->{name} } @{ $table->{columns} }) // return;
	return { n => $self->next_number, name => $name, kind => $fields{kind} // $self->random_kind($fields{key}), default => 'n', %fields };
}

# The definition of a column.
sub definition
{
	my ($self, $column, $with_default) = @_;
	return name($column->{name}) . ' integer primary key' if $column->{kind} eq 'rowid';
	return name($column->{name}) . " $self->{kinds}{ $column->{kind} }{type}" . ($column->{not_null} ? ' not null' : '')
		. ($column->{generated} ? " generated always as ($column->{generated}) stored" : '')
		. ($with_default && $column->{default} ne 'n' ? ' default ' . ($self->{sqlite} ? '(' : '') . $self->literal($column, $column->{default}) . ($self->{sqlite} ? ')' : '') : '');
}

sub create
{
	my ($self) = @_;
	my $name = free_name(\@tables, map { $_->{name} } $self->tables) // return;
	my $table = { id => $self->next_number, name => $name, columns => [], key => [], links => [], rows => {}, number => 0 };
	my $shape = rand;
	my @keys = map { $self->new_column($table, key => 1, not_null => !$self->{sqlite} || rand() < .7) } 1 .. ($shape < .4 ? 1 : $shape < .7 ? 2 : 1);

	@keys = ($self->new_column($table, key => 1, kind => 'key_int', is_rowid => 1, not_null => 1)) if $shape < .3;
	@keys = ($keys[0]) if @keys > 1 && $keys[0]{name} eq $keys[1]{name};
	$table->{key} = [ map { $_->{n} } @keys ];
	$table->{columns} = [@keys];
	for (1 .. 2 + int rand 3)
	{
		my $column = $self->new_column($table);
		push @{ $table->{columns} }, $column if $column;
	}
	my $time = rand() < .5 ? $self->new_column($table, kind => $self->{sqlite} ? 'time' : 'timestamptz') : undef;
	push @{ $table->{columns} }, $time if $time;
	$self->add_links($table);
	# one that is computed, as the copy of another one
	my $base = rand() < .3 ? pick(free_columns($table)) : undef;
	my $computed = $base ? $self->new_column($table, kind => $base->{kind}, copy_of => $base->{n}) : undef;
	if ($computed)
	{
		$computed->{generated} = name($base->{name});
		push @{ $table->{columns} }, $computed;
	}
	@{ $table->{columns} } = sort { rand() <=> .5 } @{ $table->{columns} };
	$table->{without_rowid} = $self->{sqlite} && !$keys[0]{is_rowid} && !grep({ !$_->{not_null} } @keys) && rand() < .5;
	# [PostgreSQL] in two partitions, between which rows move when their keys change
	$table->{partitioned} = !$self->{sqlite} && rand() < .3;
	push @{ $self->{model}{tables} }, $table;
	$self->do($self->create_statement($table));
	$self->do("create table part_$table->{id}_$_ partition of " . name($name) . " for values with (modulus 2, remainder $_);") for $table->{partitioned} ? (0, 1) : ();
	$self->index_texts($table) if $self->{sqlite} && $keys[0]{is_rowid};
	$self->count_rows($table) if rand() < .4;
	$self->enable($table);
	return $table;
}

# [SQLite] Makes a full-text table over the texts of a table, which then keeps its names,
# with the triggers of SQLite's manual.
sub index_texts
{
	my ($self, $table) = @_;
	my @columns = map { name($_->{name}) } grep { $_->{kind} eq 'text' && !is_link($table, $_) } @{ $table->{columns} } or return;
	my ($key) = map { name($_->{name}) } key_columns($table);
	my $index = $table->{index} = "words_$table->{id}";
	my $list = join ', ', @columns;
	my $values = sub { my ($row) = @_; join ', ', map { "$row.$_" } $key, @columns };
	my $add = "insert into $index (rowid, $list) values (" . $values->('new') . ');';
	my $remove = "insert into $index ($index, rowid, $list) values ('delete', " . $values->('old') . ');';
	my $on = 'on ' . name($table->{name}) . ' begin';

	$self->do("create virtual table $index using fts5($list, content=" . text($table->{name}) . ", content_rowid=$key);\n"
		. "create trigger ${index}_i after insert $on $add end;\ncreate trigger ${index}_d after delete $on $remove end;\n"
		. "create trigger ${index}_u after update $on $remove $add end;");
}

sub create_statement
{
	my ($self, $table) = @_;
	my @keys = key_columns($table);
	$_->{generated} = name(column($table, $_->{copy_of})->{name}) for grep { $_->{copy_of} } @{ $table->{columns} };
	my @parts = map { $self->definition($_->{is_rowid} && $self->{sqlite} ? { %$_, kind => 'rowid' } : $_, 1) } @{ $table->{columns} };
	push @parts, 'primary key (' . join(', ', map { name($_->{name}) } @keys) . ')' if !($keys[0]{is_rowid} && $self->{sqlite});
	push @parts, map { 'foreign key (' . join(', ', map { name(column($table, $_)->{name}) } @{ $_->{columns} }) . ') references ' . name($_->{parent}{name})
		. ' (' . join(', ', map { name($_->{name}) } key_columns($_->{parent})) . ")$_->{action}" } @{ $table->{links} };
	return 'create table ' . name($table->{name}) . ' (' . join(', ', @parts) . ')' . ($table->{without_rowid} ? ' without rowid' : '')
		. ($table->{partitioned} ? ' partition by hash (' . name($keys[0]{name}) . ')' : '') . ';';
}

# Foreign keys to tables that exist, or to the table itself.
sub add_links
{
	my ($self, $table) = @_;
	for (1 .. 2)
	{
		next if rand() < .4;
		my $parent = pick($table, $self->tables);
		my @columns;
		for my $key (key_columns($parent))
		{
			my $column = $self->new_column($table, kind => $key->{kind}) // return;
			push @columns, $column;
			push @{ $table->{columns} }, $column;
		}
		push @{ $table->{links} }, { columns => [ map { $_->{n} } @columns ], parent => $parent,
			action => pick(' on delete cascade', ' on delete cascade', ' on delete set null', '') };
	}
}

# Keeps the deleted rows and changes of a table; its triggers know its columns then.
sub enable
{
	my ($self, $table) = @_;
	my $all = $self->argument($table);
	my $mode = $table->{flag} ? 'flag' : 'trash';
	$self->do("select dbarchive_enable($all, '{\"mode\": \"$mode\"}') is null, dbaudit_enable($all) is null;");
	$table->{logged_at} //= $self->next_number;
	$table->{enabled_at} = $table->{audited_at} = $self->next_number;
	$self->note_shape($_) for $table, $self->reached($table);
	for my $each ($table, $self->reached($table))
	{
		$each->{known} = { map { $_->{n} => $_->{name} } @{ $each->{columns} } } if $each == $table;
		$each->{kept} = { map { $_->{n} => $_->{name} } @{ $each->{columns} } };
	}
}

# The names that columns have had since the last entry of the log.
sub note_shape
{
	my ($self, $table) = @_;
	push @{ $table->{shapes} }, [ map { +{%$_} } grep { !$_->{generated} } @{ $table->{columns} } ];
}

# Tables whose rows are changed by deletions from a table.
sub reached
{
	my ($self, $table) = @_;
	my %seen = ($table->{id} => 1);
	my @found = ($table);
	for (my $i = 0; $i < @found; $i++)
	{
		for my $child ($self->tables)
		{
			push @found, $child if !$seen{ $child->{id} } && grep { $_->{parent} == $found[$i] && $_->{action} } @{ $child->{links} };
			$seen{ $child->{id} } = 1 if grep { $_ == $child } @found;
		}
	}
	return @found[1 .. $#found];
}

# Runs DDL, sometimes as a migration of dbcare, which refreshes the triggers.
sub alter
{
	my ($self, $table, @statements) = @_;
	if (!$self->{in_transaction} && rand() < .3)
	{
		my $version = $self->next_number;
		$self->do("select dbmigrate_add('$version', 'step', " . text(join ' ', map { "$_;" } @statements) . ") is null;");
		my ($done) = $self->do("select dbmigrate_apply(null);");
		die "migration $version: $done\n" if $done !~ /"success": true/;
		return 1;
	}
	$self->do("$_;") for @statements;
	return 0;
}

# The triggers of all tables know the columns again after a migration.
sub refreshed
{
	my ($self) = @_;
	$self->know_columns($_) for $self->tables;
}

sub know_columns
{
	my ($self, $table) = @_;
	$table->{known} = { map { $_->{n} => $_->{name} } @{ $table->{columns} } };
	$table->{kept} = { %{ $table->{known} } };
}

# What is older than a change that leaves doubt may be refused.
sub doubt
{
	my ($self, $table) = @_;
	$table->{doubt} = $self->next_number;
}

# [SQLite] The same for the tables that refer to it, which may have triggers for its sake alone.
sub doubt_family
{
	my ($self, @family) = @_;
	my %seen;
	while (my $table = shift @family)
	{
		next if $seen{$table}++;
		$self->doubt($table);
		push @family, grep { my $child = $_; grep { $_->{parent} == $table } @{ $child->{links} } } $self->tables;
	}
}

sub rename_column
{
	my ($self, $table) = @_;
	return if $table->{index};
	my $column = pick(rand() < .4 ? grep({ !$_->{is_rowid} } key_columns($table)) : grep { !$_->{key} } @{ $table->{columns} }) // return;
	my $name = free_name([ @names, @key_names ], map { $_->{name} } @{ $table->{columns} }) // return;
	my $is_fresh = $self->alter($table, 'alter table ' . name($table->{name}) . ' rename column ' . name($column->{name}) . ' to ' . name($name));
	$column->{name} = $name;
	$self->note_shape($table);
	$table->{catalog_at} = $self->next_number;
	$self->refreshed if $is_fresh;
}

sub exchange_columns
{
	my ($self, $table, $first) = @_;
	return if $table->{index};
	my ($left, $right) = sort { rand() <=> .5 } grep { !$_->{key} } @{ $table->{columns} };
	($left, $right) = ($first, grep { $_ != $first } $left, $right) if $first && $right;
	return if !$right;
	my ($l, $r) = map { name($_->{name}) } $left, $right;
	my $is_fresh = $self->alter($table, map { 'alter table ' . name($table->{name}) . " rename column $_" } "$l to z9", "$r to $l", "z9 to $r");
	($left->{name}, $right->{name}) = ($right->{name}, $left->{name});
	$self->note_shape($table);
	$table->{catalog_at} = $self->next_number;
	$self->refreshed if $is_fresh;
}

sub add_column
{
	my ($self, $table) = @_;
	my $column = $self->new_column($table) // return;
	$column->{default} = $self->random_value($column) if rand() < .5;
	# SQLite takes constants alone, and makes integers of some real ones
	$column->{default} = 'n' if $self->{sqlite} && $self->literal($column, $column->{default}) =~ /[(+]|^-?\d+\.\d/;
	my $definition = $self->definition($column, 0);
	$definition .= ' default ' . $self->literal($column, $column->{default}) if $column->{default} ne 'n';
	my $is_fresh = $self->alter($table, 'alter table ' . name($table->{name}) . " add column $definition");
	push @{ $table->{columns} }, $column;
	$_->{ $column->{n} } = $column->{default} for values %{ $table->{rows} };
	$self->note_shape($table);
	$table->{catalog_at} = $self->next_number;
	# a domain with a CHECK makes PostgreSQL write the table anew
	$table->{rewritten_at} = $self->next_number if $column->{kind} eq 'small';
	$is_fresh ? $self->refreshed : rand() < .6 ? $self->enable($table) : ();
}

sub drop_column
{
	my ($self, $table) = @_;
	my $column = pick(grep { !is_base($table, $_) } free_columns($table)) // return;
	return if $table->{index} || $table->{flag};
	my $shown = $self->argument($table);
	my $has_rows = %{ $table->{rows} } ? 1 : 0;
	return if $self->{sqlite} && grep { $_ != $table && $table->{kept} && grep { $_ == $table } $self->reached($_) } $self->tables;
	$self->do("select dbarchive_disable($shown) is null, dbaudit_disable($shown) is null;") if $self->{sqlite};
	my @lines = $self->ask('alter table ' . name($table->{name}) . ' drop column ' . name($column->{name}) . ';');
	die "drop column: @lines\n" if @lines;
	@{ $table->{columns} } = grep { $_ != $column } @{ $table->{columns} };
	delete $_->{ $column->{n} } for values %{ $table->{rows} };
	if (rand() < .4)
	{
		my $again = { %$column, n => $self->next_number, default => 'n' };
		$self->do('alter table ' . name($table->{name}) . ' add column ' . $self->definition($again, 0) . ';');
		push @{ $table->{columns} }, $again;
		$_->{ $again->{n} } = 'n' for values %{ $table->{rows} };
	}
	$table->{catalog_at} = $self->next_number;
	$self->doubt($table);
	$self->doubt_family($table) if $self->{sqlite};
	$table->{logged_at} = $self->next_number if $self->{sqlite};
	$self->enable($table);
}

# [PostgreSQL] Changes the type of a column, or its values with it.
sub alter_type
{
	my ($self, $table) = @_;
	return if $self->{sqlite} || $table->{flag};
	my $column = pick(grep { $_->{kind} eq 'int' && !is_base($table, $_) } free_columns($table)) // return;
	my %shifted = map { $_ => $_ } 0 .. 8;
	return if grep { $_->{ $column->{n} } ne 'n' && $_->{ $column->{n} } !~ /^v3[0-8]$/ } values %{ $table->{rows} };
	$self->do('alter table ' . name($table->{name}) . ' alter column ' . name($column->{name}) . ' type int using 8 - ' . name($column->{name}) . ';');
	$_->{ $column->{n} } ne 'n' and $_->{ $column->{n} } = 'v3' . (8 - substr $_->{ $column->{n} }, 2) for values %{ $table->{rows} };
	$self->doubt($table);
	$column->{altered} = $table->{catalog_at} = $self->next_number;
}

sub vacuum
{
	my ($self, $table) = @_;
	return if $self->{in_transaction};
	$self->do($self->{sqlite} ? 'vacuum;' : 'vacuum full ' . name($table->{name}) . ';');
	$table->{rewritten_at} = $self->next_number;
}

# [SQLite] Makes a table anew with its columns in another order.
sub rebuild
{
	my ($self, $table) = @_;
	return if !$self->{sqlite} || $self->{in_transaction} || $table->{index} || $table->{has_marks};
	@{ $table->{columns} } = sort { rand() <=> .5 } @{ $table->{columns} };
	my @lines = $self->ask('select dbmigrate_rebuild(' . $self->argument($table) . ', ' . text($self->create_statement($table)) . ') is null;');
	return if !$self->succeeded('rebuild', '', '', @lines);
	$self->refreshed;
}

sub rename_table
{
	my ($self, $table) = @_;
	return if $table->{index};
	my $name = free_name(\@tables, map { $_->{name} } $self->tables) // return;
	my $is_fresh = $self->alter($table, 'alter table ' . name($table->{name}) . ' rename to ' . name($name));
	$table->{name} = $name;
	$table->{renamed} = $self->next_number;
	$self->refreshed if $is_fresh;
	$self->enable($table) if $is_fresh || rand() < .5;
}

sub exchange_tables
{
	my ($self, $table) = @_;
	my $other = pick(grep { $_ != $table && !$_->{index} } $self->tables) // return;
	return if $table->{index};
	$self->do("alter table $_;") for name($table->{name}) . ' rename to z9', name($other->{name}) . ' rename to ' . name($table->{name}), 'z9 rename to ' . name($other->{name});
	($table->{name}, $other->{name}) = ($other->{name}, $table->{name});
	$_->{renamed} = $self->next_number for $table, $other;
	$self->enable($table) if rand() < .5;
}

1;
