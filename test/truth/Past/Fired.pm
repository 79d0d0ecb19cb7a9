# Triggers of the application in histories, which restores and undos fire only when they
# are asked to; deletions of rows whose key another row takes, and of rows in mode flag.
package Past;
use strict;
use warnings;

# Makes the table in which triggers count, and on PostgreSQL their function.
sub make_tally
{
	my ($self) = @_;
	$self->do('create table tally (t int primary key, i int, u int, d int);');
	$self->do("create function count_row() returns trigger language plpgsql as \$\$ begin\n"
		. "execute format('update public.tally set %1\$s = %1\$s + 1 where t = \$1', tg_argv[1]) using tg_argv[0]::int; return null; end \$\$;") if !$self->{sqlite};
}

# Counts what is done to the rows of a table, one by one.
sub count_rows
{
	my ($self, $table) = @_;
	my %events = (i => 'insert', u => 'update', d => 'delete');

	$table->{counted} = 1;
	$self->do("insert into tally values ($table->{id}, 0, 0, 0);\n" . join "\n", map {
		my $head = "create trigger count_$table->{id}_$_ after $events{$_} on " . name($table->{name});
		$self->{sqlite} ? "$head begin update tally set $_ = $_ + 1 where t = $table->{id}; end;"
			: "$head for each row execute function count_row('$table->{id}', '$_');" } sort keys %events);
}

# The numbers of all tables.
sub tallies
{
	my ($self) = @_;
	return map { /^(\d+)\|(.*)/ } $self->do('select t, i, u, d from tally order by t;');
}

# Fails unless triggers have counted so much since; with no numbers, nothing.
sub compare_fired
{
	my ($self, $what, $before, $expected) = @_;
	my %now = $self->tallies;
	for my $table (grep { $_->{counted} } $self->tables)
	{
		my @was = split /\|/, $before->{ $table->{id} };
		my @is = split /\|/, $now{ $table->{id} };
		$self->compare("$what: triggers of $table->{name} that fired for insert, update, delete", [ map { $is[$_] - $was[$_] } 0 .. 2 ],
			[ map { $expected->{ $table->{id} }{$_} // 0 } qw(i u d) ]);
	}
}

# The option that fires triggers, for a call with others or none.
sub fire_option { return ", '{\"triggers\": \"fire\"}'"; }

# Takes the key of a deleted row for another one, restores, deletes that one and restores.
sub restore_in_the_way
{
	my ($self) = @_;
	my $batch = pick(@{ $self->{model}{batches} }) // return;
	my $image = pick(@{ $batch->{rows} });
	my $table = $image->{table};
	my $key = $self->key_of($table, $image->{row});
	return if !defined $key || defined $self->row_with($table, $key);
	my %row = (map({ $_->{n} => $self->random_value($_) } free_columns($table)), map { $_->{n} => $image->{row}{ $_->{n} } } key_columns($table));
	$self->choose_parent($table, $_, \%row) for @{ $table->{links} };
	my $number = $self->insert_row($table, \%row);
	$self->restore($table, $batch);
	return if rand() < .3 || $table->{flag} || !exists $table->{rows}{$number} || $self->is_referred($table, \%row);
	$self->remove_rows($table, $number);
	$self->restore($table, $batch) if grep { $_ == $batch } @{ $self->{model}{batches} };
}

# A row of a table in mode flag that is deleted by a plain DELETE is not kept, but logged.
sub remove_flagged
{
	my ($self, $table) = @_;
	my $number = $table->{flag} ? $self->pick_row($table) // return : return;
	my $row = $table->{rows}{$number};
	my $closure = $self->closure($table, $number);
	return if keys %{ $closure->{rows} } > 1 || @{ $closure->{links} } || $closure->{may_be_refused} || $self->hold_of($table, $row);
	# cascades from a table in mode trash keep the rows of this one, too
	for my $other (grep { !$_->{flag} } $self->tables) { return if grep { $_ == $table } $self->reached($other) }
	my @known = sort $self->do('select distinct batch from dbarchive_deleted();');
	$self->do('delete from ' . name($table->{name}) . ' where ' . $self->where($table, $row) . ';');
	my $mark = $self->mark_of($table, $number);
	delete $table->{rows}{$number};
	my %gone = map { $_ => 1 } grep { $mark && $_ eq $mark->{id} && !grep { exists $mark->{rows}{$_}{rows}{$_} } keys %{ $mark->{rows} } } @known;
	$self->compare('batches after a plain DELETE in mode flag', [ sort $self->do('select distinct batch from dbarchive_deleted();') ], [ grep { !$gone{$_} } @known ]);
	$self->{seen}{'delete in mode flag'}++;
	$self->logged($table, 'delete', $row, undef, $number);
	$self->{model}{last}{flagged} = 1 if $self->{model}{last};
}

1;
