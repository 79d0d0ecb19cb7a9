# Retention policies of histories: stored, and applied then or later, when columns and
# tables may have other names.
package Past;
use strict;
use warnings;
use Cwd;
use Encode qw(encode_utf8);
use JSON::PP;

# Columns with a time that policies can go by.
sub time_columns
{
	my ($self, $table) = @_;
	return grep { defined $self->{kinds}{ $_->{kind} }{old} } free_columns($table);
}

# Columns that conditions and assignments can compare without a doubt.
sub plain_columns
{
	my ($self, $table) = @_;
	return grep { $_->{kind} =~ /^(?:int|text|mood|boolean)$/ } free_columns($table);
}

# Stores a policy, and applies it, or one that was stored before.
sub retain
{
	my ($self, $table) = @_;
	return if $self->{in_transaction} || $table->{flag};
	my $policies = $self->{model}{policies};
	my $policy = @$policies && rand() < .4 ? pick(@$policies) : $self->store_policy($table) // return;
	my $time = column($policy->{table}, $policy->{time}{n});
	$self->exchange_columns($policy->{table}, $time) if $time && rand() < .3;

	# JSON that is not valid UTF-8 cannot be read here, and what lost its parent first and has no key may return elsewhere
	return if $policy->{action} eq 'file' && grep { my $row = $_; !defined $self->key_of($policy->{table}, $row) || grep { $_ eq 'tFF61' } values %$row } values %{ $policy->{table}{rows} };
	return if rand() < .2 || grep { $_->{flag} } $policy->{table}, $self->reached($policy->{table});
	my $is_eligible = $self->eligible($policy);
	my $due = pick(grep { $is_eligible->($policy->{table}{rows}{$_}) } sort keys %{ $policy->{table}{rows} });
	$self->hold($policy->{table}, $due) if $due && rand() < .4;
	$self->apply_policy($policy);
	$self->do('select dbarchive_policy(' . $self->argument($policy->{table}) . ", '{\"name\": \"p$policy->{id}\", \"remove\": true}') is null;");
	@$policies = grep { $_ != $policy } @$policies;
}

sub store_policy
{
	my ($self, $table) = @_;
	my $time = pick($self->time_columns($table)) // return;
	my @plain = grep { $_ != $time } $self->plain_columns($table);
	my $condition = rand() < .5 ? pick(@plain) : undef;
	my $set = pick(@plain);
	my $action = pick('delete', 'delete', 'cascade', 'archive', 'file', 'file', $set ? 'anonymise' : 'delete');
	my $id = $self->next_number;
	my $policy = { id => $id, table => $table, action => $action, time => {%$time}, names => { map { $_->{n} => $_->{name} } @{ $table->{columns} } } };
	my %options = (name => "p$id", timestamp_column => $time->{name});

	if ($condition)
	{
		$policy->{where} = { column => {%$condition}, value => $self->random_value($condition) };
		$options{where} = name($condition->{name}) . ($policy->{where}{value} eq 'n' ? ' is ' : ' = ') . $self->literal($condition, $policy->{where}{value});
	}
	if ($action eq 'anonymise')
	{
		$policy->{set} = { column => {%$set}, value => $self->random_value($set) };
		$options{columns} = { $set->{name} => '' . $self->literal($set, $policy->{set}{value}) };
		$options{anonymise_after_days} = 1;
	}
	elsif ($action eq 'file') { @options{qw(archive_after_days to_directory)} = (1, $self->directory) }
	elsif ($action eq 'archive') { @options{qw(archive_after_days to)} = (1, "archive_$id") }
	else { $options{delete_after_days} = 1 }
	$options{cascade} = JSON::PP::true if $action eq 'cascade';
	my @lines = $self->ask('select dbarchive_policy(' . $self->argument($table) . ', ' . text(JSON::PP->new->canonical->encode(\%options)) . ') is null;');
	return if !$self->succeeded('policy', '', '', @lines);
	push @{ $self->{model}{policies} }, $policy;
	return $policy;
}

# Runs the policies of a table with a name; returns why that failed, as a line, or nothing.
sub run_policy
{
	my ($self, $table, $name) = @_;
	my @lines = $self->ask(($self->{sqlite} ? 'select' : 'call') . ' dbarchive_apply('
		. text(JSON::PP->new->canonical->encode({ relation => name($table->{name}), name => $name })) . ');');
	my ($error) = grep { /$Past::is_error/ } @lines;
	return $error if $error;
	my $result = $self->decode($lines[0]);
	return $result->{failed} ? "ERROR: $result->{policies}[0]{error}" : ();
}

# The column that has the name of one of then, if it is the same or may be taken for it.
sub still
{
	my ($table, $then) = @_;
	my ($column) = grep { $_->{name} eq $then->{name} } @{ $table->{columns} };
	return $column;
}

sub apply_policy
{
	my ($self, $policy) = @_;
	my ($table, $where, $set) = @$policy{qw(table where set)};
	my @used = grep { $_ } $policy->{time}, map { $_ ? $_->{column} : () } $where, $set;
	my ($must, $may) = ('', '');

	for my $then (@used)
	{
		my $now = column($table, $then->{n});
		# [SQLite] the last column leaves no trace when it is dropped and created again
		$must ||= "column $then->{name} is another one" if $now ? $now->{name} ne $then->{name} : !$self->{sqlite} || !still($table, $then);
		$may ||= 'column made again' if !$now;
	}
	$may ||= 'other names' if grep { my $now = column($table, $_); !$now || $now->{name} ne $policy->{names}{$_} } keys %{ $policy->{names} };
	$may ||= 'held rows' if @{ $self->{model}{holds} };
	my $is_eligible = $self->eligible($policy);
	my %eligible = map { $_ => 1 } grep { $is_eligible->($table->{rows}{$_}) } keys %{ $table->{rows} };
	my @known = $self->do('select distinct batch from dbarchive_deleted();');
	my ($last_file) = $self->do('select coalesce(max(file), 0) from dbarchive_archives();');
	# rows that lose their parent are not in files
	$may ||= 'links' if $policy->{action} eq 'file' && @{ $self->closure($table, keys %eligible)->{links} };
	my @lines = $self->run_policy($table, "p$policy->{id}");
	my $done = $self->succeeded("policy to $policy->{action}", $must, $may, @lines);
	my $archive = name("archive_$policy->{id}");

	if (!$done)
	{
		$self->do("drop table if exists $archive;");
		return;
	}
	$self->{model}{last} = undef;
	return $self->note_anonymised($policy, \%eligible) if $set;
	my @gone = $self->missing_rows($table);
	my %gone = map { $_ => 1 } @gone;
	for my $number (keys %{ $table->{rows} })
	{
		my $row = $table->{rows}{$number};
		my $held = $self->hold_of($table, $row);
		die "policy: a row of $table->{name} is gone that should stay: " . join(' ', map { "$_->{name} = $row->{ $_->{n} }" } @{ $table->{columns} }) . "\n" if $gone{$number} && (!$eligible{$number} && $policy->{action} ne 'cascade' || $held eq 'must');
		die "policy: a row of $table->{name} is left: " . join(' ', map { "$_->{name} = $row->{ $_->{n} }" } @{ $table->{columns} }) . "\n" if !$gone{$number} && $eligible{$number} && !$held && !$self->is_referred($table, $row, 1);
	}
	if ($policy->{action} eq 'archive')
	{
		my @columns = grep { !$_->{generated} } @{ $table->{columns} };
		my @is = sort $self->do('select ' . join(" || ' ' || ", map { $self->exact(name($_->{name})) } @columns) . " from $archive;");
		$self->compare('archived rows', \@is, [ sort map { my $row = $table->{rows}{$_}; join ' ', map { $row->{ $_->{n} } } @columns } @gone ]);
		$self->do("drop table $archive;");
	}
	return $self->note_files($policy, $last_file, @gone) if $policy->{action} eq 'file';
	$self->note_deleted($policy, \@known, @gone) if @gone;
}

# A new directory for the files of policies.
sub directory
{
	my ($self) = @_;
	my $path = $self->{sqlite} ? "$self->{database}.files" : "$ENV{PGHOST}/past.files";
	# the server may be another user
	system('mkdir', '-p', $path) == 0 && chmod 0777, $path or die "cannot make $path\n";
	$self->do('set dbcare.backup_roots = ' . text($path) . ';') if !$self->{sqlite};
	return Cwd::abs_path($path);
}

# Rows that are in files now, and nowhere else: each once, as they were.
sub note_files
{
	my ($self, $policy, $last_file, @gone) = @_;
	my $table = $policy->{table};
	my @images = $self->take_out($self->closure($table, @gone));
	my $deleted = $self->{model}{batches};
	for my $line ($self->do("select file, path from dbarchive_archives() where file > $last_file order by file;"))
	{
		my ($file, $path) = split /\|/, $line;
		my ($head, @lines) = split /\n/, `zstd -dcq '$path'`;
		my @rows = without_marks($self->rows_of_lines(@lines));
		my @found = $self->find_images(\@images, @rows);
		$self->compare('rows of a file that were not in the table', scalar(@rows - @found), 0);
		push @$deleted, { id => "file $file", file => $file, table => $table, rows => \@found, links => [], at => $self->next_number };
	}
	die "policy: rows are neither in the table nor in a file\n" if @images;
	$self->logged($table) if @gone;
}

# The deleted rows of the lines of a file, with the parents that they had before the
# deletion of these took them away.
sub rows_of_lines
{
	my ($self, @lines) = @_;
	my (%parents, @rows);
	for my $line (map { $self->decode($_) } @lines)
	{
		my $row = ref $line->{row_data} ? $line->{row_data} : $self->decode(encode_utf8($line->{row_data}));
		my $id = join "\0", map { $line->{$_} // '' } 'row_key', 'place';
		if ($line->{action} eq 'detach') { $parents{$id} = { %$row, %{ $parents{$id} // {} } } }
		else { push @rows, { %$row, %{ $parents{$id} // {} } } }
	}
	return @rows;
}

# A function that says whether a policy is about a row.
sub eligible
{
	my ($self, $policy) = @_;
	my ($time, $condition) = map { $_ && still($policy->{table}, $_) } $policy->{time}, $policy->{where} && $policy->{where}{column};
	return sub {
		my ($row) = @_;
		return $time && $self->{kinds}{ $time->{kind} }{of}{ $row->{ $time->{n} } }{old} && (!$condition || $row->{ $condition->{n} } eq $policy->{where}{value});
	};
}

# Whether a hold is of a row: 'must', or 'may' if it was once.
sub hold_of
{
	my ($self, $table, $row) = @_;
	my $key = $self->key_of($table, $row) // '';
	my @holds = grep { $_->{table} == $table && ($_->{key} eq $key || $_->{was}{$key}) } @{ $self->{model}{holds} };
	return grep({ $_->{key} eq $key && !$_->{stays} } @holds) ? 'must' : @holds ? 'may' : '';
}

# The rows of the model that a table no longer has; the deletion of others may have set
# links to null.
sub missing_rows
{
	my ($self, $table) = @_;
	my @columns = grep { !is_link($table, $_) } @{ $table->{columns} };
	my %is;
	$is{$_}++ for $self->do('select ' . join(" || ' ' || ", map { $self->exact(name($_->{name})) } @columns) . ' from ' . name($table->{name}) . ';');
	return grep { my $row = $table->{rows}{$_}; --$is{ join ' ', map { $row->{ $_->{n} } } @columns } < 0 } sort keys %{ $table->{rows} };
}

# Rows that a policy has deleted, with what went with them, are in the trash.
sub note_deleted
{
	my ($self, $policy, $known, @gone) = @_;
	my $table = $policy->{table};
	my $closure = $self->closure($table, @gone);
	my %known = map { $_ => 1 } @$known;
	my @new = grep { !$known{$_} } $self->do('select distinct batch from dbarchive_deleted() order by batch;');

	die "policy: rows that others refer to are gone: @gone, with " . join(' ', keys %{ $closure->{rows} }, map { $_->{number} } @{ $closure->{links} }) . "\n"
		if $closure->{refused} || $policy->{action} ne 'cascade' && keys %{ $closure->{rows} } > @gone;
	for my $number (grep { $closure->{rows}{$_} } keys %{ $closure->{rows} })
	{
		my $child = $closure->{rows}{$number};
		die "policy: a held row of $child->{name} is gone\n" if $self->hold_of($child, $child->{rows}{$number}) eq 'must';
	}
	my @images = $self->take_out($closure);
	die "policy: deleted rows are not kept\n" if !@new;
	if (@new == 1) { $self->note_batch($new[0], $table, \@images, $closure->{links}) }
	else { $self->note_batch($_, $table, [ $self->images_of($_, \@images) ], []) for @new }
	$self->logged($table);
}

sub note_batch
{
	my ($self, $batch, $table, $images, $links) = @_;
	push @{ $self->{model}{batches} }, { id => $batch, table => $table, rows => $images, links => $links, at => $self->next_number };
}

# Takes the images of the rows that a batch has out of a list.
sub images_of
{
	my ($self, $batch, $images) = @_;
	return $self->find_images($images, map { $self->decode($_) } $self->do("select row_data from dbarchive_deleted() where batch = $batch;"));
}

sub find_images
{
	my ($self, $images, @rows) = @_;
	my @found;
	for my $row (@rows)
	{
		my $is = join ' ', sort map { json_text($_) } values %$row;
		my ($i) = grep { my $image = $images->[$_];
			$is eq join ' ', sort map { $self->{kinds}{ $_->{kind} }{of}{ $image->{row}{ $_->{n} } }{text} } @{ $image->{columns} } } 0 .. $#$images;
		push @found, splice @$images, $i, 1 if defined $i;
	}
	return @found;
}

# Values that a policy has replaced, of rows that no hold protects.
sub note_anonymised
{
	my ($self, $policy, $eligible) = @_;
	my ($table, $set) = @$policy{qw(table set)};
	my $column = still($table, $set->{column});
	for my $number (sort keys %$eligible)
	{
		my $row = $table->{rows}{$number};
		my $held = $self->hold_of($table, $row);
		next if $held eq 'must';
		if ($held)
		{
			my ($is) = $self->do('select ' . $self->exact(name($column->{name})) . ' from ' . name($table->{name}) . ' where ' . $self->where($table, $row) . ';');
			next if $is eq $row->{ $column->{n} };
		}
		$table->{rows}{$number} = settle($table, { %$row, $column->{n} => $set->{value} });
	}
	$self->logged($table);
}

1;
