# Deleted rows of histories: listed, restored, held and purged.
package Past;
use strict;
use warnings;

# The key of a row as an argument of dbcare's functions.
sub key_argument
{
	my ($self, $table, $row, $columns) = @_;
	my @keys = map { my $n = $_; my ($column) = grep { $_->{n} == $n } @{ $columns // $table->{columns} }; $column } @{ $table->{key} };
	# an equal key may be spelled otherwise
	my %value = map { my $column = $_; my $value = $row->{ $column->{n} };
		$column->{n} => pick(grep { $value ne 'n' && $self->equal($column, $_) eq $self->equal($column, $value) } @{ $self->{kinds}{ $column->{kind} }{values} }) // $value } @keys;
	my $single = $self->literal($keys[0], $value{ $keys[0]{n} });
	# a blob is no argument
	return $single if @keys == 1 && rand() < .5 && $row->{ $keys[0]{n} } ne 'n' && (!$self->{sqlite} || $single !~ /^x'/);
	return ($self->{sqlite} ? 'json_object' : 'jsonb_build_object') . '(' . join(', ', map {
		my $literal = $self->literal($_, $value{ $_->{n} });
		text($_->{name}) . ', ' . ($literal =~ /^x'(.*)'$/ ? "json_object('blob', '$1')" : $_->{kind} eq 'key_bytes' || $_->{kind} eq 'key_time' || $_->{kind} eq 'key_numeric' ? "($literal)::text" : $literal) } @keys) . ')';
}

# A row of then with the present columns.
sub as_now
{
	my ($table, $row) = @_;
	return settle($table, { map { $_->{n} => exists $row->{ $_->{n} } ? $row->{ $_->{n} } : $_->{default} } @{ $table->{columns} } });
}

# The text that the list of deleted rows has of a value.
sub shown_text
{
	my ($self, $kind, $value) = @_;
	return $self->{kinds}{$kind}{of}{$value}{text};
}

# Whether a call has succeeded; fails if it was refused without a reason, or was not
# although it had to be.
sub succeeded
{
	my ($self, $what, $must_refuse, $may_refuse, @lines) = @_;
	my ($error) = grep { /$Past::is_error/ } @lines;
	$self->{seen}{ $error ? "$what refused" : $what }++;
	die "$what: internal error: @lines\n" if $error && $error =~ /internal|syntax|malformed|XX\d\d\d|no such|does not exist/ && !$must_refuse;
	die "$what is refused without reason: @lines\n" if $error && !$must_refuse && !$may_refuse;
	die "$what is not refused: $must_refuse\n" if !$error && $must_refuse;
	return !$error;
}

# Why a row of then cannot be certain: undef, or 'must', or 'may'.
sub doubt_of
{
	my ($self, $table, $columns, $at, $unknown, $shape_at) = @_;
	for my $then (@$columns)
	{
		my $now = column($table, $then->{n});
		return 'must' if !$now || ($now->{altered} // 0) > $at;
	}
	return 'may' if $unknown || ($table->{doubt} // 0) > $at;
	# one knows only that both were after that: a rename and a rewrite look like a rename and ALTER TYPE
	my $since = $shape_at // $at;
	return 'may' if !$self->{sqlite} && ($table->{rewritten_at} // 0) > $since && ($table->{catalog_at} // 0) > $since;
	return undef;
}

# The rows that are deleted must have the values of the model.  Links that the same deletion
# has set to null may be null, and columns that the triggers did not know missing.
sub compare_deleted
{
	my ($self, $what) = @_;
	my (%is, %expected, %optional, %rows);
	my @lines = $self->do('select ' . ($self->{sqlite} ? 'json_array(batch, json(row_data))' : 'json_build_array(batch, row_data)') . ' from dbarchive_deleted();');

	for my $line (@lines)
	{
		my ($batch, $row) = @{ $self->decode($line) };
		without_marks($row);
		$rows{$batch}++;
		$is{$batch}{ json_text($_) }++ for values %$row;
	}
	for my $batch (grep({ !$_->{file} } @{ $self->{model}{batches} }), $self->marks_as_batches)
	{
		$rows{ $batch->{id} } -= @{ $batch->{rows} };
		for my $image (@{ $batch->{rows} })
		{
			for my $column (@{ $image->{columns} })
			{
				my $text = $self->{kinds}{ $column->{kind} }{of}{ $image->{row}{ $column->{n} } }{text};
				$expected{ $batch->{id} }{$text}++;
				$optional{ $batch->{id} }{$text}++, $optional{ $batch->{id} }{null}++
					if !defined $image->{kept}{ $column->{n} } && $self->{sqlite} || is_link($image->{table}, $column);
			}
		}
	}
	$self->compare("$what: numbers of deleted rows that are too many", { map { $rows{$_} ? ($_ => $rows{$_}) : () } keys %rows }, {});
	for my $batch (keys %is)
	{
		my %values = map { $_ => 1 } keys %{ $is{$batch} }, keys %{ $expected{$batch} };
		my @differ = grep { abs(($is{$batch}{$_} // 0) - ($expected{$batch}{$_} // 0)) > ($optional{$batch}{$_} // 0) } keys %values;
		$self->compare("$what: values of deleted rows of batch $batch", { map { $_ => $is{$batch}{$_} // 0 } @differ }, { map { $_ => $expected{$batch}{$_} // 0 } @differ });
	}
}

sub restore
{
	my ($self, $any, $batch) = @_;
	$batch //= pick(@{ $self->{model}{batches} }) // return;
	my ($must, $may, $taken) = ('', '', 0);
	my $fires = rand() < .3;
	my %backs;

	for my $image (@{ $batch->{rows} })
	{
		my $table = $image->{table};
		my $doubt = $self->doubt_of($table, $image->{columns}, $batch->{at}, $image->{unknown}) // '';
		$must ||= "the values of $table->{name} are not known" if $doubt eq 'must';
		$may ||= $doubt;
		# an undo may have brought the row back, and its key was changed since
		my $number = exists $table->{rows}{ $image->{number} } ? $self->next_number : $image->{number};
		$backs{$number} = [ $table, as_now($table, $image->{row}) ];
		my $key = $self->key_of($table, $backs{$number}[1]);
		next if !defined $key || !defined $self->row_with($table, $key);
		$must ||= "$table->{name} has a row with this key";
		$taken++;
	}
	# each row must have its parents then
	my $before = { map { $_->{id} => { %{ $_->{rows} } } } $self->tables };
	$backs{$_}[0]{rows}{$_} = $backs{$_}[1] for keys %backs;
	my $is_orphan = grep { $self->orphaned_links(@$_) } values %backs;
	$must ||= 'a row has no parent' if $is_orphan;
	my $image = pick(@{ $batch->{rows} });
	my $by_key = rand() < .3 && !$batch->{file} && !$self->other_batches($image) && ($image->{table}{renamed} // 0) < $image->{table}{enabled_at};
	my $call = $by_key ? 'dbarchive_restore(' . $self->argument($image->{table}) . ', ' . $self->key_argument($image->{table}, $image->{row})
		: $batch->{file} ? "dbarchive_restore_file($batch->{file}" : "dbarchive_restore_batch($batch->{id}";
	$call .= ($fires ? fire_option() : '') . ')';
	my %tallies = $self->tallies;
	my @lines = $self->ask("select $call is null;");
	my $done = eval { $self->succeeded($by_key ? 'restore by key' : 'restore', $must, $may, @lines) };
	my $error = $@;
	if (!$done)
	{
		$_->{rows} = $before->{ $_->{id} } for $self->tables;
		die $error if $error;
		# the error names the rows in the way
		my $named = () = "@lines" =~ /a row with the same unique key exists/g;
		$self->compare('rows that are named as in the way', $named, $taken) if $taken && $must =~ /with this key/ && !$may && !$is_orphan;
		$self->compare_fired('refused restore', \%tallies, {});
		return;
	}
	my %fired;
	$fired{ $_->{table}{id} }{i}++ for $fires ? @{ $batch->{rows} } : ();
	$self->compare_fired('restore', \%tallies, \%fired);
	$self->{seen}{'restore with triggers'}++ if grep { $_->{table}{counted} } $fires ? @{ $batch->{rows} } : ();
	$self->give_back($_, $batch) for @{ $batch->{links} };
	@{ $self->{model}{batches} } = grep { $_ != $batch } @{ $self->{model}{batches} } if !$batch->{file};
	$self->logged($batch->{table});
}

# Other batches that have a row with the key of a deleted row.
sub other_batches
{
	my ($self, $image) = @_;
	my $key = $self->key_of($image->{table}, $image->{row}) // return 1;
	return 1 < grep { $_->{table} == $image->{table} && ($self->key_of($_->{table}, $_->{row}) // $key) eq $key } map { @{ $_->{rows} } } @{ $self->{model}{batches} };
}

# A link that a deletion has set to null has its parent again, unless the row has another
# one by now.
sub give_back
{
	my ($self, $link, $batch) = @_;
	my $table = $link->{table};
	my $row = $table->{rows}{ $link->{number} } // return;
	return if grep { !exists $row->{$_} || $row->{$_} ne 'n' } @{ $link->{columns} };
	# a row with a null in its key is known by its values
	my $is_same = !grep { ($row->{$_} // 'n') ne ($link->{left}{$_} // 'n') } keys %{ $link->{left} };
	if (!defined $self->key_of($table, $row) && !$is_same || ($table->{rekeyed}{ $link->{number} } // 0) > $batch->{at} || $self->doubt_of($table, [ map { +{ n => $_ } } @{ $link->{columns} } ], $batch->{at}))
	{
		# the row, or its column, may not be known again
		my $column = column($table, $link->{columns}[0]);
		my ($is) = $self->do('select ' . $self->exact(name($column->{name})) . ' from ' . name($table->{name}) . ' where ' . $self->where($table, $row) . ';');
		return if ($is // 'n') eq 'n';
	}
	$link->{table}{rows}{ $link->{number} } = { %$row, %{ $link->{values} } };
}

# ---- holds and purges ----

sub hold
{
	my ($self, $table, $given) = @_;
	my @deleted = grep { $_->{table} == $table } map { @{ $_->{rows} } } grep { !$_->{file} } @{ $self->{model}{batches} };
	return if ($table->{renamed} // 0) > $table->{enabled_at} || grep { $_->{key} && !$_->{not_null} } @{ $table->{columns} };
	my $number = $given // (rand() < .6 || !@deleted ? pick(sort keys %{ $table->{rows} }) : undef);
	my $image = defined $number ? undef : pick(@deleted);
	my $row = defined $number ? $table->{rows}{$number} : $image ? $image->{row} : return;
	my $key = $self->key_of($table, $row) // return;
	my @lines = $self->ask('select dbarchive_hold(' . $self->argument($table) . ', ' . $self->key_argument($table, $row) . ", 'case') is null;");
	return if !$self->succeeded('hold', '', '', @lines);
	# the hold follows the row that has the key now
	push @{ $self->{model}{holds} }, { table => $table, key => $key, row => {%$row} } if !grep { $_->{table} == $table && $_->{key} eq $key } @{ $self->{model}{holds} };
}

sub release
{
	my ($self) = @_;
	my $hold = pick(@{ $self->{model}{holds} }) // return;
	my $table = $hold->{table};
	return if ($table->{renamed} // 0) > $table->{enabled_at};
	my @lines = $self->ask('select dbarchive_release(' . $self->argument($table) . ', ' . $self->key_argument($table, $hold->{row}) . ') is null;');
	return if !$self->succeeded('release', '', $hold->{stays}, @lines);
	@{ $self->{model}{holds} } = grep { $_ != $hold } @{ $self->{model}{holds} };
}

# Whether values of a key can be equal and spelled otherwise.
sub has_spellings
{
	my ($self, $table) = @_;
	return scalar grep { $self->{kinds}{ $_->{kind} }{equal} } key_columns($table);
}

# Holds follow a row whose key changes.  That of a deleted row does not follow a new one
# whose key is spelled otherwise.
sub holds_follow
{
	my ($self, $table, $before, $after) = @_;
	my ($from, $to) = map { $self->key_of($table, $_) } $before, $after;
	for my $hold (grep { $_->{table} == $table && defined $from && $_->{key} eq $from } @{ $self->{model}{holds} })
	{
		$hold->{stays} = 'may' if grep { $hold->{row}{ $_->{n} } ne $before->{ $_->{n} } } key_columns($table);
		$hold->{key} = $to // '';
		$hold->{row} = {%$after};
		$hold->{was}{$from} = 1;
	}
}

# The holds of rows that are there have their present keys.
sub compare_holds
{
	my ($self, $what) = @_;
	for my $table ($self->tables)
	{
		next if ($table->{renamed} // 0) > $table->{enabled_at} || $self->has_spellings($table);
		my @keys = key_columns($table);
		my $text = sub { join ' ', sort map { json_text($_) } @keys > 1 ? values %{ $_[0] } : $_[0] };
		my @holds = grep { $_->{table} == $table && !$_->{stays} && defined $self->row_with($table, $_->{key}) } @{ $self->{model}{holds} } or next;
		my %is = map { $text->($self->decode($_)) => 1 } $self->do('select row_key from dbarchive_holds(' . $self->argument($table) . ');');
		for my $hold (@holds)
		{
			my $key = join ' ', sort map { $self->{kinds}{ $_->{kind} }{of}{ $hold->{row}{ $_->{n} } }{text} } @keys;
			die "$what: no hold of table $table->{name} has the key $key: " . join(', ', sort keys %is) . "\n" if !$is{$key};
		}
	}
}

# Whether a batch has a held row: 'must' stay, or 'may', since the hold was its row's once.
sub held
{
	my ($self, $batch) = @_;
	my $may = '';
	for my $image (@{ $batch->{rows} })
	{
		my $table = $image->{table};
		my $key = $self->key_of($table, $image->{row}) // next;
		for my $hold (grep { $_->{table} == $table } @{ $self->{model}{holds} })
		{
			return 'must' if $hold->{key} eq $key && !$hold->{stays};
			$may = 'may' if $hold->{key} eq $key || $hold->{was}{$key};
		}
	}
	# what is kept of a row whose parent was deleted stays for a hold of the row
	$may ||= 'may' if grep { my $link = $_; grep { $_->{table} == $link->{table} } @{ $self->{model}{holds} } } @{ $batch->{links} };
	return $may;
}

sub purge
{
	my ($self, $table) = @_;
	return if $self->{in_transaction} || $table->{flag};
	my $call = 'dbarchive_purge(' . $self->argument($table) . ", '{\"older_than_days\": 0}')";
	$self->purge_batches($table, 'purge', sub { $self->ask(($self->{sqlite} ? 'select' : 'call') . " $call;") }, sub { 1 });
}

# A policy that purges deleted rows, of which some are old.
sub purge_by_policy
{
	my ($self, $table) = @_;
	return if $self->{in_transaction} || $table->{flag} || ($table->{renamed} // 0) > $table->{enabled_at};
	my $name = 'p' . $self->next_number;
	my %old = map { $_->{id} => 1 } grep { rand() < .5 } grep { !$_->{file} } @{ $self->{model}{batches} };
	my ($trash, $time) = $self->{sqlite} ? ('dbcare_trash', "'2020-01-01T00:00:00.000Z'") : ('dbcare.trash', "'2020-01-01'");
	$self->do("update $trash set deleted_at = $time where batch_id in (" . join(', ', keys %old) . ');') if %old;
	$self->do('select dbarchive_policy(' . $self->argument($table) . ", '{\"name\": \"$name\", \"purge_deleted_after_days\": 30}') is null;");
	$self->purge_batches($table, 'purge by policy', sub { $self->run_policy($table, $name) }, sub { $old{ $_[0] } });
	$self->do('select dbarchive_policy(' . $self->argument($table) . ", '{\"name\": \"$name\", \"remove\": true}') is null;");
}

# Purges the batches of a table that are old enough.
sub purge_batches
{
	my ($self, $table, $what, $run, $is_old) = @_;
	# after a rename deleted rows are listed, and purged, by the old name until the next dbarchive_enable()
	my %of = map { $_ => 1 } $self->do('select distinct batch from dbarchive_deleted(' . $self->argument($table) . ');');
	my @lines = $run->();
	# a table whose held row is nowhere is left alone
	return if !$self->succeeded($what, '', scalar(grep { $_->{table} == $table } @{ $self->{model}{holds} }), @lines);
	my %left = map { $_ => 1 } $self->do('select distinct batch from dbarchive_deleted();');
	my @kept;
	for my $batch (@{ $self->{model}{batches} })
	{
		my $is_of = !$batch->{file} && $of{ $batch->{id} } && ($batch->{old} || $is_old->($batch->{id}));
		my $held = $self->held($batch);
		push @kept, $batch if $batch->{file};
		next if $batch->{file};
		$batch->{old} ||= $what eq 'purge by policy' && $is_old->($batch->{id});
		die "purge: batch $batch->{id} is gone\n" if !$left{ $batch->{id} } && (!$is_of || $held eq 'must');
		die "purge: batch $batch->{id} is left\n" if $left{ $batch->{id} } && $is_of && !$held;
		push @kept, $batch if $left{ $batch->{id} };
	}
	$self->{model}{batches} = \@kept;
}

1;
