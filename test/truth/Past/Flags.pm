# Mode flag in histories: rows that are marked as deleted and stay in their table.
#
# The columns of the marks are no columns of the model, since their values are times and
# numbers of dbcare: the model knows which rows are marked, by which batch.
package Past;
use strict;
use warnings;

my @mark_columns = ('deleted_at', 'deleted_by', 'deletion_id');

# Takes the columns of marks out of rows in JSON.
sub without_marks
{
	my (@rows) = @_;
	for my $row (grep { $_ } @rows) { delete @$row{@mark_columns} }
	return @rows;
}

# Whether a row is marked, and the batch that has marked it.
sub mark_of
{
	my ($self, $table, $number) = @_;
	my ($batch) = grep { $_->{rows}{$number} } values %{ $self->{model}{marks} };
	return $batch;
}

sub marked_rows
{
	my ($self, $table) = @_;
	return grep { $self->mark_of($table, $_) } sort keys %{ $table->{rows} };
}

# Enables the other mode for a table.
sub change_mode
{
	my ($self, $table) = @_;
	my $mode = $table->{flag} ? 'trash' : 'flag';
	my $must = $table->{flag} && $self->marked_rows($table) ? 'rows are marked' : '';
	my @lines = $self->ask('select dbarchive_enable(' . $self->argument($table) . ", '{\"mode\": \"$mode\"}') is null;");
	return if !$self->succeeded("mode $mode", $must, '', @lines);
	$table->{flag} = $mode eq 'flag';
	$table->{catalog_at} = $self->next_number if !$table->{has_marks};
	$table->{has_marks} ||= $table->{flag};
	# no trigger names the columns meanwhile
	$self->doubt_family($table) if $self->{sqlite};
	$self->enable($table);
}

# Rows that marks follow to, or undef where rows that stay would refer to one.
sub to_be_marked
{
	my ($self, $table, $number) = @_;
	my %found = ($number => $table);
	my @left = ($number);
	my @kept;

	while (defined(my $next = shift @left))
	{
		my $parent = $found{$next};
		my $key = $self->key_of($parent, $parent->{rows}{$next});
		for my $child ($self->tables)
		{
			for my $link (grep { $_->{parent} == $parent && $_->{action} !~ /null/ } @{ $child->{links} })
			{
				for my $row (grep { !$self->mark_of($child, $_) } $self->referring($child, $link, $key))
				{
					if (!$child->{flag} || !$link->{action}) { push @kept, $row }
					elsif (!$found{$row})
					{
						$found{$row} = $child;
						push @left, $row;
					}
				}
			}
		}
	}
	return grep({ !$found{$_} } @kept) ? undef : \%found;
}

# Marks a row as deleted.
sub mark
{
	my ($self, $table) = @_;
	my $number = $table->{flag} ? $self->pick_row($table) // return : return;
	my $row = $table->{rows}{$number};
	return if !defined $self->key_of($table, $row) || ($table->{renamed} // 0) > $table->{enabled_at};
	my $is_marked = $self->mark_of($table, $number);
	my $found = $self->to_be_marked($table, $number);
	my @lines = $self->ask('select dbarchive_delete(' . $self->argument($table) . ', ' . $self->key_argument($table, $row) . ') is null;');
	return if !$self->succeeded('mark', $is_marked ? 'the row is marked' : !$found ? 'rows that stay refer to the row' : '', '', @lines);
	my ($batch) = $self->do('select deletion_id from ' . name($table->{name}) . ' where ' . $self->where($table, $row) . ';');
	$self->{model}{marks}{$batch} = { id => $batch, rows => $found };
	$self->logged($table);
}

# Takes the marks of a batch away again.
sub unmark
{
	my ($self) = @_;
	my $batch = $self->{model}{marks}{ pick(sort keys %{ $self->{model}{marks} }) // return };
	my @numbers = grep { exists $batch->{rows}{$_}{rows}{$_} } sort keys %{ $batch->{rows} };
	my $must = '';

	return if !@numbers;
	for my $number (@numbers)
	{
		my $table = $batch->{rows}{$number};
		for my $link (@{ $table->{links} })
		{
			my $parent = $self->row_with($link->{parent}, $self->key_of($table, $table->{rows}{$number}, $link->{columns}, [ key_columns($link->{parent}) ])) // next;
			my $mark = $self->mark_of($link->{parent}, $parent);
			$must ||= 'a parent is marked' if $mark && $mark != $batch;
		}
	}
	my $number = pick(@numbers);
	my $table = $batch->{rows}{$number};
	my $key = $self->key_of($table, $table->{rows}{$number});
	my $by_key = rand() < .5 && defined $key && ($table->{renamed} // 0) <= $table->{enabled_at};
	my $call = $by_key ? 'dbarchive_restore(' . $self->argument($table) . ', ' . $self->key_argument($table, $table->{rows}{$number}) . ')'
		: "dbarchive_restore_batch($batch->{id})";
	my @lines = $self->ask("select $call is null;");
	return if !$self->succeeded('unmark', $must, '', @lines);
	delete $self->{model}{marks}{ $batch->{id} };
	$self->logged($table);
}

# Deletes the marked rows of a table for good.
sub purge_marked
{
	my ($self, $table) = @_;
	return if !$table->{flag} || $self->{in_transaction};
	my $is_held = grep { my $hold = $_; $hold->{table} == $table || grep { $hold->{table} == $_ } $self->reached($table) } @{ $self->{model}{holds} };
	my @lines = $self->ask(($self->{sqlite} ? 'select' : 'call') . ' dbarchive_purge(' . $self->argument($table) . ", '{\"older_than_days\": 0}');");
	return if !$self->succeeded('purge of marked rows', '', $is_held, @lines);
	my %gone = map { my $each = $_; map { $_ => $each } $self->missing_rows($each) } $self->tables;

	for my $number ($self->marked_rows($table))
	{
		my $row = $table->{rows}{$number};
		die "purge: a marked row of $table->{name} is left\n" if !$gone{$number} && !$self->is_referred($table, $row, 1) && !$self->hold_of($table, $row);
	}
	for my $number (keys %gone)
	{
		my $each = $gone{$number};
		die "purge: a row of $each->{name} is gone that is not marked, or held\n"
			if !$self->mark_of($each, $number) || $self->hold_of($each, $each->{rows}{$number}) eq 'must';
	}
	for my $link (@{ $self->closure($table, grep { $gone{$_} == $table } keys %gone)->{links} })
	{
		my $row = $link->{table}{rows}{ $link->{number} };
		$link->{table}{rows}{ $link->{number} } = { %$row, map { $_ => 'n' } @{ $link->{columns} } };
	}
	delete $gone{$_}{rows}{$_} for keys %gone;
	$self->logged($table);
}

# The marks must be those of the model, and the view must have the other rows.
sub compare_marks
{
	my ($self, $what, $table) = @_;
	my $name = name($table->{name});
	my @columns = @{ $table->{columns} };
	my @is = sort $self->do('select ' . join(" || ' ' || ", map { $self->exact(name($_->{name})) } @columns) . " from $name where deleted_at is not null;");
	my @marked = $self->marked_rows($table);
	$self->compare("$what: marked rows of table $table->{name}", \@is, [ sort map { my $row = $table->{rows}{$_}; join ' ', map { $row->{ $_->{n} } } @columns } @marked ]);
	return if !$table->{flag} || ($table->{renamed} // 0) > $table->{enabled_at};
	my ($live) = $self->do('select count(*) from ' . name("$table->{name}_live") . ';');
	$self->compare("$what: live rows of table $table->{name}", $live, '' . (keys(%{ $table->{rows} }) - @marked));
}

# Marked rows as a batch of deleted rows.
sub marks_as_batches
{
	my ($self) = @_;
	return map { my $batch = $_; +{ id => $batch->{id}, rows => [ map {
		my $table = $batch->{rows}{$_};
		my $row = $table->{rows}{$_};
		$row && $table->{flag} ? { table => $table, row => $row, columns => $table->{columns}, kept => { map { $_->{n} => 1 } @{ $table->{columns} } } } : ();
	} keys %{ $batch->{rows} } ] } } values %{ $self->{model}{marks} };
}

1;
