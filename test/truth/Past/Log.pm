# The log of changes in histories: what entries say, changes that are undone, and rows of
# the past.
package Past;
use strict;
use warnings;

# The columns of a table as its log knows them: on SQLite by the names that the triggers
# have.
sub logged_columns
{
	my ($self, $table) = @_;
	return map { +{%$_} } grep { !$_->{generated} } @{ $table->{columns} } if !$self->{sqlite};
	return map { +{ %$_, name => $table->{known}{ $_->{n} } } } grep { $table->{known}{ $_->{n} } && !$_->{generated} } @{ $table->{columns} };
}

# Notes a change: of one row, which can be undone, or of several.
sub logged
{
	my ($self, $table, $action, $before, $after, $number) = @_;
	my $model = $self->{model};
	my @columns = $self->logged_columns($table);

	$model->{last} = undef;
	if ($before && $after)
	{
		my ($from, $to) = map { my $row = $_; join "\0", map { $row->{$_} } @{ $table->{key} } } $before, $after;
		$self->holds_follow($table, $before, $after) if $from ne $to;
		$table->{rekeyed}{$number} = $self->next_number if $from ne $to;
	}
	if ($action)
	{
		$table->{shapes} = [ [@columns] ];
		$table->{entry_at} = $self->next_number;
		my ($line) = $self->do('select ' . ($self->{sqlite} ? 'json_array(id, action, json(before), json(after))' : 'json_build_array(id, action, before, after)')
			. ' from dbaudit_log(' . text('{"limit": 1}') . ') order by id desc limit 1;');
		my ($entry, $is, $from, $to) = @{ $self->decode($line // '[0, "none", null, null]') };
		without_marks($from, $to);
		my @changed = grep { $before && $after && $before->{ $_->{n} } ne $after->{ $_->{n} } } @columns;
		my $image = sub { my ($row, @of) = @_; return { map { $_->{name} => $self->{kinds}{ $_->{kind} }{of}{ $row->{ $_->{n} } }{text} } @of } };
		my $expected = [ $action, $action eq 'insert' ? {} : $image->($before, $action eq 'update' ? @changed : @columns), $action eq 'update' ? $image->($after, @changed) : {} ];
		$self->compare('the last entry of the log', [ $is, map { my $row = $_ // {}; +{ map { $_ => json_text($row->{$_}) } keys %$row } } $from, $to ], $expected);
		push @{ $model->{entries} }, { id => $entry, at => $self->next_number, table => $table, key => { map { $_ => ($before // $after)->{$_} } @{ $table->{key} } } };
		$model->{last} = { entry => $entry, batch => @{ $model->{batches} } ? $model->{batches}[-1]{id} : 0, table => $table, before => $before && {%$before}, after => $after && {%$after}, number => $number, action => $action,
			at => $self->next_number, columns => \@columns, unknown => scalar($self->{sqlite} && grep { !$table->{known}{ $_->{n} } } @{ $table->{columns} }),
			open => scalar($self->{sqlite} && grep { ($_ // 0) > $table->{audited_at} } @$table{qw(catalog_at renamed)}, map { @{ $_->{parent} }{qw(renamed catalog_at)} } @{ $table->{links} }) };
	}
	$self->note_moment if rand() < .3;
}

# Keeps what the tables have now, with the time.
sub note_moment
{
	my ($self) = @_;
	return if $self->{in_transaction};
	my ($time) = $self->do($self->{sqlite} ? "select strftime('%Y-%m-%dT%H:%M:%fZ', 'now');" : 'select clock_timestamp();');
	# the next change is later
	$self->do($self->{sqlite} ? "with recursive n (i) as (select 1 union all select i + 1 from n where i < 100000) select count(*) < 0 from n;"
		: 'select pg_sleep(0.002) is null;');
	push @{ $self->{model}{moments} }, { time => $time, at => $self->next_number,
		tables => { map { $_->{id} => { entry_at => $_->{entry_at} // $_->{logged_at}, columns => [ $self->logged_columns($_) ],
			shapes => [ @{ $_->{shapes} } ], has => { %{ $_->{rows} } } } } $self->tables } };
	shift @{ $self->{model}{moments} } if @{ $self->{model}{moments} } > 12;
}

sub undo
{
	my ($self) = @_;
	my $last = $self->{model}{last} // return;
	my $table = $last->{table};
	my $doubt = $self->doubt_of($table, $last->{before} ? $last->{columns} : [], $last->{at}, $last->{unknown}) // '';
	my ($must, $may) = ($doubt eq 'must' && !$last->{after} ? 'values of the row are not known' : '', $doubt);
	# where the table was another one than that the triggers knew, it may have had the column
	$may ||= 'new column' if $last->{open} && !$last->{after} && grep { my $n = $_->{n}; !grep { $_->{n} == $n } @{ $last->{columns} } } @{ $table->{columns} };
	$may ||= 'a null in the key' if grep { $_ && !defined $self->key_of($table, $_) } $last->{before} && as_now($table, $last->{before}), $table->{rows}{ $last->{number} };
	my $row;
	if ($last->{before})
	{
		$row = as_now($table, $last->{before});
		my $now = $table->{rows}{ $last->{number} };
		for my $column (@{ $table->{columns} })
		{
			my ($then) = grep { $_->{n} == $column->{n} } @{ $last->{columns} };
			# columns that the change has left alone keep the value that they have
			$row->{ $column->{n} } = $now->{ $column->{n} } if $now && (!$then || $last->{before}{ $column->{n} } eq $last->{after}{ $column->{n} });
		}
	}
	settle($table, $row) if $row;
	my $now = $table->{rows}{ $last->{number} };
	my $key_goes = $now && (!$row || ($self->key_of($table, $now) // '') ne ($self->key_of($table, $row) // ''));
	my @holds = grep { $_->{table} == $table && $now && $_->{key} eq ($self->key_of($table, $now) // '') } @{ $self->{model}{holds} };
	$must ||= 'other rows refer to the row' if $key_goes && $self->refers_elsewhere($table, $now, $last->{number});
	$must ||= 'the row is held' if !$row && grep { !$_->{stays} } @holds;
	$may ||= 'the row is held' if @holds;
	if ($row)
	{
		my $key = $self->key_of($table, $row);
		my $there = $self->row_with($table, $key);
		$must ||= 'a row has the key' if defined $there && $there ne $last->{number};
		my $self_link = grep { $_->{parent} == $table } @{ $table->{links} };
		my $old = $table->{rows}{ $last->{number} };
		$table->{rows}{ $last->{number} } = $row;
		$must ||= 'the row has no parent' if $self->orphaned_links($table, $row);
		$old ? ($table->{rows}{ $last->{number} } = $old) : delete $table->{rows}{ $last->{number} };
	}
	my $fires = rand() < .25;
	my %tallies = $self->tallies;
	my %known = map { $_ => 1 } $self->do('select distinct batch from dbarchive_deleted();');
	my @lines = $self->ask("select dbaudit_undo($last->{entry}" . ($fires ? fire_option() : '') . ') is null;');
	$self->{model}{last} = undef;
	return if !$self->succeeded("undo of $last->{action}", $must, $may, @lines);
	my $is_moved = $now && $row && grep { $now->{$_} ne $row->{$_} } @{ $table->{key} };
	my %fired = $is_moved ? (i => 1, d => 1) : (($now ? $row ? 'u' : 'd' : 'i') => 1);
	$self->compare_fired("undo of $last->{action}", \%tallies, $fires ? { $table->{id} => \%fired } : {});
	$self->{seen}{'undo with triggers'}++ if $fires && $table->{counted};
	# the triggers that keep deleted rows fire, too
	my @new = grep { !$known{$_} && !$self->{model}{marks}{$_} } $self->do('select distinct batch from dbarchive_deleted();');
	die "undo: the deleted row is not kept once: @new\n" if @new > 1 || $fires && $fired{d} && !$table->{flag} && !@new || !$fires && @new;
	my @images = map { $self->image_of($table, $last->{number}, $now) } @new;
	$row ? ($table->{rows}{ $last->{number} } = $row) : delete $table->{rows}{ $last->{number} };
	$self->holds_follow($table, $now, $row) if $key_goes && $row;
	$table->{rekeyed}{ $last->{number} } = $self->next_number if $key_goes && $row;
	$self->undone_deletion($last) if !$last->{after};
	$self->note_batch($new[0], $table, \@images, []) if @new;
}

# Takes a deletion back after the table has changed.
sub undo_later
{
	my ($self, $table) = @_;
	$self->remove($table);
	my $last = $self->{model}{last} // return;
	return if $last->{after} || $last->{table} != $table;
	for my $step (map { pick('add_column', 'add_column', 'rename_column', 'exchange_columns', 'vacuum') } 0 .. rand 3)
	{
		print { $self->{log} } "-- $step\n";
		$self->$step($table);
	}
	$self->undo;
}

# Whether rows besides itself refer to a row.
sub refers_elsewhere
{
	my ($self, $table, $row, $number) = @_;
	my $key = $self->key_of($table, $row);
	for my $child ($self->tables)
	{
		for my $link (grep { $_->{parent} == $table } @{ $child->{links} })
		{
			return 1 if grep { $_ ne $number } $self->referring($child, $link, $key);
		}
	}
	return 0;
}

# A deletion that was undone leaves the list of deleted rows.
sub undone_deletion
{
	my ($self, $last) = @_;
	my %left = map { $_ => 1 } $self->do('select distinct batch from dbarchive_deleted();');
	# the log and the trash may know columns by other names
	return if $left{ $last->{batch} } && $last->{table}{catalog_at} && 1 == map { @{ $_->{rows} } } grep { $_->{id} eq $last->{batch} } @{ $self->{model}{batches} };
	for my $batch (grep { $_->{id} eq $last->{batch} } @{ $self->{model}{batches} })
	{
		@{ $batch->{rows} } = grep { $_->{number} ne $last->{number} } @{ $batch->{rows} };
	}
	@{ $self->{model}{batches} } = grep { @{ $_->{rows} } } @{ $self->{model}{batches} };
}

sub read_past
{
	my ($self, $table) = @_;
	my $moment = pick(@{ $self->{model}{moments} }) // return;
	my $then = $moment->{tables}{ $table->{id} } // return;
	# the log notes the shape of a table with the first entry after a change
	my $doubt = $self->doubt_of($table, $then->{columns}, $moment->{at}, 0, $then->{entry_at}) // '';
	my $may = $doubt || $table->{logged_at} > $moment->{at} || ($table->{renamed} // 0) > $moment->{at};
	$may ||= 'a null in the key' if grep { !$_->{not_null} } key_columns($table);
	$may ||= 'not logged' if $self->{sqlite} && ($table->{gap} // 0) > $moment->{at};
	my @lines = $self->ask('select row_data from dbaudit_table_as_of(' . $self->argument($table) . ', ' . text($moment->{time}) . ');');
	return if !$self->succeeded('as of', '', $may, @lines);
	my @is = sort map { my ($row) = without_marks($self->decode($_)); row_text(map { $_ => json_text($row->{$_}) } keys %$row) } @lines;
	# columns have the names of the moment, or those since the last change before
	my @expected = map { my @columns = @$_; [ sort map { my $row = $_; row_text(map { $_->{name} => $self->{kinds}{ $_->{kind} }{of}{ $row->{ $_->{n} } }{text} } grep { defined $row->{ $_->{n} } } @columns) }
		values %{ $then->{has} } ] } $then->{columns}, @{ $then->{shapes} };
	$self->compare("as of $moment->{time}: table $table->{name}", \@is, $expected[0]) if !grep { "@is" eq "@$_" } @expected;
}

sub row_text { my (%row) = @_; return join ', ', map { "$_: $row{$_}" } sort keys %row; }

1;
