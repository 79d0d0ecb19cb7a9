# Statements of an application over the tables of histories, and what they do to the
# rows of the model: deletions with their cascades, and keys that change.
package Past;
use strict;
use warnings;

# The key of a row, as values that are equal where the engine finds them equal; undef if
# a part of it is null.
sub key_of
{
	my ($self, $table, $row, $columns, $key_columns) = @_;
	my @columns = $columns ? @$columns : map { $_->{n} } key_columns($table);
	my @keys = $key_columns ? @$key_columns : key_columns($table);
	my @values = map { $row->{$_} } @columns;
	return undef if grep { !defined $_ || $_ eq 'n' } @values;
	return join "\0", map { $self->equal($keys[$_], $values[$_]) } 0 .. $#keys;
}

# The number of the row that has a key.
sub row_with
{
	my ($self, $table, $key) = @_;
	return undef if !defined $key;
	my ($found) = grep { ($self->key_of($table, $table->{rows}{$_}) // '') eq $key } keys %{ $table->{rows} };
	return $found;
}

# The condition that finds a row.
sub where
{
	my ($self, $table, $row) = @_;
	my @columns = key_columns($table);
	# a null in the key may be that of other rows, too
	@columns = @{ $table->{columns} } if grep { $row->{ $_->{n} } eq 'n' } @columns;
	return join ' and ', map { my $literal = $self->literal($_, $row->{ $_->{n} });
		name($_->{name}) . ($self->{sqlite} || $row->{ $_->{n} } eq 'n' ? " is $literal" : " = $literal") } @columns;
}

# A row that a statement can name, by its number.
sub pick_row
{
	my ($self, $table) = @_;
	my $number = pick(sort keys %{ $table->{rows} }) // return;
	my $text = join ' ', map { $table->{rows}{$number}{ $_->{n} } } @{ $table->{columns} };
	my $same = grep { my $row = $_; $text eq join ' ', map { $row->{ $_->{n} } } @{ $table->{columns} } } values %{ $table->{rows} };
	return $same == 1 ? $number : undef;
}

# Row numbers of a table that refer to a key through a foreign key.
sub referring
{
	my ($self, $child, $link, $key) = @_;
	return () if !defined $key;
	my @keys = key_columns($link->{parent});
	return grep { ($self->key_of($child, $child->{rows}{$_}, $link->{columns}, \@keys) // '') eq $key } keys %{ $child->{rows} };
}

# Whether anything refers to a row, or would keep it from being deleted.
sub is_referred
{
	my ($self, $table, $row, $keeps) = @_;
	my $key = $self->key_of($table, $row);
	for my $child ($self->tables)
	{
		for my $link (grep { $_->{parent} == $table && !($keeps && $_->{action} =~ /null/) } @{ $child->{links} })
		{
			return 1 if $self->referring($child, $link, $key);
		}
	}
	return 0;
}

# Links of a row without a parent, among the rows of the model.
sub orphaned_links
{
	my ($self, $table, $row) = @_;
	return grep {
		my $link = $_;
		my $key = $self->key_of($table, $row, $link->{columns}, [ key_columns($link->{parent}) ]);
		defined $key && !defined $self->row_with($link->{parent}, $key);
	} @{ $table->{links} };
}

# Values for the columns of a foreign key: of a parent, or null.
sub choose_parent
{
	my ($self, $table, $link, $row) = @_;
	my $parent = pick(values %{ $link->{parent}{rows} });
	my @keys = key_columns($link->{parent});
	my $is_null = !$parent || rand() < .3;
	$row->{ $link->{columns}[$_] } = $is_null ? 'n' : $parent->{ $keys[$_]{n} } for 0 .. $#keys;
}

# A key that no row has.
sub free_key
{
	my ($self, $table) = @_;
	for (1 .. 9)
	{
		my %row = map { $_->{n} => $self->random_value($_) } key_columns($table);
		my $key = $self->key_of($table, \%row);
		return \%row if !defined $key || !defined $self->row_with($table, $key);
	}
	return undef;
}

sub insert
{
	my ($self, $table) = @_;
	my $key = $self->free_key($table) // return;
	my %row = (map({ $_->{n} => $self->random_value($_) } free_columns($table)), %$key);
	$self->choose_parent($table, $_, \%row) for @{ $table->{links} };
	$self->insert_row($table, \%row);
}

# Inserts a row; returns its number.
sub insert_row
{
	my ($self, $table, $row) = @_;
	settle($table, $row);
	my @columns = grep { !$_->{generated} } @{ $table->{columns} };
	$self->do('insert into ' . name($table->{name}) . ' (' . join(', ', map { name($_->{name}) } @columns) . ') values ('
		. join(', ', map { $self->literal($_, $row->{ $_->{n} }) } @columns) . ');');
	my $number = $self->next_number;
	$table->{rows}{$number} = $row;
	$self->logged($table, 'insert', undef, $row, $number);
	return $number;
}

sub update
{
	my ($self, $table) = @_;
	my $number = $self->pick_row($table) // return;
	my $row = $table->{rows}{$number};
	my %new = map { $_->{n} => $self->random_value($_) } grep { rand() < .5 } free_columns($table);
	my $link = pick(@{ $table->{links} });
	$self->choose_parent($table, $link, \%new) if $link && rand() < .3;
	return if !%new;
	$self->do('update ' . name($table->{name}) . ' set ' . join(', ', map { my $column = column($table, $_); name($column->{name}) . ' = ' . $self->literal($column, $new{$_}) } sort keys %new)
		. ' where ' . $self->where($table, $row) . ';');
	$self->changed($table, $number, \%new);
}

# Notes that a row was changed, if it was.
sub changed
{
	my ($self, $table, $number, $new) = @_;
	my %before = %{ $table->{rows}{$number} };
	my @changed = grep { $before{$_} ne $new->{$_} } keys %$new;
	return if !@changed;
	$table->{rows}{$number} = settle($table, { %before, %$new });
	# columns that the triggers do not know leave no entry
	if ($self->{sqlite} && !grep { $table->{known}{$_} } @changed)
	{
		$self->{model}{last} = undef;
		return;
	}
	$self->logged($table, 'update', \%before, $table->{rows}{$number}, $number);
}

sub change_key
{
	my ($self, $table) = @_;
	my $number = $self->pick_row($table) // return;
	my $row = $table->{rows}{$number};
	my $to = $self->free_key($table) // return;
	return if $self->is_referred($table, $row);
	$self->do('update ' . name($table->{name}) . ' set ' . join(', ', map { name($_->{name}) . ' = ' . $self->literal($_, $to->{ $_->{n} }) } key_columns($table))
		. ' where ' . $self->where($table, $row) . ';');
	$self->changed($table, $number, $to);
}

# What a deletion takes along: rows that cascades delete, links that become null; or a
# row that stands in its way.
sub closure
{
	my ($self, $table, @numbers) = @_;
	my %gone = map { $_ => $table } @numbers;
	my @left = map { [ $table, $_ ] } @numbers;
	my (@links, @kept);

	while (my $item = shift @left)
	{
		my ($parent, $number) = @$item;
		my $key = $self->key_of($parent, $parent->{rows}{$number});
		for my $child ($self->tables)
		{
			for my $link (grep { $_->{parent} == $parent } @{ $child->{links} })
			{
				for my $row ($self->referring($child, $link, $key))
				{
					if ($link->{action} =~ /cascade/)
					{
						push @left, [ $child, $row ] if !$gone{$row};
						$gone{$row} = $child;
					}
					elsif ($link->{action}) { push @links, { table => $child, number => $row, link => $link, columns => [ @{ $link->{columns} } ],
						values => { map { $_ => $child->{rows}{$row}{$_} } @{ $link->{columns} } } } }
					else { push @kept, $row }
				}
			}
		}
	}
	# PostgreSQL may test a foreign key before the cascade of another one deletes the row that refers
	return { refused => scalar(grep { !$gone{$_} } @kept), may_be_refused => scalar @kept, rows => \%gone, links => [ grep { !$gone{ $_->{number} } } @links ] };
}

# A deleted row, with what the triggers know of its columns.
sub image_of
{
	my ($self, $table, $number, $row) = @_;
	return { table => $table, number => $number, row => $row, columns => [ map { +{%$_} } @{ $table->{columns} } ],
		kept => { %{ $table->{kept} } }, unknown => scalar($self->{sqlite} && grep { !$table->{kept}{ $_->{n} } } @{ $table->{columns} }) };
}

# Deletes rows with what their deletion takes along from the model; returns the images.
sub take_out
{
	my ($self, $closure) = @_;
	my @images;
	for my $number (sort { $a <=> $b } keys %{ $closure->{rows} })
	{
		my $table = $closure->{rows}{$number};
		push @images, $self->image_of($table, $number, delete $table->{rows}{$number});
	}
	for my $link (@{ $closure->{links} })
	{
		my $row = $link->{table}{rows}{ $link->{number} };
		$link->{left} = $link->{table}{rows}{ $link->{number} } = { %$row, map { $_ => 'n' } @{ $link->{columns} } };
	}
	return @images;
}

sub remove
{
	my ($self, $table) = @_;
	my %numbers = map { $_ // '' => 1 } map { $self->pick_row($table) } 1 .. 1 + rand 4;
	my @numbers = grep { $_ } sort keys %numbers;
	$self->remove_rows($table, @numbers) if @numbers;
}

sub remove_rows
{
	my ($self, $table, @numbers) = @_;
	my $closure = $self->closure($table, @numbers);
	# rows of mode flag would not be kept
	return if grep { $_->{flag} } values %{ $closure->{rows} };
	my $sql = 'delete from ' . name($table->{name}) . ' where ' . join(' or ', map { '(' . $self->where($table, $table->{rows}{$_}) . ')' } @numbers) . ';';
	my @lines = $self->ask($sql);
	if ($closure->{refused})
	{
		die "a deletion that a foreign key prevents: @lines\n" if !grep { /foreign key/i } @lines;
		return;
	}
	return if !$self->{sqlite} && $closure->{may_be_refused} && grep { /foreign key/ } @lines;
	die "$sql: @lines\n" if @lines;
	my @images = $self->take_out($closure);
	$self->deleted($table, \@images, $closure->{links});
}

# Notes a batch of deleted rows.
sub deleted
{
	my ($self, $table, $images, $links) = @_;
	my ($batch) = $self->do('select max(batch) from dbarchive_deleted();');
	push @{ $self->{model}{batches} }, { id => $batch, table => $table, rows => $images, links => $links, at => $self->next_number };
	@$images == 1 && !@$links ? $self->logged($table, 'delete', $images->[0]{row}, undef, $images->[0]{number}) : $self->logged($table);
}

1;
