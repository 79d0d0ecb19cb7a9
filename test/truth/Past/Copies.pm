# Copies of histories in files, values that are erased, and what one transaction does.
package Past;
use strict;
use warnings;
use Storable 'dclone';

# Exports tables, changes some rows, and imports what was exported over them.
sub copy
{
	my ($self) = @_;
	return if $self->{in_transaction};
	my @tables = grep { $self->is_copied($_) } $self->tables or return;
	my $path = text($self->{sqlite} ? "$self->{database}.rows" : "$ENV{PGHOST}/past.rows");
	my @lines = $self->ask("select dbsync_export($path, " . text(JSON::PP->new->encode({ overwrite => JSON::PP::true, tables => [ map { name($_->{name}) } @tables ] })) . ') is null;');

	return if !$self->succeeded('export', '', '', @lines);
	my %there = map { $_->{id} => dclone($_->{rows}) } @tables;
	$self->$_(pick(@tables)) for map { pick('insert', 'update', 'update', 'remove') } 1 .. 3;
	return if grep { !$self->is_copied($_) } @tables;
	@lines = $self->do("select sum(only_here), sum(only_there), sum(different) from dbsync_compare($path);");
	my @differ = (0, 0, 0);
	my $held = '';
	for my $table (@tables)
	{
		my %here = map { $self->key_of($table, $_) => $_ } values %{ $table->{rows} };
		my %kept = map { $self->key_of($table, $_) => $_ } values %{ $there{ $table->{id} } };
		$differ[0] += grep { !$kept{$_} } keys %here;
		$differ[1] += grep { !$here{$_} } keys %kept;
		my @different = grep { $here{$_} && !$self->same_rows($table, $here{$_}, $kept{$_}) } keys %kept;
		$differ[2] += @different;
		$held ||= 'a held row would be overwritten' if grep { my $hold = $_; $hold->{table} == $table && grep { $_ eq $hold->{key} } @different } @{ $self->{model}{holds} };
	}
	$self->compare('comparison with the file', $lines[0], join '|', @differ);
	# the parents of rows of the file may have been deleted
	my %before = map { $_->{id} => { %{ $_->{rows} } } } @tables;
	for my $table (@tables)
	{
		for my $row (values %{ $there{ $table->{id} } })
		{
			my $number = $self->row_with($table, $self->key_of($table, $row)) // $self->next_number;
			$table->{rows}{$number} = {%$row};
		}
	}
	my $is_orphan = grep { my $table = $_; grep { $self->orphaned_links($table, $_) } values %{ $table->{rows} } } @tables;
	@lines = $self->ask("select dbsync_import($path, '{\"on_conflict\": \"overwrite\"}') is null;");
	my $done = eval { $self->succeeded('import', $held || ($is_orphan ? 'a row has no parent' : ''), '', @lines) };
	my $error = $@;
	if (!$done) { $_->{rows} = $before{ $_->{id} } for @tables }
	die $error if $error;
	$self->{model}{last} = undef if $done;
}

# Whether a table comes back from a file as it is: all rows have keys, and no value has
# a spelling that files do not keep.
sub is_copied
{
	my ($self, $table) = @_;
	return 0 if $table->{has_marks} || $self->has_spellings($table) || grep { $_->{kind} =~ /^(?:jsonb?|time)$/ } @{ $table->{columns} };
	for my $row (values %{ $table->{rows} })
	{
		return 0 if !defined $self->key_of($table, $row) || grep { $row->{ $_->{n} } eq 'tFF61' } @{ $table->{columns} };
		return 0 if grep { $_->{kind} =~ /numeric|any/ && $row->{ $_->{n} } =~ /^r/ || $_->{kind} =~ /numeric/ && !$self->{sqlite} && pack('H*', substr $row->{ $_->{n} }, 1) =~ /\.\d*0$/ } @{ $table->{columns} };
	}
	return 1;
}

sub same_rows
{
	my ($self, $table, $left, $right) = @_;
	return !grep { $left->{ $_->{n} } ne $right->{ $_->{n} } } @{ $table->{columns} };
}

# Erases a value from the log that a column of a row has had.
sub erase
{
	my ($self, $table) = @_;
	my $column = pick(grep { $_->{kind} eq 'text' } free_columns($table)) // return;
	my $number = $self->pick_row($table) // return;
	my $row = $table->{rows}{$number};
	my $key = $self->key_of($table, $row);
	return if !defined $key || $self->{in_transaction} || ($table->{renamed} // 0) > $table->{enabled_at};
	return if $self->{sqlite} && !$table->{known}{ $column->{n} };
	return if grep { $_->{table} == $table && ($self->key_of($table, $_->{row}) // $key) eq $key } map { @{ $_->{rows} } } @{ $self->{model}{batches} };
	my $secret = 'secret ' . $self->next_number;
	my $set = 'update ' . name($table->{name}) . ' set ' . name($column->{name}) . ' = ';
	my $where = ' where ' . $self->where($table, $row) . ';';

	$self->do("$set'$secret'$where\n$set" . $self->literal($column, $row->{ $column->{n} }) . $where);
	# a held row that had the key before has entries under it
	my @holds = grep { $_->{table} == $table && ($_->{key} eq $key || $_->{was}{$key}) } @{ $self->{model}{holds} };
	my $held = grep { $_->{key} eq $key && !$_->{stays} } @holds;
	my @lines = $self->ask('select dbaudit_erase(' . $self->argument($table) . ', ' . $self->key_argument($table, $row) . ', '
		. text(JSON::PP->new->encode([ $column->{name} ])) . ", 'asked') is null;");
	$self->{model}{last} = undef;
	return if !$self->succeeded('erase', $held ? 'the row is held' : '', scalar @holds, @lines);
	my $entries = $self->{sqlite} ? 'dbcare_audit_entry' : 'dbcare.audit_entry';
	$self->compare('erased values that are left', $self->do("select count(*) from $entries where changed like '%$secret%';"), '0');
	# what the log no longer has cannot be rebuilt
	delete $_->{tables}{ $table->{id} } for @{ $self->{model}{moments} };
	$self->doubt($table);
}

# Steps in a transaction, of which a savepoint or all is taken back.
sub transaction
{
	my ($self) = @_;
	return if $self->{in_transaction};
	my @steps = (('insert') x 4, ('update') x 3, 'change_key', ('remove') x 3, 'rename_column', 'add_column', 'enable', 'restore', 'undo');
	my $before = dclone($self->{model});
	my $run = sub { for my $step (map { pick(@steps) } 1 .. 1 + int rand 3) { print { $self->{log} } "-- $step\n"; $self->$step(pick($self->tables)) } };

	$self->do(($self->{sqlite} ? '' : "\\set ON_ERROR_ROLLBACK on\n") . 'begin;');
	$self->{in_transaction} = 1;
	$run->();
	if (rand() < .6)
	{
		$self->do('savepoint s;');
		my $saved = dclone($self->{model});
		$run->();
		if (rand() < .7)
		{
			$self->do('rollback to savepoint s;');
			$self->{model} = $saved;
			$run->();
		}
	}
	if (rand() < .3)
	{
		$self->do('rollback;');
		$self->{model} = $before;
	}
	else { $self->do('commit;') }
	$self->{in_transaction} = 0;
	$self->do('\\set ON_ERROR_ROLLBACK off') if !$self->{sqlite};
	$self->{seen}{transaction}++;
}

# The history of a row has the entries of its key, and of no other one.
sub history
{
	my ($self, $table) = @_;
	my $entry = pick(grep { $_->{table} == $table && $_->{at} > $table->{logged_at} } @{ $self->{model}{entries} }) // return;
	return if ($table->{renamed} // 0) > $table->{enabled_at} || grep { $_ eq 'n' } values %{ $entry->{key} };
	my $text = sub { my ($key) = @_; $self->key_of($table, $key) // '' };
	my @lines = $self->ask('select id from dbaudit_history(' . $self->argument($table) . ', ' . $self->key_argument($table, $entry->{key}) . ');');
	return if !$self->succeeded('history', '', '', @lines);
	my %is = map { $_ => 1 } @lines;
	my @mine = grep { $_->{table} == $table && $_->{at} > $table->{logged_at} } @{ $self->{model}{entries} };
	$self->compare('entries of the history', [ map { $is{ $_->{id} } ? 1 : 0 } @mine ], [ map { $text->($_->{key}) eq $text->($entry->{key}) ? 1 : 0 } @mine ]);
}

1;
